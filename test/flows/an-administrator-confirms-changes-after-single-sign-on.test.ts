import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type { Organization } from '../../src/organizations/organization.ts';
import { consoleLogin } from '../support/console-login.ts';
import type { ConsoleLogin } from '../support/console-login.ts';
import { callbacksOf, configure, paneOf } from '../support/federation.ts';
import { enrollFirst } from '../support/first-login.ts';
import { makeManaged, makePerson, makeRoot } from '../support/fixtures.ts';
import type { Person } from '../support/fixtures.ts';
import { openHttpBrowser } from '../support/http-browser.ts';
import type { HttpBrowser } from '../support/http-browser.ts';
import { codeIn, startMailbox } from '../support/mailbox.ts';
import type { Mailbox } from '../support/mailbox.ts';
import type { Page } from '../support/page.ts';
import { addUser, org } from '../support/people.ts';
import { startFabrikam } from '../support/start-provider.ts';
import type { Fabrikam } from '../support/start-provider.ts';
import { startService } from '../support/start-service.ts';
import type { TestService } from '../support/start-service.ts';
import { totpAt } from '../support/totp.ts';

const DIRECTORY = '2c1a7d1e-0f7b-4b7e-8f0a-6a4f0d8c9b11';
const CLIENT = '7f1c2a9e-52d4-4a0e-9d0c-3b6f5f1f8a21';
const person = (name: string, place: number) => ({
  oid: `a1f6f0de-7d0e-4a5f-9e55-0a4b7c5d1e0${place}`,
  directory: DIRECTORY,
  upn: `${name}@fabrikam.example`,
  name,
  password: `pw-${name}`,
});
const lena = person('lena', 1);
const omar = person('omar', 2);

let fabrikam: Fabrikam;
let mailbox: Mailbox;
let service: TestService;
let organization: Organization;
let console_: ConsoleLogin;
let anna: Person;
let omarHere: Person;

beforeAll(async () => {
  mailbox = await startMailbox();
  fabrikam = await startFabrikam({
    directories: [{ id: DIRECTORY, name: 'Fabrikam', domains: ['fabrikam.example'] }],
    users: [lena, omar],
  });
  const settings = { GATEHOUSE_ENTRA_AUTHORITY: fabrikam.origin, SMTP_URL: mailbox.url };
  service = await startService({ settings: { ...settings, MAIL_FROM: 'gate@northwind.example' } });
  const root = await makeRoot(service);
  anna = await makePerson(service, root, 'anna@northwind.example', { role: 'administrator', breakGlass: true });
  organization = await makeManaged(service, root, 'Fabrikam');
  console_ = consoleLogin(service);
  omarHere = await makePerson(service, organization, omar.upn, { role: 'administrator' });
  await addUser({ db: service.database.db, clock: service.clock }, organization, lena.upn, { role: 'administrator' });
});
beforeEach(async () => {
  await fabrikam.addApps(registration([]));
  await configure(service, organization, {
    method: 'entra-id',
    clientId: CLIENT,
    directoryId: DIRECTORY,
    credential: 'none',
  });
  await fabrikam.endSessions();
});
afterAll(async () => {
  await service?.close();
  await fabrikam?.stop();
  await mailbox?.stop();
});

const registration = (optionalClaims: 'auth_time'[]) => ({
  clientId: CLIENT,
  directory: DIRECTORY,
  idTokens: true,
  redirectUris: [{ uri: callbacksOf(service, organization).shared }],
  optionalClaims,
});
const openBrowser = (): HttpBrowser =>
  openHttpBrowser({ now: () => service.clock.now(), stopAt: (url) => url.pathname === '/console/callback' });
const signIn = async (browser: HttpBrowser, page: Page, who: typeof lena): Promise<Page> =>
  browser.submit(page, { loginfmt: who.upn, passwd: who.password }, { button: 'Sign in' });

/** Logs in to the console for the first time in this browser. */
async function logIn(browser: HttpBrowser, who: typeof lena): Promise<Page> {
  const page = await console_.open(browser);
  return signIn(browser, await browser.submit(page, { email: who.upn }, { button: 'Continue' }), who);
}
/** A change that asks for a fresh factor, of a version long gone: refused with `version.conflict` when the factor is fresh. */
async function tryChange(page: Page): Promise<unknown> {
  const api = await console_.api(page);
  return (
    await api.send('POST', `/organizations/${org(organization)}/authentication/switch-back`, { version: 999_999 })
  ).body.code;
}
const authTime = async (): Promise<unknown> => (await paneOf(service, organization)).connection?.authTime;

test('whose provider states no auth_time enrolls a factor once, and proves it from then on', async () => {
  await using browser = openBrowser();
  expect(await tryChange(await logIn(browser, lena))).toBe('caller.stale-factor');

  // A fresh login: the provider asks for the password, and says nothing of when.
  const asked = await console_.open(browser, { prompt: 'login' });
  const there = await browser.submit(asked, { email: lena.upn }, { button: 'Continue' });
  const mailboxPage = await signIn(browser, there, lena);
  expect(mailboxPage.text).toContain('does not say when you logged in');
  const sent = await browser.submit(mailboxPage, {}, { button: `Send a code to ${lena.upn}` });
  const code = codeIn(await mailbox.waitForMail({ to: lena.upn, subject: /code/ }));
  const safe = await browser.submit(sent, { code }, { button: 'Continue' });
  expect(safe.title).toContain('Keep Your Account Safe');
  const { page, seed } = await enrollFirst(browser, service, safe);
  expect(await tryChange(page)).toBe('version.conflict');
  expect(await authTime()).toBe('missing');
  const told = await mailbox.waitForMail({ to: anna.email, subject: /second proof/ });
  expect(told.text).toContain(`${lena.upn} of Fabrikam`);
  await mailbox.waitForMail({ to: omar.upn, subject: /second proof/ });
  await mailbox.waitForMail({ to: lena.upn, subject: /How you log in/ });

  // Ten minutes later the factor is asked at once: nobody goes to the provider.
  const longAgo = new Date(service.clock.now().getTime() - 601_000);
  await service.database.db.updateTable('session').set({ factorAt: longAgo }).execute();
  await fabrikam.forget();
  const before = await sessions();
  expect(await tryChange(await console_.open(browser, { prompt: 'none' }))).toBe('caller.stale-factor');
  const stepUp = await console_.open(browser, { prompt: 'login' });
  service.clock.advance(30);
  const totp = await totpAt(seed, service.clock.now());
  expect(await tryChange(await browser.submit(stepUp, { code: totp }, { button: 'Continue' }))).toBe(
    'version.conflict',
  );
  expect(await fabrikam.journal()).toEqual([]);
  // It stays the provider's session: the same connection, beginning and end. A logout there still ends it.
  expect(await sessions()).toEqual(before);
});

async function sessions(): Promise<unknown[]> {
  return service.database.db
    .selectFrom('session')
    .select(['id', 'method', 'connectionId', 'expiresAt', 'authTime', 'loggedInAt'])
    .where('organizationId', '=', organization.id)
    .orderBy('id')
    .execute();
}

test('who enrolled a factor before single sign-on proves that one', async () => {
  await using browser = openBrowser();
  await logIn(browser, omar);
  const asked = await console_.open(browser, { prompt: 'login' });
  const there = await browser.submit(asked, { email: omar.upn }, { button: 'Continue' });
  const stepUp = await signIn(browser, there, omar);
  expect(stepUp.text).toContain('This change needs a fresh proof that it is you.');
  service.clock.advance(30);
  const code = await totpAt(omarHere.seed, service.clock.now());
  expect(await tryChange(await browser.submit(stepUp, { code }, { button: 'Continue' }))).toBe('version.conflict');
  // The account page lists it, and lets another one be added.
  const account = await browser.open(`${service.url}/account`);
  expect(account.text).toContain('Phone');
  expect((await browser.submit(account, {}, { button: 'Add an authenticator app' })).text).toContain('Scan this code');
});

test('whose provider states auth_time needs no factor of ours', async () => {
  await fabrikam.addApps(registration(['auth_time']));
  await using browser = openBrowser();
  await logIn(browser, lena);
  expect(await authTime()).toBe('stated');
  const longAgo = new Date(service.clock.now().getTime() - 601_000);
  await service.database.db.updateTable('session').set({ factorAt: longAgo }).execute();
  const asked = await console_.open(browser, { prompt: 'login' });
  const there = await browser.submit(asked, { email: lena.upn }, { button: 'Continue' });
  expect(await tryChange(await signIn(browser, there, lena))).toBe('version.conflict');
});
