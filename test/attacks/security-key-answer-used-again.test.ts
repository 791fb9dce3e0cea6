import { afterAll, beforeAll, expect, test } from 'vitest';
import { makePerson, makeRoot } from '../support/fixtures.ts';
import type { Person } from '../support/fixtures.ts';
import { openHttpBrowser } from '../support/http-browser.ts';
import type { HttpBrowser } from '../support/http-browser.ts';
import { logIn } from '../support/log-in.ts';
import type { Page } from '../support/page.ts';
import { createSoftwareSecurityKey } from '../support/software-security-key.ts';
import type { SoftwareSecurityKey } from '../support/software-security-key.ts';
import { startService } from '../support/start-service.ts';
import type { TestService } from '../support/start-service.ts';

// Lesson: a challenge that may be answered twice, or another user's key, makes a stolen answer a login (WebAuthn Level 3,
// 7.2 steps 6 and 11).

let service: TestService;
let maria: Person;
let key: SoftwareSecurityKey;

beforeAll(async () => {
  service = await startService();
  const root = await makeRoot(service);
  maria = await makePerson(service, root, 'maria@northwind.example');
  key = createSoftwareSecurityKey({ origin: service.url, rpId: 'localhost' });
  await addKey(maria, key);
});
afterAll(async () => service.close());

function challengeOf(page: Page): string {
  const options = page.html.querySelector('form[data-options]')?.getAttribute('data-options') ?? '{}';
  return (JSON.parse(options) as { challenge: string }).challenge;
}

async function addKey(person: Person, device: SoftwareSecurityKey): Promise<void> {
  await using browser = openHttpBrowser();
  await logIn(browser, service, await browser.open(`${service.url}/login/start`), person);
  const add = await browser.submit(await browser.open(`${service.url}/account`), {}, { button: 'Add a security key' });
  const response = JSON.stringify(device.register(challengeOf(add)));
  const page = await browser.submit(add, {}, { form: 'form[data-ceremony]', forged: { response } });
  expect(page.url.pathname).toBe('/account');
}

async function toKey(browser: HttpBrowser, person: Person): Promise<Page> {
  const asked = await browser.submit(await browser.open(`${service.url}/login/start`), { email: person.email });
  const factor = await browser.submit(asked, { password: person.password }, { button: 'Continue' });
  return challengeOf(factor) === undefined ? browser.submit(factor, {}, { button: 'Use a security key' }) : factor;
}

async function answer(browser: HttpBrowser, page: Page, response: object): Promise<Page> {
  return browser.submit(page, {}, { form: 'form[data-ceremony]', forged: { response: JSON.stringify(response) } });
}

test('an answer is good for the challenge of its own page, once', async () => {
  await using browser = openHttpBrowser();
  const page = await toKey(browser, maria);
  const first = challengeOf(page);
  const failed = await answer(browser, page, key.authenticate(first, { badSignature: true }));
  expect(failed.status).toBe(422);
  expect(challengeOf(failed)).not.toBe(first);
  const late = await answer(browser, failed, key.authenticate(first));
  expect(late.status).toBe(422);

  const good = key.authenticate(challengeOf(late));
  expect((await answer(browser, late, good)).text).toContain('Your applications');
  await using other = openHttpBrowser();
  const replayed = await answer(other, await toKey(other, maria), good);
  expect(replayed.status).toBe(422);
});

test('another user’s key does not log this user in, and a key belongs to one user', async () => {
  const omar = await makePerson(service, { id: maria.organizationId }, 'omar@northwind.example');
  const his = createSoftwareSecurityKey({ origin: service.url, rpId: 'localhost' });
  await using thief = openHttpBrowser();
  await logIn(thief, service, await thief.open(`${service.url}/login/start`), omar);
  await addKey(omar, his);
  await using browser = openHttpBrowser();
  const page = await toKey(browser, maria);
  expect((await answer(browser, page, his.authenticate(challengeOf(page)))).status).toBe(422);

  const add = await thief.submit(await thief.open(`${service.url}/account`), {}, { button: 'Add a security key' });
  const response = JSON.stringify(key.register(challengeOf(add)));
  expect((await thief.submit(add, {}, { form: 'form[data-ceremony]', forged: { response } })).status).toBe(422);
});
