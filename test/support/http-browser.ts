import { Agent, request, type Dispatcher } from 'undici';
import { createCookieJar, isSameSite, type CookieJar } from './cookie-jar.ts';
import { fillForm, formOf, headerOf, linkOf, postsItself, readPage, type Hop, type Page } from './page.ts';

export interface HttpBrowserOptions {
  /** PEM of the authority that signed the test certificates. */
  ca?: string;
  /** Connections to share with others, who close them; without it the browser has its own. */
  dispatcher?: Dispatcher;
  /** Sent with every request, e.g. `accept-language`. */
  headers?: Record<string, string>;
  /** Decides which cookies have expired. */
  now?: () => Date;
  /** Asked before each redirect and self-posting page; true stops there (an application nobody runs). */
  stopAt?: (url: URL) => boolean;
  /** Whether pages of the form_post response mode post themselves on, as with script; default true. */
  runsFormPost?: boolean;
}

export interface SubmitOptions {
  /** A CSS selector of the form. */
  form?: string;
  /** The text of the button pressed. */
  button?: string;
  /** Parameters put over the form's own, hidden ones too: what an attacker would send. */
  forged?: Record<string, string>;
}

/** A browser without script: one person's cookies, redirects one at a time, forms sent as they stand. */
export interface HttpBrowser {
  /** Goes to a typed address. */
  open(address: string | URL, headers?: Record<string, string>): Promise<Page>;
  /** Follows the link with this text. */
  follow(page: Page, linkText: string): Promise<Page>;
  /** Goes from a page to an address, as a link on it would. */
  followTo(page: Page, address: string | URL): Promise<Page>;
  /** Fills a form and sends it. */
  submit(page: Page, entries?: Record<string, string | string[]>, options?: SubmitOptions): Promise<Page>;
  /** Posts a form from anywhere: `from` is the page it stands on, absent for a client that is no browser. */
  post(address: string | URL, body: URLSearchParams, from?: URL): Promise<Page>;
  cookies: CookieJar;
  [Symbol.asyncDispose](): Promise<void>;
}

interface Step {
  url: URL;
  method: string;
  body: string | undefined;
  initiator: URL | undefined;
  /** The `Origin` a POST states. */
  origin: string | undefined;
  headers: Record<string, string>;
}

const MOST_HOPS = 25;

/** Opens a browser with an empty cookie jar. */
export function openHttpBrowser(options: HttpBrowserOptions = {}): HttpBrowser {
  const agent =
    options.dispatcher ?? new Agent({ connect: options.ca === undefined ? {} : { ca: options.ca }, pipelining: 0 });
  const cookies = createCookieJar(options.now ?? (() => new Date()));
  const stopAt = options.stopAt ?? (() => false);

  async function send(step: Step): Promise<Omit<Page, 'html' | 'text' | 'title' | 'hops' | 'stoppedAt'>> {
    const cookie = cookies.headerFor(step);
    const answer = await request(step.url, {
      method: step.method,
      dispatcher: agent,
      body: step.body ?? null,
      headers: {
        accept: 'text/html,application/xhtml+xml,*/*;q=0.8',
        'sec-fetch-mode': 'navigate',
        'sec-fetch-dest': 'document',
        'sec-fetch-site': fetchSite(step),
        ...(step.body === undefined ? {} : { 'content-type': 'application/x-www-form-urlencoded' }),
        ...(step.origin === undefined ? {} : { origin: step.origin }),
        ...options.headers,
        ...step.headers,
        ...(cookie === undefined ? {} : { cookie }),
      },
    });
    const setCookie = answer.headers['set-cookie'] ?? [];
    cookies.store(step.url, Array.isArray(setCookie) ? setCookie : [setCookie]);
    return { url: step.url, status: answer.statusCode, headers: answer.headers, body: await answer.body.text() };
  }

  async function go(first: Step): Promise<Page> {
    const hops: Hop[] = [];
    let step = first;
    for (;;) {
      const answer = await send(step);
      const location = typeof answer.headers['location'] === 'string' ? answer.headers['location'] : undefined;
      hops.push({ method: step.method, url: step.url, status: answer.status, location });
      if (hops.length > MOST_HOPS)
        throw new Error(`redirects without end: ${hops.map((hop) => hop.url.href).join(' > ')}`);
      if (location !== undefined && answer.status >= 300 && answer.status < 400) {
        const next = new URL(location, step.url);
        if (stopAt(next) || !next.protocol.startsWith('http')) return readPage({ ...answer, hops, stoppedAt: next });
        step = redirected(step, next, answer.status);
        continue;
      }
      const page = readPage({ ...answer, hops, stoppedAt: undefined });
      if (options.runsFormPost === false || !postsItself(page)) return page;
      const form = formOf(page);
      if (stopAt(form.action)) return { ...page, stoppedAt: form.action };
      step = formStep(page, form.action, form.method, fillForm(form, {}));
    }
  }

  return {
    cookies,
    open: (address, headers = {}) =>
      go({ url: new URL(address), method: 'GET', body: undefined, initiator: undefined, origin: undefined, headers }),
    follow(page, linkText) {
      return this.followTo(page, linkOf(page, linkText));
    },
    followTo: (page, address) => {
      const url = new URL(address, page.url);
      return go({ url, method: 'GET', body: undefined, initiator: page.url, origin: undefined, headers: {} });
    },
    async submit(page, entries = {}, { forged = {}, ...which } = {}) {
      const form = formOf(page, which);
      const body = fillForm(form, entries);
      for (const [name, value] of Object.entries(forged)) body.set(name, value);
      return go(formStep(page, form.action, form.method, body));
    },
    post: (address, body, from) => {
      const step = { url: new URL(address), method: 'POST', body: body.toString(), headers: {} };
      return go({ ...step, initiator: from, origin: from?.origin });
    },
    async [Symbol.asyncDispose]() {
      if (options.dispatcher === undefined) await agent.close();
    },
  };
}

function formStep(page: Page, action: URL, method: 'GET' | 'POST', fields: URLSearchParams): Step {
  const from = { initiator: page.url, headers: {} };
  if (method === 'GET') {
    const url = new URL(action);
    url.search = fields.toString();
    return { ...from, url, method, body: undefined, origin: undefined };
  }
  // A page that sends no referrer states the opaque origin (Fetch, "append a request Origin header").
  const hidesOrigin = headerOf(page, 'referrer-policy') === 'no-referrer';
  return { ...from, url: action, method, body: fields.toString(), origin: hidesOrigin ? 'null' : page.url.origin };
}

function redirected(step: Step, url: URL, status: number): Step {
  const becomesGet = status === 303 || ((status === 301 || status === 302) && step.method === 'POST');
  if (becomesGet) return { ...step, url, method: 'GET', body: undefined, origin: undefined };
  const leavesOrigin = step.origin !== undefined && url.origin !== step.url.origin;
  return { ...step, url, origin: leavesOrigin ? 'null' : step.origin };
}

function fetchSite({ url, initiator }: Step): string {
  if (initiator === undefined) return 'none';
  if (initiator.origin === url.origin) return 'same-origin';
  return isSameSite(initiator, url) ? 'same-site' : 'cross-site';
}
