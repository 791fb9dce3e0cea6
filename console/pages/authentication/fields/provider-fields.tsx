import { Checkbox, NativeSelect, TextInput } from '@mantine/core';
import { credentialsOf } from '../../../../src/guides/guide.ts';
import { GUIDES } from '../../../../src/guides/guides.ts';
import { SecretInput } from '../../../parts/form/secret-input.tsx';
import { useEffect, useRef, useState } from 'react';
import { useAnswer } from '../../../api/queries.ts';
import { dayOf, t } from '../../../texts/t.ts';
import { KeyFields } from '../keys/key-fields.tsx';
import type { FieldsProps } from './fields-props.ts';
import { Further } from './further.tsx';
import { ClaimFields } from './claim-fields.tsx';
import { CLOUDS, CREDENTIALS, isKey, type Credential } from '../settings-values.ts';

/** **Client ID**; below it the directory (found, shown, editable) and the credential. */
export function EntraFields({ form, organizationId, secretSetAt, testedAt, onLeave }: FieldsProps) {
  const found = useAnswer('proposeDirectory', { params: { organizationId }, query: {} }).data?.proposal ?? null;
  const offered = useRef(false);
  const { directoryId } = form.values;
  useEffect(() => {
    if (found === null || offered.current) return;
    offered.current = true; // once: a field the administrator emptied stays empty
    if (directoryId === '') form.setFieldValue('directoryId', found.directoryId);
  }, [found, directoryId, form]);
  const isFound = found !== null && directoryId === found.directoryId;
  return (
    <>
      <TextInput
        label={t('client-id')}
        description={t('client-id.help.entra')}
        autoComplete="off"
        spellCheck={false}
        {...form.getInputProps('clientId')}
        onBlur={onLeave}
      />
      <TextInput
        label={
          <>
            {t('directory')}
            {isFound && <span className="soft normal"> {t('directory.found', { domain: found.domain })}</span>}
          </>
        }
        description={t('directory.help')}
        autoComplete="off"
        spellCheck={false}
        {...form.getInputProps('directoryId')}
        onBlur={onLeave}
      />
      <NativeSelect
        label={t('cloud')}
        description={t('cloud.help')}
        data={[
          { value: '', label: t('cloud.found') },
          ...CLOUDS.map((value) => ({ value, label: t(`cloud.${value}`) })),
        ]}
        {...form.getInputProps('cloud')}
      />
      <CredentialFields
        form={form}
        organizationId={organizationId}
        none={t('credential.none.entra')}
        secretSetAt={secretSetAt}
        onLeave={onLeave}
      />
      <Checkbox
        label={t('app-keys')}
        description={t('app-keys.help')}
        {...form.getInputProps('appSpecificKeys', { type: 'checkbox' })}
      />
      <Further changed={form.values.nameClaim !== ''}>
        <ClaimFields form={form} organizationId={organizationId} testedAt={testedAt} onLeave={onLeave} />
      </Further>
    </>
  );
}

/** The credential, and the client secret where it is one. */
export function CredentialFields({
  form,
  organizationId,
  none,
  secretSetAt,
  onLeave,
}: Omit<FieldsProps, 'testedAt'> & { none: string }) {
  const { method, credential } = form.values;
  const ofMethod = method === 'entra-id' ? CREDENTIALS['entra-id'] : CREDENTIALS['openid-connect'];
  const offered = credentialsOf(GUIDES[method === 'entra-id' ? method : form.values.preset]);
  // What is in force stays a choice, whatever the guide of the provider has.
  const stored = form.getInitialValues();
  const kept = [credential, ...(stored.method === method ? [stored.credential] : [])];
  const choices = ofMethod.filter((one) => kept.includes(one) || offered.includes(one));
  // Who chooses another credential and comes back finds the key that was made for this one.
  const [made, setMade] = useState<Partial<Record<Credential, string>>>({});
  const setOn = secretSetAt === null ? null : dayOf(new Date(secretSetAt));
  return (
    <>
      <NativeSelect
        label={t('credential')}
        data={choices.map((value) => ({ value, label: value === 'none' ? none : t(`credential.${value}`) }))}
        {...form.getInputProps('credential')}
        onChange={(event) => {
          const chosen = event.currentTarget.value as Credential;
          setMade({ ...made, [credential]: form.values.clientKeys });
          form.setFieldValue('credential', chosen);
          form.setFieldValue('clientKeys', made[chosen] ?? '');
        }}
      />
      {isKey(credential) && <KeyFields form={form} organizationId={organizationId} credential={credential} />}
      {form.values.credential === 'secret' && (
        <SecretInput
          label={t('client-secret')}
          description={setOn === null ? t('client-secret.help') : t('client-secret.stored', { day: setOn })}
          placeholder={setOn === null ? undefined : '••••••••'}
          {...form.getInputProps('clientSecret')}
          onBlur={onLeave}
        />
      )}
      {form.values.credential === 'secret' && (
        <TextInput
          label={t('client-secret.expires')}
          description={t('client-secret.expires.help')}
          type="date"
          {...form.getInputProps('clientSecretExpiresOn')}
          onBlur={onLeave}
        />
      )}
    </>
  );
}
