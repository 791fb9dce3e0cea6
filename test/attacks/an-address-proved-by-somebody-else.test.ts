import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { readEmailAddress } from '../../src/users/email-address.ts';
import type { Organization } from '../../src/organizations/organization.ts';
import { apiClient } from '../support/api-client.ts';
import type { ApiClient } from '../support/api-client.ts';
import { makePerson, makeRoot } from '../support/fixtures.ts';
import type { Person } from '../support/fixtures.ts';
import { openHttpBrowser } from '../support/http-browser.ts';
import type { HttpBrowser } from '../support/http-browser.ts';
import { logIn } from '../support/log-in.ts';
import { codeIn, startMailbox } from '../support/mailbox.ts';
import type { Mailbox } from '../support/mailbox.ts';
import type { Page } from '../support/page.ts';
import { addSession, addUser, org } from '../support/people.ts';
import { formatId } from '../../src/base/ids.ts';
import { startService } from '../support/start-service.ts';
import type { TestService } from '../support/start-service.ts';

// Lesson: whoever makes us say that an address is theirs is, in every application that goes by addresses, its owner.

let service: TestService;
let mailbox: Mailbox;
let root: Organization;
let administrator: ApiClient;
let mallory: Person;
let thief: HttpBrowser;

const deps = () => ({ db: service.database.db, clock: service.clock, url: service.url });
let made = 0;

beforeAll(async () => {
  mailbox = await startMailbox();
  service = await startService({ settings: { SMTP_URL: mailbox.url, MAIL_FROM: 'gate@northwind.example' } });
  root = await makeRoot(service);
  const anna = await addUser(deps(), root, 'anna@northwind.example', { role: 'administrator', proven: true });
  administrator = apiClient(service.url, (await addSession(deps(), anna)).token);
});
afterAll(async () => {
  await service?.close();
  await mailbox?.stop();
});
beforeEach(async () => {
  made += 1;
  mallory = await unproven(`mallory${made}@northwind.example`);
  thief = await loggedIn(mallory);
  return async () => thief[Symbol.asyncDispose]();
});

async function unproven(email: string): Promise<Person> {
  const person = await makePerson(service, root, email);
  await service.database.db
    .updateTable('appUser')
    .set({ emailProvenAt: null })
    .where('id', '=', person.userId)
    .execute();
  return person;
}
async function loggedIn(person: Person): Promise<HttpBrowser> {
  const browser = openHttpBrowser({ now: () => service.clock.now() });
  await logIn(browser, service, await browser.open(`${service.url}/login/start`), person);
  return browser;
}
const account = async (browser: HttpBrowser): Promise<Page> => browser.open(`${service.url}/account`);
const askCode = async (browser: HttpBrowser): Promise<Page> =>
  browser.submit(await account(browser), {}, { button: 'Prove my address' });
const enter = async (browser: HttpBrowser, page: Page, code: string): Promise<Page> =>
  browser.submit(page, { code }, { button: 'Continue' });
const mailedTo = async (email: string): Promise<string> => codeIn(await mailbox.waitForMail({ to: email }));
const isProven = async (person: Person): Promise<boolean> => {
  const users = service.database.db.selectFrom('appUser').select('emailProvenAt').where('id', '=', person.userId);
  return (await users.executeTakeFirstOrThrow()).emailProvenAt !== null;
};
const other = (code: string): string => String((Number(code) + 1) % 1_000_000).padStart(6, '0');

test('the code of the own mailbox proves it, once, and says so', async () => {
  const page = await askCode(thief);
  expect(page.text).toContain(`We have sent a code to ${mallory.email}.`);
  const code = await mailedTo(mallory.email);
  const after = await enter(thief, page, code);
  expect(after.url.pathname).toBe('/account');
  expect(after.text).not.toContain('Prove my address');
  expect(await isProven(mallory)).toBe(true);
  await service.database.db
    .updateTable('appUser')
    .set({ emailProvenAt: null })
    .where('id', '=', mallory.userId)
    .execute();
  expect((await enter(thief, page, code)).status).toBe(422);
  expect(await isProven(mallory)).toBe(false);
});

test('the code of another user proves nothing, whoever types it', async () => {
  const victim = await unproven(`victim${made}@northwind.example`);
  await using browser = await loggedIn(victim);
  const hers = await askCode(browser);
  const his = await askCode(thief);
  const code = await mailedTo(mallory.email);
  expect((await enter(browser, hers, code)).status).toBe(422);
  expect((await enter(thief, his, await mailedTo(victim.email))).status).toBe(422);
  expect([await isProven(victim), await isProven(mallory)]).toEqual([false, false]);
});

test('a code counts in the session that asked for it alone', async () => {
  await using second = await loggedIn(mallory);
  const page = await askCode(thief);
  const code = await mailedTo(mallory.email);
  expect(
    (
      await second.submit(
        await account(second),
        {},
        { form: 'form[action="/account/prove-address"]', forged: { code } },
      )
    ).status,
  ).toBe(422);
  expect(await isProven(mallory)).toBe(false);
  expect((await enter(thief, page, code)).status).toBe(200);
});

test('five guesses end a code, also when they come at once, and codes are few', async () => {
  const page = await askCode(thief);
  const code = await mailedTo(mallory.email);
  const answers = await Promise.all(Array.from({ length: 5 }, async () => enter(thief, page, other(code))));
  expect(answers.map(({ status }) => status)).toEqual([422, 422, 422, 422, 422]);
  expect((await enter(thief, page, code)).status).toBe(422);
  expect(await isProven(mallory)).toBe(false);
  for (let asked = 0; asked < 5; asked += 1)
    expect((await thief.submit(page, {}, { button: 'Send a new code' })).status).toBe(200);
  const limited = await thief.submit(page, {}, { button: 'Send a new code' });
  expect(limited.status).toBe(429);
  expect(limited.text).toContain('Too many attempts');
});

test('a code for the address before proves nothing about the one that stands there now', async () => {
  const page = await askCode(thief);
  const code = await mailedTo(mallory.email);
  const path = `/organizations/${org(root)}/users/${formatId('usr', mallory.userId)}`;
  const { version } = (await administrator.get(path)).body as { version: number };
  const email = `boss${made}@northwind.example`;
  expect((await administrator.send('PUT', `${path}/address`, { email, version })).status).toBe(200);
  expect((await enter(thief, page, code)).status).toBe(422);
  // The address with the same row's words, changed behind the code: what was mailed there is part of the code itself.
  const { key } = readEmailAddress(email)!;
  await service.database.db
    .updateTable('addressCode')
    .set({ emailKey: key })
    .where('userId', '=', mallory.userId)
    .execute();
  expect((await enter(thief, page, code)).status).toBe(422);
  expect(await isProven(mallory)).toBe(false);
});

test('a code is over after ten minutes, and an older one when a newer was sent', async () => {
  const page = await askCode(thief);
  const first = await mailedTo(mallory.email);
  await thief.submit(page, {}, { button: 'Send a new code' });
  const second = await mailedTo(mallory.email);
  if (first !== second) expect((await enter(thief, page, first)).status).toBe(422);
  service.clock.advance(601);
  expect((await enter(thief, page, second)).status).toBe(422);
  expect(await isProven(mallory)).toBe(false);
});
