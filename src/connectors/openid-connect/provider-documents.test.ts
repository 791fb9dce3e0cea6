import { describe, expect, test } from 'vitest';
import { readDiscoveryUrl } from './discovery-url.ts';
import type { DiscoveryUrl } from './discovery-url.ts';
import { checkKeys } from './keys.ts';
import { checkMetadata, supports } from './metadata.ts';

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
    ['https://login.contoso.example/?to=https://inner', 'has-query'],
    ['https://login.contoso.example/#a', 'has-query'],
    ['https://login.contoso .example/', 'not-a-url'],
    ['contoso', 'not-a-url'],
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
    [{ issuer: ['https://login.contoso.example'] }, 'malformed'],
    [{ jwks_uri: undefined }, 'endpoint-missing'],
    [{ authorization_endpoint: undefined }, 'endpoint-missing'],
    [{ authorization_endpoint: 'javascript:alert(1)' }, 'endpoint-not-https'],
    [{ jwks_uri: 'http://keys.contoso.example/keys' }, 'endpoint-not-https'],
    [{ token_endpoint: 'file:///etc/passwd' }, 'endpoint-not-https'],
    [{ end_session_endpoint: 'https://a:b@login.contoso.example/' }, 'endpoint-not-https'],
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
