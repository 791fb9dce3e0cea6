import { describe, expect, test } from 'vitest';
import { readDiscoveryUrl } from './discovery-url.ts';
import type { DiscoveryUrl } from './discovery-url.ts';
import { chooseFlow } from '../choose-flow.ts';
import { checkKeys } from './keys.ts';
import { checkMetadata, supports } from './metadata.ts';
import type { ProviderMetadata } from './metadata.ts';

describe('Discovery URL', () => {
  test.each([
    ['https://login.contoso.example', 'https://login.contoso.example'],
    ['https://login.contoso.example/', 'https://login.contoso.example'],
    ['  https://LOGIN.contoso.example/realms/a/ ', 'https://login.contoso.example/realms/a'],
    [
      'https://login.contoso.example/realms/a/.well-known/openid-configuration',
      'https://login.contoso.example/realms/a',
    ],
    ['https://login.contoso.example/.well-known/openid-configuration/', 'https://login.contoso.example'],
    ['http://127.0.0.1:4000/', 'http://127.0.0.1:4000'],
  ])('%s', (typed, issuer) => {
    expect(readDiscoveryUrl(typed)).toMatchObject({
      issuer,
      document: `${issuer}/.well-known/openid-configuration`,
    });
  });

  test.each([
    ['http://login.contoso.example/', 'not-https'],
    ['ftp://login.contoso.example/', 'not-https'],
    ['file:///etc/passwd', 'not-https'],
    ['data:application/json,{}', 'not-https'],
    ['https://maria:secret@login.contoso.example/', 'has-credentials'],
    ['https://:secret@login.contoso.example/', 'has-credentials'],
    ['https://maria@login.contoso.example/', 'has-credentials'],
    ['https://login.contoso.example/?to=https://inner', 'has-query'],
    ['https://login.contoso.example/#a', 'has-query'],
    ['https://login.contoso .example/', 'not-a-url'],
    ['contoso', 'not-a-url'],
    // A URL parser drops it.
    ['https://login.con\ttoso.example/', 'not-a-url'],
    [`https://login.contoso.example/${'a'.repeat(2048)}`, 'too-long'],
  ])('%s is %s', (typed, fault) => {
    expect(readDiscoveryUrl(typed)).toBe(fault);
  });
});

const address = readDiscoveryUrl('https://login.contoso.example/') as DiscoveryUrl;
const good = {
  issuer: 'https://login.contoso.example',
  authorization_endpoint: 'https://login.contoso.example/authorize',
  token_endpoint: 'https://login.contoso.example/token',
  jwks_uri: 'https://keys.contoso.example/keys',
  response_types_supported: ['code', 'id_token'],
  response_modes_supported: ['query', 'form_post'],
  id_token_signing_alg_values_supported: ['none', 'HS256', 'ES256', 'RS256'],
  tenant_region_scope: null,
};

describe('discovery document', () => {
  test('is kept without the algorithms that prove nothing', () => {
    const checked = checkMetadata(good, address);
    expect(checked).toMatchObject({ issuer: good.issuer, id_token_signing_alg_values_supported: ['RS256', 'ES256'] });
  });

  test('keeps its own spelling of the issuer', () => {
    expect(checkMetadata({ ...good, issuer: `${good.issuer}/` }, address)).toMatchObject({ issuer: `${good.issuer}/` });
  });

  test.each([
    [{ issuer: 'https://login.fabrikam.example' }, 'issuer-mismatch'],
    [{ issuer: 'https://login.contoso.example//' }, 'issuer-mismatch'],
    [{ issuer: 'https://login.contoso.example/{tenantid}' }, 'issuer-mismatch'],
    [{ issuer: 'contoso' }, 'issuer-mismatch'],
    // A URL parser drops the space: what is stored and compared would not be what was checked.
    [{ issuer: 'https://login.contoso.example ' }, 'issuer-not-https'],
    [{ issuer: ['https://login.contoso.example'] }, 'malformed'],
    [{ cloud_instance_name: 'a lone surrogate: \ud800' }, 'malformed'],
    [{ cloud_instance_name: 'two\nlines' }, 'malformed'],
    [{ response_types_supported: [7] }, 'malformed'],
    [{ jwks_uri: undefined }, 'endpoint-missing'],
    [{ authorization_endpoint: undefined }, 'endpoint-missing'],
    [{ authorization_endpoint: 'javascript:alert(1)' }, 'endpoint-not-https'],
    [{ jwks_uri: 'http://keys.contoso.example/keys' }, 'endpoint-not-https'],
    [{ token_endpoint: 'file:///etc/passwd' }, 'endpoint-not-https'],
    [{ end_session_endpoint: 'https://a:b@login.contoso.example/' }, 'endpoint-not-https'],
    [{ end_session_endpoint: 'https://:b@login.contoso.example/' }, 'endpoint-not-https'],
    [{ end_session_endpoint: 'https://a@login.contoso.example/' }, 'endpoint-not-https'],
    [{ end_session_endpoint: 'https://login.contoso.example/#end' }, 'endpoint-not-https'],
    [{ end_session_endpoint: 'nowhere' }, 'endpoint-not-https'],
    [{ id_token_signing_alg_values_supported: ['none', 'HS256'] }, 'no-signature-algorithm'],
    [{ issuer: 'a'.repeat(3000) }, 'malformed'],
  ])('with %j is refused: %s', (change, fault) => {
    expect(checkMetadata({ ...good, ...change }, address)).toBe(fault);
  });

  test.each([[[]], ['text'], [null], [{}]])('%j is no document', (document) => {
    expect(checkMetadata(document, address)).toBe('malformed');
  });

  test('too deep is refused', () => {
    let deep: unknown = {};
    for (let i = 0; i < 5000; i += 1) deep = { deep };
    expect(checkMetadata({ ...good, deep }, address)).toBe('malformed');
  });

  test('without response modes there is no form_post', () => {
    const checked = checkMetadata({ ...good, response_modes_supported: undefined }, address);
    expect(typeof checked === 'string' ? checked : supports(checked)).toEqual({
      formPostIdToken: false,
      code: true,
      publicClients: false,
      issuerInResponse: false,
    });
  });
});

describe('flow', () => {
  const callbacks = { shared: 'https://gatehouse.example/shared', organization: 'https://gatehouse.example/own' };
  const provider = { ...good, id_token_signing_alg_values_supported: ['RS256'] };

  test.each([
    ['secret', {}, { flow: 'code', redirectUri: callbacks.organization }],
    ['secret', { token_endpoint: undefined }, { fault: 'discovery.no-flow' }],
    ['none', {}, { flow: 'id-token', redirectUri: callbacks.shared }],
    [
      'none',
      { response_modes_supported: undefined, token_endpoint_auth_methods_supported: ['none'] },
      { flow: 'code', redirectUri: callbacks.organization },
    ],
    ['none', { response_modes_supported: undefined }, { fault: 'discovery.needs-secret' }],
  ] as const)('with credential %s and %j', (credential, change, chosen) => {
    const metadata = { ...provider, ...change } as ProviderMetadata;
    expect(chooseFlow(credential, metadata, callbacks)).toEqual(chosen);
  });
});

describe('key set', () => {
  const rsa = (bytes: number): Record<string, unknown> => ({
    kty: 'RSA',
    kid: 'one',
    e: 'AQAB',
    n: Buffer.alloc(bytes, 0xc1).toString('base64url'),
  });

  test('keeps usable signing keys alone', () => {
    const set = {
      keys: [rsa(256), rsa(128), { ...rsa(256), use: 'enc' }, { kty: 'XYZ' }, { ...rsa(256), e: 'AQABAQAB' }],
    };
    expect(checkKeys(set)).toEqual({ keys: [rsa(256)] });
  });

  const ec = { kty: 'EC', crv: 'P-256', x: 'AQ', y: 'AQ' };
  const okp = { kty: 'OKP', crv: 'Ed25519', x: 'AQ' };

  test.each([rsa(256), rsa(1024), { ...rsa(256), key_ops: ['verify'] }, ec, okp])('keeps %j', (key) => {
    expect(checkKeys({ keys: [key] })).toEqual({ keys: [key] });
  });

  test.each([
    { ...rsa(256), key_ops: ['encrypt'] },
    { ...rsa(256), kid: 'a lone surrogate: \ud800' },
    { ...rsa(256), kid: 'nothing\0' },
    { ...rsa(256), e: 'AQ' },
    rsa(1025),
    { ...ec, x: undefined },
    { ...ec, y: undefined },
    { ...ec, crv: 'secp256k1' },
    { ...okp, x: undefined },
    { ...okp, crv: 'X25519' },
  ])('leaves out %j', (key) => {
    expect(checkKeys({ keys: [key] })).toBe('no-usable-key');
  });

  test.each([
    [{ keys: [{ ...rsa(256), d: 'AQ' }] }, 'private-key'],
    [{ keys: [rsa(256), { kty: 'oct', k: 'AQ' }] }, 'private-key'],
    [{ keys: [] }, 'no-usable-key'],
    [{ keys: [rsa(128)] }, 'no-usable-key'],
    [{ keys: Array.from({ length: 101 }, () => rsa(256)) }, 'too-many'],
    [{ keys: 'none' }, 'malformed'],
    [[], 'malformed'],
  ])('%# is refused: %s', (set, fault) => {
    expect(checkKeys(set)).toBe(fault);
  });
});
