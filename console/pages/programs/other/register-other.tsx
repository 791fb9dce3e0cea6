import '../../../texts/applications/add-applications.ts';
import '../programs.css';
import '../../../texts/applications/add-programs.ts';
import { Button, Switch, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { Link } from '@tanstack/react-router';
import { useRef, useState } from 'react';
import { useChange, useMe } from '../../../api/queries.ts';
import { Card } from '../../../parts/card.tsx';
import { fieldErrors, focusFirstError } from '../../../parts/form/field-errors.ts';
import { FormProblem } from '../../../parts/form/form-problem.tsx';
import { UnsavedGuard } from '../../../parts/form/unsaved-guard.tsx';
import { useKept } from '../../../parts/form/use-kept.ts';
import { PageHead } from '../../../parts/frame/page-head.tsx';
import { t } from '../../../texts/t.ts';
import { StaleProofNotice } from '../../authentication/stale-proof-notice.tsx';
import { OtherQuestions } from './other-questions.tsx';
import { emptyOther, otherRegistration, problemsOfOther, type OtherValues } from './other-values.ts';
import { RegisteredFacts } from '../registered-facts.tsx';
import { SetUpOther, type RegisteredOther } from './set-up-other.tsx';

const FORM = 'register.other';

/** *Any other program*: its redirect URI and a few questions; afterwards what to enter there. */
export function RegisterOtherPage() {
  const [done, setDone] = useState<RegisteredOther | null>(null);
  return done === null ? <OtherForm onRegistered={setDone} /> : <SetUpOther registered={done} />;
}

function OtherForm({ onRegistered }: { onRegistered: (registered: RegisteredOther) => void }) {
  const { organization, isRootAdministrator } = useMe();
  const element = useRef<HTMLFormElement>(null);
  const form = useForm<OtherValues>({
    initialValues: emptyOther(isRootAdministrator),
    validate: problemsOfOther,
    validateInputOnBlur: ['redirectUri'],
  });
  useKept(FORM, form.setValues);
  const register = useChange('registerApplication', onRegistered);
  const send = (values: OtherValues): void => {
    const { redirectUris, ...registration } = otherRegistration(values);
    register.mutate(
      {
        params: { organizationId: organization.id },
        body: {
          kind: registration.kind,
          name: values.name.trim(),
          redirectUris: [...redirectUris],
          ...(registration.initiateLoginUri === undefined ? {} : { initiateLoginUri: registration.initiateLoginUri }),
          ...(registration.clientAuthentication === undefined
            ? {}
            : { clientAuthentication: registration.clientAuthentication }),
          ...(registration.signingAlgorithm === undefined ? {} : { signingAlgorithm: registration.signingAlgorithm }),
          ...(registration.withoutPkce === undefined ? {} : { withoutPkce: true }),
          ...(isRootAdministrator ? { firstParty: values.firstParty } : {}),
        },
      },
      {
        onError: (error) => {
          const { redirectUris: redirectUri, initiateLoginUri: opens, ...others } = fieldErrors(error);
          form.setErrors({
            ...others,
            ...(redirectUri === undefined ? {} : { redirectUri }),
            ...(opens === undefined ? {} : { opens }),
          });
          focusFirstError(element.current);
        },
      },
    );
  };
  return (
    <>
      <PageHead
        title={t('programs.other')}
        line={t('applications.register.line', { name: organization.name })}
        back={<Link to="/applications/register">{t('programs.which')}</Link>}
        actions={
          <Link className="button-link" data-quiet to="/applications/register/all-settings">
            {t('programs.all-settings')}
          </Link>
        }
      />
      <form noValidate ref={element} onSubmit={form.onSubmit(send, () => focusFirstError(element.current))}>
        <Card title={t('other.questions')}>
          <div className="form">
            <StaleProofNotice />
            <OtherQuestions form={form} />
            <TextInput
              label={t('organizations.name')}
              description={t('application.name.help')}
              maxLength={120}
              autoComplete="off"
              {...form.getInputProps('name')}
            />
            {isRootAdministrator && (
              <Switch
                label={t('application.first-party')}
                description={t('application.first-party.help')}
                {...form.getInputProps('firstParty', { type: 'checkbox' })}
              />
            )}
          </div>
        </Card>
        <Card title={t('program.will-be-registered')}>
          <RegisteredFacts registration={otherRegistration(form.values)} />
          <FormProblem error={register.error} />
          <div className="form-actions">
            <Button type="submit" loading={register.isPending}>
              {t('program.register')}
            </Button>
            <Link className="button-link" data-quiet data-tall to="/applications/register">
              {t('cancel')}
            </Link>
          </div>
        </Card>
      </form>
      <UnsavedGuard name={FORM} dirty={form.isDirty() && register.data === undefined} keep={() => form.values} />
    </>
  );
}
