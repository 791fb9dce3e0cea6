import { sql } from 'kysely';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { makeManaged, makePerson, makeRoot } from '../support/fixtures.ts';
import type { Person } from '../support/fixtures.ts';
import { openHttpBrowser } from '../support/http-browser.ts';
import type { HttpBrowser } from '../support/http-browser.ts';
import { startMailbox } from '../support/mailbox.ts';
import type { Mailbox } from '../support/mailbox.ts';
import { startService } from '../support/start-service.ts';
import type { TestService } from '../support/start-service.ts';
import { totpAt } from '../support/totp.ts';

let service: TestService;
let mailbox: Mailbox;
let contoso: Person;
let contosoRetail: Person;

beforeAll(async () => {
  mailbox = await startMailbox();
  service = await startService({ settings: { SMTP_URL: mailbox.url, MAIL_FROM: 'gate@northwind.example' } });
  const root = await makeRoot(service);
  contoso = await makePerson(service, await makeManaged(service, root, 'Contoso'), 'kim@consulting.example');
  contosoRetail = await makePerson(
    service,
    await makeManaged(service, root, 'Contoso Retail'),
    'kim@consulting.example',
  );
});
afterAll(async () => {
  await service.close();
  await mailbox.stop();
});

async function codeFromMail(): Promise<string> {
  const mail = await mailbox.waitForMail({ to: 'kim@consulting.example', subject: /is your code for Gatehouse/ });
  return /^\d{6}/.exec(mail.subject)![0];
}

test('a mailed code, the list, then one organization; the next time the browser remembers', async () => {
  await using browser = openHttpBrowser();
  const check = await browser.submit(await browser.open(`${service.url}/login/start`), {
    email: 'Kim@consulting.example',
  });
  expect(check.title).toContain('Check your mail');
  expect(check.text).not.toContain('Contoso');
  const first = await codeFromMail();
  const again = await browser.submit(check, {}, { button: 'Send a new code' });
  const second = await codeFromMail();
  if (first !== second) expect((await browser.submit(again, { code: first }, { button: 'Continue' })).status).toBe(422);
  const list = await browser.submit(again, { code: second }, { button: 'Continue' });
  expect(list.text).toContain('Choose your organization');
  expect(list.text).toContain('Contoso');
  const password = await browser.submit(list, {}, { form: 'form.choices', button: 'Contoso Retail ›' });
  const factor = await browser.submit(password, { password: contosoRetail.password }, { button: 'Continue' });
  service.clock.advance(30);
  const code = await totpAt(contosoRetail.seed, service.clock.now());
  expect((await browser.submit(factor, { code }, { button: 'Continue' })).text).toContain('Your applications');
  const { userId } = await service.database.db
    .selectFrom('session')
    .select('userId')
    .where('userId', 'is not', null)
    .executeTakeFirstOrThrow();
  expect(userId).toBe(contosoRetail.userId);

  await using fresh = openHttpBrowser();
  fresh.cookies.store(new URL(service.url), [`last_organization=${browserChoice(browser)}; Path=/`]);
  const remembered = await fresh.submit(await fresh.open(`${service.url}/login/start`), {
    email: 'kim@consulting.example',
  });
  expect(remembered.title).toContain('Enter Your Password');
});

/** The value of the cookie that remembers the choice. */
function browserChoice(browser: HttpBrowser): string {
  const header = browser.cookies.headerFor({ url: new URL(service.url), method: 'GET', initiator: undefined });
  return /last_organization=([^;]+)/.exec(header ?? '')?.[1] ?? '';
}

test('a code is tried five times, and an organization that was not offered cannot be chosen', async () => {
  await using browser = openHttpBrowser();
  const check = await browser.submit(await browser.open(`${service.url}/login/start`), {
    email: 'kim@consulting.example',
  });
  const right = await codeFromMail();
  let page = check;
  for (let i = 0; i < 5; i += 1) {
    const wrong = String((Number(right) + i + 1) % 1_000_000).padStart(6, '0');
    page = await browser.submit(page, { code: wrong }, { button: 'Continue' });
    expect(page.status).toBe(422);
  }
  expect((await browser.submit(page, { code: right }, { button: 'Continue' })).status).toBe(422);
  const again = await browser.submit(page, {}, { button: 'Send a new code' });
  const list = await browser.submit(again, { code: await codeFromMail() }, { button: 'Continue' });
  const root = await service.database.db
    .selectFrom('organization')
    .select('id')
    .where('depth', '=', 1)
    .executeTakeFirstOrThrow();
  const forged = { organization: `org_${root.id}` };
  expect((await browser.submit(list, {}, { form: 'form.choices', forged })).status).toBe(422);
  expect(contoso.organizationId).not.toBe(contosoRetail.organizationId);
});

test('of two users at one address, for whom a new password was asked, one whose link fails is tried again alone', async () => {
  const { db } = service.database;
  const { migrating } = service.database.open;
  const forbid = sql`alter table reset_link add constraint none_for_one check (user_id <> ${sql.lit(contosoRetail.userId)})`;
  await migrating(async (owner) => forbid.execute(owner));
  await using browser = openHttpBrowser();
  await browser.submit(await browser.open(`${service.url}/login/forgot`), { email: 'kim@consulting.example' });
  const asked = async (): Promise<string[]> =>
    (await db.selectFrom('auditEvent').select('userId').where('kind', '=', 'password.reset-asked').execute()).map(
      ({ userId }) => userId!,
    );
  const failed = async () =>
    (
      await db
        .selectFrom('job')
        .select('attempts')
        .where('kind', 'like', 'reset-link%')
        .where('lastError', 'is not', null)
        .execute()
    ).length;
  await expect.poll(failed).toBe(1);
  await expect.poll(asked).toEqual([contoso.userId]);
  await migrating(async (owner) => sql`alter table reset_link drop constraint none_for_one`.execute(owner));
  service.clock.advance(60);
  await service.app.jobs.runDue();
  await expect.poll(async () => (await asked()).length).toBe(2);
  expect((await asked()).toSorted()).toEqual([contoso.userId, contosoRetail.userId].toSorted());
  expect(await db.selectFrom('job').select('id').where('kind', 'like', 'reset-link%').execute()).toEqual([]);
});
