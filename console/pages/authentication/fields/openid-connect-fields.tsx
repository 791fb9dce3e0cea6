import '../../../texts/add-guides.ts';
import { NativeSelect, Textarea, TextInput } from '@mantine/core';
import { useState } from 'react';
import { credentialsOf } from '../../../../src/guides/guide.ts';
import { GUIDES } from '../../../../src/guides/guides.ts';
import { PRESETS, type Preset } from '../../../../src/guides/presets.ts';
import { t } from '../../../texts/t.ts';
import { Further } from './further.tsx';
import type { FieldsProps } from './fields-props.ts';
import { CredentialFields } from './provider-fields.tsx';
import { ClaimFields } from './claim-fields.tsx';
import { DEFAULT_SCOPE, hasHostedDomain, type Flow } from '../settings-values.ts';

/** Whose provider it is, **Client ID**, **Discovery url**, the credential; without one how the provider answers; the rest in a fold. */
export function OpenidConnectFields({
  form,
  organizationId,
  flow,
  secretSetAt,
  testedAt,
  onLeave,
}: FieldsProps & { flow: Flow }) {
  const { preset } = form.values;
  // A pin that was emptied keeps its field.
  const [wasPinned] = useState(form.values.hostedDomain !== '');
  /** Chooses a guide; the address of a provider that has one for everybody is filled in. */
  const choosePreset = (chosen: Preset): void => {
    const known = PRESETS.map((each) => GUIDES[each].discoveryUrl);
    const { discoveryUrl } = form.values;
    const address = GUIDES[chosen].discoveryUrl;
    form.setFieldValue('preset', chosen);
    if (discoveryUrl === '' || known.includes(discoveryUrl)) form.setFieldValue('discoveryUrl', address ?? '');
    const offered = credentialsOf(GUIDES[chosen]);
    if (!offered.includes(form.values.credential)) form.setFieldValue('credential', offered[0] ?? 'secret');
  };
  return (
    <>
      <NativeSelect
        label={t('preset')}
        description={t('preset.help')}
        value={preset}
        onChange={(event) => choosePreset(event.currentTarget.value as Preset)}
        data={PRESETS.map((value) => ({ value, label: t(GUIDES[value].name) }))}
      />
      <TextInput
        label={t('client-id')}
        description={t('client-id.help.openid')}
        autoComplete="off"
        spellCheck={false}
        {...form.getInputProps('clientId')}
        onBlur={onLeave}
      />
      <TextInput
        label={t('discovery-url')}
        description={t(GUIDES[preset].discoveryHelp ?? 'discovery-url.help')}
        type="url"
        inputMode="url"
        autoComplete="off"
        spellCheck={false}
        {...form.getInputProps('discoveryUrl')}
        onBlur={onLeave}
      />
      {(wasPinned || hasHostedDomain(form.values)) && (
        <TextInput
          label={t('hosted-domain')}
          description={t('hosted-domain.help')}
          autoComplete="off"
          spellCheck={false}
          {...form.getInputProps('hostedDomain')}
          onBlur={onLeave}
        />
      )}
      <CredentialFields
        form={form}
        organizationId={organizationId}
        none={t('credential.none.openid')}
        secretSetAt={secretSetAt}
        onLeave={onLeave}
      />
      {form.values.credential === 'none' && (
        <NativeSelect
          label={t('flow')}
          description={t(`flow.help.${flow}`)}
          data={(['code', 'id-token'] as const)
            .filter((way) => way === flow || GUIDES[preset].ways.includes(way))
            .map((way) => ({ value: way, label: t(`flow.${way}`) }))}
          value={flow}
          error={form.errors['flow']}
          onChange={(event) => form.setFieldValue('flow', event.currentTarget.value as Flow)}
        />
      )}
      <FurtherFields form={form} organizationId={organizationId} testedAt={testedAt} onLeave={onLeave} />
    </>
  );
}

/** What few connections need: scopes, how the client secret is sent, further trusted audiences, which claims give address and name. */
function FurtherFields({ form, organizationId, testedAt, onLeave }: Omit<FieldsProps, 'secretSetAt'>) {
  const { scope, clientAuthentication, trustedAudiences, credential, addressClaim, nameClaim } = form.values;
  const changed =
    scope !== DEFAULT_SCOPE ||
    clientAuthentication !== 'automatic' ||
    [trustedAudiences, addressClaim, nameClaim].some((text) => text !== '');
  return (
    <Further changed={changed}>
      <TextInput
        label={t('scope')}
        description={t('scope.help')}
        autoComplete="off"
        spellCheck={false}
        {...form.getInputProps('scope')}
        onBlur={onLeave}
      />
      {credential === 'secret' && (
        <NativeSelect
          label={t('client-authentication')}
          description={t('client-authentication.help')}
          data={[
            { value: 'automatic', label: t('client-authentication.automatic') },
            { value: 'client_secret_basic', label: t('client-authentication.basic') },
            { value: 'client_secret_post', label: t('client-authentication.post') },
          ]}
          {...form.getInputProps('clientAuthentication')}
        />
      )}
      <Textarea
        label={t('trusted-audiences')}
        description={t('trusted-audiences.help')}
        autosize
        spellCheck={false}
        {...form.getInputProps('trustedAudiences')}
        onBlur={onLeave}
      />
      <ClaimFields form={form} organizationId={organizationId} testedAt={testedAt} onLeave={onLeave} />
    </Further>
  );
}
