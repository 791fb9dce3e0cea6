import { createHmac } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createSecretBox } from '../../src/base/secret-box.ts';
import { makeApplication, makePerson, makeRoot } from '../support/fixtures.ts';
import type { Person } from '../support/fixtures.ts';
import { openHttpBrowser } from '../support/http-browser.ts';
import type { HttpBrowser } from '../support/http-browser.ts';
import { logIn } from '../support/log-in.ts';
import { MASTER_KEY } from '../support/master-key.ts';
import { authorizeUrl, codeIn } from '../support/relying-application.ts';
import type { RelyingApplication } from '../support/relying-application.ts';
import { startService } from '../support/start-service.ts';
import type { TestService } from '../support/start-service.ts';

// Lesson: a session was fixed to an id that the attacker had planted (CVE-2021-41246), a malformed cookie counted as logged in
// (authentik CVE-2026-25748), and a login continued in another browser (Keycloak CVE-2026-7507).

let service: TestService;
let reports: RelyingApplication;
let maria: Person;

beforeAll(async () => {
  service = await startService();
  const root = await makeRoot(service);
  maria = await makePerson(service, root, 'maria@northwind.example');
  const redirectUri = 'http://127.0.0.1:9001/back';
  const { application, clientSecret } = await makeApplication(service, root, { redirectUris: [redirectUri] });
  reports = { clientId: application.clientId, clientSecret, redirectUri };
});
afterAll(async () => service.close());

const home = (): URL => new URL(service.url);
const openBrowser = (stopAt = (url: URL) => url.port === '9001'): HttpBrowser =>
  openHttpBrowser({ now: () => service.clock.now(), stopAt });

/** What is answered to a silent request with just these cookies: the code, or the error. */
async function askWith(cookie: string): Promise<string> {
  const answer = await fetch(authorizeUrl(service, reports, { prompt: 'none' }), {
    headers: { cookie },
    redirect: 'manual',
  });
  const { searchParams } = new URL(answer.headers.get('location') ?? service.url);
  return searchParams.has('code') ? 'code' : (searchParams.get('error') ?? `status ${answer.status}`);
}

/** The signature that stands beside a signed cookie; the session had one until 0.1.0. */
function signatureOf(pair: string): string {
  const [key] = createSecretBox([MASTER_KEY]).deriveKeys('cookies', 32);
  return createHmac('sha1', key!).update(pair).digest('base64url');
}

test('an id of a session that somebody made up opens nothing, and is not the id of the session that follows', async () => {
  const planted = 'a'.repeat(43);
  for (const cookie of [
    `session=${planted}`,
    `session=${planted}; session.sig=${signatureOf(`session=${planted}`)}`,
    'session=',
    `session=${'x'.repeat(5000)}`,
    'session="; session.sig=',
    'session=%00\'";--',
  ]) {
    expect([cookie.slice(0, 60), await askWith(cookie)]).toEqual([cookie.slice(0, 60), 'login_required']);
  }
  await using browser = openBrowser();
  browser.cookies.store(home(), [`session=${planted}; Path=/`]);
  codeIn(await logIn(browser, service, await browser.open(authorizeUrl(service, reports)), maria), reports);
  const made = browser.cookies.get(home(), 'session');
  expect(made?.value).toMatch(/^[\w-]{43}$/);
  expect(made?.value).not.toBe(planted);
  expect([await askWith(`session=${planted}`), await askWith(`session=${made?.value}`)]).toEqual([
    'login_required',
    'code',
  ]);
});

test('a session keeps the one id that was given to its browser: nothing beside it counts', async () => {
  await using browser = openBrowser();
  await logIn(browser, service, await browser.open(authorizeUrl(service, reports)), maria);
  const { value, httpOnly, sameSite, path } = browser.cookies.get(home(), 'session')!;
  expect({ httpOnly, sameSite, path }).toEqual({ httpOnly: true, sameSite: 'lax', path: '/' });
  // Browsers of people who logged in before still send the signature beside it.
  const pair = `session=${value}`;
  expect(await askWith(`${pair}; session.sig=${signatureOf(pair)}`)).toBe('code');
  expect(await askWith(`${pair}; session.sig=${'x'.repeat(27)}`)).toBe('code');
  expect(await askWith(`session.sig=${signatureOf(pair)}`)).toBe('login_required');
  expect(await askWith(`session=${value.slice(0, -1)}`)).toBe('login_required');
});

test('whoever only saw the address of a finished login does not get its session', async () => {
  await using browser = openBrowser((url) => url.pathname.startsWith('/oauth2/authorize/'));
  const first = await browser.open(authorizeUrl(service, reports));
  const { stoppedAt: resume } = await logIn(browser, service, first, maria);
  const handle = resume!.pathname.split('/').at(-1)!;
  /** What the session that is given opens. */
  const resumeWith = async (cookie: string): Promise<string> => {
    const answer = await fetch(resume!, { headers: { cookie }, redirect: 'manual' });
    const session = answer.headers.getSetCookie().find((each) => each.startsWith('session='));
    return session === undefined ? 'no session' : askWith(session.split(';')[0]!);
  };
  const ofItsBrowser = browser.cookies.headerFor({ url: resume!, method: 'GET' })!;
  expect(ofItsBrowser).toContain(`login_resume=${handle}`);
  for (const cookie of [
    `login_resume=${handle}`,
    `login_resume=${handle}; login_resume.sig=${'x'.repeat(27)}`,
    `login_resume=${handle}; login_resume.sig=${signatureOf(`login=${handle}`)}`,
    ofItsBrowser.replace(`login_resume=${handle}`, `login_resume=${'a'.repeat(43)}`),
  ]) {
    expect([cookie, await resumeWith(cookie)]).toEqual([cookie, 'no session']);
  }
  expect(await resumeWith(ofItsBrowser)).toBe('code');
});
