import { afterAll, beforeAll, expect, test } from 'vitest';
import { makeApplication, makePerson, makeRoot } from '../support/fixtures.ts';
import type { Person } from '../support/fixtures.ts';
import { openHttpBrowser } from '../support/http-browser.ts';
import type { HttpBrowser } from '../support/http-browser.ts';
import type { Page } from '../support/page.ts';
import { startService } from '../support/start-service.ts';
import type { TestService } from '../support/start-service.ts';
import { totpAt } from '../support/totp.ts';

// Lesson: a session counted as logged in after one factor (ZITADEL GHSA-cfjq); steps could be posted past (Keycloak
// CVE-2026-18963); a login continued in another browser (Keycloak CVE-2026-7507).

let service: TestService;
let maria: Person;

beforeAll(async () => {
  service = await startService();
  const root = await makeRoot(service);
  maria = await makePerson(service, root, 'maria@northwind.example', { role: 'administrator' });
  await makeApplication(service, root, { redirectUris: ['http://127.0.0.1:9/back'] });
});
afterAll(async () => service.close());

async function toSecondFactor(browser: HttpBrowser): Promise<Page> {
  const asked = await browser.submit(await browser.open(`${service.url}/login/start`), { email: maria.email });
  return browser.submit(asked, { password: maria.password }, { button: 'Continue' });
}

async function post(browser: HttpBrowser, page: Page, step: string, fields: Record<string, string>): Promise<Page> {
  const url = `${service.url}/login/${page.url.pathname.split('/')[2]}/${step}`;
  return browser.post(url, new URLSearchParams(fields), page.url);
}

const STEPS = [
  ['address-code', { code: '000000' }],
  ['choose-organization', { organization: 'org_aaaaaaaaaaaaaaaaaaaaaaaaaa' }],
  ['choose-password', { password: 'a password of my own', repeat: 'a password of my own' }],
  ['enroll', { choose: 'otp' }],
  ['recovery-codes', { saved: 'yes' }],
  ['step-up', { code: '000000' }],
  ['switch-user', { answer: 'yes' }],
  ['consent', { answer: 'allow' }],
  ['connection-out', {}],
  ['connection-back', {}],
  ['another-way', {}],
  ['finished', {}],
  ['leave', {}],
  ['no-such-step', {}],
] as const;

test('no step can be posted before its turn; the login stays where it was', async () => {
  await using browser = openHttpBrowser();
  const page = await toSecondFactor(browser);
  const before = await service.database.db
    .selectFrom('login')
    .select(['step', 'version'])
    .orderBy('createdAt', 'desc')
    .executeTakeFirstOrThrow();
  expect(before.step).toBe('second-factor');
  for (const [step, fields] of [...STEPS, ['password', { password: maria.password }] as const]) {
    const answer = await post(browser, page, step, fields);
    expect([step, answer.status]).toEqual([step, 422]);
    expect(answer.text).toContain('You went on elsewhere');
  }
  const after = await service.database.db
    .selectFrom('login')
    .select(['step', 'version'])
    .orderBy('createdAt', 'desc')
    .executeTakeFirstOrThrow();
  expect(after).toEqual(before);
});

test('after the password alone nothing opens: no page, no other application, no finish', async () => {
  await using browser = openHttpBrowser();
  const page = await toSecondFactor(browser);
  expect((await browser.open(`${service.url}/`)).text).toContain('Log In');
  expect((await browser.open(`${service.url}/account`)).title).toContain('Log in');
  const handle = page.url.pathname.split('/')[2]!;
  expect((await browser.open(`${service.url}/login/${handle}/finish`)).title).toContain('Confirm It’s You');
  const resumed = await browser.open(`${service.url}/oauth2/authorize/${handle}`);
  expect(resumed.url.pathname).toMatch(/^\/login\//);
  const sessions = await service.database.db
    .selectFrom('session')
    .selectAll()
    .where('userId', '=', maria.userId)
    .execute();
  expect(sessions).toHaveLength(0);
});

test('a login belongs to the browser it began in', async () => {
  await using browser = openHttpBrowser();
  const page = await toSecondFactor(browser);
  await using stranger = openHttpBrowser();
  service.clock.advance(30);
  const code = await totpAt(maria.seed, service.clock.now());
  expect((await stranger.open(page.url)).status).toBe(410);
  const answer = await post(stranger, page, 'second-factor', { code });
  expect(answer.status).toBe(410);
  expect(answer.text).toContain('This log-in page has expired');
  expect(answer.text).toContain('Log in again');
});

test('the second of two tabs is told; a finished login is expired', async () => {
  await using browser = openHttpBrowser();
  const page = await toSecondFactor(browser);
  service.clock.advance(30);
  const code = await totpAt(maria.seed, service.clock.now());
  const home = await post(browser, page, 'second-factor', { code });
  expect(home.text).toContain('Your applications');
  const again = await post(browser, page, 'second-factor', { code });
  expect(again.status).toBe(410);
  expect((await browser.open(page.url)).text).toContain('This log-in page has expired');
});

test('going back to give another address proves nothing for it', async () => {
  await using browser = openHttpBrowser();
  const page = await toSecondFactor(browser);
  const omar = await makePerson(service, { id: maria.organizationId }, 'omar@northwind.example');
  const asked = await post(browser, page, 'identify', { email: omar.email });
  expect(asked.title).toContain('Enter Your Password');
  const code = await totpAt(omar.seed, service.clock.now());
  expect((await post(browser, page, 'second-factor', { code })).status).toBe(422);
});

test('a form of another site is refused before it is read', async () => {
  await using browser = openHttpBrowser();
  const asked = await browser.submit(await browser.open(`${service.url}/login/start`), { email: maria.email });
  const url = `${service.url}/login/${asked.url.pathname.split('/')[2]}/password`;
  const fields = new URLSearchParams({ password: maria.password });
  const foreign = await browser.post(url, fields, new URL('https://evil.example/'));
  expect([403, 410]).toContain(foreign.status); // the cookie is Lax besides
  const bare = await fetch(url, { method: 'POST', body: fields, redirect: 'manual' });
  expect(bare.status).toBe(403);
  for (const path of ['/login/emergency', '/login/forgot', '/account/codes', '/login/setup/x', '/login/reset/x']) {
    const headers = { 'sec-fetch-site': 'cross-site', origin: 'https://evil.example' };
    const answer = await fetch(`${service.url}${path}`, { method: 'POST', body: fields, redirect: 'manual', headers });
    expect([path, answer.status]).toEqual([path, 403]);
  }
});

test('a login that is finished takes no further step before the application has its answer', async () => {
  service.clock.advance(30);
  await using browser = openHttpBrowser({ stopAt: (url) => url.pathname.startsWith('/oauth2/authorize/') });
  const start = await browser.open(`${service.url}/login/start`);
  const page = await browser.submit(start, { email: maria.email }, { button: 'Continue' });
  const factor = await browser.submit(page, { password: maria.password }, { button: 'Continue' });
  const code = await totpAt(maria.seed, service.clock.now());
  const finished = await post(browser, factor, 'second-factor', { code });
  expect(finished.stoppedAt?.pathname).toMatch(/^\/oauth2\/authorize\//);
  const login = async (): Promise<unknown> =>
    service.database.db.selectFrom('login').select(['step', 'version']).orderBy('createdAt', 'desc').executeTakeFirst();
  const before = await login();
  expect(before).toMatchObject({ step: 'finished' });
  const more = [
    ['second-factor', { code }],
    ['identify', { email: 'omar@northwind.example' }],
    ['start-over', {}],
  ] as const;
  for (const [step, fields] of [...STEPS, ...more]) {
    const answer = await post(browser, factor, step, fields);
    expect([step, answer.status, answer.title]).toEqual([step, 422, expect.stringContaining('You went on elsewhere')]);
  }
  expect(await login()).toEqual(before);
});
