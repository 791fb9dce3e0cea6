import { createHash, X509Certificate } from 'node:crypto';
import type { JWK } from 'jose';
import * as client from 'openid-client';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { openHttpBrowser } from '../http-browser.ts';
import type { Page } from '../page.ts';
import { CALLBACK, discover, formPostRequest } from '../relying-party.ts';
import { type Fabrikam, startFabrikam } from '../start-provider.ts';

const DIRECTORY = 'aaaaaaaa-0000-4000-8000-000000000001';
const CONTOSO_RETAIL = 'aaaaaaaa-0000-4000-8000-000000000002';
const APP = 'bbbbbbbb-0000-4000-8000-000000000001';
const PAT = { oid: 'cccccccc-0000-4000-8000-000000000001', upn: 'pat@fabrikam.example', name: 'Pat', password: 'pw' };
const LEE = {
  oid: 'cccccccc-0000-4000-8000-000000000002',
  upn: 'lee@contoso-retail.example',
  name: 'Lee',
  password: 'pw',
};
const LEE_AS_GUEST = {
  ...LEE,
  oid: 'cccccccc-0000-4000-8000-000000000003',
  directory: DIRECTORY,
  guestFrom: CONTOSO_RETAIL,
};
const SECRET = { id: 'the-secrets-id', value: 'the~Value+1' };
const app = {
  clientId: APP,
  directory: DIRECTORY,
  redirectUris: [{ uri: CALLBACK }],
  idTokens: true,
  secrets: [SECRET],
};

let fabrikam: Fabrikam;
beforeAll(async () => {
  fabrikam = await startFabrikam({
    directories: [
      { id: DIRECTORY, name: 'Fabrikam', domains: ['fabrikam.example', 'mail.fabrikam.example'] },
      { id: CONTOSO_RETAIL, name: 'Contoso Retail', domains: ['contoso-retail.example'] },
    ],
    users: [
      { ...PAT, directory: DIRECTORY, mail: 'pat@mail.fabrikam.example' },
      { ...LEE, directory: CONTOSO_RETAIL },
    ],
  });
});
afterEach(async () => {
  await fabrikam.endSessions();
  await fabrikam.setFaults({});
  await fabrikam.addApps(app);
});
afterAll(() => fabrikam.stop());

const issuer = (): string => `${fabrikam.origin}/${DIRECTORY}/v2.0`;
const openBrowser = () => openHttpBrowser({ stopAt: (url) => url.href.startsWith(CALLBACK) });
type Browser = ReturnType<typeof openBrowser>;
const PLAIN = { redirect_uri: CALLBACK, scope: 'openid profile email', state: 's<b>1</b>', nonce: 'n1' };

async function frontChannel(): Promise<{ config: client.Configuration; url: URL }> {
  const config = await discover(issuer(), APP);
  client.useIdTokenResponseType(config);
  return { config, url: client.buildAuthorizationUrl(config, { ...PLAIN, response_mode: 'form_post' }) };
}

async function logIn(browser: Browser, url: URL, loginfmt = PAT.upn): Promise<Page> {
  const page = await browser.open(url);
  expect(page.title).toBe('Sign in to your account');
  return browser.submit(page, { loginfmt, passwd: 'pw' }, { button: 'Sign in' });
}

const claimsOf = async (config: client.Configuration, page: Page): Promise<client.IDToken> =>
  client.implicitAuthentication(config, formPostRequest(page), 'n1', { expectedState: 's1' });

test('metadata answers for a directory’s id and each verified domain, and refuses strangers as Microsoft does', async () => {
  const metadata = async (segment: string): Promise<Response> =>
    fetch(`${fabrikam.origin}/${segment}/v2.0/.well-known/openid-configuration`);
  const document = await (await metadata('mail.fabrikam.example')).json();
  expect(document).toMatchObject({ issuer: issuer(), cloud_instance_name: 'microsoftonline.com' });
  expect(document).not.toHaveProperty('code_challenge_methods_supported');
  expect(document).toEqual(await (await metadata(DIRECTORY)).json());
  expect(await (await metadata('common')).json()).toMatchObject({ issuer: `${fabrikam.origin}/{tenantid}/v2.0` });
  const unknown = await metadata('nobody.example');
  expect(unknown.status).toBe(400);
  expect(await unknown.json()).toMatchObject({
    error: 'invalid_tenant',
    error_description: expect.stringMatching(/^AADSTS90002: [^\r]+\r\nTrace ID: /),
  });
});

test('keys carry certificates, their own thumbprint as id, an issuer each, and no alg', async () => {
  const answer = await fetch(`${fabrikam.origin}/${DIRECTORY}/discovery/v2.0/keys`);
  const { keys } = (await answer.json()) as { keys: (JWK & { issuer: string })[] };
  expect(keys).toHaveLength(4);
  for (const key of keys) {
    const certificate = new X509Certificate(Buffer.from(key.x5c?.[0] ?? '', 'base64'));
    expect(key.kid).toBe(createHash('sha1').update(certificate.raw).digest('base64url'));
    expect(certificate.publicKey.export({ format: 'jwk' }).n).toBe(key.n);
    expect(key).not.toHaveProperty('alg');
    expect(key.x5t).toBe(key.kid);
  }
  expect(keys.map((key) => key.issuer)).toContain(`${fabrikam.origin}/{tenantid}/v2.0`);
});

test('openid-client logs in without a credential, by form post', async () => {
  await fabrikam.addApps({ ...app, optionalClaims: ['acct', 'xms_edov'], edovAsText: true });
  const { config, url } = await frontChannel();
  await using browser = openBrowser();
  const claims = await claimsOf(config, await logIn(browser, url));
  expect(claims).toMatchObject({
    iss: issuer(),
    tid: DIRECTORY,
    oid: PAT.oid,
    preferred_username: PAT.upn,
    email: 'pat@mail.fabrikam.example',
    xms_edov: '0',
    acct: 0,
    ver: '2.0',
  });
  expect(claims.sub).toMatch(/^[\w-]{43}$/);
  expect(claims).not.toHaveProperty('email_verified');
  expect([claims.exp - claims.iat, claims['nbf']]).toEqual([3900, claims.iat]);
  // logged in already: straight in, and without `profile` nobody learns who it is
  url.searchParams.set('scope', 'openid');
  expect(await claimsOf(config, await browser.open(url))).not.toHaveProperty('oid');
});

test('openid-client logs in with a secret, by code and PKCE; the code works once', async () => {
  const config = await discover(issuer(), APP, SECRET.value);
  const verifier = client.randomPKCECodeVerifier();
  const code_challenge = await client.calculatePKCECodeChallenge(verifier);
  const url = client.buildAuthorizationUrl(config, { ...PLAIN, code_challenge, code_challenge_method: 'S256' });
  await using browser = openBrowser();
  const back = (await logIn(browser, url)).stoppedAt as URL;
  expect([...back.searchParams.keys()]).toEqual(['code', 'state', 'session_state']);
  const checks = { pkceCodeVerifier: verifier, expectedState: 's1', expectedNonce: 'n1' };
  const tokens = await client.authorizationCodeGrant(config, back, checks);
  expect(tokens.claims()).toMatchObject({ oid: PAT.oid });
  await expect(client.authorizationCodeGrant(config, back, checks)).rejects.toMatchObject({
    error: 'invalid_grant',
    cause: expect.objectContaining({ error_codes: [54005], correlation_id: expect.any(String) }),
  });
});

test.each([
  ['no credential', {}, 7000218, 401],
  ['the secret’s id', { client_secret: SECRET.id }, 7000215, 401],
  ['an expired secret', { client_secret: 'old' }, 7000222, 401],
  ['another verifier', { client_secret: SECRET.value, code_verifier: 'b'.repeat(43) }, 501481, 400],
  ['another redirect URI', { client_secret: SECRET.value, redirect_uri: 'https://x.example/' }, 500112, 400],
])('the token endpoint refuses %s', async (_what, sent: Record<string, string>, code, status) => {
  await fabrikam.addApps({ ...app, secrets: [SECRET, { id: '2', value: 'old', expiresAt: '2020-01-01T00:00:00Z' }] });
  const config = await discover(issuer(), APP);
  const code_challenge = await client.calculatePKCECodeChallenge('a'.repeat(43));
  const url = client.buildAuthorizationUrl(config, { ...PLAIN, code_challenge, code_challenge_method: 'S256' });
  await using browser = openBrowser();
  const back = (await logIn(browser, url)).stoppedAt as URL;
  const form = { client_id: APP, redirect_uri: CALLBACK, code_verifier: 'a'.repeat(43), ...sent };
  const body = new URLSearchParams({
    grant_type: 'authorization_code',
    code: back.searchParams.get('code') ?? '',
    ...form,
  });
  const ask = async (segment: string): Promise<[number, unknown]> => {
    const answer = await fetch(`${fabrikam.origin}/${segment}/oauth2/v2.0/token`, { method: 'POST', body });
    return [answer.status, await answer.json()];
  };
  expect(await ask(DIRECTORY)).toEqual([status, expect.objectContaining({ error_codes: [code] })]);
  body.set('client_secret', SECRET.value);
  expect(await ask(CONTOSO_RETAIL)).toEqual([400, expect.objectContaining({ error_codes: [700005] })]);
});

test.each([
  ['an unknown directory', 90002, {}, 'dddddddd-0000-4000-8000-000000000001'],
  ['an unknown application', 700016, { client_id: CONTOSO_RETAIL }, DIRECTORY],
  ['another directory’s application', 700016, {}, CONTOSO_RETAIL],
  ['an unregistered redirect URI', 50011, { redirect_uri: `${CALLBACK}/` }, DIRECTORY],
  ['a directory not named', 50194, {}, 'common'],
])('%s ends on the provider’s own page', async (_what, code, changed: Record<string, string>, segment) => {
  const { url } = await frontChannel();
  const bad = new URL(url.href.replace(DIRECTORY, segment));
  for (const [name, value] of Object.entries(changed)) bad.searchParams.set(name, value);
  await using browser = openBrowser();
  const page = await browser.open(bad);
  expect(page.stoppedAt).toBeUndefined();
  expect(page.text).toContain(`AADSTS${code}:`);
});

test('what goes wrong after the places are checked: 700054, 50105, 50020, consent and its refusal', async () => {
  const { config, url } = await frontChannel();
  await using browser = openBrowser();
  const errorIn = async (page: Page): Promise<string | undefined> =>
    new URLSearchParams(await formPostRequest(page).text()).get('error_description')?.split(':')[0];
  await fabrikam.addApps({ ...app, idTokens: false });
  expect(await errorIn(await browser.open(url))).toBe('AADSTS700054');
  await fabrikam.addApps({ ...app, assignmentRequired: true });
  expect((await logIn(browser, url)).text).toContain('AADSTS50105');
  await fabrikam.addApps({ ...app, consent: 'admin' });
  const approval = await browser.open(url);
  expect(await errorIn(await browser.submit(approval))).toBe('AADSTS90094');
  await fabrikam.addApps({ ...app, consent: 'ask' });
  expect(await errorIn(await browser.open(new URL(`${url}&prompt=none`)))).toBe('AADSTS65001');
  const question = await browser.open(url);
  expect(await errorIn(await browser.submit(question, {}, { button: 'Cancel' }))).toBe('AADSTS65004');
  expect(await claimsOf(config, await browser.submit(question, {}, { button: 'Accept' }))).toMatchObject({
    oid: PAT.oid,
  });
  await using stranger = openBrowser();
  expect((await logIn(stranger, url, LEE.upn)).text).toContain('AADSTS50020');
});

test('a guest comes with another object id, a browser with two accounts is asked, logging out forgets one', async () => {
  await fabrikam.addUsers(LEE_AS_GUEST);
  await fabrikam.addApps({ ...app, optionalClaims: ['acct'] });
  const { config, url } = await frontChannel();
  await using browser = openBrowser();
  expect(await claimsOf(config, await logIn(browser, url, LEE.upn))).toMatchObject({
    oid: LEE_AS_GUEST.oid,
    tid: DIRECTORY,
    acct: 1,
    email: LEE.upn,
    idp: `https://sts.windows.net/${CONTOSO_RETAIL}/`,
  });
  const hinted = await browser.open(new URL(`${url}&login_hint=${PAT.upn}`));
  await browser.submit(hinted, { passwd: 'pw' }, { button: 'Sign in' });
  const picker = await browser.open(url);
  const picked = await browser.submit(picker, {}, { button: `Pat (${PAT.upn})` });
  expect(await claimsOf(config, picked)).toMatchObject({ oid: PAT.oid });
  const logout = await browser.open(
    client.buildEndSessionUrl(config, { post_logout_redirect_uri: CALLBACK, state: 'x' }),
  );
  const done = await browser.submit(logout, {}, { button: PAT.upn });
  expect(done.stoppedAt?.href).toBe(`${CALLBACK}?state=x`);
  expect(await claimsOf(config, await browser.open(url))).toMatchObject({ oid: LEE_AS_GUEST.oid });
  await fabrikam.removeUser(LEE_AS_GUEST.oid);
});

test('keys rotate, the clock moves, requests are kept with their form', async () => {
  const { config, url } = await frontChannel();
  await fabrikam.rotateKeys();
  await fabrikam.setClock(60);
  await using browser = openBrowser();
  expect(await claimsOf(config, await logIn(browser, url))).toHaveProperty('oid');
  await fabrikam.setClock(0);
  expect(await fabrikam.journal()).toContainEqual(
    expect.objectContaining({ path: `/${DIRECTORY}/discovery/v2.0/keys` }),
  );
});

test('faults: another directory, no object id, a key of personal accounts, keys that fail while the old are gone', async () => {
  const { config, url } = await frontChannel();
  await using browser = openBrowser();
  const victim = 'maria@contoso.example';
  const token = [{ kind: 'other-directory' }, { kind: 'no-oid' }, { kind: 'foreign-email', email: victim }] as const;
  await fabrikam.setFaults({ token: [...token, { kind: 'foreign-key', name: 'personal' }] });
  // openid-client sees a published key and the right issuer: the rest is for the relying party to check
  const claims = await claimsOf(config, await logIn(browser, url));
  expect(claims).toMatchObject({ iss: issuer(), tid: expect.not.stringMatching(DIRECTORY), email: victim });
  expect(claims).not.toHaveProperty('oid');
  await fabrikam.setFaults({ token: [{ kind: 'guest' }], http: { keys: { kind: 'error', status: 500 } } });
  expect(await claimsOf(config, await browser.open(url))).toMatchObject({ acct: 1 });
  await fabrikam.rotateKeys();
  await expect(browser.open(url).then((page) => claimsOf(config, page))).rejects.toThrow(Error);
});
