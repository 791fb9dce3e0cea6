import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type { Organization } from '../../src/organizations/organization.ts';
import { makePerson, makeRoot } from '../support/fixtures.ts';
import { makeHighSecurityApplication, makeKey } from '../support/high-security-application.ts';
import type { HighSecurityApplication } from '../support/high-security-application.ts';
import { openHttpBrowser } from '../support/http-browser.ts';
import type { HttpBrowser } from '../support/http-browser.ts';
import { logIn } from '../support/log-in.ts';
import { authorizeUrl } from '../support/relying-application.ts';
import { startService } from '../support/start-service.ts';
import type { TestService } from '../support/start-service.ts';

// Lesson: a profile is as strong as the one request that does not keep to it. FAPI 2.0 Security Profile, section by section.

let service: TestService;
let root: Organization;
let bank: HighSecurityApplication;
let browser: HttpBrowser;
let rsa: Awaited<ReturnType<typeof makeKey>>;

beforeAll(async () => {
  service = await startService();
  root = await makeRoot(service);
  rsa = await makeKey('RS256');
  const maria = await makePerson(service, root, 'maria@northwind.example');
  bank = await makeHighSecurityApplication(service, root, {}, [rsa.jwk]);
  browser = openHttpBrowser({ now: () => service.clock.now(), stopAt: (url) => url.host === 'bank.example' });
  await logIn(browser, service, await browser.open(await bank.begin()), maria);
});
afterAll(async () => {
  await browser?.[Symbol.asyncDispose]();
  await service?.close();
});

let now: number;
beforeEach(() => {
  now = Math.floor(Date.now() / 1000);
});

async function newCode(): Promise<string> {
  const back = (await browser.open(await bank.begin())).stoppedAt;
  return back!.searchParams.get('code')!;
}

test('5.3.2.2: an authorization request that was not pushed is refused, also beside one that was', async () => {
  const plain = await browser.open(authorizeUrl(service, bank));
  expect(plain.stoppedAt?.searchParams.get('error')).toBe('invalid_request');
  const begin = await bank.begin({ scope: 'openid' });
  for (const [name, value] of authorizeUrl(service, bank, { scope: 'openid email', state: 'another' }).searchParams) {
    if (name !== 'client_id') begin.searchParams.set(name, value);
  }
  // What stands in the address changes nothing of what was pushed.
  const back = (await browser.open(begin)).stoppedAt!;
  expect(back.searchParams.get('state')).toBe('state-of-the-application');
  const tokens = await bank.redeem(back.searchParams.get('code')!);
  expect(tokens.body['scope']).toBe('openid');
});

test('5.3.2.2: a pushed request is of this application alone, and pushed by it', async () => {
  const other = await makeHighSecurityApplication(service, root);
  const begin = await bank.begin();
  begin.searchParams.set('client_id', other.clientId);
  expect((await browser.open(begin)).stoppedAt?.searchParams.has('code') ?? false).toBe(false);
  expect((await bank.push({}, { assertion: null })).body.error).toBe('invalid_client');
  expect((await bank.push({}, { assertion: { key: other.key } })).body.error).toBe('invalid_client');
});

test('5.3.2.2: PKCE by S256, redirect_uri named and registered, response_type code', async () => {
  for (const bent of [
    { code_challenge: undefined, code_challenge_method: undefined },
    { code_challenge_method: 'plain' },
    { code_challenge_method: undefined },
    { redirect_uri: undefined },
    { redirect_uri: 'https://bank.example/back/' },
    { redirect_uri: 'http://bank.example/back' },
    { response_type: 'code id_token' },
    { response_type: 'token' },
  ]) {
    const { status, body } = await bank.push(bent);
    expect([bent, status, body['request_uri']]).toEqual([bent, 400, undefined]);
  }
});

test('5.3.2.1: a client secret, or no proof of who asks, opens nothing', async () => {
  const code = await newCode();
  const basic = { authorization: `Basic ${btoa(`${bank.clientId}:secret`)}` };
  expect((await bank.redeem(code, { assertion: null, headers: basic })).body.error).toBe('invalid_client');
  const posted = { client_id: bank.clientId, client_secret: 'secret' };
  expect((await bank.redeem(code, { assertion: null, form: posted })).body.error).toBe('invalid_client');
  const named = { client_id: bank.clientId };
  expect((await bank.redeem(code, { assertion: null, form: named })).body.error).toBe('invalid_client');
  expect((await bank.redeem(code)).status).toBe(200);
});

test('5.3.2.1, 5.4.1: a client assertion for another audience, of tomorrow, twice, or by a weaker signature', async () => {
  for (const assertion of [
    { aud: `${service.url}/oauth2/token` },
    { aud: [service.url] },
    { aud: `${service.url}/oauth2/par` },
    { aud: undefined },
    { iat: now + 200, exp: now + 260 },
    { nbf: now + 200, exp: now + 260 },
    { exp: now - 120 },
    { exp: undefined },
    { jti: undefined },
    { iss: 'app_other' },
    { alg: 'RS256', key: rsa.key },
  ]) {
    const { status, body } = await bank.push({}, { assertion, proof: null });
    expect([assertion, status, body.error]).toEqual([assertion, 401, 'invalid_client']);
  }
  const slightlyAhead = { iat: now + 8, nbf: now + 8, exp: now + 70 };
  expect((await bank.push({}, { assertion: slightlyAhead, proof: null })).status).toBe(201);
  const once = { jti: 'once' };
  expect((await bank.push({}, { assertion: once, proof: null })).status).toBe(201);
  expect((await bank.push({}, { assertion: once, proof: null })).body.error).toBe('invalid_client');
});

test('5.3.2.1: no token without a proof of possession, nor by one that does not fit (RFC 9449 4.3)', async () => {
  const { key: other } = await makeKey('ES256');
  for (const proof of [
    null,
    { htm: 'GET' },
    { htu: `${service.url}/oauth2/par` },
    { iat: now + 200 },
    { iat: now - 3600 },
    { jti: undefined },
    { alg: 'RS256', key: rsa.key },
  ]) {
    const { status, body } = await bank.redeem(await newCode(), { proof });
    expect([proof, status, body.access_token]).toEqual([proof, 400, undefined]);
  }
  const tokens = (await bank.redeem(await newCode(), { proof: { iat: now + 8 } })).body;
  expect(tokens['token_type']).toBe('DPoP');
  const access = tokens.access_token!;
  expect((await bank.userinfo(access)).status).toBe(200);
  expect((await bank.userinfo(access, { proof: null })).status).toBe(401);
  expect((await bank.userinfo(access, { headers: { authorization: `Bearer ${access}` } })).status).toBe(400);
  expect((await bank.userinfo(access, { proof: { key: other } })).status).toBe(401);
  expect((await bank.userinfo(access, { proof: { ath: 'of-another-token' } })).status).toBe(401);
  expect((await bank.userinfo(access, { proof: { iat: now + 200 } })).status).toBe(401);
});

test('5.3.2.1: a refresh token gives no token without a proof, and is kept', async () => {
  const tokens = (await bank.redeem(await newCode())).body;
  const refresh = tokens.refresh_token!;
  expect((await bank.refresh(refresh, { proof: null })).status).toBe(400);
  expect((await bank.refresh(refresh, { assertion: null, form: { client_id: bank.clientId } })).status).toBe(401);
  for (const _ of [1, 2]) {
    const { body } = await bank.refresh(refresh);
    expect([body['token_type'], body.refresh_token ?? refresh]).toEqual(['DPoP', refresh]);
  }
});

test('5.3.2.2: an authorization code lives a minute at most, once, and the address of a pushed request under ten', async () => {
  const late = await newCode();
  service.clock.advance(61);
  expect((await bank.redeem(late)).body.error).toBe('invalid_grant');
  const { body } = await bank.push();
  expect(Number(body['expires_in'])).toBeLessThan(600);
  const code = await newCode();
  const first = (await bank.redeem(code)).body;
  expect((await bank.redeem(code)).body.error).toBe('invalid_grant');
  expect((await bank.userinfo(first.access_token!)).status).toBe(401);
});

test('5.3.2.2: the authorization endpoint answers no script of another origin, and never by 307', async () => {
  const begin = await bank.begin();
  const answer = await fetch(begin, { redirect: 'manual', headers: { origin: 'https://bank.example' } });
  expect([answer.status, answer.headers.get('access-control-allow-origin')]).toEqual([303, null]);
});
