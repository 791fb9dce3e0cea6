import * as client from 'openid-client';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { type HostileProvider, startHostileProvider } from './hostile-provider.ts';
import { openHttpBrowser } from './http-browser.ts';
import { CALLBACK, discover, formPostRequest } from './relying-party.ts';
import { startContoso } from './start-provider.ts';

type FaultInput = Parameters<HostileProvider['setFaults']>[0];

let hostile: HostileProvider;
beforeAll(async () => {
  hostile = await startHostileProvider();
});
afterEach(() => hostile.setFaults({}));
afterAll(() => hostile.stop());

const openBrowser = () => openHttpBrowser({ stopAt: (url) => url.href.startsWith(CALLBACK) });

async function frontChannel(): Promise<client.IDToken> {
  const config = await discover(hostile.issuer, 'gatehouse');
  client.useIdTokenResponseType(config);
  const request = { redirect_uri: CALLBACK, scope: 'openid email', response_mode: 'form_post', nonce: 'n', state: 's' };
  await using browser = openBrowser();
  const page = await browser.open(client.buildAuthorizationUrl(config, request));
  return await client.implicitAuthentication(config, formPostRequest(page), 'n', { expectedState: 's' });
}

async function codeFlow(): Promise<client.IDToken | undefined> {
  const config = await discover(hostile.issuer, 'gatehouse', 'the secret');
  const verifier = client.randomPKCECodeVerifier();
  const url = client.buildAuthorizationUrl(config, {
    redirect_uri: CALLBACK,
    scope: 'openid',
    code_challenge: await client.calculatePKCECodeChallenge(verifier),
    code_challenge_method: 'S256',
    nonce: 'n',
    state: 's',
  });
  await using browser = openBrowser();
  const { stoppedAt } = await browser.open(url);
  const checks = { pkceCodeVerifier: verifier, expectedState: 's', expectedNonce: 'n' };
  return (await client.authorizationCodeGrant(config, stoppedAt as URL, checks)).claims();
}

test('without faults it is a proper provider, both ways', async () => {
  expect(await frontChannel()).toMatchObject({ sub: 'h-1', email: 'mallory@fabrikam-trading.example' });
  expect(await codeFlow()).toMatchObject({ sub: 'h-1' });
  expect(hostile.received.at(-1)?.path).toBe('/jwks');
  expect(hostile.received.find(({ path }) => path === '/token')?.form).toMatchObject({ client_secret: 'the secret' });
});

test.each<[string, FaultInput]>([
  ['a wrong signature', { token: [{ kind: 'wrong-signature' }] }],
  ['no signature', { token: [{ kind: 'alg-none' }] }],
  ['an HMAC under the public key', { token: [{ kind: 'hs256' }] }],
  ['another algorithm', { token: [{ kind: 'rs512' }] }],
  ['an unknown key', { token: [{ kind: 'unknown-key-id' }] }],
  ['a key it brings itself', { token: [{ kind: 'embedded-key' }] }],
  ['an unheard-of critical header', { token: [{ kind: 'critical-header' }] }],
  ['another issuer', { token: [{ kind: 'wrong-issuer' }] }],
  ['an issuer with a slash', { token: [{ kind: 'issuer-with-slash' }] }],
  ['another audience', { token: [{ kind: 'wrong-audience' }] }],
  ['a list of audiences without azp', { token: [{ kind: 'audience-list' }] }],
  ['a foreign azp beside a list', { token: [{ kind: 'audience-list', azp: 'somebody-else' }] }],
  ['another nonce', { token: [{ kind: 'wrong-nonce' }] }],
  ['no nonce', { token: [{ kind: 'no-nonce' }] }],
  ['an expired token', { token: [{ kind: 'expired' }] }],
  ['a token of the future', { token: [{ kind: 'future-nbf' }] }],
  ['no subject', { token: [{ kind: 'no-subject' }] }],
  ['another state', { response: [{ kind: 'change', parameters: { state: 'x' } }] }],
  ['no state', { response: [{ kind: 'change', parameters: { state: null } }] }],
  ['two states', { response: [{ kind: 'repeat', parameter: 'state', value: 'x' }] }],
  ['another response issuer', { response: [{ kind: 'change', parameters: { iss: 'https://contoso.example' } }] }],
  ['an error', { response: [{ kind: 'error', error: 'access_denied', description: 'no' }] }],
  ['keys that cannot be had', { http: { keys: { kind: 'error', status: 500 } } }],
  [
    'metadata that names another issuer',
    { http: { metadata: { kind: 'change', members: { issuer: 'https://x.example' } } } },
  ],
  ['metadata that is a page', { http: { metadata: { kind: 'html' } } }],
  ['metadata that breaks off', { http: { metadata: { kind: 'not-json' } } }],
  ['metadata elsewhere', { http: { metadata: { kind: 'redirect', to: 'https://contoso.example/' } } }],
  ['a connection that breaks', { http: { everything: { kind: 'reset' } } }],
])('openid-client refuses %s', async (_what, faults) => {
  hostile.setFaults(faults);
  await expect(frontChannel()).rejects.toThrow(Error);
});

test('openid-client refuses a code without the issuer that the metadata announced', async () => {
  hostile.setFaults({ response: [{ kind: 'change', parameters: { iss: null } }] });
  await expect(codeFlow()).rejects.toMatchObject({ cause: { message: expect.stringContaining('"iss"') } });
  // an ID token names its issuer itself
  expect(await frontChannel()).toHaveProperty('iss', hostile.issuer);
});

test('the claims that openid-client leaves to its caller are there to be refused by ours', async () => {
  hostile.setFaults({
    token: [{ kind: 'future-iat' }, { kind: 'foreign-azp' }, { kind: 'foreign-email', email: 'maria@contoso.example' }],
  });
  const claims = await frontChannel();
  expect(claims).toMatchObject({ azp: 'somebody-else', email: 'maria@contoso.example' });
  expect(claims).not.toHaveProperty('email_verified');
  expect(claims.iat).toBeGreaterThan(Date.now() / 1000 + 600);
});

test('documents without end arrive: by size, packed, and byte by byte', async () => {
  const metadata = `${hostile.issuer}/.well-known/openid-configuration`;
  hostile.setFaults({ http: { metadata: { kind: 'huge', megabytes: 3 } } });
  expect((await (await fetch(metadata)).text()).length).toBeGreaterThan(3_000_000);
  hostile.setFaults({ http: { metadata: { kind: 'gzip-bomb', megabytes: 3 } } });
  const packed = await fetch(metadata);
  expect((await packed.text()).length).toBe(3 * 1024 * 1024);
  for (const kind of ['slow', 'hang'] as const) {
    hostile.setFaults({ http: { metadata: { kind } } });
    const controller = new AbortController();
    const answer = fetch(metadata, { signal: controller.signal });
    if (kind === 'slow') expect((await answer).status).toBe(200);
    controller.abort();
    await expect(answer.then((slow) => slow.text())).rejects.toThrow('aborted');
  }
});

test('mix-up: the honest provider’s code arrives under the state of a login at the hostile one', async () => {
  await using contoso = await startContoso({
    users: [{ id: 'c-1', email: 'maria@contoso.example', name: 'Maria', password: 'pw' }],
    clients: [{ clientId: 'gatehouse', redirectUris: [CALLBACK] }],
  });
  const begunByAttacker = client.buildAuthorizationUrl(await discover(contoso.issuer, 'gatehouse'), {
    redirect_uri: CALLBACK,
    scope: 'openid',
    code_challenge: 'a'.repeat(43),
    code_challenge_method: 'S256',
    state: 'of the attacker',
    nonce: 'of the attacker',
  });
  hostile.setFaults({ response: [{ kind: 'on-to', url: begunByAttacker.href }] });
  const config = await discover(hostile.issuer, 'gatehouse');
  await using victim = openBrowser();
  const begun = { redirect_uri: CALLBACK, scope: 'openid', state: 'of the victim', nonce: 'n' };
  const login = await victim.open(client.buildAuthorizationUrl(config, begun));
  expect(login.title).toBe('Log in at Contoso');
  const back = await victim.submit(login, { username: 'maria@contoso.example', password: 'pw' }, { button: 'Log in' });
  expect(back.stoppedAt?.searchParams.get('state')).toBe('of the victim');
  expect(back.stoppedAt?.searchParams.get('iss')).toBe(contoso.issuer);
});
