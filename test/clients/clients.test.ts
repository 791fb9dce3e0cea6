import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Organization } from '../../src/organizations/organization.ts';
import { freePort } from '../../demo/free-port.ts';
import { launchChromium, openContext } from '../support/chromium.ts';
import { makeApplication, makePerson, makeRoot } from '../support/fixtures.ts';
import type { Person } from '../support/fixtures.ts';
import { openHttpBrowser } from '../support/http-browser.ts';
import type { HttpBrowser } from '../support/http-browser.ts';
import { logIn } from '../support/log-in.ts';
import type { Page } from '../support/page.ts';
import { startService } from '../support/start-service.ts';
import type { TestService } from '../support/start-service.ts';
import { totpAt } from '../support/totp.ts';
import { reasonToSkip, startClient } from './client-program.ts';

interface Client {
  library: string;
  program: string;
  /** Where the library takes its callback. */
  callback: string;
  /** What differs from the default registration. */
  registered?: Partial<Parameters<typeof makeApplication>[2]>;
}

const CLIENTS: readonly Client[] = [
  { library: 'openid-client', program: 'openid-client.mjs', callback: '/callback' },
  { library: 'oauth4webapi', program: 'oauth4webapi.mjs', callback: '/callback' },
  { library: '@auth/express', program: 'auth-express.mjs', callback: '/auth/callback/gatehouse' },
  { library: 'next-auth', program: 'next-auth.mjs', callback: '/api/auth/callback/gatehouse' },
  { library: 'express-openid-connect', program: 'express-openid-connect.mjs', callback: '/callback' },
  {
    library: 'passport-openidconnect, registered without PKCE',
    program: 'passport-openidconnect.mjs',
    callback: '/callback',
    registered: { withoutPkce: true },
  },
  { library: 'Authlib', program: 'authlib-client.py', callback: '/callback' },
];

let service: TestService;
let root: Organization;
let maria: Person;

beforeAll(async () => {
  service = await startService();
  root = await makeRoot(service);
  maria = await makePerson(service, root, 'maria@northwind.example');
});
afterAll(async () => {
  await service?.close();
});

async function register(callback: string, settings: Client['registered'] = {}) {
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const { application, clientSecret } = await makeApplication(service, root, {
    ...settings,
    redirectUris: [`${url}${callback}`],
    postLogoutRedirectUris: [`${url}/`],
  });
  const environment = {
    ISSUER: service.url,
    PORT: String(port),
    CLIENT_ID: application.clientId,
    CLIENT_SECRET: clientSecret ?? '',
  };
  return { url, environment };
}

/** Goes to the login; libraries with a page of their own have one form with one button on it. */
async function begin(browser: HttpBrowser, url: string): Promise<Page> {
  const page = await browser.open(`${url}/login`);
  return page.url.href.startsWith(service.url) ? page : browser.submit(page, {});
}

const userOn = async (browser: HttpBrowser, url: string): Promise<unknown> =>
  JSON.parse((await browser.open(url)).body);

describe.each(CLIENTS)('$library', ({ program, callback, registered }) => {
  test('logs in, refreshes and logs out', async ({ skip }) => {
    const reason = reasonToSkip(program);
    if (reason !== undefined) skip(reason);
    const { url, environment } = await register(callback, registered);
    await using _client = await startClient(program, environment);
    await using browser = openHttpBrowser({ now: () => service.clock.now() });

    expect(await userOn(browser, `${url}/`)).toEqual({ user: null });
    const back = await logIn(browser, service, await begin(browser, url), maria);
    expect([back.url.origin, back.text.slice(0, 500)]).toEqual([url, expect.any(String)]);
    const user = { user: expect.objectContaining({ email: maria.email }) };
    expect(await userOn(browser, `${url}/`)).toEqual(user);
    expect(await userOn(browser, `${url}/refresh`)).toEqual(user);
    expect(await userOn(browser, `${url}/`)).toEqual(user);

    const asked = await browser.open(`${url}/logout`);
    const left = await browser.submit(asked, {}, { button: 'Log out' });
    expect(left.url.href).toBe(`${url}/`);
    expect(await userOn(browser, `${url}/`)).toEqual({ user: null });
    expect((await begin(browser, url)).title).toContain('Log in');
  });
});

test('oidc-client-ts, in Chromium, logs in, refreshes and logs out', async () => {
  const { url, environment } = await register('/callback', { kind: 'browser' });
  await using _client = await startClient('oidc-client-ts.mjs', environment);
  const browser = await launchChromium();
  try {
    const page = await (await openContext(browser)).newPage();
    await page.goto(url);
    await page.click('#login');
    await page.fill('input[name=email]', maria.email);
    await page.click('button:has-text("Continue")');
    await page.fill('input[name=password]', maria.password);
    await page.click('button:has-text("Continue")');
    service.clock.advance(30);
    await page.fill('input[name=code]', await totpAt(maria.seed, service.clock.now()));
    await page.click('button:has-text("Continue")');
    await page.waitForSelector(`text=logged in ${maria.email}`);
    await page.click('#refresh');
    await page.waitForSelector(`text=refreshed true ${maria.email}`);
    await page.click('#logout');
    await page.click('button:has-text("Log out")');
    await page.waitForURL(`${url}/**`);
    await page.waitForSelector('text=nobody');
  } finally {
    await browser.close();
  }
});
