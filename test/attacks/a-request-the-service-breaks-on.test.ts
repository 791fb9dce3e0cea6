import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { makeApplication, makePerson, makeRoot } from '../support/fixtures.ts';
import type { Person } from '../support/fixtures.ts';
import { openHttpBrowser } from '../support/http-browser.ts';
import type { HttpBrowser } from '../support/http-browser.ts';
import { logIn } from '../support/log-in.ts';
import { authorizeUrl, codeFor, redeem } from '../support/relying-application.ts';
import type { RelyingApplication } from '../support/relying-application.ts';
import { OPENID_FORMS } from '../support/openid-forms.ts';
import { startService } from '../support/start-service.ts';
import type { TestService } from '../support/start-service.ts';

// Lesson: one NUL byte in a parameter, from anybody, was answered 500 or 503 with a stack trace in the log.

let service: TestService;
let application: RelyingApplication;
let maria: Person;
let browser: HttpBrowser;

beforeAll(async () => {
  service = await startService();
  const root = await makeRoot(service);
  maria = await makePerson(service, root, 'maria@northwind.example');
  const redirectUri = 'http://127.0.0.1:9001/back';
  const made = await makeApplication(service, root, { redirectUris: [redirectUri] });
  application = { clientId: made.application.clientId, clientSecret: made.clientSecret, redirectUri };
  browser = openHttpBrowser({ now: () => service.clock.now(), stopAt: (url) => url.port === '9001' });
  await logIn(browser, service, await browser.open(authorizeUrl(service, application)), maria);
});
afterAll(async () => {
  await browser?.[Symbol.asyncDispose]();
  await service?.close();
});

/** As it stands in an address or a form, percent-encoded. */
const NASTY: Record<string, string> = {
  'a NUL': 'a%00b',
  'half of a surrogate pair': 'a%ED%A0%80b',
  'bytes that are no UTF-8': '%FF%FE%C0%80',
  'a broken escape': 'a%ZZ%',
  'nothing at all': '',
  'control and bidirectional characters': '%1B%5B2J%07%E2%80%AE%E2%81%A6%EF%BB%BF%E2%80%8B',
  'JSON nested ten thousand deep': `${'['.repeat(10_000)}${']'.repeat(10_000)}`,
  'JSON with NUL and a lone surrogate': encodeURIComponent(
    String.raw`{"id_token":{"a\u0000":null,"\ud800":{"value":"\u0000"}}}`,
  ),
  'a JWT of such JSON': `${btoa(String.raw`{"alg":"ES256","kid":"\u0000"}`)}.${btoa('['.repeat(10_000) + ']'.repeat(10_000))}.x`,
  'the prototype': '__proto__',
};
const LARGEST = 'x'.repeat(55_000);

/** A request of this kind that would be good, as an address or form says it. */
function good(path: string): URLSearchParams {
  if (path === '/oauth2/authorize' || path === '/oauth2/par') return authorizeUrl(service, application).searchParams;
  if (path === '/logout') return new URLSearchParams({ client_id: application.clientId });
  return new URLSearchParams(path === '/oauth2/token' ? { grant_type: 'refresh_token', refresh_token: 'x' } : {});
}

/** The parameters with one of them replaced by what is already encoded. */
function withRaw(parameters: URLSearchParams, name: string, encoded: string): string {
  parameters.delete(name);
  return `${parameters.toString()}&${name}=${encoded}`;
}

async function send(
  path: string,
  init: Omit<RequestInit, 'headers'> & { headers?: Record<string, string> } = {},
): Promise<Response> {
  const cookie = browser.cookies.headerFor({ url: new URL(service.url), method: 'GET', initiator: undefined });
  return fetch(`${service.url}${path}`, {
    redirect: 'manual',
    ...init,
    headers: { ...(cookie === undefined ? {} : { cookie }), origin: service.url, ...init.headers },
  });
}

const basic = (): string => `Basic ${btoa(`${application.clientId}:${application.clientSecret}`)}`;
const FORM = { 'content-type': 'application/x-www-form-urlencoded' };

describe.each(Object.entries(OPENID_FORMS))('%s', (path, names) => {
  test.each(Object.entries(NASTY))('answers no fault to %s in any parameter', async (_what, encoded) => {
    const faults: string[] = [];
    for (const name of names) {
      const parameters = withRaw(good(path), name, encoded);
      const answers = [
        await send(`${path}?${parameters}`),
        await send(path, { method: 'POST', body: parameters, headers: FORM }),
        await send(path, { method: 'POST', body: parameters, headers: { ...FORM, authorization: basic() } }),
      ];
      for (const { status } of answers) if (status >= 500) faults.push(`${name}: ${status}`);
    }
    expect(faults).toEqual([]);
  });

  test('answers no fault to the largest form, to a parameter twice, to a name that is odd, to another media type', async () => {
    const authorization = basic();
    const post = async (body: string, type = FORM['content-type']): Promise<number> =>
      (await send(path, { method: 'POST', body, headers: { 'content-type': type, authorization } })).status;
    const statuses = [
      await post(withRaw(good(path), names[0]!, LARGEST)),
      await post(withRaw(good(path), names[0]!, LARGEST.repeat(5))),
      await post(names.map((name) => `${name}=a&${name}=b`).join('&')),
      await post(`${good(path).toString()}&a%00b=1&__proto__=1&constructor[prototype]=1`),
      await post('a=1&'.repeat(10_000)),
      await post('{"client_id":"\\u0000"}', 'application/json'),
      await post('', 'text/plain'),
      await post('a=%00', `${FORM['content-type']}; charset=utf-16`),
      (await send(path, { method: 'DELETE' })).status,
    ];
    expect(statuses.filter((status) => status >= 500)).toEqual([]);
  });
});

test('a client id with a NUL in the Authorization header is nobody’s', async () => {
  for (const credentials of ['a\0b:c', '%00:%00', `${application.clientId}:\0`]) {
    const answer = await send('/oauth2/token', {
      method: 'POST',
      body: 'grant_type=refresh_token&refresh_token=x',
      headers: { ...FORM, authorization: `Basic ${btoa(credentials)}` },
    });
    expect([400, 401]).toContain(answer.status);
  }
});

describe('the pages for people', () => {
  /** The address of a login that was just begun, and the browser that began it. */
  async function begun(): Promise<{ path: string; cookie: string; close: () => Promise<void> }> {
    const person = openHttpBrowser({ now: () => service.clock.now() });
    const page = await person.open(authorizeUrl(service, application));
    const cookie = person.cookies.headerFor({ url: page.url, method: 'GET', initiator: undefined });
    return { path: page.url.pathname, cookie: cookie ?? '', close: async () => person[Symbol.asyncDispose]() };
  }

  test.each(Object.entries(NASTY))('answer no fault to %s', async (_what, encoded) => {
    const short = encoded.slice(0, 300);
    const faults: string[] = [];
    const note = (what: string, { status }: Response): void => {
      if (status >= 500) faults.push(`${what}: ${status}`);
    };
    const links = ['o', 'setup', 'invitation', 'reset', 'recover'].map((kind) => `/login/${kind}/${short}`);
    const pages = [...links, `/login/${short}`, `/login/${short}/finish`, `/login/callback/${short}`];
    const queries = ['login_hint', 'organization', 'error', 'state', 'code', 'iss', 'id_token', 'address'].map(
      (name) => `${name}=${short}`,
    );
    const asked = [
      '/',
      '/account',
      '/login/start',
      '/login/done',
      '/login/trouble',
      '/login/emergency',
      '/login/forgot',
    ];
    for (const path of [...pages, ...asked, '/login/callback']) {
      note(path, await send(path));
      for (const query of queries) note(`${path}?${query}`, await send(`${path}?${query}`));
    }
    const names = ['email', 'password', 'code', 'kept', 'response', 'name', 'organization', 'session', 'authenticator'];
    const form = names.map((name) => `${name}=${encoded}`).join('&');
    const login = await begun();
    const steps = ['identify', 'password', 'second-factor', 'choose-password', 'enroll', 'consent', short];
    const posts = [
      ...links.slice(1),
      '/login/emergency',
      '/login/forgot',
      '/login/callback',
      ...['add-otp', 'add-key', 'codes', 'remove', 'end-session', short].map((action) => `/account/${action}`),
      ...steps.map((step) => `${login.path}/${step}`),
    ];
    for (const path of posts) {
      const headers = path.startsWith(login.path) ? { ...FORM, cookie: login.cookie } : FORM;
      note(`POST ${path}`, await send(path, { method: 'POST', body: form, headers }));
      for (const name of names.slice(0, 3)) {
        note(`POST ${path} ${name}`, await send(path, { method: 'POST', body: `${name}=${encoded}`, headers }));
      }
    }
    await login.close();
    expect(faults).toEqual([]);
  });
});

test('a code is given, and redeemed, after all of that', async () => {
  expect((await redeem(service, application, await codeFor(browser, service, application))).status).toBe(200);
});
