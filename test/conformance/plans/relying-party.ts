import type { Module } from './plan.ts';

/** What every relying party has to do with ID tokens, by code or by form. */
const ID_TOKENS: readonly Module[] = [
  { name: 'oidcc-client-test', section: 'Core 3.1, 3.2', holds: 'a login at a proper provider succeeds' },
  { name: 'oidcc-client-test-invalid-iss', section: 'Core 3.1.3.7-2', holds: 'another issuer is refused' },
  { name: 'oidcc-client-test-missing-sub', section: 'Core 2', holds: 'a token about nobody is refused' },
  { name: 'oidcc-client-test-invalid-aud', section: 'Core 3.1.3.7-3', holds: 'a token for others is refused' },
  { name: 'oidcc-client-test-missing-iat', section: 'Core 2', holds: 'a token without its time is refused' },
  {
    name: 'oidcc-client-test-kid-absent-single-jwks',
    section: 'Core 10.1',
    holds: 'a token without key id is checked by the only key',
  },
  {
    name: 'oidcc-client-test-kid-absent-multiple-jwks',
    section: 'Core 10.1',
    holds: 'a token without key id is checked by each key where there are several',
  },
  { name: 'oidcc-client-test-idtoken-sig-rs256', section: 'Core 3.1.3.7-7', holds: 'RS256 is taken' },
  { name: 'oidcc-client-test-invalid-sig-rs256', section: 'Core 3.1.3.7-6', holds: 'a wrong signature is refused' },
  { name: 'oidcc-client-test-nonce-invalid', section: 'Core 3.1.3.7-11', holds: 'another nonce is refused' },
  {
    name: 'oidcc-client-test-scope-userinfo-claims',
    section: 'Core 5.4',
    holds: 'what scopes ask for is taken from where the provider gives it',
  },
];

const UNSIGNED: Module = {
  name: 'oidcc-client-test-idtoken-sig-none',
  section: 'Core 3.1.3.7-6, 3.1.3.7-7',
  holds: 'an unsigned token is refused',
  leftOutThere: 'the suite marks it skipped where an unsigned token is refused, which is right',
};

export const BASIC_RP: readonly Module[] = [
  ...ID_TOKENS,
  UNSIGNED,
  {
    name: 'oidcc-client-test-userinfo-invalid-sub',
    section: 'Core 5.3.2, 5.3.4',
    holds: 'userinfo about somebody else is not used',
  },
  {
    name: 'oidcc-client-test-client-secret-basic',
    section: 'Core 9',
    holds: 'the client secret is sent by HTTP Basic where the provider takes no other way',
  },
];

const ALL_KEYS_AT_ONCE =
  '`GATEHOUSE_PROVIDERS_WITHOUT_HOLD` with the host of the suite: it replaces all of its keys at once, which is otherwise held until an administrator looks';

export const CONFIG_RP: readonly Module[] = [
  {
    name: 'oidcc-client-test-discovery-openid-config',
    section: 'Discovery 4',
    holds: 'the provider is set up from its document',
  },
  {
    name: 'oidcc-client-test-discovery-jwks-uri-keys',
    section: 'Discovery 3, Core 10.1.1',
    holds: 'keys are read from jwks_uri',
  },
  {
    name: 'oidcc-client-test-discovery-issuer-mismatch',
    section: 'Discovery 4.3',
    holds: 'a document of another issuer is refused',
  },
  UNSIGNED,
  {
    name: 'oidcc-client-test-signing-key-rotation-just-before-signing',
    section: 'Core 10.1.1',
    holds: 'a key made between request and token is found',
    needs: ALL_KEYS_AT_ONCE,
  },
  {
    name: 'oidcc-client-test-signing-key-rotation',
    section: 'Core 10.1.1',
    holds: 'a key changed between two logins is found',
    needs: ALL_KEYS_AT_ONCE,
  },
];

/** `response_type` id_token by form: the way for connections without a client secret. */
export const FORM_POST_IMPLICIT_RP: readonly Module[] = [
  ...ID_TOKENS,
  {
    name: 'oidcc-client-test-nonce-unless-code-flow',
    section: 'Core 3.2.2.1',
    holds: 'a nonce is sent with every request',
  },
];

const WITH_ACCESS_TOKEN =
  'with `response_type` `id_token token` alone: access tokens never come through the browser here';

/** Modules of `id_token token`, which the plan has beside `id_token`. */
export const FORM_POST_IMPLICIT_WITH_ACCESS_TOKEN: readonly Module[] = [
  {
    name: 'oidcc-client-test-invalid-athash',
    section: 'Core 3.2.2.9',
    holds: 'an at_hash that does not fit is refused',
    doesNotApply: WITH_ACCESS_TOKEN,
  },
  {
    name: 'oidcc-client-test-missing-athash',
    section: 'Core 3.2.2.9',
    holds: 'a missing at_hash is refused',
    doesNotApply: WITH_ACCESS_TOKEN,
  },
  {
    name: 'oidcc-client-test-userinfo-invalid-sub',
    section: 'Core 5.3.2',
    holds: 'userinfo about somebody else is not used',
    doesNotApply: WITH_ACCESS_TOKEN,
  },
];
