import { expect, test } from 'vitest';
import { authenticationSettings } from '../../../src/api/contract/authentication.ts';
import {
  hasHostedDomain,
  initialValues,
  settingsOf,
  validate,
  withoutSecret,
  type SettingsValues,
} from './settings-values.ts';

const filled: SettingsValues = {
  method: 'entra-id',
  clientId: ' 7f1c2a9e-52d4-4a0e-9d0c-3b6f5f1f8a21 ',
  directoryId: '2c1a7d1e-0f7b-4b7e-8f0a-6a4f0d8c9b11',
  cloud: '',
  appSpecificKeys: false,
  discoveryUrl: 'https://login.contoso.example',
  credential: 'secret',
  clientKeys: '',
  clientSecret: 'correct horse',
  clientSecretExpiresOn: '',
  flow: '',
  scope: 'openid profile email',
  clientAuthentication: 'automatic',
  trustedAudiences: '',
  preset: 'any',
  hostedDomain: '',
  addressClaim: '',
  nameClaim: '',
};

test('only the fields of the chosen method are sent, in the form the contract asks for', () => {
  for (const method of ['built-in', 'same-as-managing', 'entra-id', 'openid-connect'] as const) {
    expect([method, authenticationSettings.safeParse(settingsOf({ ...filled, method })).success]).toEqual([
      method,
      true,
    ]);
  }
  expect(settingsOf({ ...filled, method: 'built-in' })).toEqual({ method: 'built-in' });
  expect(settingsOf(filled)).toEqual({
    method: 'entra-id',
    clientId: '7f1c2a9e-52d4-4a0e-9d0c-3b6f5f1f8a21',
    directoryId: '2c1a7d1e-0f7b-4b7e-8f0a-6a4f0d8c9b11',
    appSpecificKeys: false,
    nameClaim: '',
    credential: 'secret',
    clientSecret: 'correct horse',
    clientSecretExpiresOn: '',
  });
});

test.each([
  ['openid-connect', 'private-key'],
  ['entra-id', 'certificate'],
  ['entra-id', 'federated'],
] as const)('at %s a key of ours for %s is sent', (method, credential) => {
  const clientKeys = 'cks_aaaaaaaaaaaaaaaaaaaaaaaaaa';
  expect(settingsOf({ ...filled, method, credential, clientKeys })).toMatchObject({ credential, clientKeys });
});

test('of OpenID Connect the flow is sent where there is no credential, and the way of the secret where there is one', () => {
  const openid = { ...filled, method: 'openid-connect' as const };
  expect(settingsOf(openid)).toEqual({
    method: 'openid-connect',
    clientId: '7f1c2a9e-52d4-4a0e-9d0c-3b6f5f1f8a21',
    discoveryUrl: 'https://login.contoso.example',
    credential: 'secret',
    clientSecret: 'correct horse',
    clientSecretExpiresOn: '',
    clientAuthentication: 'automatic',
    scope: 'openid profile email',
    trustedAudiences: '',
    preset: 'any',
    addressClaim: '',
    nameClaim: '',
  });
  const none = { ...openid, credential: 'none' as const };
  expect(settingsOf(none)).not.toHaveProperty('flow');
  expect(settingsOf({ ...none, flow: 'id-token' })).toMatchObject({ flow: 'id-token', credential: 'none' });
  expect(settingsOf({ ...none, flow: 'id-token' })).not.toHaveProperty('clientAuthentication');
  const google = { ...openid, preset: 'google-workspace' as const, hostedDomain: ' contoso.example ' };
  expect(settingsOf(google)).toMatchObject({ preset: 'google-workspace', hostedDomain: 'contoso.example' });
});

test('the domain Google is pinned to is sent and shown whosever guide is chosen, until it is emptied', () => {
  const pinned = { ...filled, method: 'openid-connect' as const, hostedDomain: 'contoso.example' };
  for (const preset of ['any', 'okta', 'google-workspace'] as const) {
    expect(settingsOf({ ...pinned, preset })).toMatchObject({ preset, hostedDomain: 'contoso.example' });
    expect(hasHostedDomain({ ...pinned, preset })).toBe(true);
  }
  const open = { ...pinned, hostedDomain: '' };
  expect(settingsOf({ ...open, preset: 'google-workspace' })).not.toHaveProperty('hostedDomain');
  expect([open, { ...open, preset: 'okta' as const }].map(hasHostedDomain)).toEqual([false, false]);
  expect(hasHostedDomain({ ...open, discoveryUrl: ' https://accounts.google.com/.well-known/x' })).toBe(true);
  expect(hasHostedDomain({ ...open, preset: 'google-workspace' })).toBe(true);
});

test('the chosen claims are sent as typed, of Entra ID the one with the name alone', () => {
  const chosen = { ...filled, addressClaim: ' https://contoso.example/email ', nameClaim: 'displayName' };
  const openid = settingsOf({ ...chosen, method: 'openid-connect' });
  expect(openid).toMatchObject({ addressClaim: 'https://contoso.example/email', nameClaim: 'displayName' });
  expect(settingsOf(chosen)).toMatchObject({ nameClaim: 'displayName' });
  expect(settingsOf(chosen)).not.toHaveProperty('addressClaim');
});

test('what was saved stands in the form again, and nothing where it was the standard’s', () => {
  const settings = { clientId: 'gatehouse', discoveryUrl: 'https://login.contoso.example' };
  const stored = (more: Record<string, string>) =>
    initialValues({
      method: 'openid-connect',
      connection: { method: 'openid-connect', credential: 'none', settings: { ...settings, ...more } },
      switchBack: null,
    } as never);
  expect(stored({ addressClaim: 'mail' })).toMatchObject({ addressClaim: 'mail', nameClaim: '' });
  expect(stored({})).toMatchObject({ addressClaim: '', nameClaim: '' });
});

test('a secret that is not wanted or left empty is not sent', () => {
  expect(settingsOf({ ...filled, credential: 'none' })).not.toHaveProperty('clientSecret');
  expect(settingsOf({ ...filled, clientSecret: '' })).not.toHaveProperty('clientSecret');
});

test('what waits for the return from a login holds no secret', () => {
  expect(JSON.stringify(withoutSecret(filled))).not.toContain('correct horse');
});

test('what is missing or mistyped is told at its field', () => {
  expect(validate(filled, false)).toEqual({});
  const empty = { ...filled, clientId: '', directoryId: '', discoveryUrl: '', clientSecret: '' };
  expect(Object.keys(validate(empty, false))).toEqual(['clientId', 'directoryId', 'clientSecret']);
  expect(Object.keys(validate(empty, true))).toEqual(['clientId', 'directoryId']);
  expect(Object.keys(validate({ ...empty, method: 'openid-connect' }, true))).toEqual(['clientId', 'discoveryUrl']);
  expect(validate({ ...filled, clientId: 'not a guid' }, false)).toHaveProperty('clientId');
  for (const directoryId of ['contoso.example', 'https://login.microsoftonline.us/contoso.example/v2.0']) {
    expect(validate({ ...filled, directoryId }, false)).toEqual({});
  }
  expect(validate({ ...filled, directoryId: 'contoso' }, false)).toHaveProperty('directoryId');
  expect(validate({ ...empty, method: 'built-in' }, false)).toEqual({});
});
