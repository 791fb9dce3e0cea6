import '../../texts/applications/add-applications.ts';
import { Button } from '@mantine/core';
import { useForm } from '@mantine/form';
import { Link, useNavigate, useParams } from '@tanstack/react-router';
import { useEffect, useRef, useState } from 'react';
import { fieldErrors, focusFirstError } from '../../parts/form/field-errors.ts';
import { Card } from '../../parts/card.tsx';
import { FormProblem } from '../../parts/form/form-problem.tsx';
import { PageHead } from '../../parts/frame/page-head.tsx';
import { toast } from '../../parts/toast.ts';
import { useKept } from '../../parts/form/use-kept.ts';
import { UnsavedGuard } from '../../parts/form/unsaved-guard.tsx';
import { useChange, useMe } from '../../api/queries.ts';
import { t } from '../../texts/t.ts';
import { ApplicationFields } from './application-fields.tsx';
import { EMPTY_APPLICATION, settingsOf, validate, type ApplicationValues } from './application-values.ts';
import { SecretDialog, type ShownSecret } from './secret-dialog.tsx';
import { StaleProofNotice } from '../authentication/stale-proof-notice.tsx';

const FORM = 'register-application';

/** What the form begins with, by the tile that was chosen. */
const BEGINS: Readonly<Record<string, Partial<ApplicationValues>>> = {
  machine: { kind: 'machine' },
  device: { kind: 'native', deviceLogin: true },
};

/** *Register application*: the client secret is shown once, in a dialog after it. */
export function RegisterApplicationPage() {
  const { organization, isRootAdministrator } = useMe();
  const navigate = useNavigate();
  const element = useRef<HTMLFormElement>(null);
  const [secret, setSecret] = useState<ShownSecret | null>(null);
  const [registered, setRegistered] = useState<string | null>(null);
  const { kind = '' } = useParams({ strict: false });
  const [initialValues] = useState({ ...EMPTY_APPLICATION, firstParty: isRootAdministrator, ...BEGINS[kind] });
  const form = useForm({ initialValues, validate });
  useKept(FORM, form.setValues);
  const register = useChange('registerApplication', ({ application, clientSecret }) => {
    toast(t('applications.registered', { name: application.name }));
    setRegistered(application.id);
    if (clientSecret !== null) setSecret({ application, clientSecret });
  });
  useEffect(() => {
    if (registered === null || secret !== null) return;
    void navigate({ to: '/applications/$applicationId', params: { applicationId: registered } });
  }, [registered, secret, navigate]);
  return (
    <>
      <PageHead
        title={t('applications.register')}
        line={t('applications.register.line', { name: organization.name })}
        back={<Link to="/applications/register">{t('applications.register')}</Link>}
      />
      <Card title={t('application.settings')}>
        <form
          className="form"
          noValidate
          ref={element}
          onSubmit={form.onSubmit(
            (values) =>
              register.mutate(
                {
                  params: { organizationId: organization.id },
                  body: { kind: values.kind, ...settingsOf(values, isRootAdministrator) },
                },
                {
                  onError: (error) => {
                    form.setErrors(fieldErrors(error));
                    focusFirstError(element.current);
                  },
                },
              ),
            () => focusFirstError(element.current),
          )}
        >
          <StaleProofNotice />
          <ApplicationFields form={form} chooseKind maySetFirstParty={isRootAdministrator} knownAccess={[]} />
          <FormProblem error={register.error} />
          <div className="form-actions">
            <Button type="submit" loading={register.isPending}>
              {t('applications.register')}
            </Button>
            <Button variant="default" onClick={() => void navigate({ to: '/applications' })}>
              {t('cancel')}
            </Button>
          </div>
        </form>
      </Card>
      <SecretDialog secret={secret} onClose={() => setSecret(null)} />
      <UnsavedGuard name={FORM} dirty={form.isDirty() && registered === null} keep={() => form.values} />
    </>
  );
}
