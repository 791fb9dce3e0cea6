import { afterAll, beforeAll, expect, test } from 'vitest';
import { newSeed } from '../../src/authenticators/totp.ts';
import { formatId } from '../../src/base/ids.ts';
import { makePerson, makeRoot } from '../support/fixtures.ts';
import type { Person } from '../support/fixtures.ts';
import { openHttpBrowser } from '../support/http-browser.ts';
import type { HttpBrowser } from '../support/http-browser.ts';
import { logIn } from '../support/log-in.ts';
import { startMailbox } from '../support/mailbox.ts';
import type { Mailbox } from '../support/mailbox.ts';
import type { Page } from '../support/page.ts';
import { startService } from '../support/start-service.ts';
import type { TestService } from '../support/start-service.ts';
import { totpAt } from '../support/totp.ts';

let service: TestService;
let mailbox: Mailbox;
let maria: Person;
let browser: HttpBrowser;

beforeAll(async () => {
  mailbox = await startMailbox();
  service = await startService({ settings: { SMTP_URL: mailbox.url, MAIL_FROM: 'gate@northwind.example' } });
  const root = await makeRoot(service);
  maria = await makePerson(service, root, 'maria@northwind.example');
  browser = openHttpBrowser();
  await logIn(browser, service, await browser.open(`${service.url}/login/start`), maria);
});
afterAll(async () => {
  await browser[Symbol.asyncDispose]();
  await service.close();
  await mailbox.stop();
});

const account = async (): Promise<Page> => browser.open(`${service.url}/account`);

test('who is not logged in logs in first and comes back to the account', async () => {
  await using other = openHttpBrowser();
  const page = await logIn(other, service, await other.open(`${service.url}/account`), maria);
  expect(page.url.pathname).toBe('/account');
  expect(page.text).toContain('maria@northwind.example');
  expect(page.text).toContain('NorthwindOrganization');
});

test('the last second factor cannot be removed; with another one it can, and both are mailed', async () => {
  expect((await account()).text).toContain('This is your only second proof.');
  const add = await browser.submit(await account(), {}, { button: 'Add an authenticator app' });
  const seed = add.html.querySelector('#seed')?.text.trim() ?? '';
  const wrong = await browser.submit(add, { code: '000000', name: 'Tablet' }, { button: 'Continue' });
  expect(wrong.status).toBe(422);
  const code = await totpAt(seed, service.clock.now());
  const page = await browser.submit(wrong, { code, name: 'Tablet' }, { button: 'Continue' });
  expect(page.text).toContain('Tablet');
  const mail = await mailbox.waitForMail({ to: maria.email, subject: /How you log in/ });
  expect(mail.text).toContain('“Tablet” was added');

  const { id } = await service.database.db
    .selectFrom('authenticator')
    .select('id')
    .where('userId', '=', maria.userId)
    .where('kind', '=', 'password')
    .executeTakeFirstOrThrow();
  const forged = { authenticator: formatId('aut', id) };
  const refused = await browser.submit(page, {}, { form: 'form[action="/account/remove"]', forged });
  expect([refused.status, refused.text]).toEqual([409, expect.stringContaining('This is your only second proof.')]);
  const left = await service.database.db.selectFrom('authenticator').select('id').where('id', '=', id).execute();
  expect(left).toHaveLength(1); // the password is no second factor to remove

  const removed = await browser.submit(page, {}, { form: 'form[action="/account/remove"]' });
  expect([removed.status, removed.url.pathname]).toEqual([200, '/account']);
  expect(removed.text).toContain('This is your only second proof.');
  const told = await mailbox.waitForMail({ to: maria.email, subject: /How you log in/ });
  expect(told.text).toContain('was removed');
  maria = { ...maria, seed };
});

test('Change password mails the link at once: the address is known', async () => {
  const asked = await browser.submit(await account(), {}, { button: 'Change password' });
  expect(asked.url.pathname).toBe('/login/forgot');
  const mail = await mailbox.waitForMail({ to: maria.email, subject: 'Choose a new password' });
  expect(mail.text).toContain('/login/reset/');
});

test('new recovery codes work once they are said to be saved; the old ones are refused', async () => {
  const first = await browser.submit(await account(), {}, { button: 'Make new codes' });
  const unsaved = await browser.submit(first, {}, { button: 'Continue' });
  expect([first.status, unsaved.status]).toEqual([200, 422]);
  const codes = unsaved.html.querySelectorAll('#codes li').map((item) => item.text.trim());
  expect(codes).toEqual(first.html.querySelectorAll('#codes li').map((item) => item.text.trim()));
  const page = await browser.submit(unsaved, { saved: 'yes' }, { button: 'Continue' });
  expect(page.text).toContain('10 left.');
  await using other = openHttpBrowser();
  const asked = await other.submit(await other.open(`${service.url}/login/start`), { email: maria.email });
  const factor = await other.submit(asked, { password: maria.password }, { button: 'Continue' });
  const recovery = await other.submit(factor, {}, { button: 'Use a recovery code' });
  expect(recovery.html.querySelector('label[for=code]')?.text).toBe('Recovery code');
  expect((await other.submit(recovery, { code: codes[4]! }, { button: 'Continue' })).text).toContain(
    'Your applications',
  );
  expect((await account()).text).toContain('9 left.');
  // The same form again would bring back the code that was used.
  const again = await browser.submit(unsaved, { saved: 'yes' }, { button: 'Continue' });
  expect(again.status).toBe(422);
  expect((await account()).text).toContain('9 left.');
});

test('a change after ten minutes asks for a fresh factor, and only for that', async () => {
  service.clock.advance(11 * 60);
  const stepUp = await browser.submit(await account(), {}, { button: 'Make new codes' });
  expect(stepUp.text).toContain('This change needs a fresh proof that it is you.');
  const code = await totpAt(maria.seed, service.clock.now());
  const back = await browser.submit(stepUp, { code }, { button: 'Continue' });
  expect(back.url.pathname).toBe('/account');
  const codes = await browser.submit(back, {}, { button: 'Make new codes' });
  expect(codes.title).toContain('Save Your Recovery Codes');
});

test('another browser is logged out from here, and no stranger’s session is', async () => {
  await using other = openHttpBrowser();
  service.clock.advance(30);
  await logIn(other, service, await other.open(`${service.url}/login/start`), maria);
  const listed = await account();
  const form = listed.html
    .querySelectorAll('form')
    .find((one) => one.getAttribute('action') === '/account/end-session');
  const session = form?.querySelector('input[name=session]')?.getAttribute('value') ?? '';
  await using stranger = openHttpBrowser();
  const omar = await makePerson(service, { id: maria.organizationId }, 'omar@northwind.example');
  await logIn(stranger, service, await stranger.open(`${service.url}/login/start`), omar);
  await stranger.post(`${service.url}/account/end-session`, new URLSearchParams({ session }), new URL(service.url));
  expect((await other.open(`${service.url}/`)).text).toContain('Your applications');

  for (let page = await account(); page.text.includes('Another browser'); page = await account()) {
    await browser.submit(page, {}, { form: 'form[action="/account/end-session"]' });
  }
  expect((await other.open(`${service.url}/`)).text).toContain('Log In');
  expect((await stranger.open(`${service.url}/`)).text).toContain('Your applications');
});

test('a seed of somebody’s own making is not enrolled from the account page either', async () => {
  const before = (await account()).text;
  const add = await browser.submit(await account(), {}, { button: 'Add an authenticator app' });
  const own = newSeed();
  const code = await totpAt(own, service.clock.now());
  const forged = { kept: Buffer.from(own).toString('base64url'), code };
  const answer = await browser.submit(add, {}, { button: 'Continue', forged });
  expect(answer.status).toBe(422);
  expect((await account()).text).toBe(before);
});
