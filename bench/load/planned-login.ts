import { Agent } from 'undici';
import { z } from 'zod';
import { openHttpBrowser, type HttpBrowser } from '../../test/support/http-browser.ts';
import { formOf, type Page } from '../../test/support/page.ts';
import { newCodeRequest, redeemCode } from './code-flow.ts';
import type { Target } from './target.ts';

/**
 * How a person gets through a login: what to fill into which form. A step is taken when the page has a form with all
 * its fields (and its button); steps that never come up are skipped. `{n}` stands for the number of the person.
 */
export const planSchema = z.object({
  people: z.int().min(1).default(1),
  steps: z.array(z.object({ fill: z.record(z.string(), z.string()).default({}), button: z.string().optional() })),
  /** Whether each login comes from an address of its own, stated in X-Forwarded-For: limits count by address. */
  ownAddresses: z.boolean().default(false),
});
export type Plan = z.output<typeof planSchema>;

const MOST_PAGES = 12;

/**
 * Logs in from nothing: a browser without a session at the issuer, which keeps its session at the identity provider.
 * @param from number of the first person of the flow, where those before it have sessions to keep
 */
export function createPlannedLogin(
  target: Target,
  plan: Plan,
  from = 0,
): {
  flow: () => Promise<void>;
  /** Logs one person in and gives the cookies that the issuer's pages set, as a request would carry them. */
  openSession: (person: number) => Promise<string>;
  /** Requests that the last login made at the issuer, its token request among them; undefined before one ended. */
  requests: () => number | undefined;
  close: () => Promise<void>;
} {
  const agent = new Agent({ connections: 256, pipelining: 1 });
  const browsers = new Map<number, { browser: HttpBrowser; headers: Record<string, string> }>();
  const { hostname: issuerHost, host: issuerAt } = new URL(target.issuer);
  let requests: number | undefined;
  const first = Math.min(from, plan.people - 1);
  const idle = Array.from({ length: plan.people - first }, (_, place) => first + place);
  let started = 0;

  const openBrowser = (): { browser: HttpBrowser; headers: Record<string, string> } => {
    const headers: Record<string, string> = {};
    const stopAt = (url: URL): boolean => url.href.startsWith(target.redirectUri);
    return { browser: openHttpBrowser({ dispatcher: agent, headers, stopAt }), headers };
  };

  const logIn = async ({ browser, headers }: ReturnType<typeof openBrowser>, person: number): Promise<void> => {
    const { url, state, verifier } = newCodeRequest(target);
    if (plan.ownAddresses) headers['x-forwarded-for'] = addressOf((started += 1));
    let page = await browser.open(url);
    const atIssuer = (): number => page.hops.filter(({ url: hop }) => hop.host === issuerAt).length;
    let made = atIssuer();
    for (let pages = 0; page.stoppedAt === undefined; pages += 1) {
      const step = plan.steps.find(({ fill, button }) => fits(page, fill, button));
      if (step === undefined || pages === MOST_PAGES) {
        throw new Error(`no step of the plan fits ${page.url.pathname} (${page.status}): ${page.text.slice(0, 200)}`);
      }
      const entries = Object.entries(step.fill).map(([name, value]) => [name, value.replaceAll('{n}', `${person}`)]);
      const pressed = step.button === undefined ? {} : { button: step.button };
      page = await browser.submit(page, Object.fromEntries(entries) as Record<string, string>, pressed);
      made += atIssuer();
    }
    const code = page.stoppedAt.searchParams.get('code');
    if (code === null || page.stoppedAt.searchParams.get('state') !== state) {
      throw new Error(`no code but ${page.stoppedAt.search}`);
    }
    await redeemCode(agent, target, { code, verifier });
    requests = made + 1;
  };

  return {
    // Whoever waited longest is next: few people who log in all the time would reach what one user may have of sessions.
    async flow() {
      const number = idle.shift() ?? first + browsers.size;
      const own = browsers.get(number) ?? openBrowser();
      browsers.set(number, own);
      const { browser } = own;
      for (const { host, name } of browser.cookies.all()) if (host === issuerHost) browser.cookies.remove(host, name);
      try {
        await logIn(own, number % plan.people);
      } finally {
        idle.push(number);
      }
    },
    async openSession(person) {
      const own = openBrowser();
      await logIn(own, person % plan.people);
      const address = new URL(target.authorization);
      return own.browser.cookies.headerFor({ url: address, method: 'GET' }) ?? '';
    },
    requests: () => requests,
    async close() {
      await agent.close();
    },
  };
}

function fits(page: Page, fill: Record<string, string>, button: string | undefined): boolean {
  try {
    const form = formOf(page, button === undefined ? {} : { button });
    return Object.keys(fill).every((name) => form.fillable.has(name));
  } catch {
    return false;
  }
}

/** One of 16 million addresses of a private network. */
function addressOf(number: number): string {
  return `10.${(number >> 16) & 255}.${(number >> 8) & 255}.${number & 255}`;
}
