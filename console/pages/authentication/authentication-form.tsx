import { Button, NativeSelect } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useNavigate } from '@tanstack/react-router';
import { useEffect, useRef, useState, type SubmitEvent } from 'react';
import type { Authentication, AuthenticationCheck } from '../../../src/api/contract/authentication.ts';
import { isKnownMethod, METHODS, type KnownMethod } from '../../methods.ts';
import { fieldErrors, focusFirstError } from '../../parts/form/field-errors.ts';
import { methodName } from '../../labels.tsx';
import { FormProblem } from '../../parts/form/form-problem.tsx';
import { toast } from '../../parts/toast.ts';
import { useKept } from '../../parts/form/use-kept.ts';
import { UnsavedGuard } from '../../parts/form/unsaved-guard.tsx';
import { useChange } from '../../api/queries.ts';
import { useScope } from '../../scope.ts';
import { t } from '../../texts/t.ts';
import { CheckResult } from './check-result.tsx';
import { EntraGuide, OpenidConnectGuide, PlainGuide } from './guides.tsx';
import { OpenidConnectFields } from './fields/openid-connect-fields.tsx';
import type { SettingsForm } from './fields/fields-props.ts';
import { EntraFields } from './fields/provider-fields.tsx';
import { SaveDialog } from './save-dialog.tsx';
import {
  initialValues,
  isFlow,
  type Credential,
  settingsOf,
  validate,
  withoutSecret,
  isCredentialOf,
} from './settings-values.ts';
import { MailTrial } from './trial/mail-trial.tsx';
import { TrialResult } from './trial/trial-result.tsx';
import { useTrial } from './trial/use-trial.ts';
import { StaleProofNotice } from './stale-proof-notice.tsx';
import { useSettingsCheck } from './use-settings-check.ts';

/** The form of *Authentication settings* and the guide beside it. */
export function AuthenticationForm({ start, again }: { start: Authentication; again: boolean }) {
  const organizationId = start.organization.id;
  const { home } = useScope();
  const navigate = useNavigate();
  const formName = `authentication.${organizationId}`;
  const { connection } = start;
  const form: SettingsForm = useForm({
    initialValues: initialValues(start, again),
    validate: (values) => validate(values, connection?.method === values.method && connection.credential === 'secret'),
  });
  const { values } = form;
  useKept(formName, form.setValues);

  const element = useRef<HTMLFormElement>(null);
  const settings = settingsOf(values);
  const check = useSettingsCheck(organizationId, settings);

  const [confirming, setConfirming] = useState<AuthenticationCheck | null>(null);
  const [saved, setSaved] = useState(false);
  const save = useChange('saveAuthentication', (now) => {
    const chosen = isKnownMethod(now.method) ? now.method : values.method;
    toast(t(`authentication.saved.${chosen}`, { managing: now.inForce.from.name }));
    setConfirming(null);
    setSaved(true);
  });
  useEffect(() => {
    if (saved) void navigate({ to: home });
  }, [saved, home, navigate]);

  const onLeave = (): void => {
    const complete = Object.keys(validate(values, true)).length === 0;
    if (complete && form.isDirty()) check.soon();
  };
  const onSubmit = (event: SubmitEvent): void => {
    event.preventDefault();
    save.reset();
    if (form.validate().hasErrors) {
      focusFirstError(element.current);
      return;
    }
    check.now(
      (answer) => {
        if (answer.ok) setConfirming(answer);
      },
      (error) => form.setErrors(fieldErrors(error)),
    );
  };
  const trial = useTrial(organizationId);
  const onTest = (): void => {
    if (form.validate().hasErrors) {
      focusFirstError(element.current);
      return;
    }
    trial.begin(settings, { onError: (error) => form.setErrors(fieldErrors(error)) });
  };
  const tested = JSON.stringify(trial.settings) === JSON.stringify(settings) ? trial.current : undefined;
  const chooseMethod = (method: KnownMethod): void => {
    form.clearErrors();
    check.reset();
    form.setFieldValue('method', method);
    if ((method === 'entra-id' || method === 'openid-connect') && !isCredentialOf(method, form.values.credential)) {
      form.setFieldValue('credential', 'none');
      form.setFieldValue('clientKeys', '');
    }
  };

  const secretSetAt = connection?.method === values.method ? connection.clientSecretSetAt : null;
  const testedAt = trial.current?.run.finishedAt ?? null;
  const fields = { form, organizationId, secretSetAt, testedAt, onLeave };
  // Until the provider has answered, a code is the likelier proposal.
  const proposed = check.result?.provider?.settings['flow'];
  const flow = values.flow !== '' ? values.flow : isFlow(proposed) ? proposed : 'code';
  const byCode = values.credential !== 'none' || (values.method === 'openid-connect' && flow === 'code');
  const redirectUrl = check.result?.redirectUrl ?? start.redirectUrls[byCode ? 'secret' : 'none'];
  const guide = {
    credential: values.credential,
    flow: byCode ? ('code' as const) : ('id-token' as const),
    redirectUrl,
    onCredential: (credential: Credential) => form.setFieldValue('credential', credential),
    consentUrl:
      check.result?.provider?.consentUrl ?? (connection?.method === values.method ? connection.consentUrl : null),
  };
  return (
    <div className="beside">
      <form className="beside-form" ref={element} onSubmit={onSubmit} noValidate>
        <div className="form form-wide">
          <StaleProofNotice />
          <NativeSelect
            label={t('method')}
            description={t(`method.who.${values.method}`)}
            value={values.method}
            onChange={(event) => chooseMethod(event.currentTarget.value as KnownMethod)}
            data={choices(start.mayFollowManaging)}
          />
          {values.method === 'entra-id' && <EntraFields {...fields} />}
          {values.method === 'openid-connect' && <OpenidConnectFields {...fields} flow={flow} />}
          <CheckResult method={values.method} pending={check.pending} result={check.result} />
          <FormProblem error={check.error ?? trial.error} />
          {tested !== undefined && (
            <>
              <TrialResult trial={tested} run={tested.run} url={trial.url} />
              <OtherFlow tested={tested.run.problem?.code} form={form} />
              <MailTrial organizationId={organizationId} trial={tested} />
            </>
          )}
          <div className="form-actions">
            <Button type="submit" loading={check.awaited}>
              {t('save')}
            </Button>
            {(values.method === 'entra-id' || values.method === 'openid-connect') && (
              <Button variant="default" loading={trial.beginning} onClick={onTest}>
                {t('trial.test')}
              </Button>
            )}
            <Button variant="default" onClick={() => void navigate({ to: home })}>
              {t('cancel')}
            </Button>
          </div>
        </div>
      </form>
      <aside className="beside-guide" aria-label={t('guide')}>
        {values.method === 'entra-id' && (
          <EntraGuide {...guide} cloud={values.cloud === '' ? 'global' : values.cloud} />
        )}
        {values.method === 'openid-connect' && <OpenidConnectGuide {...guide} preset={values.preset} />}
        {(values.method === 'built-in' || values.method === 'same-as-managing') && (
          <PlainGuide method={values.method} />
        )}
      </aside>
      <SaveDialog
        check={confirming}
        start={start}
        method={values.method}
        busy={save.isPending}
        error={save.error}
        onSave={(choice) =>
          save.mutate({ params: { organizationId }, body: { settings, ...choice, version: start.version } })
        }
        onClose={() => {
          setConfirming(null);
          save.reset();
        }}
      />
      <UnsavedGuard name={formName} dirty={form.isDirty() && !saved} keep={() => withoutSecret(values)} />
    </div>
  );
}

/** What a *Test* of one's own found out: that the provider refuses this way of answering. Chosen in the form, saved by Save. */
function OtherFlow({ tested, form }: { tested: string | undefined; form: SettingsForm }) {
  const refused = /^login\.flow-(code|id-token)$/.exec(tested ?? '')?.[1];
  if (refused === undefined || form.values.credential !== 'none') return null;
  const other = refused === 'code' ? 'id-token' : 'code';
  return (
    <p>
      <Button size="sm" variant="default" onClick={() => form.setFieldValue('flow', other)}>
        {t(`offer.flow.${other}`)}
      </Button>
    </p>
  );
}

function choices(mayFollowManaging: boolean): { value: KnownMethod; label: string }[] {
  return METHODS.filter((method) => mayFollowManaging || method !== 'same-as-managing').map((value) => ({
    value,
    label: methodName(value),
  }));
}
