import { afterAll, beforeAll, expect, test } from 'vitest';
import { createRecoveryLink } from '../../src/authenticators/ask-for-reset.ts';
import { SERVICE } from '../../src/audit/audit-event.ts';
import type { Organization } from '../../src/organizations/organization.ts';
import { makeApplication, makePerson, makeRoot, PASSWORD } from '../support/fixtures.ts';
import type { Person } from '../support/fixtures.ts';
import { openHttpBrowser } from '../support/http-browser.ts';
import type { HttpBrowser } from '../support/http-browser.ts';
import { logIn } from '../support/log-in.ts';
import { startMailbox } from '../support/mailbox.ts';
import type { Mailbox } from '../support/mailbox.ts';
import { headerOf } from '../support/page.ts';
import type { Page } from '../support/page.ts';
import { startService } from '../support/start-service.ts';
import type { TestService } from '../support/start-service.ts';
import { invite } from '../support/stories.ts';

let service: TestService;
let mailbox: Mailbox;
let root: Organization;
let ada: Person;

beforeAll(async () => {
  mailbox = await startMailbox();
  service = await startService({ settings: { SMTP_URL: mailbox.url, MAIL_FROM: 'gate@northwind.example' } });
  root = await makeRoot(service);
  ada = await makePerson(service, root, 'ada@northwind.example');
});
afterAll(async () => {
  await service?.close();
  await mailbox?.stop();
});

async function toPassword(browser: HttpBrowser, email: string): Promise<Page> {
  return browser.submit(await browser.open(`${service.url}/login/start`), { email }, { button: 'Continue' });
}

/** The field by which password managers know whose password a form takes. */
function userNameOn(page: Page): Record<string, string | undefined> {
  const field = page.html.querySelector('form input[autocomplete="username"]');
  return { type: field?.getAttribute('type'), value: field?.getAttribute('value') };
}

const USER_NAME = (email: string) => ({ type: 'text', value: email });

test('beside the QR code stands a link for the app on the same device, at the first login and in the account', async () => {
  const link = await invite(service, mailbox, root, 'kim@northwind.example');
  await using browser = openHttpBrowser();
  const choose = await browser.submit(await browser.submit(await browser.open(link)), {}, { button: 'Continue' });
  const safe = await browser.submit(choose, { password: PASSWORD, repeat: PASSWORD });
  const first = await browser.submit(safe, {}, { form: 'form.choices', forged: { choose: 'otp' } });
  await using other = openHttpBrowser();
  await logIn(other, service, await other.open(`${service.url}/login/start`), ada);
  const account = await other.open(`${service.url}/account`);
  const later = await other.submit(account, {}, { button: 'Add an authenticator app' });
  for (const page of [first, later]) {
    const uri = new URL(page.html.querySelector('a[href^="otpauth:"]')?.getAttribute('href') ?? '');
    expect(uri.protocol).toBe('otpauth:');
    expect(uri.searchParams.get('secret')).toBe(page.html.querySelector('#seed')?.text.replaceAll(/\s/g, ''));
  }
});

test('every page that takes a password names the user for password managers', async () => {
  await using browser = openHttpBrowser();
  expect(userNameOn(await toPassword(browser, ada.email))).toEqual(USER_NAME(ada.email));
  const recovery = await createRecoveryLink(
    { db: service.database.db, clock: service.clock, publicUrl: service.config.publicUrl },
    ada,
    SERVICE,
  );
  expect(userNameOn(await browser.open(recovery.url))).toEqual(USER_NAME(ada.email));
  const link = await invite(service, mailbox, root, 'lee@northwind.example');
  await using invited = openHttpBrowser();
  const choose = await invited.submit(await invited.submit(await invited.open(link)), {}, { button: 'Continue' });
  expect(userNameOn(choose)).toEqual(USER_NAME('lee@northwind.example'));
});

test('Forgot password keeps the address that was typed, and puts it into no URL', async () => {
  await using browser = openHttpBrowser();
  const forgot = await browser.follow(await toPassword(browser, ada.email), 'Forgot password');
  expect(forgot.html.querySelector('input[name="email"]')?.getAttribute('value')).toBe(ada.email);
  expect(forgot.url.href).not.toContain('ada');
  const sent = await browser.submit(forgot);
  expect(sent.text).toContain('If an account exists for that address');
  await mailbox.waitForMail({ to: ada.email, subject: /new password/ });
});

test('too many wrong passwords: the page and Retry-After say when to try again', async () => {
  const ben = await makePerson(service, root, 'ben@northwind.example');
  await using browser = openHttpBrowser();
  let page = await toPassword(browser, ben.email);
  for (let count = 0; count < 10; count += 1)
    page = await browser.submit(page, { password: 'wrong' }, { button: 'Continue' });
  expect(page.status).toBe(422);
  page = await browser.submit(page, { password: ben.password }, { button: 'Continue' });
  expect(page.status).toBe(429);
  expect(page.text).toMatch(/Too many attempts\. Try again in [45] minutes\./);
  const seconds = Number(headerOf(page, 'retry-after'));
  expect(seconds).toBeGreaterThan(0);
  expect(seconds).toBeLessThanOrEqual(300);
});

test('every page has an icon of ours, which is served and allowed', async () => {
  await using browser = openHttpBrowser();
  const page = await browser.open(`${service.url}/login/forgot`);
  const icon = page.html.querySelector('link[rel="icon"]')?.getAttribute('href') ?? '';
  expect(icon).toMatch(/^\/login\/assets\/mark\.svg\?/);
  expect(headerOf(page, 'content-security-policy')).toContain("img-src 'self'");
  const answer = await browser.followTo(page, icon);
  expect(answer.status).toBe(200);
  expect(headerOf(answer, 'content-type')).toBe('image/svg+xml');
});

test('a logout that leads to a URI nobody registered ends on our page, and repeats nothing of it', async () => {
  const { application } = await makeApplication(service, root, {
    redirectUris: ['http://127.0.0.1:9003/back'],
    postLogoutRedirectUris: ['http://127.0.0.1:9003/'],
  });
  await using browser = openHttpBrowser({ stopAt: (url) => url.port === '9003' });
  const parameters = new URLSearchParams({
    client_id: application.clientId,
    post_logout_redirect_uri: 'https://elsewhere.example/<script>alert(1)</script>',
  });
  const page = await browser.open(`${service.url}/logout?${parameters.toString()}`);
  expect([page.status, page.stoppedAt]).toEqual([200, undefined]);
  expect(page.text).toContain('You are logged out');
  expect(page.body).not.toContain('elsewhere.example');
  parameters.set('post_logout_redirect_uri', 'http://127.0.0.1:9003/');
  const registered = await browser.open(`${service.url}/logout?${parameters.toString()}`);
  expect(registered.stoppedAt?.port).toBe('9003');
});

test('an address that leads nowhere says so: a page to people, a problem document to programs', async () => {
  await using browser = openHttpBrowser();
  const page = await browser.open(`${service.url}/nothing/of/that/name`);
  expect([page.status, page.title]).toEqual([404, expect.stringContaining('There is nothing here')]);
  const answer = await fetch(page.url, { headers: { accept: 'application/json' } });
  expect([answer.status, answer.headers.get('content-type')]).toEqual([
    404,
    expect.stringContaining('application/problem+json'),
  ]);
});
