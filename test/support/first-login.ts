import type { HttpBrowser } from './http-browser.ts';
import type { Page } from './page.ts';
import type { TestService } from './start-service.ts';
import { totpAt } from './totp.ts';

/** What a person who logged in for the first time keeps. */
export interface Kept {
  page: Page;
  password: string;
  /** TOTP seed as shown, in groups of four. */
  seed: string;
  recoveryCodes: string[];
}

/**
 * From *Choose a Password* on: password, authenticator app, recovery codes. Nothing of it is read from anywhere but the
 * pages.
 */
export async function firstLogin(
  browser: HttpBrowser,
  service: TestService,
  page: Page,
  password = 'brass gate at dusk, quietly',
): Promise<Kept> {
  const safe = await browser.submit(page, { password, repeat: password });
  return { ...(await enrollFirst(browser, service, safe)), password };
}

/** From *Keep Your Account Safe* on: authenticator app, recovery codes. */
export async function enrollFirst(
  browser: HttpBrowser,
  service: TestService,
  safe: Page,
): Promise<Omit<Kept, 'password'>> {
  const app = await browser.submit(safe, {}, { form: 'form.choices', forged: { choose: 'otp' } });
  const seed = app.html.querySelector('#seed')?.text.trim() ?? '';
  const code = await totpAt(seed, service.clock.now());
  const codes = await browser.submit(app, { code }, { button: 'Continue' });
  const recoveryCodes = codes.html.querySelectorAll('#codes li').map((item) => item.text.trim());
  const page = await browser.submit(codes, { saved: 'yes' }, { button: 'Continue' });
  return { page, seed, recoveryCodes };
}
