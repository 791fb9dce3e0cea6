import { formOf, type Page } from '../../test/support/page.ts';
import type { HttpBrowser } from '../../test/support/http-browser.ts';
import { oneTimeCode } from './one-time-code.ts';

/** The first administrator, as a person would keep these things. */
export interface Administrator {
  email: string;
  password: string;
  /** Of the authenticator app, base32. */
  seed: string;
  recoveryCodes: readonly string[];
}

const MOST_PAGES = 12;

/**
 * Opens the setup link and goes through what it asks, page by page, as the person named would: organization, password,
 * authenticator app, recovery codes. Leaves the browser logged in.
 */
export async function acceptSetup(
  browser: HttpBrowser,
  setupUrl: string,
  person: { organization: string; email: string; password: string },
): Promise<Administrator> {
  return goThrough(browser, await browser.open(setupUrl), person);
}

/** The same from a page of a first login on. */
export async function goThrough(
  browser: HttpBrowser,
  first: Page,
  person: { organization: string; email: string; password: string },
): Promise<Administrator> {
  const done: Administrator = { email: person.email, password: person.password, seed: '', recoveryCodes: [] };
  let page = first;
  for (let pages = 0; pages < MOST_PAGES; pages += 1) {
    const { fillable } =
      page.html.querySelector('form') === null ? { fillable: new Set<string>() } : formOf(page, { form: 'main form' });
    const seed = page.html.querySelector('#seed')?.textContent;
    if (fillable.has('organization')) {
      page = await browser.submit(page, { organization: person.organization, email: person.email }, MAIN);
    } else if (fillable.has('repeat')) {
      page = await browser.submit(page, { password: person.password, repeat: person.password }, MAIN);
    } else if (page.html.querySelector('button[name="choose"][value="otp"]') !== null) {
      page = await browser.submit(page, {}, { button: 'otp' });
    } else if (seed !== undefined && fillable.has('code')) {
      done.seed = seed.replaceAll(/\s/g, '');
      page = await browser.submit(page, { code: await oneTimeCode(done.seed) }, MAIN);
    } else if (fillable.has('saved')) {
      done.recoveryCodes = page.html.querySelectorAll('#codes li').map((code) => code.textContent.trim());
      page = await browser.submit(page, { saved: 'yes' }, MAIN);
    } else if (fillable.has('email')) {
      page = await browser.submit(page, { email: person.email }, MAIN);
    } else return done;
    if (page.status >= 400) throw new Error(`setting up went wrong at ${describe(page)}`);
  }
  throw new Error(`setting up does not end; it is at ${describe(page)}`);
}

/** Pages may have small forms besides, such as another way. */
const MAIN = { form: 'main form' };

function describe(page: Page): string {
  return `${page.url.pathname} (${page.status}): ${page.text.slice(0, 300)}`;
}
