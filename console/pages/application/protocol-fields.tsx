import { NativeSelect, Switch, Textarea } from '@mantine/core';
import type { UseFormReturnType } from '@mantine/form';
import { Notice } from '../../parts/notice.tsx';
import { StateChip } from '../../parts/state-chip.tsx';
import { t } from '../../texts/t.ts';
import { hasKeys } from './application-values.ts';
import type { ApplicationValues } from './application-values.ts';

type Form = UseFormReturnType<ApplicationValues>;

const AUTHENTICATIONS = ['client_secret_basic', 'client_secret_post', 'private_key_jwt'] as const;
const ALGORITHMS = ['RS256', 'ES256'] as const;

/** How the application speaks OpenID Connect. What does not concern its kind is not shown. */
export function ProtocolFields({ form, registered }: { form: Form; registered: boolean }) {
  const { kind, highSecurity } = form.values;
  const authenticates = kind === 'web' || kind === 'machine';
  // What high security decides is not shown.
  const decides = kind === 'web' && highSecurity;
  return (
    <fieldset className="form-part">
      <legend>{t('application.protocol')}</legend>
      {kind === 'web' && (
        <Switch
          label={t('application.high-security')}
          description={t('application.high-security.help')}
          {...form.getInputProps('highSecurity', { type: 'checkbox' })}
        />
      )}
      {authenticates && !decides && (
        <NativeSelect
          label={t('application.authentication')}
          description={t('application.authentication.help')}
          data={AUTHENTICATIONS.map((value) => ({ value, label: t(`application.authentication.${value}`) }))}
          {...form.getInputProps('clientAuthentication')}
        />
      )}
      {authenticates && hasKeys(form.values) && (
        <Textarea
          label={t('application.jwks')}
          description={t(decides ? 'application.jwks.help.high-security' : 'application.jwks.help')}
          autosize
          minRows={3}
          maxRows={12}
          spellCheck={false}
          {...form.getInputProps('jwks')}
        />
      )}
      {kind !== 'machine' && <TokenFields form={form} decides={decides} registered={registered} />}
    </fieldset>
  );
}

/** What an application that logs people in gets; what high security decides is not shown. */
function TokenFields({ form, decides, registered }: { form: Form; decides: boolean; registered: boolean }) {
  const { kind, refreshTokens } = form.values;
  return (
    <>
      {!decides && (
        <NativeSelect
          label={t('application.signing')}
          description={t('application.signing.help')}
          data={ALGORITHMS.map((value) => ({ value, label: t(`application.signing.${value}`) }))}
          {...form.getInputProps('signingAlgorithm')}
        />
      )}
      <Switch
        label={t('application.refresh-tokens')}
        description={t('application.refresh-tokens.help')}
        {...form.getInputProps('refreshTokens', { type: 'checkbox' })}
      />
      {kind === 'web' && !decides && refreshTokens && (
        <Switch
          label={t('application.rotate')}
          description={t('application.rotate.help')}
          {...form.getInputProps('rotateRefreshTokens', { type: 'checkbox' })}
        />
      )}
      {refreshTokens && <Weaker form={form} field="offline" text="application.offline" />}
      <Weaker form={form} field="unprovenAddresses" text="application.unproven" />
      {registered && form.isDirty('unprovenAddresses') && (
        <Notice tone="warn" live>
          {t(form.values.unprovenAddresses ? 'application.unproven.begins' : 'application.unproven.ends')}
        </Notice>
      )}
      {kind === 'web' && !decides && <Weaker form={form} field="withoutPkce" text="application.without-pkce" />}
    </>
  );
}

interface WeakerProps {
  form: Form;
  field: 'offline' | 'unprovenAddresses' | 'withoutPkce';
  text: 'application.offline' | 'application.unproven' | 'application.without-pkce';
}

/** A setting that gives up some protection is called so. */
function Weaker({ form, field, text }: WeakerProps) {
  return (
    <Switch
      label={
        <span className="label-chip">
          {t(text)} <StateChip tone="warn">{t('application.weaker')}</StateChip>
        </span>
      }
      description={t(`${text}.help`)}
      {...form.getInputProps(field, { type: 'checkbox' })}
    />
  );
}
