import { afterAll, beforeAll, expect, test } from 'vitest';
import { makePerson, makeRoot, makeManaged } from '../support/fixtures.ts';
import type { Person } from '../support/fixtures.ts';
import { openHttpBrowser } from '../support/http-browser.ts';
import { logIn } from '../support/log-in.ts';
import { linkNamed, startMailbox } from '../support/mailbox.ts';
import type { Mailbox } from '../support/mailbox.ts';
import type { Page } from '../support/page.ts';
import { startService } from '../support/start-service.ts';
import type { TestService } from '../support/start-service.ts';
import { sendElsewhere } from '../support/stories.ts';

// Lesson: a reset could be stepped past its mailed proof, and skipped the second factor (Keycloak CVE-2026-18963).

let service: TestService;
let mailbox: Mailbox;
let root: Awaited<ReturnType<typeof makeRoot>>;
const NEW = 'slow river under old oaks';

beforeAll(async () => {
  mailbox = await startMailbox();
  service = await startService({ settings: { SMTP_URL: mailbox.url, MAIL_FROM: 'gate@northwind.example' } });
  root = await makeRoot(service);
});
afterAll(async () => {
  await service.close();
  await mailbox.stop();
});

async function ask(email: string): Promise<Page> {
  await using browser = openHttpBrowser();
  return await browser.submit(await browser.open(`${service.url}/login/forgot`), { email });
}

async function linkFor(person: Pick<Person, 'email'>): Promise<string> {
  await ask(person.email);
  const mail = await mailbox.waitForMail({ to: person.email, subject: 'Choose a new password for Gatehouse' });
  return linkNamed(mail, 'Choose a new password');
}

async function use(link: string, password = NEW): Promise<Page> {
  await using browser = openHttpBrowser();
  return await browser.post(link, new URLSearchParams({ password, repeat: password }), new URL(link));
}

test('the second use, one after 30 minutes, one after a newer link and one after a login are refused', async () => {
  const used = await makePerson(service, root, 'used@northwind.example');
  const first = await linkFor(used);
  expect((await use(first)).status).toBe(200);
  expect((await use(first, 'yet another password 1')).status).toBe(410);

  const late = await linkFor(await makePerson(service, root, 'late@northwind.example'));
  service.clock.advance(30 * 60);
  expect((await use(late)).status).toBe(410);

  const twice = await makePerson(service, root, 'twice@northwind.example');
  const older = await linkFor(twice);
  const newer = await linkFor(twice);
  expect((await use(older)).status).toBe(410);
  expect((await use(newer)).status).toBe(200);

  const back = await makePerson(service, root, 'back@northwind.example');
  const unused = await linkFor(back);
  await using browser = openHttpBrowser();
  await logIn(browser, service, await browser.open(`${service.url}/login/start`), back);
  expect((await use(unused)).status).toBe(410);
});

test('of many uses at the same moment one sets the password', async () => {
  const person = await makePerson(service, root, 'raced@northwind.example');
  const link = await linkFor(person);
  const answers = await Promise.all(
    Array.from({ length: 6 }, async (_, i) => use(link, `slow river number ${i} here`)),
  );
  expect(answers.map((answer) => answer.status).toSorted((a, b) => a - b)).toEqual([200, 410, 410, 410, 410, 410]);
  const late = answers.filter((answer) => answer.status === 410);
  for (const { title } of late) expect(title).toContain('This link cannot be used any more');
});

test('without its link no password is set: made-up, of another kind, in a login', async () => {
  const person = await makePerson(service, root, 'stepped@northwind.example');
  const link = await linkFor(person);
  expect((await use(`${service.url}/login/reset/x`)).status).toBe(410);
  expect((await use(link.replace('/reset/', '/recover/'))).status).toBe(410);
  await using browser = openHttpBrowser();
  const asked = await browser.submit(await browser.open(`${service.url}/login/start`), { email: person.email });
  const step = new URL(`${asked.url.pathname}/choose-password`, service.url);
  const forged = await browser.post(step, new URLSearchParams({ password: NEW, repeat: NEW }), asked.url);
  expect(forged.status).toBe(422);
  const factor = await browser.submit(asked, { password: person.password }, { button: 'Continue' });
  expect(factor.title).toContain('Confirm It’s You');
});

test('it does not skip the second factor', async () => {
  const person = await makePerson(service, root, 'mfa@northwind.example');
  await use(await linkFor(person));
  await using browser = openHttpBrowser();
  const asked = await browser.submit(await browser.open(`${service.url}/login/start`), { email: person.email });
  const factor = await browser.submit(asked, { password: NEW }, { button: 'Continue' });
  expect(factor.title).toContain('Confirm It’s You');
  expect((await browser.open(`${service.url}/`)).text).toContain('Log In');
});

test('everybody gets the same answer; a mail goes only where a password is a way in, five times an hour', async () => {
  const contoso = await makeManaged(service, root, 'Contoso');
  const elsewhere = await makePerson(service, contoso, 'maria@contoso.example');
  await sendElsewhere(service, contoso);
  const person = await makePerson(service, root, 'often@northwind.example');
  const pages = [];
  for (const email of ['nobody@contoso.example', elsewhere.email, person.email]) pages.push(await ask(email));
  expect(new Set(pages.map((page) => `${page.status} ${page.body}`)).size).toBe(1);
  for (let i = 0; i < 7; i += 1) await ask(person.email);
  await ask('last@northwind.example');
  const last = await makePerson(service, root, 'end@northwind.example');
  await linkFor(last); // asked after all the others: their mails are written
  // A newer link's mail revokes an older one that has not left yet: what was written is counted.
  const written = await service.database.db.selectFrom('mailOutbox').select('recipient').execute();
  expect(written.filter(({ recipient }) => recipient === person.email)).toHaveLength(5);
  expect(written.filter(({ recipient }) => recipient === elsewhere.email)).toHaveLength(0);
});

test('its page sends no referrer and is not kept', async () => {
  const link = await linkFor(await makePerson(service, root, 'quiet@northwind.example'));
  const page = await fetch(link);
  expect(page.headers.get('referrer-policy')).toBe('no-referrer');
  expect(page.headers.get('cache-control')).toBe('no-store');
});
