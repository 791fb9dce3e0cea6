import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { HOUR, MINUTE } from '../../src/base/clock.ts';
import { makeApplication } from '../support/fixtures.ts';
import { MALLORY } from '../support/hostile-organization.ts';
import { startLogoutGround } from '../support/logout-ground.ts';
import type { LogoutGround } from '../support/logout-ground.ts';
import { authorizeUrl, codeFor, redeem, refresh } from '../support/relying-application.ts';
import type { RelyingApplication } from '../support/relying-application.ts';

let ground: LogoutGround;
let offline: RelyingApplication;

beforeAll(async () => {
  ground = await startLogoutGround();
  const redirectUris = [ground.reports.redirectUri];
  const made = await makeApplication(ground.service, ground.root, { name: 'Sync', redirectUris, offline: true });
  const { application, clientSecret } = made;
  offline = { clientId: application.clientId, clientSecret, redirectUri: ground.reports.redirectUri };
});
afterAll(async () => ground?.[Symbol.asyncDispose]());
beforeEach(async () => ground.reset());

const inAnHour = (): number => Math.floor(ground.service.clock.now().getTime() / 1000) + HOUR;

test('is the end of ours at the latest, and of refresh tokens that outlive sessions', async () => {
  ground.provider.person = { ...ground.provider.person, session_expiry: inAnHour() };
  await using browser = ground.open();
  await ground.logIn(browser);
  const first = await redeem(ground.service, offline, await codeFor(browser, ground.service, offline));
  const second = await refresh(ground.service, offline, first.body.refresh_token!);
  expect(second.status).toBe(200);
  ground.service.clock.advance(HOUR - 5 * MINUTE);
  const third = await refresh(ground.service, offline, second.body.refresh_token ?? first.body.refresh_token!);
  expect(third.status).toBe(200);
  ground.service.clock.advance(5 * MINUTE + 1);
  const fourth = await refresh(ground.service, offline, third.body.refresh_token ?? first.body.refresh_token!);
  expect(fourth.status).toBe(400);
  expect((await browser.open(ground.service.url)).text).toContain('Log In');
});

test('a rotated refresh token lives no longer than the first', async () => {
  const rotating = await makeApplication(ground.service, ground.root, {
    name: 'Phone',
    kind: 'native',
    redirectUris: [ground.reports.redirectUri],
    offline: true,
  });
  const phone = {
    clientId: rotating.application.clientId,
    clientSecret: null,
    redirectUri: ground.reports.redirectUri,
  };
  ground.provider.person = { ...ground.provider.person, session_expiry: inAnHour() };
  await using browser = ground.open();
  await ground.logIn(browser);
  const first = await redeem(ground.service, phone, await codeFor(browser, ground.service, phone));
  ground.service.clock.advance(HOUR - 5 * MINUTE);
  const second = await refresh(ground.service, phone, first.body.refresh_token!);
  expect(second.body.refresh_token).not.toBe(first.body.refresh_token);
  ground.service.clock.advance(5 * MINUTE + 1);
  expect((await refresh(ground.service, phone, second.body.refresh_token!)).status).toBe(400);
});

test('that lies past logs nobody in, and says so', async () => {
  ground.provider.person = { ...ground.provider.person, session_expiry: inAnHour() - 2 * HOUR };
  await using browser = ground.open();
  const asks = await browser.open(authorizeUrl(ground.service, ground.reports));
  const page = await browser.submit(asks, { email: MALLORY }, { button: 'Continue' });
  expect(page.status).toBe(403);
  expect(await ground.live()).toBe(0);
  expect((await ground.api.get(ground.path)).body.connection.lastFailure).toMatchObject({ code: 'login.times' });
});

test('of no known type counts as not stated', async () => {
  ground.provider.person = { ...ground.provider.person, session_expiry: 'tomorrow', sid: 17 };
  await using browser = ground.open();
  await ground.logIn(browser);
  const session = await ground.service.database.db
    .selectFrom('session')
    .select(['providerSid', 'providerEndsAt'])
    .executeTakeFirstOrThrow();
  expect(session).toEqual({ providerSid: null, providerEndsAt: null });
});
