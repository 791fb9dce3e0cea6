import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { startLogoutGround } from '../support/logout-ground.ts';
import type { LogoutGround } from '../support/logout-ground.ts';

// Lesson: an address that is kept while somebody is at an identity provider is an open redirect if it is followed unasked.

let ground: LogoutGround;

beforeAll(async () => {
  ground = await startLogoutGround();
});
afterAll(async () => ground?.[Symbol.asyncDispose]());
beforeEach(async () => ground.reset());

const done = (): URL => new URL('/logout/done', ground.service.url);

/** Somebody who logged out and is on the way back from the provider: the address, and the cookie that goes with it. */
async function onTheWayBack(): Promise<{ address: URL; cookie: string }> {
  await ground.switchTo(true);
  await using browser = ground.open((url) => url.pathname === '/logout/done');
  await ground.logIn(browser);
  const { stoppedAt } = await ground.logOut(browser);
  return { address: stoppedAt!, cookie: browser.cookies.headerFor({ url: stoppedAt!, method: 'GET' }) ?? '' };
}

/** Where a request leads; its cookie is spent whatever it led to. */
async function visit({ address, cookie }: { address: URL; cookie: string }): Promise<string | null> {
  const answer = await fetch(address, { headers: { cookie }, redirect: 'manual' });
  expect(answer.headers.getSetCookie().join()).toContain('logout-onward=;');
  return answer.headers.get('location');
}

/** The same text with one character of the sealed cookie changed. */
const bend = (cookie: string): string =>
  cookie.replace(
    /(logout-onward=.{20})(.)/,
    (_all, start: string, one: string) => `${start}${one === 'A' ? 'B' : 'A'}`,
  );

test('who comes back unchanged is sent to the application: each refusal below differs from it by one thing', async () => {
  expect(await visit(await onTheWayBack())).toBe(`${ground.afterLogout}?state=of+the+app`);
});

describe('nobody is sent elsewhere by', () => {
  test('the address after logout alone, whatever it carries', async () => {
    const address = done();
    address.search = new URLSearchParams({ state: 'x', post_logout_redirect_uri: ground.afterLogout }).toString();
    expect(await visit({ address, cookie: '' })).toBeNull();
  });

  test('another state than the one that was sent', async () => {
    const { address, cookie } = await onTheWayBack();
    address.searchParams.set('state', 'another');
    expect(await visit({ address, cookie })).toBeNull();
  });

  test('a cookie that was bent, or one of somebody’s making', async () => {
    const { address, cookie } = await onTheWayBack();
    expect(await visit({ address, cookie: bend(cookie) })).toBeNull();
    const to = { clientId: ground.reports.clientId, uri: ground.afterLogout, state: null };
    const made = Buffer.from(JSON.stringify({ state: 'x', until: 4e12, to })).toString('base64url');
    expect(await visit({ address: done(), cookie: `logout-onward=${made}` })).toBeNull();
  });

  test('a cookie that is older than ten minutes', async () => {
    const before = await onTheWayBack();
    ground.service.clock.advance(601);
    expect(await visit(before)).toBeNull();
  });

  test('an address that the application is registered with no longer', async () => {
    const before = await onTheWayBack();
    const { db } = ground.service.database;
    const register = async (postLogoutRedirectUris: string[]): Promise<void> => {
      const { clientId } = ground.reports;
      await db.updateTable('application').set({ postLogoutRedirectUris }).where('clientId', '=', clientId).execute();
      ground.service.clock.advance(6); // applications are read again after five seconds
    };
    await register([]);
    expect(await visit(before)).toBeNull();
    await register([ground.afterLogout]);
  });
});

test('who logs out while the provider waits for a confirmation is not sent there, and no token of theirs is', async () => {
  await ground.switchTo(true);
  await using browser = ground.open();
  await ground.logIn(browser);
  const { db } = ground.service.database;
  const holding = (hold: object | null) =>
    db.updateTable('connection').set({
      heldSince: hold === null ? null : ground.service.clock.now(),
      hold: hold === null ? null : JSON.stringify(hold),
    });
  await holding({ changes: [], part: null }).where('organizationId', '=', ground.organization.id).execute();
  ground.provider.received.length = 0;
  await ground.logOut(browser);
  expect(ground.provider.received).toEqual([]);
  expect(await ground.live()).toBe(0);
  await holding(null).where('organizationId', '=', ground.organization.id).execute();
});
