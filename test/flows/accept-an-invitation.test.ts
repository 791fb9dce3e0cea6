import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Organization } from '../../src/organizations/organization.ts';
import { firstLogin } from '../support/first-login.ts';
import { makeManaged, makePerson, makeRoot } from '../support/fixtures.ts';
import { openHttpBrowser } from '../support/http-browser.ts';
import type { HttpBrowser } from '../support/http-browser.ts';
import { logIn } from '../support/log-in.ts';
import { linkNamed, startMailbox } from '../support/mailbox.ts';
import type { Mailbox } from '../support/mailbox.ts';
import type { Page } from '../support/page.ts';
import { startService } from '../support/start-service.ts';
import type { TestService } from '../support/start-service.ts';
import { invite, sendElsewhere } from '../support/stories.ts';
import { totpAt } from '../support/totp.ts';

let service: TestService;
let mailbox: Mailbox;
let contoso: Organization;
let root: Organization;

beforeAll(async () => {
  mailbox = await startMailbox();
  service = await startService({ settings: { SMTP_URL: mailbox.url, MAIL_FROM: 'gate@northwind.example' } });
  root = await makeRoot(service);
  contoso = await makeManaged(service, root, 'Contoso');
});
afterAll(async () => {
  await service.close();
  await mailbox.stop();
});
const open = () => openHttpBrowser();

test('from the mail to the applications; the mailbox is proved by it', async () => {
  const link = await invite(service, mailbox, contoso, 'Maria@contoso.example');
  await using browser = open();
  const welcome = await browser.open(link);
  expect(welcome.text).toContain('Contoso has invited Maria@contoso.example.');
  const identify = await browser.submit(welcome, {}, { button: 'Log In' });
  expect(identify.html.querySelector('#email')?.getAttribute('value')).toBe('Maria@contoso.example');
  const choose = await browser.submit(identify);
  expect(choose.title).toContain('Choose a Password');
  const { page } = await firstLogin(browser, service, choose);
  expect(page.text).toContain('Your applications');
  expect(page.text).not.toContain('Configuration');

  const user = await service.database.db
    .selectFrom('appUser')
    .select(['status', 'emailProvenAt'])
    .where('emailKey', '=', 'maria@contoso.example')
    .executeTakeFirstOrThrow();
  expect(user.status).toBe('verified');
  expect(user.emailProvenAt).not.toBeNull();
  expect((await browser.open(link)).text).toContain('It was used already.');
});

test('left in the middle, it goes on in the same browser', async () => {
  const link = await invite(service, mailbox, contoso, 'omar@contoso.example');
  await using browser = open();
  const choose = await browser.submit(await browser.submit(await browser.open(link), {}, { button: 'Log In' }));
  await browser.submit(choose, { password: 'a first try, left behind', repeat: 'a first try, left behind' });

  const again = await browser.submit(await browser.submit(await browser.open(link), {}, { button: 'Log In' }));
  const { page, seed } = await firstLogin(browser, service, again);
  expect(page.text).toContain('Your applications');
  await using later = open();
  const person = { email: 'omar@contoso.example', password: 'brass gate at dusk, quietly', seed };
  const identify = await later.open(`${service.url}/login/start`);
  expect((await logIn(later, service, identify, person as Parameters<typeof logIn>[3])).text).toContain(
    'Your applications',
  );
});

test('after another one was redeemed in the same browser, or the organization logs in elsewhere, it gives no password', async () => {
  const password = 'brass gate at dusk, quietly';
  const begin = async (browser: HttpBrowser, email: string, organization: Organization): Promise<Page> => {
    const link = await invite(service, mailbox, organization, email);
    return browser.submit(await browser.submit(await browser.open(link), {}, { button: 'Log In' }));
  };
  await using browser = open();
  const first = await begin(browser, 'piet@contoso.example', contoso);
  expect((await browser.submit(first, { password, repeat: `${password}!` })).status).toBe(422);
  await begin(browser, 'paul@contoso.example', contoso);
  const refused = await browser.submit(first, { password, repeat: password });
  expect(refused.title).not.toContain('Keep Your Account Safe');

  const fabrikam = await makeManaged(service, root, 'Fabrikam');
  const choose = await begin(browser, 'lena@fabrikam.example', fabrikam);
  await sendElsewhere(service, fabrikam);
  const late = await browser.submit(choose, { password, repeat: password });
  expect(late.title).not.toContain('Keep Your Account Safe');
});

test('recovery codes are shown until they are said to be saved', async () => {
  const link = await invite(service, mailbox, contoso, 'rosa@contoso.example');
  await using browser = open();
  const choose = await browser.submit(await browser.submit(await browser.open(link), {}, { button: 'Log In' }));
  const safe = await browser.submit(choose, {
    password: 'brass gate at dusk, quietly',
    repeat: 'brass gate at dusk, quietly',
  });
  const app = await browser.submit(safe, {}, { form: 'form.choices', forged: { choose: 'otp' } });
  const seed = app.html.querySelector('#seed')?.text.trim() ?? '';
  const code = await totpAt(seed, service.clock.now());
  const codes = await browser.submit(app, { code }, { button: 'Continue' });
  const unsaved = await browser.submit(codes, {}, { button: 'Continue' });
  expect(unsaved.html.querySelectorAll('#codes li')).toHaveLength(10);
  expect((await browser.submit(unsaved, { saved: 'yes' }, { button: 'Continue' })).text).toContain('Your applications');
});

test('a security key whose answer is not right is said to be none, and is asked with a new challenge', async () => {
  const link = await invite(service, mailbox, contoso, 'kira@contoso.example');
  await using browser = open();
  const choose = await browser.submit(await browser.submit(await browser.open(link), {}, { button: 'Log In' }));
  const password = 'brass gate at dusk, quietly';
  const safe = await browser.submit(choose, { password, repeat: password });
  const key = await browser.submit(safe, {}, { form: 'form.choices', forged: { choose: 'security-key' } });
  expect(key.status).toBe(200);
  const wrong = await browser.submit(key, {}, { form: 'form[data-ceremony]', forged: { response: '{}' } });
  expect([wrong.status, wrong.text]).toEqual([422, expect.stringContaining('The key could not be added.')]);
  const challenge = (page: Page): unknown =>
    JSON.parse(page.html.querySelector('form[data-ceremony]')?.getAttribute('data-options') ?? '{}').challenge;
  expect(challenge(wrong)).toEqual(expect.any(String));
  expect(challenge(wrong)).not.toBe(challenge(key));
});

test('an expired one offers a fresh one, sent to the same address alone', async () => {
  const link = await invite(service, mailbox, contoso, 'iris@contoso.example');
  service.clock.advance(2 * 24 * 3600 + 1);
  await using browser = open();
  const expired = await browser.open(link);
  expect(expired.status).toBe(410);
  const asked = await browser.submit(expired, {}, { button: 'Ask for a new invitation' });
  expect(asked.text).toContain('a fresh one is on its way');
  const mail = await mailbox.waitForMail({ to: 'iris@contoso.example', subject: 'Welcome to Gatehouse' });
  const welcome = await browser.open(linkNamed(mail, 'Access Gatehouse'));
  expect(welcome.text).toContain('Contoso has invited iris@contoso.example.');
  expect((await browser.open(link)).text).toContain('withdrawn or replaced');
});

test('redeemed while somebody else is logged in: asks, then ends that session', async () => {
  const ada = await makePerson(service, root, 'ada@northwind.example');
  await using browser = open();
  await logIn(browser, service, await browser.open(`${service.url}/login/start`), ada);
  const link = await invite(service, mailbox, contoso, 'nora@contoso.example');
  const identify = await browser.submit(await browser.open(link), {}, { button: 'Log In' });
  const { page } = await firstLogin(browser, service, await browser.submit(identify));
  expect(page.text).toContain('You are logged in as ada@northwind.example. Log out and go on as nora@contoso.example?');
  const sessions = async () => service.database.db.selectFrom('session').select('userId').execute();
  const before = await sessions();
  await browser.submit(page, {}, { button: 'Log out and go on', forged: { answer: 'no' } });
  expect((await browser.open(`${service.url}/account`)).text).toContain('ada@northwind.example');
  const home = await browser.submit(page, {}, { button: 'Log out and go on' });
  expect(home.text).toContain('Your applications');
  expect((await browser.open(`${service.url}/account`)).text).toContain('nora@contoso.example');
  expect((await sessions()).filter((one) => one.userId === ada.userId)).toHaveLength(
    before.filter((one) => one.userId === ada.userId).length - 1,
  );
});
