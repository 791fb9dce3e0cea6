import type { Person } from './fixtures.ts';
import type { HttpBrowser } from './http-browser.ts';
import type { Page } from './page.ts';
import type { TestService } from './start-service.ts';
import { totpAt } from './totp.ts';

/**
 * Goes from the page that asks for the email address to where the login leads: address, password, code of the
 * authenticator app. The clock moves on first, so that the code was never used.
 */
export async function logIn(browser: HttpBrowser, service: TestService, page: Page, person: Person): Promise<Page> {
  service.clock.advance(30);
  const asked = await browser.submit(page, { email: person.email }, { button: 'Continue' });
  const factor = await browser.submit(asked, { password: person.password }, { button: 'Continue' });
  return browser.submit(factor, { code: await totpAt(person.seed, service.clock.now()) }, { button: 'Continue' });
}
