import * as jose from 'jose';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { fromEpochSeconds, systemClock } from '../../../base/clock.ts';
import type { Callback } from '../../connector.ts';
import { addressClaim, checkClaims, readToken, shownClaims, statedAuthentication } from './id-token.ts';
import type { ProviderKey } from '../documents/keys.ts';
import type { ProviderSettings, RequestState } from '../settings.ts';
import { categoryOf, startSayingProvider, callbackWith } from '../../../../test/support/saying-provider.ts';
import type { SayingProvider } from '../../../../test/support/saying-provider.ts';

const epoch = Math.floor(systemClock.now().getTime() / 1000);
let provider: SayingProvider;

beforeAll(async () => {
  provider = await startSayingProvider();
});
beforeEach(() => provider.reset());
afterAll(() => provider.close());

/** The same token by the browser and by the token endpoint. */
async function both(
  token: string,
  change: Partial<Callback<RequestState>> = {},
  given: Partial<ProviderSettings> = {},
): Promise<string[]> {
  provider.answers.idToken = token;
  const front = callbackWith({ id_token: token }, change);
  return [
    await categoryOf(provider.finish('openid-connect', provider.settings('id-token', given), front)),
    await categoryOf(
      provider.finish('openid-connect', provider.settings('code', given), callbackWith({ code: 'c' }, change)),
    ),
  ];
}

describe('an ID token', () => {
  test('of the connection proves who somebody is', async () => {
    expect(await both(await provider.sign(provider.plain()))).toEqual(['proved', 'proved']);
    expect(provider.asked).toEqual(['/token']); // no keys are fetched: those stored serve
  });

  test.each<[string, Record<string, unknown>, string]>([
    ['iss of another', { iss: 'https://other.example' }, 'issuer'],
    ['no iss', { iss: undefined }, 'claim-missing'],
    ['iss as a list', { iss: ['https://login.contoso.example'] }, 'claim-wrong'],
    ['sub as a number', { sub: 7 }, 'claim-wrong'],
    ['auth_time as text', { auth_time: String(epoch) }, 'claim-wrong'],
    ['a number among the audiences', { aud: ['gatehouse', 7] }, 'claim-wrong'],
    ['aud of another', { aud: 'other' }, 'audience'],
    ['a second audience', { aud: ['gatehouse', 'other'], azp: 'gatehouse' }, 'audience'],
    ['azp of another', { azp: 'other' }, 'audience'],
    ['nonce of another login', { nonce: 'other' }, 'nonce'],
    ['no nonce', { nonce: undefined }, 'nonce'],
    ['no sub', { sub: undefined }, 'claim-missing'],
    ['empty sub', { sub: '' }, 'claim-missing'],
    ['long sub', { sub: 's'.repeat(256) }, 'claim-missing'],
    ['expired', { exp: epoch - 61, iat: epoch - 400 }, 'times'],
    ['iat ahead', { iat: epoch + 120, exp: epoch + 400 }, 'times'],
    ['nbf ahead', { nbf: epoch + 120 }, 'times'],
  ])('with %s is refused', async (_what, change, category) => {
    expect(await both(await provider.sign({ ...provider.plain(), ...change }))).toEqual([category, category]);
  });

  test('with text or nothing for a time or a subject is refused', async () => {
    for (const change of [
      { exp: '1' },
      { exp: undefined },
      { iat: undefined },
      { sub: 7 },
      { iss: [provider.origin] },
    ]) {
      expect(await both(await provider.sign({ ...provider.plain(), ...change }))).not.toContain('proved');
    }
  });

  test('signed with another key is refused', async () => {
    const token = await provider.sign(provider.plain(), {}, provider.stranger.privateKey);
    expect(await both(token)).toEqual(['signature', 'signature']);
  });

  test('with alg none, or keyed with what a browser knows, is refused, whatever the metadata announces', async () => {
    const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');
    const none = `${part({ alg: 'none' })}.${part(provider.plain())}.`;
    const mac = await provider.sign(
      provider.plain(),
      { alg: 'HS256' },
      new TextEncoder().encode('secret'.padEnd(32, '-')),
    );
    const lying = { ...provider.settings('code').metadata, id_token_signing_alg_values_supported: ['RS256'] };
    for (const token of [none, mac])
      expect(await both(token, {}, { metadata: lying })).toEqual(['signature', 'signature']);
  });

  test('that brings its own key, or a critical header, is refused', async () => {
    const jwk = await jose.exportJWK(provider.stranger.publicKey);
    const own = await provider.sign(
      provider.plain(),
      { jwk, jku: `${provider.origin}/evil`, kid: 'evil' },
      provider.stranger.privateKey,
    );
    expect(await both(own)).toEqual(['signature', 'signature']);
    expect(provider.asked).not.toContain('/evil');
    const [head = '', ...rest] = (await provider.sign(provider.plain())).split('.');
    const header = JSON.parse(Buffer.from(head, 'base64url').toString()) as object;
    const critical = [Buffer.from(JSON.stringify({ ...header, crit: ['b64'] })).toString('base64url'), ...rest];
    expect(await both(critical.join('.'))).not.toContain('proved');
  });

  test.each(['not.a-token', 'a.b.c.d.e', '', `${'a'.repeat(70_000)}.b.c`])(
    'of another form is refused: %#',
    async (token) => {
      expect(await both(token)).not.toContain('proved');
    },
  );

  test('asked fresh must say when the person logged in', async () => {
    const fresh = { maxAge: 0 };
    const silent = callbackWith({ id_token: await provider.sign(provider.plain()) });
    const finish = async (maxAge: number | null) =>
      provider.finish('openid-connect', provider.settings('id-token'), { ...silent, maxAge });
    expect(await finish(0)).toMatchObject({ fresh: false });
    expect(await finish(null)).toMatchObject({ fresh: true });
    expect(await both(await provider.sign({ ...provider.plain(), auth_time: epoch - 300 }), fresh)).toEqual([
      'not-fresh',
      'not-fresh',
    ]);
    expect(await both(await provider.sign({ ...provider.plain(), auth_time: epoch }), fresh)).toEqual([
      'proved',
      'proved',
    ]);
  });
});

// The library looks at most of these before us: ours must hold without it.
describe('our own checks', () => {
  const expected = {
    issuer: 'https://login.contoso.example',
    clientId: 'gatehouse',
    trustedAudiences: [],
    now: fromEpochSeconds(epoch),
    toleranceSeconds: 60,
    maxAge: 0,
    startedAt: fromEpochSeconds(epoch),
  };
  const good = { iss: expected.issuer, aud: 'gatehouse', iat: epoch, sub: 'maria', auth_time: epoch };

  test('let a good token through', () => {
    expect(() => checkClaims(good, expected)).not.toThrow();
    expect(() => checkClaims({ ...good, aud: ['gatehouse'], azp: 'gatehouse' }, expected)).not.toThrow();
  });

  test.each<[Record<string, unknown>, string]>([
    [{ iss: 'https://login.fabrikam.example' }, 'issuer'],
    [{ aud: 'other' }, 'audience'],
    [{ aud: ['other'] }, 'audience'],
    [{ aud: ['gatehouse', 'other'] }, 'audience'],
    [{ azp: 'other' }, 'audience'],
    [{ iat: String(epoch) }, 'times'],
    [{ iat: epoch + 61 }, 'times'],
    [{ sub: 7 }, 'claim-missing'],
    [{ sub: '' }, 'claim-missing'],
    [{ sub: 's'.repeat(256) }, 'claim-missing'],
    [{ sub: 'a lone surrogate: \ud800' }, 'claim-missing'],
    [{ sub: 'nothing\0' }, 'claim-missing'],
    [{ auth_time: String(epoch) }, 'not-fresh'],
    [{ auth_time: epoch + 61 }, 'not-fresh'],
    [{ auth_time: epoch - 61 }, 'not-fresh'],
  ])('refuse %j: %s', (change, category) => {
    expect(() => checkClaims({ ...good, ...change }, expected)).toThrow(expect.objectContaining({ category }));
  });

  test('refuse a token of another form, algorithm or with a critical header', () => {
    const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');
    const token = (header: object, payload: object = {}): string => `${part(header)}.${part(payload)}.x`;
    const rsa = { alg: 'RS256' };
    for (const wrong of [
      `${part(rsa)}.${part({})}`,
      `${token(rsa)}.x`,
      token({ alg: 'none' }),
      token({ alg: 'HS256' }),
      token({ alg: ['RS256'] }),
      token({ ...rsa, crit: [] }),
    ]) {
      expect(() => readToken(wrong, ['RS256'])).toThrow(expect.objectContaining({ category: 'signature' }));
    }
  });

  test.each(['null', '[]', '7', '"text"'])('refuse %s in place of header or payload', (part) => {
    const encode = (text: string): string => Buffer.from(text).toString('base64url');
    const header = encode(JSON.stringify({ alg: 'RS256' }));
    const refused = expect.objectContaining({ category: 'signature' });
    expect(() => readToken(`${header}.${encode('{}')}.x`, ['RS256'])).not.toThrow();
    expect(() => readToken(`${encode(part)}.${encode('{}')}.x`, ['RS256'])).toThrow(refused);
    expect(() => readToken(`${header}.${encode(part)}.x`, ['RS256'])).toThrow(refused);
  });

  test.each([`${'a'.repeat(250)}@a.de`, 'a\ud800@contoso.example', 'a b@contoso.example', 7, undefined])(
    'leave out the address %j',
    (address) => {
      expect(addressClaim(address)).toBeNull();
    },
  );

  test.each([epoch + 61, Infinity, -Infinity, '1', undefined])('believe no auth_time of %j', (time) => {
    expect(statedAuthentication({ auth_time: time }, fromEpochSeconds(epoch)).authTime).toBeNull();
  });
});

test('a trace shows claims that are a text, a number or a boolean', () => {
  const claims = { name: 'Maria', auth_time: 7, email_verified: true, groups: ['all'], address: {}, acr: null };
  expect(shownClaims(claims, [...Object.keys(claims), 'toString'])).toEqual({
    name: 'Maria',
    auth_time: '7',
    email_verified: 'true',
  });
});

describe('keys', () => {
  test('that rotated are read again, once', async () => {
    const two = { keys: [{ ...(await jose.exportJWK(provider.stranger.publicKey)), kid: 'two' }] };
    provider.answers.keys = two;
    const token = await provider.sign(provider.plain(), { kid: 'two' }, provider.stranger.privateKey);
    expect(await both(token)).toEqual(['proved', 'proved']);
    expect(provider.asked.filter((path) => path === '/keys')).toHaveLength(2);
  });

  const nameless = async (pair: jose.GenerateKeyPairResult): Promise<ProviderKey> =>
    ({ ...(await jose.exportJWK(pair.publicKey)), kid: undefined }) as ProviderKey;

  test('are all tried for a token that names none, and only those that fit', async () => {
    const [own] = provider.keys.keys;
    const stranger = await nameless(provider.stranger);
    const elliptic = await nameless(await jose.generateKeyPair('ES256'));
    const keys = { keys: [elliptic, { ...stranger, alg: 'PS256' }, stranger, { ...own!, kid: undefined }] };
    for (const kid of [undefined, 7]) {
      const token = await provider.sign(provider.plain(), { kid } as never);
      expect(await both(token, {}, { keys })).toEqual(['proved', 'proved']);
    }
    expect(provider.asked).not.toContain('/keys');
    const forged = await provider.sign(provider.plain(), { kid: undefined } as never, provider.stranger.privateKey);
    const without = { keys: [elliptic, { ...stranger, alg: 'PS256' }, { ...own!, kid: undefined }] };
    expect(await both(forged, {}, { keys: without })).toEqual(['signature', 'signature']);
  });

  test('that rotated are fetched for a token that names none, too', async () => {
    provider.answers.keys = { keys: [await nameless(provider.stranger)] };
    const token = await provider.sign(provider.plain(), { kid: undefined } as never, provider.stranger.privateKey);
    expect(await both(token)).toEqual(['proved', 'proved']);
    expect(provider.asked.filter((path) => path === '/keys')).toHaveLength(2);
  });

  test('last known serve on while the provider publishes none', async () => {
    provider.answers.keys = { error: 'down' };
    expect(await both(await provider.sign(provider.plain()))).toEqual(['proved', 'proved']);
    expect(provider.asked).not.toContain('/keys');
  });
});
