import * as client from 'openid-client';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { openHttpBrowser } from '../http-browser.ts';
import { linksOf } from '../page.ts';
import { CALLBACK, discover, formPostRequest } from '../relying-party.ts';
import { type Contoso, startContoso } from '../start-provider.ts';

const MARIA = { id: 'c-1', email: 'maria@contoso.example', name: 'Maria', username: 'maria', password: 'pw-maria' };
const SECRET = 'a secret of Contoso+';

let contoso: Contoso;
beforeAll(async () => {
  contoso = await startContoso({
    users: [MARIA, { ...MARIA, id: 'c-2', email: 'tom@contoso.example', emailVerified: false, username: 'tom' }],
    clients: [
      { clientId: 'secret', clientSecret: SECRET, redirectUris: [CALLBACK] },
      { clientId: 'public', redirectUris: [CALLBACK] },
      { clientId: 'front', redirectUris: [CALLBACK], responseTypes: ['id_token'] },
    ],
  });
});
afterEach(async () => {
  await contoso.setFaults({});
  await contoso.endSessions();
});
afterAll(() => contoso.stop());

const openBrowser = () => openHttpBrowser({ stopAt: (url) => url.href.startsWith(CALLBACK) });
type Browser = ReturnType<typeof openBrowser>;

const relyingParty = (clientId: string, secret?: string): Promise<client.Configuration> =>
  discover(contoso.issuer, clientId, secret);

async function logIn(browser: Browser, url: URL, username = 'maria'): ReturnType<Browser['open']> {
  const page = await browser.open(url);
  expect(page.title).toBe('Log in at Contoso');
  return browser.submit(page, { username, password: MARIA.password }, { button: 'Log in' });
}

test.each([
  ['secret', SECRET],
  ['public', undefined],
])('openid-client logs in by code and PKCE as a %s client', async (id, secret) => {
  const config = await relyingParty(id, secret);
  const verifier = client.randomPKCECodeVerifier();
  const url = client.buildAuthorizationUrl(config, {
    redirect_uri: CALLBACK,
    scope: 'openid email profile',
    code_challenge: await client.calculatePKCECodeChallenge(verifier),
    code_challenge_method: 'S256',
    state: 's1',
    nonce: 'n1',
  });
  await using browser = openBrowser();
  const { stoppedAt } = await logIn(browser, url);
  expect(stoppedAt?.searchParams.get('iss')).toBe(contoso.issuer);
  const tokens = await client.authorizationCodeGrant(config, stoppedAt as URL, {
    pkceCodeVerifier: verifier,
    expectedState: 's1',
    expectedNonce: 'n1',
  });
  expect(tokens.claims()).toMatchObject({
    sub: 'c-1',
    email: 'maria@contoso.example',
    email_verified: true,
    name: 'Maria',
    preferred_username: 'maria',
  });
  // logged in already: straight in
  expect((await browser.open(url)).stoppedAt?.searchParams.has('code')).toBe(true);
});

test('openid-client logs in by an ID token in a form post', async () => {
  const config = await relyingParty('front');
  client.useIdTokenResponseType(config);
  const url = client.buildAuthorizationUrl(config, {
    redirect_uri: CALLBACK,
    scope: 'openid email',
    response_mode: 'form_post',
    nonce: 'n2',
    state: 's2',
    login_hint: 'tom',
  });
  await using browser = openBrowser();
  const page = await logIn(browser, url, 'tom@contoso.example');
  expect(page.stoppedAt?.href).toBe(CALLBACK);
  const claims = await client.implicitAuthentication(config, formPostRequest(page), 'n2', { expectedState: 's2' });
  expect(claims).toMatchObject({ sub: 'c-2', email: 'tom@contoso.example', email_verified: false });
});

test('a wrong password, cancelling, choosing another account', async () => {
  const config = await relyingParty('public');
  const parameters = { redirect_uri: CALLBACK, scope: 'openid', code_challenge_method: 'S256', state: 's' };
  const url = client.buildAuthorizationUrl(config, { ...parameters, code_challenge: 'a'.repeat(43) });
  await using browser = openBrowser();
  const wrong = await browser.submit(
    await browser.open(url),
    { username: 'maria', password: 'x' },
    { button: 'Log in' },
  );
  expect([wrong.status, wrong.text]).toEqual([401, expect.stringContaining('wrong')]);
  const cancelled = await browser.submit(wrong, {}, { button: 'Cancel' });
  expect(cancelled.stoppedAt?.searchParams.get('error')).toBe('access_denied');
  await logIn(browser, url);
  url.searchParams.set('prompt', 'select_account');
  const choice = await browser.open(url);
  const other = await browser.submit(choice, {}, { button: 'Use another account' });
  const done = await browser.submit(other, { username: 'tom', password: MARIA.password }, { button: 'Log in' });
  expect(done.stoppedAt?.searchParams.has('code')).toBe(true);
  const again = await browser.open(url);
  expect(again.text).toContain('Continue as tom@contoso.example');
  expect(linksOf(again)).toEqual([]);
});

test('the end of a session is asked, then everybody logs in again', async () => {
  const config = await relyingParty('public');
  const url = client.buildAuthorizationUrl(config, {
    redirect_uri: CALLBACK,
    scope: 'openid',
    code_challenge: 'a'.repeat(43),
    code_challenge_method: 'S256',
  });
  await using browser = openBrowser();
  await logIn(browser, url);
  const question = await browser.open(client.buildEndSessionUrl(config));
  const end = await browser.submit(question, {}, { button: 'Log out' });
  expect(end.text).toContain('You are logged out');
  expect((await browser.open(url)).title).toBe('Log in at Contoso');
});

test('keys rotate, requests are kept, faults come and go', async () => {
  const keys = async (): Promise<string> => (await fetch(`${contoso.issuer}/jwks`)).text();
  const before = await keys();
  await contoso.rotateKeys();
  expect(await keys()).not.toBe(before);
  expect((await contoso.journal()).at(-1)).toMatchObject({ method: 'GET', path: '/jwks' });
  await contoso.setFaults({
    http: {
      keys: { kind: 'error', status: 503 },
      metadata: { kind: 'change', members: { issuer: 'x', jwks_uri: null } },
    },
  });
  expect((await fetch(`${contoso.issuer}/jwks`)).status).toBe(503);
  const metadata = await (await fetch(`${contoso.issuer}/.well-known/openid-configuration`)).json();
  expect(metadata).toMatchObject({ issuer: 'x' });
  expect(metadata).not.toHaveProperty('jwks_uri');
});

test('a Contoso that does not know RFC 9207 states no issuer', async () => {
  await using quiet = await startContoso({
    statesIssuer: false,
    users: [MARIA],
    clients: [{ clientId: 'public', redirectUris: [CALLBACK] }],
  });
  const metadata = await (await fetch(`${quiet.issuer}/.well-known/openid-configuration`)).json();
  expect(metadata).not.toHaveProperty('authorization_response_iss_parameter_supported');
  await using browser = openBrowser();
  const query = new URLSearchParams({
    client_id: 'public',
    redirect_uri: CALLBACK,
    scope: 'openid',
    response_type: 'code',
  });
  const url = new URL(`${quiet.issuer}/auth?${query}&code_challenge_method=S256&code_challenge=${'a'.repeat(43)}`);
  const { stoppedAt } = await logIn(browser, url);
  expect([...(stoppedAt as URL).searchParams.keys()]).toEqual(['code']);
});
