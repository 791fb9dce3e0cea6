import { afterAll, beforeAll, expect, test } from 'vitest';
import { makePerson, makeRoot } from '../support/fixtures.ts';
import type { Person } from '../support/fixtures.ts';
import { openHttpBrowser } from '../support/http-browser.ts';
import type { HttpBrowser } from '../support/http-browser.ts';
import { logIn } from '../support/log-in.ts';
import { startService } from '../support/start-service.ts';
import type { TestService } from '../support/start-service.ts';
import { totpAt } from '../support/totp.ts';

// Lesson: a step-up that one person began was completed after another had logged in at the same browser.

let service: TestService;
let maria: Person;
let anna: Person;

beforeAll(async () => {
  service = await startService();
  const root = await makeRoot(service);
  maria = await makePerson(service, root, 'maria@northwind.example');
  anna = await makePerson(service, root, 'anna@northwind.example');
});
afterAll(async () => service?.close());

async function loggedIn(person: Person): Promise<HttpBrowser> {
  const browser = openHttpBrowser({ now: () => service.clock.now() });
  await logIn(browser, service, await browser.open(`${service.url}/login/start`), person);
  return browser;
}

test('a step-up is not completed in a session of another user', async () => {
  await using browser = await loggedIn(maria);
  await using other = await loggedIn(anna);
  service.clock.advance(11 * 60);
  const account = await browser.open(`${service.url}/account`);
  const stepUp = await browser.submit(account, {}, { button: 'Make new codes' });
  expect(stepUp.text).toContain('This change needs a fresh proof that it is you.');

  // Anna logs in at the same browser, in another tab.
  const session = other.cookies.all().filter(({ name }) => name.startsWith('session'));
  expect(session.length).toBeGreaterThan(0);
  browser.cookies.store(
    stepUp.url,
    session.map(({ name, value }) => `${name}=${value}; path=/; httponly; samesite=lax`),
  );
  expect((await browser.open(`${service.url}/account`)).text).toContain(anna.email);

  const code = await totpAt(maria.seed, service.clock.now());
  const refused = await browser.submit(stepUp, { code }, { button: 'Continue' });
  expect(refused.text).not.toContain('Make new codes');
  const annas = await browser.open(`${service.url}/account`);
  expect(annas.text).toContain(anna.email);
  const asked = await browser.submit(annas, {}, { button: 'Make new codes' });
  expect(asked.text).toContain('This change needs a fresh proof that it is you.');
});
