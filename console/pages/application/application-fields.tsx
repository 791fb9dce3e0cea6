import { Radio, Switch, Textarea, TextInput } from '@mantine/core';
import type { UseFormReturnType } from '@mantine/form';
import type { Application } from '../../../src/api/contract/applications.ts';
import { t } from '../../texts/t.ts';
import { AccessField } from './access-field.tsx';
import { keepsSecret } from './application-values.ts';
import type { ApplicationValues } from './application-values.ts';
import { ProtocolFields } from './protocol-fields.tsx';

const KINDS: readonly Application['kind'][] = ['web', 'browser', 'native', 'machine'];

interface FieldsProps {
  form: UseFormReturnType<ApplicationValues>;
  /** The kind is chosen once, at registration. */
  chooseKind: boolean;
  maySetFirstParty: boolean;
  /** Organizations it is narrowed to already. */
  knownAccess: Application['access'];
}

/** The fields of an application, for registering and for changing it. */
export function ApplicationFields({ form, chooseKind, maySetFirstParty, knownAccess }: FieldsProps) {
  const { kind } = form.values;
  return (
    <>
      <TextInput
        label={t('organizations.name')}
        description={t(kind === 'machine' ? 'application.name.help.machine' : 'application.name.help')}
        maxLength={120}
        autoComplete="off"
        {...form.getInputProps('name')}
      />
      {chooseKind && (
        <Radio.Group label={t('application.kind')} {...form.getInputProps('kind')}>
          <div className="choices choices-below">
            {KINDS.map((value) => (
              <Radio
                key={value}
                value={value}
                label={t(`application.kind.${value}`)}
                description={t(`application.kind.${value}.help`)}
              />
            ))}
          </div>
        </Radio.Group>
      )}
      {kind !== 'machine' && <AddressFields form={form} />}
      <ProtocolFields form={form} registered={!chooseKind} />
      {kind !== 'machine' && (
        <AccessField
          value={form.values.access}
          onChange={(access) => form.setFieldValue('access', access)}
          known={knownAccess}
        />
      )}
      {maySetFirstParty && kind !== 'machine' && (
        <Switch
          label={t('application.first-party')}
          description={t('application.first-party.help')}
          {...form.getInputProps('firstParty', { type: 'checkbox' })}
        />
      )}
      {maySetFirstParty && keepsSecret(kind) && !(kind === 'web' && form.values.highSecurity) && (
        <Switch
          label={t('application.acts')}
          description={t('application.acts.help')}
          {...form.getInputProps('actsForUsers', { type: 'checkbox' })}
        />
      )}
    </>
  );
}

/** Where people come from and go to. */
function AddressFields({ form }: Pick<FieldsProps, 'form'>) {
  const { kind } = form.values;
  return (
    <>
      {kind === 'native' && (
        <Switch
          label={t('application.device-login')}
          description={t('application.device-login.help')}
          {...form.getInputProps('deviceLogin', { type: 'checkbox' })}
        />
      )}
      <Textarea
        label={t('application.redirect-uris')}
        description={t(kind === 'native' ? 'application.redirect-uris.help.native' : 'application.redirect-uris.help')}
        autosize
        minRows={2}
        spellCheck={false}
        {...form.getInputProps('redirectUris')}
      />
      <Textarea
        label={t('application.logout-uris')}
        description={t('application.logout-uris.help')}
        autosize
        minRows={1}
        spellCheck={false}
        {...form.getInputProps('postLogoutRedirectUris')}
      />
      {kind === 'web' && (
        <TextInput
          label={t('application.backchannel')}
          description={t('application.backchannel.help')}
          spellCheck={false}
          {...form.getInputProps('backchannelLogoutUri')}
        />
      )}
      <TextInput
        label={t('application.initiate')}
        description={t('application.initiate.help')}
        spellCheck={false}
        {...form.getInputProps('initiateLoginUri')}
      />
    </>
  );
}
