import { Button, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import type { Organization } from '../../../src/api/contract/organizations.ts';
import { fieldErrors } from '../../parts/form/field-errors.ts';
import { JustInTime } from './just-in-time.tsx';
import { Card, Facts } from '../../parts/card.tsx';
import { CopyValue } from '../../parts/copy-value.tsx';
import { Skeleton } from '../../parts/list/data-list.tsx';
import { FormProblem } from '../../parts/form/form-problem.tsx';
import { Moment } from '../../parts/moment.tsx';
import { Question } from '../../parts/form/question.tsx';
import { toast } from '../../parts/toast.ts';
import { useKept } from '../../parts/form/use-kept.ts';
import { UnsavedGuard } from '../../parts/form/unsaved-guard.tsx';
import { shownError, useAnswer, useChange, useMay } from '../../api/queries.ts';
import { LimitsCard } from './limits.tsx';
import { UnregisteredApplications } from './unregistered-applications.tsx';
import { useScope } from '../../scope.ts';
import { t } from '../../texts/t.ts';

/** Section *Settings*: name, support contact, the login link, and the end of the organization. */
export function SettingsSection() {
  const scope = useScope();
  const { data } = useAnswer('getOrganization', { params: { organizationId: scope.organizationId } });
  const mayEdit = useMay('edit-organizations');
  if (data === undefined) {
    return (
      <Card title={t('settings')}>
        <Skeleton width={260} />
      </Card>
    );
  }
  return (
    <>
      <Card title={t('settings')}>
        {mayEdit ? <SettingsForm key={data.id} organization={data} /> : <ReadOnly organization={data} />}
      </Card>
      <JustInTime organization={data} />
      <UnregisteredApplications organization={data} />
      <LimitsCard organizationId={data.id} />
      <Card title={t('login-link')}>
        <p className="soft">{t('login-link.text')}</p>
        <CopyValue value={data.loginUrl} name={t('login-link')} />
      </Card>
      {mayEdit && !scope.mine && <Remove organization={data} />}
    </>
  );
}

function ReadOnly({ organization }: { organization: Organization }) {
  return (
    <Facts
      rows={[
        [t('organizations.name'), organization.name],
        [t('support-contact'), organization.supportContact],
        [t('created'), <Moment key="created" at={organization.createdAt} />],
      ]}
    />
  );
}

function SettingsForm({ organization }: { organization: Organization }) {
  const form = useForm({
    initialValues: { name: organization.name, supportContact: organization.supportContact ?? '' },
    validate: { name: (name) => (name.trim() === '' ? t('field.required') : null) },
  });
  const formName = `organization.${organization.id}`;
  useKept(formName, form.setValues);
  const change = useChange('changeOrganization', () => {
    form.resetDirty();
    toast(t('saved'));
  });
  return (
    <form
      className="form"
      noValidate
      onSubmit={form.onSubmit(({ name, supportContact }) =>
        change.mutate(
          {
            params: { organizationId: organization.id },
            body: { name: name.trim(), supportContact: supportContact.trim() || null, version: organization.version },
          },
          { onError: (error) => form.setErrors(fieldErrors(error)) },
        ),
      )}
    >
      <TextInput label={t('organizations.name')} maxLength={120} {...form.getInputProps('name')} />
      <TextInput
        label={t('support-contact.optional')}
        description={t('support-contact.help')}
        {...form.getInputProps('supportContact')}
      />
      <FormProblem error={change.error} />
      <div className="form-actions">
        <Button type="submit" loading={change.isPending}>
          {t('save')}
        </Button>
      </div>
      <UnsavedGuard name={formName} dirty={form.isDirty()} keep={() => form.values} />
    </form>
  );
}

function Remove({ organization }: { organization: Organization }) {
  const navigate = useNavigate();
  const [asking, setAsking] = useState(false);
  const remove = useChange('removeOrganization', () => {
    toast(t('organization.removed', { name: organization.name }));
    void navigate({ to: '/managed-organizations' });
  });
  const manages = organization.managedOrganizations > 0;
  return (
    <Card title={t('organization.remove')}>
      <p className="soft">
        {manages
          ? t('organization.remove.manages', { count: organization.managedOrganizations })
          : t('organization.remove.text')}
      </p>
      <Button variant="default" onClick={() => setAsking(true)} disabled={manages}>
        {t('organization.remove')}
      </Button>
      <Question
        opened={asking}
        title={t('organization.remove.title', { name: organization.name })}
        confirm={t('organization.remove')}
        danger
        typed={organization.name}
        busy={remove.isPending}
        error={shownError(remove.error)}
        onConfirm={() =>
          remove.mutate({ params: { organizationId: organization.id }, query: { confirm: organization.name } })
        }
        onClose={() => {
          remove.reset();
          setAsking(false);
        }}
      >
        <p>{t('organization.remove.what', { users: organization.users, applications: organization.applications })}</p>
      </Question>
    </Card>
  );
}
