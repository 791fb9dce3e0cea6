import '../texts/connections/add-templates.ts';
import { Button, Modal, TextInput } from '@mantine/core';
import { SecretInput } from '../parts/form/secret-input.tsx';
import { useForm } from '@mantine/form';
import { Link, useNavigate, useParams } from '@tanstack/react-router';
import { useState } from 'react';
import type { ConnectionTemplate } from '../../src/api/contract/connections/templates.ts';
import { Card, Facts } from '../parts/card.tsx';
import { CopyValue } from '../parts/copy-value.tsx';
import { DialogActions } from '../parts/form/dialog-actions.tsx';
import { fieldErrors } from '../parts/form/field-errors.ts';
import { FormProblem } from '../parts/form/form-problem.tsx';
import { Question } from '../parts/form/question.tsx';
import { PageHead } from '../parts/frame/page-head.tsx';
import { Skeleton } from '../parts/list/data-list.tsx';
import { toast } from '../parts/toast.ts';
import { shownError, useAnswer, useChange, useMay, useMe } from '../api/queries.ts';
import { calendarDateOf, dayOf, t } from '../texts/t.ts';
import { StaleProofNotice } from './authentication/stale-proof-notice.tsx';
import { PageFailure } from './states.tsx';
import { ConsentTable } from './templates/consent-table.tsx';
import { endOfDay } from './templates/day.ts';

/** One connection template: what to register, every organization below with how far it is, its end. */
export function TemplatePage() {
  const { templateId = '' } = useParams({ strict: false });
  const organizationId = useMe().organization.id;
  const { data, error, refetch } = useAnswer('getTemplate', { params: { organizationId, templateId } });
  const mayEdit = useMay('edit-authentication');
  if (error !== null && data === undefined) return <PageFailure error={error} reset={() => void refetch()} />;
  return (
    <>
      <PageHead
        title={data?.name ?? t('nav.templates')}
        line={data === undefined ? '\u00A0' : t('templates.use', { count: data.use.inForce })}
        back={<Link to="/connection-templates">{t('nav.templates')}</Link>}
      />
      {data === undefined ? (
        <Card title={t('template.registration')}>
          <Skeleton width={260} />
        </Card>
      ) : (
        <>
          <Registration template={data} mayEdit={mayEdit} />
          <ConsentTable template={data} mayEdit={mayEdit} />
          {mayEdit && <Delete template={data} />}
        </>
      )}
    </>
  );
}

function Registration({ template, mayEdit }: { template: ConnectionTemplate; mayEdit: boolean }) {
  const [replacing, setReplacing] = useState(false);
  const { login, consent } = template.redirectUrls;
  const set = template.clientSecretSetAt;
  const end = template.credentialExpiresAt;
  const since = set === null ? null : dayOf(new Date(set));
  const secret =
    since === null
      ? t('template.id-tokens')
      : end === null
        ? t('template.secret-since', { day: since })
        : t('template.secret-until', { day: since, end: calendarDateOf(end) });
  const replace = (
    <Button variant="default" size="sm" onClick={() => setReplacing(true)}>
      {t('template.replace')}
    </Button>
  );
  return (
    <Card
      title={t('template.registration')}
      actions={mayEdit && template.credential === 'secret' ? replace : undefined}
    >
      <Facts
        rows={[
          [t('template.client-id'), <CopyValue key="id" value={template.clientId} name={t('template.client-id')} />],
          [t('cloud'), t(`cloud.${template.cloud}`)],
          [t('template.login-url'), <CopyValue key="login" value={login} name={t('template.login-url')} />],
          [t('template.consent-url'), <CopyValue key="consent" value={consent} name={t('template.consent-url')} />],
          [t('template.secret-set'), secret],
        ]}
      />
      <p className="soft small">{t('template.urls.help')}</p>
      <Modal
        opened={replacing}
        onClose={() => setReplacing(false)}
        title={t('template.replace.title')}
        closeButtonProps={{ 'aria-label': t('close') }}
      >
        {replacing && <Replace template={template} onClose={() => setReplacing(false)} />}
      </Modal>
    </Card>
  );
}

function Replace({ template, onClose }: { template: ConnectionTemplate; onClose: () => void }) {
  const form = useForm({
    initialValues: { clientSecret: '', expires: '' },
    validate: { clientSecret: (text) => (text.trim() === '' ? t('template.missing') : null) },
  });
  const change = useChange('changeTemplate', () => {
    toast(t('saved'));
    onClose();
  });
  const { id: templateId, organizationId, version, use } = template;
  return (
    <form
      className="question"
      noValidate
      onSubmit={form.onSubmit(({ clientSecret, expires }) =>
        change.mutate(
          {
            params: { organizationId, templateId },
            body: { clientSecret, credentialExpiresAt: endOfDay(expires), version },
          },
          { onError: (error) => form.setErrors(fieldErrors(error)) },
        ),
      )}
    >
      <p>{t('template.replace.text', { count: use.inForce, users: use.users })}</p>
      <StaleProofNotice />
      <SecretInput label={t('template.new-secret')} data-autofocus {...form.getInputProps('clientSecret')} />
      <TextInput
        type="date"
        label={t('template.expires')}
        description={t('template.expires.help')}
        {...form.getInputProps('expires')}
      />
      <FormProblem error={change.error} />
      <DialogActions confirm={t('template.replace')} busy={change.isPending} onClose={onClose} />
    </form>
  );
}

function Delete({ template }: { template: ConnectionTemplate }) {
  const navigate = useNavigate();
  const [asking, setAsking] = useState(false);
  const { name, id: templateId, organizationId } = template;
  const remove = useChange('deleteTemplate', () => {
    toast(t('template.deleted', { name }));
    void navigate({ to: '/connection-templates' });
  });
  return (
    <Card title={t('template.delete')}>
      <Button variant="default" onClick={() => setAsking(true)}>
        {t('template.delete')}
      </Button>
      <Question
        opened={asking}
        title={t('template.delete.title', { name })}
        confirm={t('template.delete')}
        danger
        typed={name}
        busy={remove.isPending}
        error={shownError(remove.error)}
        onConfirm={() => remove.mutate({ params: { organizationId, templateId } })}
        onClose={() => {
          remove.reset();
          setAsking(false);
        }}
      >
        <p>{t('template.delete.text')}</p>
      </Question>
    </Card>
  );
}
