import { openHttpBrowser } from './http-browser.ts';
import type { HttpBrowser } from './http-browser.ts';
import type { Page } from './page.ts';
import { expectFromCatalog } from './pseudo-locale.ts';
import type { TestService } from './start-service.ts';

/** A browser that fails at every page of the service with a text that comes from no catalog. */
export interface LookingBrowser extends HttpBrowser {
  /** Sends the page's main form. */
  main(page: Page, entries?: Record<string, string>): Promise<Page>;
}

/**
 * Opens one.
 * @param about.given names that are data on the pages
 * @param about.titles collects the titles of the pages looked at
 */
export function openLookingBrowser(
  service: TestService,
  about: { given: readonly string[]; titles: Set<string> },
): LookingBrowser {
  const browser = openHttpBrowser({ now: () => service.clock.now(), stopAt: (url) => url.port === '9003' });
  const seen = async (page: Promise<Page>): Promise<Page> => {
    const answer = await page;
    if (answer.url.origin === service.url && answer.stoppedAt === undefined) {
      const typed = [...answer.body.matchAll(/[\w.]+@[\w.-]+/g)].map(([address]) => address);
      const codes = answer.html.querySelectorAll('#codes li').map((item) => item.text.trim());
      expectFromCatalog(`${answer.url.pathname} ${answer.title}`, answer.body, [...about.given, ...typed, ...codes]);
      about.titles.add(answer.title);
    }
    return answer;
  };
  return {
    ...browser,
    open: async (...request) => seen(browser.open(...request)),
    submit: async (...request) => seen(browser.submit(...request)),
    followTo: async (...request) => seen(browser.followTo(...request)),
    post: async (...request) => seen(browser.post(...request)),
    async main(page, entries = {}) {
      return this.submit(page, entries, { form: 'form.fields' });
    },
  };
}
