import type { Person } from './fixtures.ts';
import type { HttpBrowser } from './http-browser.ts';
import { openHttpBrowser } from './http-browser.ts';
import { logIn } from './log-in.ts';
import type { Page } from './page.ts';
import { createSoftwareSecurityKey } from './software-security-key.ts';
import type { SoftwareSecurityKey } from './software-security-key.ts';
import type { TestService } from './start-service.ts';

/** The challenge of a page that asks for a security key. */
export function challengeOf(page: Page): string {
  const options = page.html.querySelector('form[data-options]')?.getAttribute('data-options') ?? '{}';
  return (JSON.parse(options) as { challenge: string }).challenge;
}

/** Posts what a key answered. */
export async function answerByKey(browser: HttpBrowser, page: Page, response: object): Promise<Page> {
  return browser.submit(page, {}, { form: 'form[data-ceremony]', forged: { response: JSON.stringify(response) } });
}

/** Enrolls a security key in `/account`. */
export async function addSecurityKey(service: TestService, person: Person): Promise<SoftwareSecurityKey> {
  const key = createSoftwareSecurityKey({ origin: service.url, rpId: 'localhost' });
  await using browser = openHttpBrowser();
  await logIn(browser, service, await browser.open(`${service.url}/login/start`), person);
  const add = await browser.submit(await browser.open(`${service.url}/account`), {}, { button: 'Add a security key' });
  await answerByKey(browser, add, key.register(challengeOf(add)));
  return key;
}

/** From the page that asks for the address to the one that asks for the second factor. */
export async function toSecondFactor(browser: HttpBrowser, page: Page, person: Person): Promise<Page> {
  const asked = await browser.submit(page, { email: person.email }, { button: 'Continue' });
  return browser.submit(asked, { password: person.password }, { button: 'Continue' });
}
