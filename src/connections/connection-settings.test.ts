import { expect, test } from 'vitest';
import { systemClock } from '../base/clock.ts';
import { federatedMethod } from '../base/federated-method.ts';
import { createConnectors } from '../connectors/create-connectors.ts';
import { createGuardedFetch } from '../connectors/outgoing/guarded-fetch.ts';
import { sharesIdentities } from './connection-settings.ts';

const entraAuthority = 'https://login.microsoftonline.com';
const fetch = createGuardedFetch({ allowedHosts: [] });
const ownIssuer = 'https://gatehouse.example';
const connectors = createConnectors({ fetch, clock: systemClock, entraAuthority, ownIssuer });
const issuer = 'https://login.contoso.example';
const metadata = {
  issuer,
  authorization_endpoint: `${issuer}/authorize`,
  jwks_uri: `${issuer}/keys`,
  id_token_signing_alg_values_supported: ['RS256'],
};
const settings = {
  clientId: 'gatehouse',
  discoveryUrl: issuer,
  directoryId: '0f9a3b1c-1111-4222-8333-444455556666',
  flow: 'code',
  metadata,
  keys: { keys: [] },
  keysReadAt: '2026-03-02T09:00:00.000Z',
};
const one = {
  method: federatedMethod('openid-connect'),
  issuer,
  settings,
};

test.each([
  ['the same client', {}, true],
  ['another client', { settings: { ...settings, clientId: 'other' } }, false],
  ['another issuer', { issuer: 'https://login.fabrikam.example' }, false],
  ['another method', { method: federatedMethod('entra-id') }, false],
])('a connection knows the same people by the same subjects as one with %s: %s', (_what, change, shared) => {
  expect(sharesIdentities({ connectors }, one, { ...one, ...change })).toBe(shared);
  expect(sharesIdentities({ connectors }, { ...one, ...change }, one)).toBe(shared);
});
