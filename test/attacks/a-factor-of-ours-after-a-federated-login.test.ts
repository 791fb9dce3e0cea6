import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { federatedMethod } from '../../src/base/federated-method.ts';
import type { Organization } from '../../src/organizations/organization.ts';
import { consoleLogin } from '../support/console-login.ts';
import type { ConsoleLogin } from '../support/console-login.ts';
import { callbacksOf, configure } from '../support/federation.ts';
import { makeApplication, makeManaged, makePerson, makeRoot } from '../support/fixtures.ts';
import type { Person } from '../support/fixtures.ts';
import { openHttpBrowser } from '../support/http-browser.ts';
import type { HttpBrowser } from '../support/http-browser.ts';
import { codeIn, startMailbox } from '../support/mailbox.ts';
import type { Mailbox } from '../support/mailbox.ts';
import type { Page } from '../support/page.ts';
import { addUser } from '../support/people.ts';
import { authorizeUrl } from '../support/relying-application.ts';
import type { RelyingApplication } from '../support/relying-application.ts';
import { startFabrikam } from '../support/start-provider.ts';
import type { Fabrikam } from '../support/start-provider.ts';
import { startService } from '../support/start-service.ts';
import type { TestService } from '../support/start-service.ts';
import { totpAt } from '../support/totp.ts';

// Lesson: where a provider cannot show a fresh login a factor of ours takes its place. It may not be enrolled with a session
// alone, take the place of a fresh login that the provider could show, or prolong what the provider's login gave.

const DIRECTORY = '2c1a7d1e-0f7b-4b7e-8f0a-6a4f0d8c9b11';
const CLIENT = '7f1c2a9e-52d4-4a0e-9d0c-3b6f5f1f8a21';
const OTHER_CLIENT = '8a2d3b0f-63e5-4b1f-8e1d-4c7a6a2a9b32';
const someone = (name: string, place: number) => ({
  oid: `a1f6f0de-7d0e-4a5f-9e55-0a4b7c5d1e0${place}`,
  directory: DIRECTORY,
  upn: `${name}@fabrikam.example`,
  name,
  password: `pw-${name}`,
});
/** An administrator without a factor, one with, and somebody without a console role. */
const lena = someone('lena', 1);
const omar = someone('omar', 2);
const ines = someone('ines', 3);
const LOST = 'did not confirm that you logged in just now';

let fabrikam: Fabrikam;
let mailbox: Mailbox;
let service: TestService;
let organization: Organization;
let console_: ConsoleLogin;
let reports: RelyingApplication;
let omarHere: Person;

beforeAll(async () => {
  mailbox = await startMailbox();
  fabrikam = await startFabrikam({
    directories: [{ id: DIRECTORY, name: 'Fabrikam', domains: ['fabrikam.example'] }],
    users: [lena, omar, ines],
  });
  const settings = { GATEHOUSE_ENTRA_AUTHORITY: fabrikam.origin, SMTP_URL: mailbox.url };
  service = await startService({ settings: { ...settings, MAIL_FROM: 'gate@northwind.example' } });
  const root = await makeRoot(service);
  organization = await makeManaged(service, root, 'Fabrikam');
  console_ = consoleLogin(service);
  const redirectUri = 'http://127.0.0.1:9001/back';
  const { application, clientSecret } = await makeApplication(service, root, { redirectUris: [redirectUri] });
  reports = { clientId: application.clientId, clientSecret, redirectUri };
  omarHere = await makePerson(service, organization, omar.upn, { role: 'administrator' });
  const deps = { db: service.database.db, clock: service.clock };
  await addUser(deps, organization, lena.upn, { role: 'administrator' });
  await addUser(deps, organization, ines.upn);
  for (const clientId of [CLIENT, OTHER_CLIENT]) await fabrikam.addApps(registration(clientId));
});
beforeEach(async () => {
  await fabrikam.endSessions();
  await use(CLIENT);
});
afterAll(async () => {
  await service?.close();
  await fabrikam?.stop();
  await mailbox?.stop();
});

const registration = (clientId: string, optionalClaims: 'auth_time'[] = []) => ({
  clientId,
  directory: DIRECTORY,
  idTokens: true,
  redirectUris: [{ uri: callbacksOf(service, organization).shared }],
  optionalClaims,
});
async function use(clientId: string): Promise<void> {
  const settings = { method: 'entra-id', clientId, directoryId: DIRECTORY, credential: 'none' };
  await configure(service, organization, settings);
}
const openBrowser = (): HttpBrowser =>
  openHttpBrowser({
    now: () => service.clock.now(),
    stopAt: (url) => url.port === '9001' || url.pathname === '/console/callback',
  });
const signIn = async (browser: HttpBrowser, page: Page, who: typeof lena): Promise<Page> =>
  browser.submit(page, { loginfmt: who.upn, passwd: who.password }, { button: 'Sign in' });
const goOn = async (browser: HttpBrowser, page: Page, who: typeof lena): Promise<Page> =>
  browser.submit(page, { email: who.upn }, { button: 'Continue' });

async function logIn(browser: HttpBrowser, who: typeof lena): Promise<void> {
  await signIn(browser, await goOn(browser, await console_.open(browser), who), who);
}
/** *Confirm now*, up to where the provider's answer leads. */
async function askAfresh(browser: HttpBrowser, who: typeof lena): Promise<Page> {
  return signIn(browser, await goOn(browser, await console_.open(browser, { prompt: 'login' }), who), who);
}
/** Omar's session, of a provider known to state no auth_time, and his factor asked for. */
async function stepUpOfOmar(browser: HttpBrowser): Promise<Page> {
  await logIn(browser, omar);
  const db = service.database.db;
  await db.updateTable('connection').set({ authTime: 'missing' }).where('authTime', 'is', null).execute();
  return console_.open(browser, { prompt: 'login' });
}
async function proveFactor(browser: HttpBrowser, page: Page): Promise<Page> {
  service.clock.advance(30);
  return browser.submit(page, { code: await totpAt(omarHere.seed, service.clock.now()) }, { button: 'Continue' });
}
const stepOf = (page: Page): string => page.url.pathname.replace(/^(\/login\/[\w-]+)\/.*$/, '$1');
const factorsOf = async (who: typeof lena): Promise<unknown[]> =>
  service.database.db
    .selectFrom('authenticator')
    .innerJoin('appUser', 'appUser.id', 'authenticator.userId')
    .select('kind')
    .where('appUser.email', '=', who.upn)
    .execute();
const freshSessions = async (): Promise<number> => {
  const rows = await service.database.db.selectFrom('session').select('id').where('factorAt', 'is not', null).execute();
  return rows.length;
};

test('a stolen session enrolls nothing: it leads to the provider, whoever asks', async () => {
  await using other = openBrowser();
  await logIn(other, ines);
  await fabrikam.endSessions();
  await using browser = openBrowser();
  await logIn(browser, lena);
  await using thief = openBrowser();
  const stolen = browser.cookies.all().filter(({ name }) => name.startsWith('session'));
  const cookies = stolen.map(({ name, value }) => `${name}=${value}; path=/; httponly; samesite=lax`);
  thief.cookies.store(new URL(service.url), cookies);
  expect((await thief.open(`${service.url}/account`)).text).toContain(lena.upn);
  const page = await console_.open(thief, { prompt: 'login' });
  for (const [step, form] of [
    ['enroll', { choose: 'otp' }],
    ['connection-back', { send: 'yes' }],
    ['step-up', { code: '000000' }],
  ] as const) {
    const refused = await thief.post(
      `${stepOf(page)}/${step}`.replace(/^/, service.url),
      new URLSearchParams(form),
      page.url,
    );
    expect(refused.title).not.toContain('Keep Your Account Safe');
  }
  for (const action of ['add-otp', 'add-key', 'codes']) {
    const refused = await thief.post(`${service.url}/account/${action}`, new URLSearchParams(), new URL(service.url));
    expect(refused.text).not.toContain('Scan this code');
  }
  const there = await goOn(thief, page, lena);
  expect(there.url.origin).toBe(fabrikam.origin);
  // The thief has an account there, too, of somebody without a console role.
  const back = await signIn(thief, there, ines);
  expect(back.text).toContain(LOST);
  expect(await factorsOf(lena)).toEqual([]);
  expect(await factorsOf(ines)).toEqual([]);
});

test('an unlocked computer without the mailbox enrolls nothing, however many codes are tried', async () => {
  await using browser = openBrowser();
  await logIn(browser, lena);
  const page = await askAfresh(browser, lena);
  expect(page.title).toContain('Confirm Your Mailbox');
  const early = await browser.post(
    `${service.url}${stepOf(page)}/enroll`,
    new URLSearchParams({ choose: 'otp' }),
    page.url,
  );
  expect(early.title).not.toContain('Keep Your Account Safe');
  const sent = await browser.submit(page, {}, { button: `Send a code to ${lena.upn}` });
  const code = codeIn(await mailbox.waitForMail({ to: lena.upn, subject: /code/ }));
  for (let attempt = 0; attempt < 5; attempt += 1) {
    const wrong = String((Number(code) + 1 + attempt) % 1_000_000).padStart(6, '0');
    expect((await browser.submit(sent, { code: wrong }, { button: 'Continue' })).status).not.toBe(303);
  }
  const late = await browser.submit(sent, { code }, { button: 'Continue' });
  expect(late.title).toContain('Confirm Your Mailbox');
  expect(await factorsOf(lena)).toEqual([]);
  expect(await freshSessions()).toBe(0);
});

test('a code is worth nothing in another login', async () => {
  await using browser = openBrowser();
  await logIn(browser, lena);
  const sent = await browser.submit(await askAfresh(browser, lena), {}, { button: `Send a code to ${lena.upn}` });
  const code = codeIn(await mailbox.waitForMail({ to: lena.upn, subject: /code/ }));
  expect(sent.title).toContain('Confirm Your Mailbox');
  await using other = openBrowser();
  await logIn(other, lena);
  const again = await other.submit(await askAfresh(other, lena), {}, { button: `Send a code to ${lena.upn}` });
  await mailbox.waitForMail({ to: lena.upn, subject: /code/ });
  const refused = await other.submit(again, { code }, { button: 'Continue' });
  expect(refused.title).toContain('Confirm Your Mailbox');
});

test('a factor of ours does not take the place of auth_time at a provider that states it', async () => {
  await fabrikam.addApps(registration(CLIENT, ['auth_time']));
  await using browser = openBrowser();
  await logIn(browser, omar);
  // Whoever sits there takes max_age out of the request: a provider that states it only when asked leaves it out.
  await fabrikam.addApps(registration(CLIENT));
  expect((await askAfresh(browser, omar)).text).toContain(LOST);
});

test('who has no console role gets in nowhere by it, and no application takes it for a fresh login', async () => {
  await using browser = openBrowser();
  await logIn(browser, ines);
  expect((await askAfresh(browser, ines)).text).toContain(LOST);
  await fabrikam.endSessions();
  await using administrator = openBrowser();
  await logIn(administrator, omar);
  for (const more of [{ prompt: 'login' }, { max_age: '0' }]) {
    const asked = await administrator.open(authorizeUrl(service, reports, more));
    const back = await signIn(administrator, await goOn(administrator, asked, omar), omar);
    expect(back.text).toContain(LOST);
  }
});

test('a factor proved in a session does not prolong it, and brings none back that has ended', async () => {
  const { db } = service.database;
  await using browser = openBrowser();
  const stepUp = await stepUpOfOmar(browser);
  const before = await db.selectFrom('session').select(['id', 'expiresAt']).orderBy('id').execute();
  service.clock.advance(600);
  await proveFactor(browser, stepUp);
  expect(await db.selectFrom('session').select(['id', 'expiresAt']).orderBy('id').execute()).toEqual(before);

  await using ended = openBrowser();
  const late = await stepUpOfOmar(ended);
  const fresh = await freshSessions();
  const ofBrowser = await db.selectFrom('session').select('id').orderBy('loggedInAt', 'desc').executeTakeFirstOrThrow();
  await db.deleteFrom('session').where('id', '=', ofBrowser.id).execute();
  expect((await proveFactor(ended, late)).stoppedAt).toBeUndefined();
  expect(await freshSessions()).toBe(fresh);

  // It ends between the proof and the way back to the console.
  let stops = false;
  await using between = openHttpBrowser({
    now: () => service.clock.now(),
    stopAt: (url) => url.pathname === '/console/callback' || (stops && /^\/oauth2\/authorize\/./.test(url.pathname)),
  });
  const asked = await stepUpOfOmar(between);
  stops = true;
  const proved = await proveFactor(between, asked);
  stops = false;
  const latest = await db.selectFrom('session').select('id').orderBy('loggedInAt', 'desc').executeTakeFirstOrThrow();
  await db.deleteFrom('session').where('id', '=', latest.id).execute();
  const left = await freshSessions();
  const resumed = await between.open(proved.stoppedAt ?? proved.url);
  expect(resumed.stoppedAt).toBeUndefined();
  expect(await freshSessions()).toBe(left);
});

test('a factor is not proved in a session of a connection that is no longer in force', async () => {
  await using browser = openBrowser();
  const stepUp = await stepUpOfOmar(browser);
  const db = service.database.db;
  await db.updateTable('organization').set({ method: 'built-in' }).where('id', '=', organization.id).execute();
  const refused = await proveFactor(browser, stepUp);
  await db
    .updateTable('organization')
    .set({ method: federatedMethod('entra-id') })
    .where('id', '=', organization.id)
    .execute();
  expect(refused.stoppedAt).toBeUndefined();

  // A session of another connection is none of this one, whatever factor is proved in it.
  await db.updateTable('session').set({ connectionId: null }).execute();
  const asked = await console_.open(browser, { prompt: 'login' });
  expect(asked.text).not.toContain('This change needs a fresh proof');
});

test('what was proved at one registration is not carried to another that may state auth_time', async () => {
  await using browser = openBrowser();
  await stepUpOfOmar(browser);
  await use(OTHER_CLIENT);
  const asked = await console_.open(browser, { prompt: 'login' });
  expect(asked.text).not.toContain('This change needs a fresh proof');
});
