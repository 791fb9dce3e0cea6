import { describe, expect, test } from 'vitest';
import { readDiscoveryUrl } from './discovery-url.ts';
import type { DiscoveryUrl } from './discovery-url.ts';
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

const metadataOf = (change: object): ProviderMetadata => {
  const checked = checkMetadata({ ...good, ...change }, address);
  if ('fault' in checked) throw new Error(checked.fault);
  return checked.metadata;
};

describe('discovery document', () => {
  test('is kept without the algorithms that prove nothing', () => {
    expect(metadataOf({})).toMatchObject({
      issuer: good.issuer,
      id_token_signing_alg_values_supported: ['RS256', 'ES256'],
    });
  });

  test.each([`${good.issuer}/`, 'https://LOGIN.Contoso.example', 'HTTPS://login.contoso.example:443/'])(
    'keeps its own spelling of the issuer: %s',
    (issuer) => {
      expect(metadataOf({ issuer }).issuer).toBe(issuer);
    },
  );

  test.each(['https://LOGIN.contoso.example', 'https://login.contoso.example:443/'])(
    'is that of %s, however either side spells host and port',
    (typed) => {
      for (const issuer of ['https://login.CONTOSO.example:443', 'https://login.contoso.example/']) {
        expect(checkMetadata({ ...good, issuer }, readDiscoveryUrl(typed) as DiscoveryUrl)).toMatchObject({
          metadata: { issuer },
        });
      }
    },
  );

  test.each<[object, string, object]>([
    [
      { issuer: 'https://login.fabrikam.example' },
      'issuer-mismatch',
      { found: '"https://login.fabrikam.example"', wanted: '"https://login.contoso.example"' },
    ],
    [{ issuer: 'https://login.contoso.example//' }, 'issuer-mismatch', {}],
    [{ issuer: 'https://login.contoso.example/{tenantid}' }, 'issuer-mismatch', {}],
    [{ issuer: 'contoso' }, 'issuer-not-https', { found: '"contoso"' }],
    // A URL parser drops the space: what is stored and compared would not be what was checked.
    [{ issuer: 'https://login.contoso.example ' }, 'issuer-not-https', {}],
    [{ issuer: ['https://login.contoso.example'] }, 'member-wrong', { member: 'issuer' }],
    [{ issuer: undefined }, 'member-missing', { member: 'issuer', wanted: '"https://login.contoso.example"' }],
    [{ issuer: 'a'.repeat(3000) }, 'member-wrong', { member: 'issuer' }],
    [{ jwks_uri: undefined }, 'endpoint-missing', { member: 'jwks_uri' }],
    [{ jwks_uri: '' }, 'endpoint-missing', { member: 'jwks_uri' }],
    [{ jwks_uri: { url: 'x' } }, 'member-wrong', { member: 'jwks_uri', found: '{…}' }],
    [{ authorization_endpoint: null }, 'endpoint-missing', { member: 'authorization_endpoint' }],
    [
      { authorization_endpoint: 'javascript:alert(1)' },
      'endpoint-not-https',
      { member: 'authorization_endpoint', found: '"javascript:alert(1)"' },
    ],
    [{ jwks_uri: 'http://keys.contoso.example/keys' }, 'endpoint-not-https', { member: 'jwks_uri' }],
    [{ token_endpoint: 'file:///etc/passwd' }, 'endpoint-not-https', { member: 'token_endpoint' }],
    [{ token_endpoint: 'https://a:b@login.contoso.example/' }, 'endpoint-not-https', { member: 'token_endpoint' }],
    [
      { id_token_signing_alg_values_supported: ['none', 'HS256'] },
      'no-signature-algorithm',
      { found: '["none", "HS256"]' },
    ],
  ])('with %j is refused: %s, naming %j', (change, fault, values) => {
    expect(checkMetadata({ ...good, ...change }, address)).toMatchObject({ fault: `discovery.${fault}`, values });
  });

  test.each<[string, unknown, string]>([
    ['end_session_endpoint', '', 'url'],
    ['end_session_endpoint', 'nowhere', 'url'],
    ['end_session_endpoint', 'https://a:b@login.contoso.example/', 'url'],
    ['end_session_endpoint', 'https://:b@login.contoso.example/', 'url'],
    ['end_session_endpoint', 'https://a@login.contoso.example/', 'url'],
    ['end_session_endpoint', 'https://login.contoso.example/#end', 'url'],
    ['userinfo_endpoint', 'http://login.contoso.example/', 'url'],
    ['token_endpoint', '', 'url'],
    ['response_types_supported', 'code', 'list'],
    ['response_types_supported', [7], 'list'],
    ['code_challenge_methods_supported', { S256: true }, 'list'],
    ['authorization_response_iss_parameter_supported', 'true', 'flag'],
    ['cloud_instance_name', 'a lone surrogate: \ud800', 'text'],
    ['cloud_instance_name', 'two\nlines', 'text'],
  ])('without %s, which is %j and counts as absent, it holds, and says so', (member, value, kind) => {
    const checked = checkMetadata({ ...good, [member]: value }, address);
    if ('fault' in checked) throw new Error(checked.fault);
    expect(checked.metadata).not.toHaveProperty(member);
    expect(checked.notes).toMatchObject([{ fault: `discovery.left-out-${kind}`, values: { member } }]);
  });

  test.each([
    ['claims_supported', 'email'],
    ['ui_locales_supported', 7],
    ['request_parameter_supported', 'yes'],
    ['registration_endpoint', 'nowhere'],
    ['service_documentation', { a: ['b'] }],
    ['tenant_region_scope', null],
    ['userinfo_endpoint', null],
  ])('is not looked at in %s, which nobody uses or which is absent', (member, value) => {
    expect(checkMetadata({ ...good, [member]: value }, address)).toMatchObject({ notes: [] });
  });

  test.each([[[]], ['text'], [null], [7]])('%j is no document', (document) => {
    expect(checkMetadata(document, address)).toMatchObject({ fault: 'discovery.malformed' });
  });

  test('too deep is refused', () => {
    let deep: unknown = {};
    for (let i = 0; i < 5000; i += 1) deep = { deep };
    expect(checkMetadata({ ...good, deep }, address)).toMatchObject({ fault: 'discovery.malformed' });
  });

  test('without response modes there is no form_post', () => {
    expect(supports(metadataOf({ response_modes_supported: undefined }))).toEqual({
      formPostIdToken: false,
      code: true,
      pkce: false,
      issuerInResponse: false,
    });
  });

  test.each([
    ['https://idcs-1.identity.oraclecloud.com', 'https://identity.oraclecloud.com/', 'oracle'],
    ['https://contoso.b2clogin.com/contoso.onmicrosoft.com/b2c_1/v2.0', 'https://contoso.b2clogin.com/0f/v2.0/', 'b2c'],
    ['https://contoso.ciamlogin.com/contoso.onmicrosoft.com/v2.0', 'https://0f.ciamlogin.com/0f/v2.0', 'external-id'],
  ])('of %s names the issuer %s by its vendor’s design: the vendor’s own switch is told', (typed, issuer, vendor) => {
    expect(checkMetadata({ ...good, issuer }, readDiscoveryUrl(typed) as DiscoveryUrl)).toEqual({
      fault: `discovery.issuer-mismatch-${vendor}`,
      values: { found: `"${issuer}"`, wanted: `"${typed}"` },
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

  const ec = { kty: 'EC', crv: 'P-256', x: 'AQ', y: 'AQ' };
  const okp = { kty: 'OKP', crv: 'Ed25519', x: 'AQ' };

  test.each([rsa(256), rsa(1024), { ...rsa(256), key_ops: ['verify'] }, ec, okp])('keeps %j', (key) => {
    expect(checkKeys({ keys: [key] })).toEqual({ keys: [key] });
  });

  const first = { key: '"one"', count: '1', endpoint: 'https://login.contoso.example/keys' };
  const second = { ...first, key: '#1' };

  test.each<[object, string, object]>([
    [{ ...rsa(256), key_ops: ['encrypt'] }, 'not-for-signing', { ...first, member: 'key_ops', found: '["encrypt"]' }],
    [{ ...rsa(256), use: 'enc' }, 'not-for-signing', { ...first, member: 'use', found: '"enc"' }],
    [{ ...rsa(256), kid: 'a lone surrogate: \ud800' }, 'member-wrong', { member: 'kid' }],
    [{ ...rsa(256), kid: 'nothing\0' }, 'member-wrong', { member: 'kid' }],
    [{ ...rsa(256), alg: ['RS256'] }, 'member-wrong', { ...first, member: 'alg', found: '["RS256"]' }],
    [{ ...rsa(256), e: 'AQ' }, 'member-wrong', { ...first, member: 'e', found: '"AQ"' }],
    [{ ...rsa(256), n: 'not base64url' }, 'member-wrong', { ...first, member: 'n' }],
    [{ ...rsa(256), n: undefined }, 'member-wrong', { ...first, member: 'n', found: '–' }],
    [rsa(128), 'size', { ...first, found: '1024' }],
    [rsa(1025), 'size', { ...first, found: '8200' }],
    [{ ...ec, x: undefined }, 'member-wrong', { ...second, member: 'x', found: '–' }],
    [{ ...ec, y: null }, 'member-wrong', { ...second, member: 'y', found: '–' }],
    [{ ...ec, crv: 'secp256k1' }, 'curve', { ...second, found: '"secp256k1"' }],
    [{ ...okp, x: undefined }, 'member-wrong', { ...second, member: 'x' }],
    [{ ...okp, crv: 'X25519' }, 'curve', { ...second, found: '"X25519"' }],
    [{ kty: 'AKP' }, 'wrong-type', { ...second, found: '"AKP"' }],
  ])('leaves out %j, and says which key lacks what: %s %j', (key, fault, values) => {
    const endpoint = 'https://login.contoso.example/keys';
    expect(checkKeys({ keys: [key] }, endpoint)).toMatchObject({ fault: `keys.${fault}`, values });
    expect(checkKeys({ keys: [key, rsa(256)] }, endpoint)).toEqual({ keys: [rsa(256)] });
  });

  test.each<[object, object]>([
    [{ ...rsa(256), n: `${String(rsa(256)['n'])}=` }, rsa(256)],
    [{ ...ec, x: 'AQ==', y: 'AQ==' }, ec],
    [{ ...rsa(256), alg: null, use: null, key_ops: null, d: null }, rsa(256)],
    [
      { ...rsa(256), kid: null },
      { ...rsa(256), kid: undefined },
    ],
    [
      { ...rsa(256), kid: 7 },
      { ...rsa(256), kid: '7' },
    ],
  ])('takes padding, null and a number as key id for what they are: %j', (published, kept) => {
    expect(checkKeys({ keys: [published] })).toEqual({ keys: [kept] });
  });

  test.each<[unknown, string]>([
    [{ keys: [{ ...rsa(256), d: 'AQ' }] }, 'private'],
    [{ keys: [rsa(256), { kty: 'oct', k: 'AQ' }] }, 'private'],
    [{ keys: [] }, 'empty'],
    [{ keys: Array.from({ length: 101 }, () => rsa(256)) }, 'too-many'],
    [{ keys: 'none' }, 'malformed'],
    [[], 'malformed'],
    [null, 'malformed'],
    [{ keys: [null, 7] }, 'member-wrong'],
  ])('%# is refused: %s', (set, fault) => {
    expect(checkKeys(set)).toMatchObject({ fault: `keys.${fault}` });
  });

  test('of an encryption key and a short one, the short one is named', () => {
    const found = checkKeys({
      keys: [
        { ...rsa(256), use: 'enc' },
        { ...rsa(128), kid: 'two' },
      ],
    });
    expect(found).toMatchObject({ fault: 'keys.size', values: { key: '"two"', count: '2' } });
  });
});
