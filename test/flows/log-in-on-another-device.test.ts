import { sql } from 'kysely';
import * as client from 'openid-client';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { formatId } from '../../src/base/ids.ts';
import type { Organization } from '../../src/organizations/organization.ts';
import { allow, makeApiResource, ORDERS } from '../support/api-resources.ts';
import { askForDevice, pollOnce } from '../support/devices.ts';
import { makeApplication, makeManaged, makePerson, makeRoot } from '../support/fixtures.ts';
import type { Person } from '../support/fixtures.ts';
import { openHttpBrowser } from '../support/http-browser.ts';
import { logIn } from '../support/log-in.ts';
import { claimsOf } from '../support/relying-application.ts';
import { startService } from '../support/start-service.ts';
import type { TestService } from '../support/start-service.ts';

let service: TestService;
let root: Organization;
let maria: Person;
let television: string;
let partner: string;

beforeAll(async () => {
  service = await startService();
  root = await makeRoot(service);
  maria = await makePerson(service, await makeManaged(service, root, 'Contoso'), 'maria@contoso.example');
  const device = { kind: 'native', deviceLogin: true, redirectUris: [] } as const;
  const orders = await makeApiResource(service, root);
  const made = await makeApplication(service, root, { ...device, redirectUris: [], name: 'Television' });
  const other = await makeApplication(service, root, {
    ...device,
    redirectUris: [],
    name: 'Partner',
    firstParty: false,
  });
  for (const { application } of [made, other]) await allow(service, root, application, orders, ['orders:read']);
  television = made.application.clientId;
  partner = other.application.clientId;
});
afterAll(async () => service?.close());

const openBrowser = () => openHttpBrowser({ now: () => service.clock.now() });

describe('a device without a browser', () => {
  it('is logged in by a code that a person enters and confirms elsewhere', async () => {
    const config = await client.discovery(new URL(service.url), television, undefined, client.None(), {
      // oxlint-disable-next-line typescript/no-deprecated -- marked so to stand out; meant for loopback
      execute: [client.allowInsecureRequests],
    });
    const started = await client.initiateDeviceAuthorization(config, { scope: 'openid email' });
    expect(started).toMatchObject({
      user_code: expect.stringMatching(/^[BCDFGHJKLMNPQRSTVWXZ]{4}-[BCDFGHJKLMNPQRSTVWXZ]{4}$/),
      verification_uri: `${service.url}/device`,
      verification_uri_complete: `${service.url}/device?user_code=${started.user_code}`,
      expires_in: 600,
    });

    await using browser = openBrowser();
    const enter = await browser.open(started.verification_uri);
    expect(enter.title).toContain('Connect a device');
    const confirm = await browser.submit(enter, { user_code: started.user_code.replace('-', '').toLowerCase() });
    expect(confirm.text).toContain('You are about to log in to Television, by Northwind, on another device.');
    expect(confirm.text).toContain(started.user_code);
    const login = await browser.submit(confirm, {}, { button: 'Yes, it shows this code' });
    expect(login.url.pathname).toMatch(/^\/login\//);
    const done = await logIn(browser, service, login, maria);
    expect(done.title).toContain('Your device is logged in');

    const tokens = await client.pollDeviceAuthorizationGrant(config, { ...started, interval: 0.1 });
    expect(tokens.claims()).toMatchObject({
      sub: formatId('usr', maria.userId),
      email: 'maria@contoso.example',
      sid: expect.any(String),
      amr: expect.arrayContaining(['mfa']),
    });
    expect((await client.refreshTokenGrant(config, tokens.refresh_token!)).access_token).toEqual(expect.any(String));
  });

  it('finds whoever is logged in already, asks them as well, and is told of an API', async () => {
    await using browser = openBrowser();
    const first = await askForDevice(service, television);
    const confirm = await browser.open(`${service.url}/device?user_code=${first.user_code}`);
    // The address fills the form; it neither sends nor confirms it.
    expect(confirm.title).toContain('Connect a device');
    expect((await pollOnce(service, television, first)).body.error).toBe('authorization_pending');
    const asked = await browser.submit(confirm, {});
    expect(asked.title).toContain('Is this your device?');
    await logIn(browser, service, await browser.submit(asked, {}, { button: 'Yes, it shows this code' }), maria);

    const second = await askForDevice(service, television, { scope: 'openid orders:read', resource: ORDERS });
    const again = await browser.open(`${service.url}/device?user_code=${second.user_code}`);
    const done = await browser.submit(await browser.submit(again, {}), {}, { button: 'Yes, it shows this code' });
    expect(done.title).toContain('Your device is logged in');
    const { body } = await pollOnce(service, television, second);
    expect(claimsOf(body.access_token)).toMatchObject({ aud: ORDERS, scope: 'orders:read', roles: [] });
  });

  it('of an application that is not first-party is allowed by its user', async () => {
    await using browser = openBrowser();
    const started = await askForDevice(service, partner, { scope: 'openid orders:read', resource: ORDERS });
    const enter = await browser.open(`${service.url}/device?user_code=${started.user_code}`);
    const confirm = await browser.submit(enter, {});
    const login = await browser.submit(confirm, {}, { button: 'Yes, it shows this code' });
    const consent = await logIn(browser, service, login, maria);
    expect(consent.text).toContain('Allow Partner?');
    expect(consent.text).toContain('Read your orders');
    expect(consent.text).toContain('The device that showed the code gets the answer.');
    const done = await browser.submit(consent, {}, { button: 'Allow' });
    expect(done.title).toContain('Your device is logged in');
    expect((await pollOnce(service, partner, started)).body['scope']).toBe('orders:read');
  });

  it('is told when its user refuses, at the first question or at consent', async () => {
    await using browser = openBrowser();
    const started = await askForDevice(service, partner);
    const confirm = await browser.submit(
      await browser.open(`${service.url}/device?user_code=${started.user_code}`),
      {},
    );
    const refused = await browser.submit(confirm, {}, { button: 'No, not mine' });
    expect(refused.text).toContain('The device was not logged in.');
    expect((await pollOnce(service, partner, started)).body.error).toBe('access_denied');

    const again = await askForDevice(service, partner, { scope: 'openid email' });
    const asked = await browser.submit(await browser.open(`${service.url}/device?user_code=${again.user_code}`), {});
    const login = await browser.submit(asked, {}, { button: 'Yes, it shows this code' });
    const consent = await logIn(browser, service, login, maria);
    const denied = await browser.submit(consent, {}, { button: 'Don’t allow' });
    expect(denied.text).toContain('The device was not logged in.');
    expect((await pollOnce(service, partner, again)).body.error).toBe('access_denied');
  });

  it('asks in one statement each time, and is slowed down when it asks too often', async () => {
    const started = await askForDevice(service, television);
    const ask = async () => (await pollOnce(service, television, started)).body.error;
    expect(await ask()).toBe('authorization_pending');
    // A second early is not too soon, and the application is not read again.
    service.clock.advance(4);
    const counted = await service.countStatements(async () => {
      expect(await ask()).toBe('authorization_pending');
    });
    expect({ statements: counted.statements, commits: counted.commits }).toEqual({ statements: 1, commits: 1 });
    service.clock.advance(2);
    expect(await ask()).toBe('slow_down');
    service.clock.advance(7);
    // Five seconds more than before.
    expect(await ask()).toBe('slow_down');
    service.clock.advance(15);
    expect(await ask()).toBe('authorization_pending');
    service.clock.advance(600);
    expect(await ask()).toBe('expired_token');
  });

  it('asks without waiting for the disk, and what else is stored waits for it still', async () => {
    const started = await askForDevice(service, television);
    expect((await pollOnce(service, television, started)).body.error).toBe('authorization_pending');
    // On no connection of the pool, the one that asked among them, was it set for longer than that statement.
    const shown = await Promise.all(
      Array.from({ length: 20 }, async () =>
        sql<{ source: string }>`select source from pg_settings where name = 'synchronous_commit'`.execute(
          service.database.db,
        ),
      ),
    );
    expect(shown.map(({ rows }) => rows[0]?.source)).not.toContain('session');
  });
});
