import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { makeManaged, makePerson } from '../support/fixtures.ts';
import { MALLORY, startHostileGround } from '../support/hostile-organization.ts';
import type { HostileGround } from '../support/hostile-organization.ts';
import { openHttpBrowser } from '../support/http-browser.ts';
import { startMailbox } from '../support/mailbox.ts';
import type { Mailbox } from '../support/mailbox.ts';
import type { Page } from '../support/page.ts';

// Six digits protect nobody who may be guessed for ever: a code is good for ten minutes and five tries.

const KIM = 'kim@consulting.example';
const AFTER = 10 * 60 + 1;

let mailbox: Mailbox;
let ground: HostileGround;

beforeAll(async () => {
  mailbox = await startMailbox();
  ground = await startHostileGround({ settings: { SMTP_URL: mailbox.url, MAIL_FROM: 'gate@northwind.example' } });
  for (const name of ['Contoso', 'Contoso Retail']) {
    await makePerson(ground.service, await makeManaged(ground.service, ground.root, name), KIM);
  }
});
afterAll(async () => {
  await ground?.[Symbol.asyncDispose]();
  await mailbox?.stop();
});

beforeEach(async () => {
  const { db } = ground.service.database;
  await db.deleteFrom('identity').execute();
  ground.provider.person = { sub: 'h-10', email: 'another@fabrikam-trading.example' };
  await ground.use('code');
});

async function codeTo(to: string): Promise<string> {
  const { subject } = await mailbox.waitForMail({ to, subject: /\d{6}/ });
  return /\d{6}/.exec(subject)![0];
}

/** The page *Is this you?*, once a code is on its way, and the code. */
async function askedWhoseAccount(
  browser: ReturnType<HostileGround['openBrowser']>,
): Promise<{ page: Page; code: string }> {
  const asked = await ground.tryLogin(browser);
  const page = await browser.submit(asked, {}, { button: `Send a code to ${MALLORY}` });
  return { page, code: await codeTo(MALLORY) };
}

const enter = { form: 'form', button: 'Continue' };
const wrong = (code: string): string => (code === '000000' ? '000001' : '000000');
const identities = async () => ground.service.database.db.selectFrom('identity').select('subject').execute();

test('the code that binds an identity is good for five tries: the right one comes too late', async () => {
  await using browser = ground.openBrowser();
  const { page, code } = await askedWhoseAccount(browser);
  let last = page;
  for (let tried = 0; tried < 5; tried += 1) {
    last = await browser.submit(last, { code: wrong(code) }, enter);
    expect(last.text).toContain('That code isn’t right or has expired.');
  }
  expect((await browser.submit(last, { code }, enter)).text).toContain('That code isn’t right or has expired.');
  expect(await identities()).toEqual([]);
});

test('the code that binds an identity is good for ten minutes', async () => {
  await using browser = ground.openBrowser();
  const { page, code } = await askedWhoseAccount(browser);
  ground.service.clock.advance(AFTER);
  const late = await browser.submit(page, { code }, enter);
  expect(late.text).toContain('That code isn’t right or has expired.');
  expect(await identities()).toEqual([]);
  // A fresh one binds: it was the time.
  const again = await browser.submit(late, {}, { button: 'Send a new code' });
  await browser.submit(again, { code: await codeTo(MALLORY) }, enter);
  expect(await identities()).toEqual([{ subject: 'h-10' }]);
});

test('the code that shows the organizations of an address is good for ten minutes', async () => {
  await using browser = openHttpBrowser({ now: () => ground.service.clock.now() });
  const start = await browser.open(`${ground.service.url}/login/start`);
  const check = await browser.submit(start, { email: KIM }, { button: 'Continue' });
  const code = await codeTo(KIM);
  ground.service.clock.advance(AFTER);
  const late = await browser.submit(check, { code }, enter);
  expect(late.text).toContain('That code isn’t right or has expired.');
  expect(late.text).not.toContain('Contoso');
});
