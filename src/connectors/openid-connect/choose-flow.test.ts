import { expect, test } from 'vitest';
import { chooseFlow } from './choose-flow.ts';
import type { ProviderMetadata } from './documents/metadata.ts';

const callbacks = { shared: 'https://gatehouse.example/shared', organization: 'https://gatehouse.example/own' };
const provider = {
  issuer: 'https://login.contoso.example',
  authorization_endpoint: 'https://login.contoso.example/authorize',
  token_endpoint: 'https://login.contoso.example/token',
  jwks_uri: 'https://login.contoso.example/keys',
  response_types_supported: ['code', 'id_token'],
  response_modes_supported: ['query', 'form_post'],
  id_token_signing_alg_values_supported: ['RS256'],
};

const code = { flow: 'code', redirectUri: callbacks.organization };
const idToken = { flow: 'id-token', redirectUri: callbacks.shared };
const noPost = { response_modes_supported: undefined };
const noToken = { token_endpoint: undefined };
const pkce = { code_challenge_methods_supported: ['S256'] };

// What a list lacks for clients without a secret (`none`) says nothing about this client.
test.each([
  [{ credential: 'secret' }, {}, code],
  [{ credential: 'secret', flow: 'id-token' }, {}, code],
  [{ credential: 'secret' }, noToken, { fault: 'discovery.no-code' }],
  [{ credential: 'none' }, {}, idToken],
  [{ credential: 'none' }, pkce, code],
  [{ credential: 'none' }, { ...pkce, ...noToken }, idToken],
  [{ credential: 'none' }, { code_challenge_methods_supported: ['plain'] }, idToken],
  [{ credential: 'none' }, { ...noPost, token_endpoint_auth_methods_supported: ['client_secret_basic'] }, code],
  [{ credential: 'none', flow: 'code' }, {}, code],
  [{ credential: 'none', flow: 'id-token' }, pkce, idToken],
  [{ credential: 'none', flow: 'id-token' }, noPost, { fault: 'discovery.no-id-token' }],
  [{ credential: 'none', flow: 'code' }, noToken, { fault: 'discovery.no-code' }],
  [{ credential: 'none' }, { ...noPost, ...noToken }, { fault: 'discovery.no-flow' }],
  [{ credential: 'none', flow: 'code' }, { ...noPost, ...noToken }, { fault: 'discovery.no-flow' }],
] as const)('with %j and %j', (entered, change, chosen) => {
  const metadata = { ...provider, ...change } as ProviderMetadata;
  expect(chooseFlow(entered, metadata, callbacks)).toEqual(chosen);
});
