import { sql } from 'kysely';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { configure, gained, goToProvider } from '../support/federation.ts';
import { MALLORY, startHostileGround } from '../support/hostile-organization.ts';
import type { HostileGround } from '../support/hostile-organization.ts';
import { startHostileProvider } from '../support/hostile-provider.ts';
import { openHttpBrowser } from '../support/http-browser.ts';
import type { HttpBrowser } from '../support/http-browser.ts';
import type { Page } from '../support/page.ts';

let ground: HostileGround;

beforeAll(async () => {
  ground = await startHostileGround();
  await ground.use('code');
});
afterAll(async () => {
  await ground?.[Symbol.asyncDispose]();
});
beforeEach(() => {
  ground.provider.setFaults({});
  ground.provider.received.length = 0;
});

const nothing = { sessions: 0, identities: 0 };
const redeemed = (): number => ground.provider.received.filter(({ path }) => path.startsWith('/token')).length;

const cookieOf = ({ browser, callback }: { browser: HttpBrowser; callback: URL }): string =>
  browser.cookies.headerFor({ url: callback, method: 'GET' }) ?? '';

/** Handle of the login that went to the provider. */
const handleIn = (browser: HttpBrowser): string =>
  browser.cookies
    .all()
    .find(({ name }) => name.startsWith('tx-'))!
    .value.split('.')[1]!;

function expectRefused(page: Page): void {
  expect(page.status).toBeGreaterThanOrEqual(400);
  expect(page.status).toBeLessThan(500);
  expect(page.title).not.toContain('Your applications');
}

describe('nobody gets in with a callback that', () => {
  test('comes to a browser without the cookie of its authorization request, or with another’s', async () => {
    const { browser, callback } = await ground.sentBack();
    await using stranger = ground.openBrowser();
    expectRefused(await stranger.open(callback));
    // It was spent by that: the browser it belonged to has to begin anew.
    const late = await browser.open(callback);
    expect(late.title).toContain('Log in at your organization');
    expect([redeemed(), await gained(ground.service, ground.organization)]).toEqual([0, nothing]);

    const next = await ground.sentBack();
    const cookie = cookieOf(next).replaceAll(/(tx-[^=]+=)[\w-]{43}/g, `$1${'x'.repeat(43)}`);
    expect(cookie).toContain('xxx');
    const { status } = await fetch(next.callback, { headers: { cookie }, redirect: 'manual' });
    expect([status, redeemed()]).toEqual([400, 0]);
  });

  test('names no state, a wrong one, or two', async () => {
    const { browser, callback } = await ground.sentBack();
    for (const change of [
      (url: URL) => url.searchParams.delete('state'),
      (url: URL) => url.searchParams.set('state', 'x'.repeat(43)),
      (url: URL) => url.searchParams.set('state', '"><script>alert(1)</script>'),
      (url: URL) => url.searchParams.append('state', url.searchParams.get('state')!),
      (url: URL) => url.searchParams.append('code', 'another'),
    ]) {
      const url = new URL(callback);
      change(url);
      const page = await browser.open(url);
      expectRefused(page);
      expect(page.html.toString()).not.toContain('<script>alert');
    }
    expect([redeemed(), await gained(ground.service, ground.organization)]).toEqual([0, nothing]);
  });

  test('comes too late, even with the cookie that ended', async () => {
    const { browser, callback } = await ground.sentBack();
    const cookie = cookieOf({ browser, callback });
    ground.service.clock.advance(601);
    await fetch(callback, { headers: { cookie }, redirect: 'manual' });
    const page = await browser.open(callback);
    expect(page.title).not.toContain('Your applications');
    expect(page.status).toBeLessThan(500);
    expect([redeemed(), await gained(ground.service, ground.organization)]).toEqual([0, nothing]);
  });

  test('belongs to a connection that was saved anew, or switched off, meanwhile', async () => {
    for (const settings of [undefined, { method: 'built-in' as const }]) {
      const { browser, callback } = await ground.sentBack();
      if (settings === undefined) await ground.use('code');
      else await configure(ground.service, ground.organization, settings);
      const page = await browser.open(callback);
      expect(page.title).not.toContain('Your applications');
      expect([redeemed(), await gained(ground.service, ground.organization)]).toEqual([0, nothing]);
    }
    await ground.use('code');
  });

  test('belongs to a connection whose issuer or redirect URI is another by now', async () => {
    const { db } = ground.service.database;
    const unannounced = sql<string>`jsonb_set(settings, '{metadata,authorization_response_iss_parameter_supported}', 'false')`;
    for (const change of [
      { issuer: 'https://login.contoso.example', settings: unannounced },
      { redirectUri: `${ground.service.url}/login/callback` },
    ]) {
      const { browser, callback } = await ground.sentBack();
      callback.searchParams.delete('iss');
      await db
        .updateTable('connection')
        .set({ ...change, settings: unannounced })
        .execute();
      const page = await browser.open(callback);
      expect(page.title).not.toContain('Your applications');
      expect([redeemed(), await gained(ground.service, ground.organization)]).toEqual([0, nothing]);
      await ground.use('code');
    }
  });

  test('belongs to an organization that was suspended meanwhile', async () => {
    const { browser, callback } = await ground.sentBack();
    const suspend = async (suspendedAt: Date | null): Promise<unknown> =>
      ground.service.database.db
        .updateTable('organization')
        .set({ suspendedAt })
        .where('id', '=', ground.organization.id)
        .execute();
    await suspend(ground.service.clock.now());
    const page = await browser.open(callback);
    expect(page.title).not.toContain('Your applications');
    // Nor is anybody sent out to its provider.
    const again = openHttpBrowser({ now: () => ground.service.clock.now() });
    expect((await goToProvider(again, ground.service, MALLORY)).url.origin).toBe(ground.service.url);
    await suspend(null);
    expect([redeemed(), await gained(ground.service, ground.organization)]).toEqual([0, nothing]);
  });

  test('states another issuer, or none though announced', async () => {
    for (const iss of ['https://login.contoso.example', null]) {
      const { browser, callback } = await ground.sentBack();
      if (iss === null) callback.searchParams.delete('iss');
      else callback.searchParams.set('iss', iss);
      const page = await browser.open(callback);
      expect(page.title).not.toContain('Your applications');
      expect([redeemed(), await gained(ground.service, ground.organization)]).toEqual([0, nothing]);
    }
  });

  test('is an error: our own sentence is shown, not the provider’s', async () => {
    const { browser, callback } = await ground.sentBack();
    callback.searchParams.delete('code');
    callback.searchParams.set('error', '<script>alert(1)</script>');
    callback.searchParams.set('error_description', '<img src=x onerror=alert(1)>');
    const page = await browser.open(callback);
    expect(page.html.toString()).not.toMatch(/onerror|<script>alert/);
    // The connection is unconfirmed: the password beside it is offered.
    expect(page.text).toContain('Try another way');
    expect([redeemed(), await gained(ground.service, ground.organization)]).toEqual([0, nothing]);
  });

  test('is posted, of another type, too large, or by another verb', async () => {
    const { browser, callback } = await ground.sentBack();
    const { url } = ground.service;
    const posted = await browser.post(`${url}/login/callback`, callback.searchParams);
    expect(posted.title).not.toContain('Your applications');
    const send = async (init: RequestInit): Promise<number> => (await fetch(`${url}/login/callback`, init)).status;
    const type = { 'content-type': 'application/x-www-form-urlencoded' };
    const statuses = [
      await send({ method: 'POST', headers: type, body: `state=${'x'.repeat(2_000_000)}` }),
      await send({ method: 'POST', headers: { 'content-type': 'application/json' }, body: '{}' }),
      await send({ method: 'POST', headers: { 'content-type': 'text/plain' }, body: 'state=x' }),
      await send({ method: 'PUT', headers: type, body: 'state=x' }),
      await send({ method: 'HEAD' }),
    ];
    for (const status of statuses) expect([400, 404, 405, 410, 413, 415, 422]).toContain(status);
    expect([redeemed(), await gained(ground.service, ground.organization)]).toEqual([0, nothing]);
  });
});

test('an error of the way that was left does not end the login that goes on', async () => {
  const { service } = ground;
  const { browser, callback } = await ground.sentBack();
  const out = await browser.open(`${service.url}/login/${handleIn(browser)}`);
  const identify = await browser.submit(out, {}, { button: 'Not me' });
  const password = await browser.submit(identify, { email: 'omar@northwind.example' }, { button: 'Continue' });
  expect(password.title).toContain('Enter Your Password');
  callback.searchParams.delete('code');
  callback.searchParams.set('error', 'access_denied');
  expect((await browser.open(callback)).title).toContain('Enter Your Password');
});

test('an ID token in an address is not taken', async () => {
  await ground.use('id-token');
  ground.provider.setFaults({ response: [{ kind: 'mode', mode: 'query' }] });
  await using browser = ground.openBrowser();
  const page = await ground.tryLogin(browser);
  expect(page.title).not.toContain('Your applications');
  expect(await gained(ground.service, ground.organization)).toEqual(nothing);
  await ground.use('code');
});

test('the same callback twice logs in once', async () => {
  const { browser, callback } = await ground.sentBack();
  const first = await browser.open(callback);
  expect(first.title).toContain('Your applications');
  const again = await browser.open(callback);
  expect(again.status).toBeLessThan(500);
  expect(redeemed()).toBe(1);
  expect(await gained(ground.service, ground.organization)).toEqual({ sessions: 1, identities: 1 });
});

test('the same callback many times at once, each with the cookie, redeems its code once', async () => {
  const { browser, callback } = await ground.sentBack();
  const cookie = cookieOf({ browser, callback });
  const before = await gained(ground.service, ground.organization);
  const answers = await Promise.all(
    Array.from({ length: 12 }, async () => fetch(callback, { headers: { cookie }, redirect: 'manual' })),
  );
  expect(redeemed()).toBe(1);
  for (const { status } of answers) expect([303, 400]).toContain(status);
  expect(await gained(ground.service, ground.organization)).toEqual(before);
});

test('a callback of the way that was left for another is not taken for that one', async () => {
  const { service, organization } = ground;
  const clockOffset = (): number => Math.round((service.clock.now().getTime() - Date.now()) / 1000);
  await using other = await startHostileProvider({ host: '127.0.0.4', clockOffset });
  other.person = ground.provider.person;
  await ground.use('code');
  await using first = ground.openBrowser();
  expect((await ground.tryLogin(first)).title).toContain('Your applications');
  const before = await gained(service, organization);
  await configure(service, organization, {
    method: 'openid-connect',
    clientId: 'gatehouse',
    discoveryUrl: other.issuer,
    credential: 'secret',
    clientSecret: 'known to the attacker',
  });
  // Unconfirmed: the connection before it is the other way.
  const { browser, callback } = await ground.sentBack();
  const out = await browser.open(`${service.url}/login/${handleIn(browser)}`);
  const elsewhere = await browser.submit(out, {}, { button: 'Try another way' });
  expect(elsewhere.stoppedAt?.searchParams.get('iss')).toBe(ground.provider.issuer);
  const page = await browser.open(callback);
  expect(page.title).toContain('You could not be logged in');
  expect(other.received.map(({ path }) => path)).toContainEqual(expect.stringMatching(/^\/token/));
  expect(await gained(service, organization)).toEqual(before);
});
