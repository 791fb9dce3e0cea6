import { exportJWK, decodeJwt, decodeProtectedHeader, generateKeyPair } from 'jose';
import { expect, test } from 'vitest';
import { federatedAudience } from '../federated-audience.ts';
import { findNoKeyWay, signedAuthentication } from './client-assertion.ts';
import type { ProviderMetadata } from './documents/metadata.ts';
import type { ProviderSettings } from './settings.ts';

const issuer = 'https://login.contoso.example';
const metadata: ProviderMetadata = {
  issuer,
  authorization_endpoint: `${issuer}/authorize`,
  token_endpoint: `${issuer}/token`,
  jwks_uri: `${issuer}/keys`,
  id_token_signing_alg_values_supported: ['RS256'],
};
const client = { client_id: 'gatehouse' };

async function assertionFor(credential: 'private-key' | 'certificate' | 'federated', stated?: string[]) {
  const pairs = await Promise.all(['RS256', 'ES256'].map(async (alg) => generateKeyPair(alg, { extractable: true })));
  const keys = await Promise.all(
    pairs.map(async ({ privateKey }, i) => ({ ...(await exportJWK(privateKey)), kid: `${i}` })),
  );
  const key = {
    credential,
    keys,
    thumbprint: 'thumbprint',
    issuer: 'https://sso.northwind.example/k',
    subject: 'cks_a',
  };
  const named = stated === undefined ? {} : { token_endpoint_auth_signing_alg_values_supported: stated };
  const settings = { issuer, metadata: { ...metadata, ...named } } as ProviderSettings;
  const body = new URLSearchParams();
  await signedAuthentication(settings, key)({ issuer }, client, body, new Headers());
  const assertion = body.get('client_assertion') ?? '';
  return { header: decodeProtectedHeader(assertion), payload: decodeJwt(assertion) };
}

test('an assertion is for one provider, runs out within minutes and is never the same twice', async () => {
  const [one, other] = [await assertionFor('private-key'), await assertionFor('private-key')];
  expect(one.header).toMatchObject({ alg: 'RS256', kid: '0' });
  expect(one.payload).toMatchObject({ iss: 'gatehouse', sub: 'gatehouse', aud: issuer });
  expect((one.payload.exp ?? 0) - (one.payload.iat ?? 0)).toBeLessThanOrEqual(300);
  expect(one.payload.jti).not.toBe(other.payload.jti);
});

test.each([
  [['PS256', 'ES256'], 'PS256'],
  [['ES256'], 'ES256'],
  [['HS256', 'RS256'], 'RS256'],
])('of the algorithms %j that a provider states %s is taken', async (stated, alg) => {
  expect((await assertionFor('private-key', stated)).header.alg).toBe(alg);
});

test('a provider without a way for a key of ours is named', () => {
  expect(findNoKeyWay(metadata)).toBeNull();
  const basic = { ...metadata, token_endpoint_auth_methods_supported: ['client_secret_basic'] };
  expect(findNoKeyWay(basic)).toMatchObject({ fault: 'discovery.no-private-key' });
  const shared = { ...metadata, token_endpoint_auth_signing_alg_values_supported: ['HS256'] };
  expect(findNoKeyWay(shared)).toMatchObject({ fault: 'discovery.no-private-key' });
});

test('Entra ID gets PS256 with the thumbprint for its token endpoint, or an assertion of ours for its exchange', async () => {
  const { header, payload } = await assertionFor('certificate');
  expect(header).toEqual({ alg: 'PS256', typ: 'JWT', kid: '0', 'x5t#S256': 'thumbprint' });
  expect(payload).toMatchObject({ iss: 'gatehouse', sub: 'gatehouse', aud: `${issuer}/token` });
  const federated = await assertionFor('federated');
  expect(federated.header).toMatchObject({ alg: 'RS256', kid: '0' });
  expect(federated.payload).toMatchObject({
    iss: 'https://sso.northwind.example/k',
    sub: 'cks_a',
    aud: 'api://AzureADTokenExchange',
  });
  expect(federatedAudience('https://login.microsoftonline.us/x/v2.0')).toBe('api://AzureADTokenExchangeUSGov');
  expect(federatedAudience('https://login.partner.microsoftonline.cn/x/v2.0')).toBe('api://AzureADTokenExchangeChina');
});
