import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { formatId } from '../../src/base/ids.ts';
import { configure, eventsOf, goToProvider } from '../support/federation.ts';
import { makeManaged } from '../support/fixtures.ts';
import type { HttpBrowser } from '../support/http-browser.ts';
import { MALLORY } from '../support/hostile-organization.ts';
import { SID, startLogoutGround } from '../support/logout-ground.ts';
import type { LogoutGround } from '../support/logout-ground.ts';
import { addUser } from '../support/people.ts';
import { claimsOf, refresh } from '../support/relying-application.ts';
import { startFabrikam } from '../support/start-provider.ts';
import type { Fabrikam } from '../support/start-provider.ts';

const DIRECTORY = '2c1a7d1e-0f7b-4b7e-8f0a-6a4f0d8c9b11';
const CLIENT = '7f1c2a9e-52d4-4a0e-9d0c-3b6f5f1f8a21';
const lena = { upn: 'lena@fabrikam.example', name: 'Lena', password: 'pw-lena' };

let ground: LogoutGround;
let fabrikam: Fabrikam;

beforeAll(async () => {
  fabrikam = await startFabrikam({
    directories: [{ id: DIRECTORY, name: 'Fabrikam', domains: ['fabrikam.example'] }],
    users: [{ ...lena, oid: 'a1f6f0de-7d0e-4a5f-9e55-0a4b7c5d1e01', directory: DIRECTORY }],
  });
  ground = await startLogoutGround({ GATEHOUSE_ENTRA_AUTHORITY: fabrikam.origin });
});
afterAll(async () => {
  await ground?.[Symbol.asyncDispose]();
  await fabrikam?.stop();
});
beforeEach(async () => ground.reset());

/** The end session requests that the provider got, as their parameters. */
const asked = (): Record<string, string>[] =>
  ground.provider.received.filter(({ path }) => path === '/logout').map(({ query }) => query);

describe('where the connection asks for it', () => {
  test('who logs out here is sent to the provider with the ID token of that login, and back to the application', async () => {
    await ground.switchTo(true);
    await using browser = ground.open();
    await ground.logIn(browser);
    const page = await ground.logOut(browser);
    expect(page.stoppedAt?.href).toBe(`${ground.afterLogout}?state=of+the+app`);
    expect(await ground.live()).toBe(0);
    const parameters = asked()[0]!;
    expect(Object.keys(parameters)).toEqual(['id_token_hint', 'post_logout_redirect_uri', 'state']);
    expect(claimsOf(parameters['id_token_hint'])).toMatchObject({ sub: 'h-1', aud: 'gatehouse' });
    expect(parameters['post_logout_redirect_uri']).toBe(`${ground.service.url}/logout/done`);
    await ground.service.app.jobs.runDue();
    expect(ground.told).toHaveLength(1);
  });

  test('the ID token stands nowhere in the clear, and in the login no longer once its session is made', async () => {
    await ground.switchTo(true);
    await using browser = ground.open();
    await ground.logIn(browser);
    const { db } = ground.service.database;
    const session = await db.selectFrom('session').select('logoutHint').executeTakeFirstOrThrow();
    expect(session.logoutHint?.toString()).not.toContain('eyJ');
    const login = await db.selectFrom('login').select('state').orderBy('createdAt', 'desc').executeTakeFirstOrThrow();
    expect(JSON.stringify(login.state)).toContain('"providerSession":{"sid":');
    expect(JSON.stringify(login.state)).not.toContain('logoutHint');
  });

  test('without an application that asked, our page says it, and not that the login there goes on', async () => {
    await ground.switchTo(true);
    await using browser = ground.open();
    await ground.logIn(browser);
    const page = await browser.submit(await browser.open(`${ground.service.url}/logout`), {}, { button: 'Log out' });
    expect(page.url.pathname).toBe('/logout/done');
    expect(page.text).toContain('You are logged out');
    expect(page.text).not.toContain('still logged in');
    expect(asked()).toHaveLength(1);
  });

  test('who answers *Stay logged in* is sent nowhere', async () => {
    await ground.switchTo(true);
    await using browser = ground.open();
    await ground.logIn(browser);
    await browser.submit(await browser.open(`${ground.service.url}/logout`), {}, { button: 'Stay logged in' });
    expect(asked()).toEqual([]);
    expect(await ground.live()).toBe(1);
  });

  test('a provider that is down keeps nobody from being logged out here', async () => {
    await ground.switchTo(true);
    await using browser = ground.open((url) => url.href.startsWith(`${ground.provider.issuer}/logout`));
    await ground.logIn(browser);
    const page = await ground.logOut(browser);
    expect(page.stoppedAt?.origin).toBe(ground.provider.issuer);
    expect(await ground.live()).toBe(0);
    expect((await browser.open(ground.service.url)).text).toContain('Log In');
  });

  test('a session from before the switch has no ID token to show: the provider is told the client', async () => {
    await using browser = ground.open();
    await ground.logIn(browser);
    await ground.switchTo(true);
    await ground.logOut(browser);
    expect(asked()[0]).toMatchObject({ client_id: 'gatehouse' });
    expect(asked()[0]).not.toHaveProperty('id_token_hint');
  });

  test('an ID token too long for an address is not kept', async () => {
    await ground.switchTo(true);
    ground.provider.person = { ...ground.provider.person, groups: 'g'.repeat(5000) };
    await using browser = ground.open();
    await ground.logIn(browser);
    expect((await ground.logOut(browser)).stoppedAt?.href).toContain(ground.afterLogout);
    expect(asked()[0]).not.toHaveProperty('id_token_hint');
  });

  test('it stays so when the connection is saved again for the same provider', async () => {
    await ground.switchTo(true);
    await ground.use('code', { scope: 'openid email' });
    expect((await ground.api.get(ground.path)).body.connection.logout.atProvider).toBe(true);
    await ground.use('code');
  });
});

test('by default nobody is sent there, and no ID token is kept', async () => {
  await using browser = ground.open();
  await ground.logIn(browser);
  const { logoutHint } = await ground.service.database.db
    .selectFrom('session')
    .select('logoutHint')
    .executeTakeFirstOrThrow();
  expect(logoutHint).toBeNull();
  expect((await ground.logOut(browser)).stoppedAt?.href).toContain(ground.afterLogout);
  expect(asked()).toEqual([]);
});

describe('a logout at the provider', () => {
  test('by a logout token ends the session here, its tokens, and is told to the applications', async () => {
    await using browser = ground.open();
    const tokens = await ground.logIn(browser);
    const before = (await eventsOf(ground.service, ground.organization)).length;
    const token = await ground.provider.makeLogoutToken('gatehouse', { sid: SID });
    const { backChannel } = (await ground.api.get(ground.path)).body.logoutUrls;
    const answer = await fetch(backChannel, { method: 'POST', body: new URLSearchParams({ logout_token: token }) });
    expect(answer.status).toBe(200);
    expect(await ground.live()).toBe(0);
    expect((await refresh(ground.service, ground.reports, String(tokens['refresh_token']))).status).toBe(400);
    await ground.service.app.jobs.runDue();
    expect(ground.told).toContainEqual(
      expect.objectContaining({ aud: ground.reports.clientId, sid: claimsOf(String(tokens['id_token']))['sid'] }),
    );
    expect((await eventsOf(ground.service, ground.organization)).slice(before)).toEqual(['session.ended']);
    expect((await browser.open(ground.service.url)).text).toContain('Log In');
  });

  test('by a token that names the person alone ends all sessions made there', async () => {
    const browsers = [ground.open(), ground.open()];
    for (const browser of browsers) await ground.logIn(browser);
    expect(await ground.live()).toBe(2);
    const token = await ground.provider.makeLogoutToken('gatehouse', { sub: 'h-1' });
    const { backChannel } = (await ground.api.get(ground.path)).body.logoutUrls;
    await fetch(backChannel, { method: 'POST', body: new URLSearchParams({ logout_token: token }) });
    expect(await ground.live()).toBe(0);
    for (const browser of browsers) await browser[Symbol.asyncDispose]();
  });

  test('reaches a person whose provider names no session in ID tokens, by subject beside the sid', async () => {
    ground.provider.person = { sub: 'h-1', email: MALLORY, email_verified: true };
    await using browser = ground.open();
    await ground.logIn(browser);
    const token = await ground.provider.makeLogoutToken('gatehouse', { sub: 'h-1', sid: 'never told in an ID token' });
    const { backChannel } = (await ground.api.get(ground.path)).body.logoutUrls;
    await fetch(backChannel, { method: 'POST', body: new URLSearchParams({ logout_token: token }) });
    expect(await ground.live()).toBe(0);
  });

  test('a refused token is explained to the administrator', async () => {
    const token = await ground.provider.makeLogoutToken('another');
    const { backChannel } = (await ground.api.get(ground.path)).body.logoutUrls;
    await fetch(backChannel, { method: 'POST', body: new URLSearchParams({ logout_token: token }) });
    expect((await ground.api.get(ground.path)).body.connection.lastFailure).toEqual({
      code: 'logout.audience',
      what: 'A logout token is for the client "another", and the Client ID configured is "gatehouse".',
      fix: 'Enter the back-channel logout URL of this organization at the registration whose Client ID is "gatehouse", and remove it at the other one.',
    });
  });
});

describe('Entra ID', () => {
  test('is told the account by logout_hint, asks nothing and leads back; its front channel ends the session here', async () => {
    const { service, root } = ground;
    await fabrikam.addApps({
      clientId: CLIENT,
      directory: DIRECTORY,
      idTokens: true,
      redirectUris: [{ uri: `${service.url}/login/callback` }, { uri: `${service.url}/logout/done` }],
      optionalClaims: ['sid', 'login_hint'],
    });
    const organization = await makeManaged(service, root, 'Fabrikam');
    await addUser({ db: service.database.db, clock: service.clock }, organization, lena.upn);
    await configure(service, organization, {
      method: 'entra-id',
      clientId: CLIENT,
      directoryId: DIRECTORY,
      credential: 'none',
    });
    const pane = `/organizations/${formatId('org', organization.id)}/authentication`;
    const { version, logout } = (await ground.api.get(pane)).body.connection;
    expect(logout).toEqual({
      atProvider: false,
      endSessionHost: new URL(fabrikam.origin).host,
      announcesBackChannel: null,
      announcesFrontChannel: true,
    });
    expect((await ground.api.send('PUT', `${pane}/logout`, { atProvider: true, version })).status).toBe(200);

    const enter = async (browser: HttpBrowser): Promise<void> => {
      const page = await goToProvider(browser, service, lena.upn);
      const entered = { loginfmt: lena.upn, passwd: lena.password };
      const inside = await browser.submit(page, entered, { button: 'Sign in' });
      expect(inside.text).toContain('Your applications');
    };
    await using browser = ground.open();
    await enter(browser);
    const page = await browser.submit(await browser.open(`${service.url}/logout`), {}, { button: 'Log out' });
    expect(page.url.pathname).toBe('/logout/done');
    expect(await ground.live()).toBe(0);
    // The account there is gone, too: its login page comes again.
    expect((await goToProvider(browser, service, lena.upn)).text).toContain('Sign in');

    await using another = ground.open();
    await enter(another);
    const { providerSid } = await service.database.db
      .selectFrom('session')
      .select('providerSid')
      .executeTakeFirstOrThrow();
    const { frontChannel } = (await ground.api.get(pane)).body.logoutUrls;
    const iss = `${fabrikam.origin}/${DIRECTORY}/v2.0`;
    expect((await fetch(`${frontChannel}?${new URLSearchParams({ iss, sid: providerSid! }).toString()}`)).status).toBe(
      200,
    );
    expect(await ground.live()).toBe(0);
  });
});
