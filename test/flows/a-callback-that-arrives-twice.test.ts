import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { eventsOf, gained, goToProvider } from '../support/federation.ts';
import { makeApplication } from '../support/fixtures.ts';
import { MALLORY, startHostileGround } from '../support/hostile-organization.ts';
import type { HostileGround } from '../support/hostile-organization.ts';
import { openHttpBrowser } from '../support/http-browser.ts';
import type { HttpBrowser } from '../support/http-browser.ts';
import { linkOf } from '../support/page.ts';
import type { Page } from '../support/page.ts';
import { authorizeUrl, codeIn, redeem } from '../support/relying-application.ts';
import type { RelyingApplication } from '../support/relying-application.ts';

/** A browser says things twice: two tabs, a reload, a form sent again. Each of them comes where the login leads. */
let ground: HostileGround;
let reports: RelyingApplication;

beforeAll(async () => {
  ground = await startHostileGround();
  const redirectUri = 'http://127.0.0.1:9001/back';
  const made = await makeApplication(ground.service, ground.root, { redirectUris: [redirectUri] });
  reports = { clientId: made.application.clientId, clientSecret: made.clientSecret, redirectUri };
});
afterAll(async () => {
  await ground?.[Symbol.asyncDispose]();
});
beforeEach(async () => {
  const { db } = ground.service.database;
  ground.provider.setFaults({});
  ground.provider.received.length = 0;
  await ground.use('code');
  await db.deleteFrom('identity').execute();
  await db.deleteFrom('session').execute();
});

interface Waiting extends AsyncDisposable {
  browser: HttpBrowser;
  /** Where the provider sent the browser, not opened yet. */
  callback: URL;
}

/** A browser that the provider sent back, in front of the callback's address. */
async function sentBack(): Promise<Waiting> {
  let holds = true;
  const browser = openHttpBrowser({
    now: () => ground.service.clock.now(),
    stopAt: (url) => url.port === '9001' || (holds && url.pathname.startsWith('/login/callback')),
  });
  const page = await goToProvider(browser, ground.service, MALLORY);
  holds = false;
  return { browser, callback: page.stoppedAt!, [Symbol.asyncDispose]: async () => browser[Symbol.asyncDispose]() };
}

/** The same, on the way to an application. */
async function sentBackTo(application: RelyingApplication): Promise<Waiting> {
  let holds = true;
  const browser = openHttpBrowser({
    now: () => ground.service.clock.now(),
    stopAt: (url) => url.port === '9001' || (holds && url.pathname.startsWith('/login/callback')),
  });
  const asked = await browser.open(authorizeUrl(ground.service, application));
  const page = await browser.submit(asked, { email: MALLORY }, { button: 'Continue' });
  holds = false;
  return { browser, callback: page.stoppedAt!, [Symbol.asyncDispose]: async () => browser[Symbol.asyncDispose]() };
}

const redeemed = (): number => ground.provider.received.filter(({ path }) => path.startsWith('/token')).length;
const refusals = async (): Promise<number> =>
  (await eventsOf(ground.service, ground.organization)).filter((kind) => kind === 'login.refused').length;

test('in three tabs at a first login: each comes in, with one identity and one code redeemed', async () => {
  const before = await refusals();
  await using waiting = await sentBack();
  const { browser, callback } = waiting;
  const pages = await Promise.all([browser.open(callback), browser.open(callback), browser.open(callback)]);

  for (const page of pages) expect(page.title).toContain('Your applications');
  expect(redeemed()).toBe(1);
  expect(await gained(ground.service, ground.organization)).toMatchObject({ identities: 1 });
  expect(await refusals()).toBe(before);
});

test('on the way to an application: each tab comes there, and its code can be redeemed', async () => {
  await using waiting = await sentBackTo(reports);
  const { browser, callback } = waiting;
  for (const page of await Promise.all([browser.open(callback), browser.open(callback)])) {
    expect((await redeem(ground.service, reports, codeIn(page, reports))).status).toBe(200);
  }
  expect(redeemed()).toBe(1);
});

test('reloaded when one is in already: one is in, and nothing is redeemed again', async () => {
  await using waiting = await sentBack();
  const { browser, callback } = waiting;
  expect((await browser.open(callback)).title).toContain('Your applications');
  expect((await browser.open(callback)).title).toContain('Your applications');
  expect(redeemed()).toBe(1);
});

test('when the provider refuses: both tabs read the same page', async () => {
  ground.provider.setFaults({ http: { token: { kind: 'error', status: 400, body: { error: 'invalid_grant' } } } });
  await using waiting = await sentBack();
  const { browser, callback } = waiting;
  const [one, other] = await Promise.all([browser.open(callback), browser.open(callback)]);
  expect(one.title).not.toContain('Your applications');
  expect(other.text).toBe(one.text);
  expect(one.text).not.toMatch(/reference\s*[.:]?\s*$/);
});

test('two logins of one new person at once, in two browsers, bind one identity and both come in', async () => {
  await using here = await sentBack();
  await using there = await sentBack();
  const pages = await Promise.all([here.browser.open(here.callback), there.browser.open(there.callback)]);
  for (const page of pages) expect(page.title).toContain('Your applications');
  expect(await gained(ground.service, ground.organization)).toEqual({ sessions: 2, identities: 1 });
});

test('Log in again on a page that is over leads to where the application’s request wanted to go', async () => {
  await using waiting = await sentBackTo(reports);
  const { browser, callback } = waiting;
  const handle = browser.cookies
    .all()
    .find(({ name }) => name.startsWith('tx-'))
    ?.value.split('.')[1];
  expect(codeIn(await browser.open(callback), reports)).not.toBe('');
  const over: Page = await browser.open(`${ground.service.url}/login/${handle}`);
  expect(over.title).toContain('expired');
  const again = await browser.open(linkOf(over, 'Log in again'));
  expect(again.stoppedAt?.searchParams.get('state')).toBe('state-of-the-application');
  expect((await redeem(ground.service, reports, codeIn(again, reports))).status).toBe(200);
});
