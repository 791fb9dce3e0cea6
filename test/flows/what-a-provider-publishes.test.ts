import { exportJWK, generateKeyPair } from 'jose';
import { sql } from 'kysely';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { freePort } from '../../demo/free-port.ts';
import { eventsOf, inForce, paneOf } from '../support/federation.ts';
import { ageReadings, readProviders } from '../support/provider-readings.ts';
import { startHostileGround } from '../support/hostile-organization.ts';
import type { HostileGround } from '../support/hostile-organization.ts';
import { startService } from '../support/start-service.ts';
import type { TestService } from '../support/start-service.ts';

/** Metadata and signing keys of a provider: read again in the background, and for a token that names an unknown key. */
const MINUTE = 60;

let ground: HostileGround;
/** A second server on the same database. */
let second: TestService;

beforeAll(async () => {
  // Changes of this provider wait for nobody: what is silent here is silent by the overlap alone, else an event tells it.
  const settings = { GATEHOUSE_PROVIDERS_WITHOUT_HOLD: '127.0.0.3' };
  ground = await startHostileGround({ settings });
  second = await startService({
    database: ground.service.database,
    publicUrl: ground.service.url,
    port: await freePort(),
    settings,
  });
  // Jobs run where the test waits for them.
  await second.app.jobs.stop();
});
afterAll(async () => {
  await second?.close();
  await ground?.[Symbol.asyncDispose]();
});
beforeEach(() => {
  ground.provider.setFaults({});
  ground.provider.furtherKeys = [];
  ground.provider.beforeToken = undefined;
  ground.provider.clientAuthentication = undefined;
});

/** Both clocks go on, and what is due by then is done. */
async function later(minutes: number): Promise<void> {
  for (const { clock } of [ground.service, second]) clock.advance(minutes * MINUTE);
  await ground.service.app.jobs.runDue();
}

async function logsIn(): Promise<boolean> {
  await using browser = ground.openBrowser();
  return (await ground.tryLogin(browser)).title.includes('Your applications');
}

/** The public half of a key that signs nothing. */
async function anotherKey(): Promise<object> {
  const { publicKey } = await generateKeyPair('RS256');
  return { ...(await exportJWK(publicKey)), kid: 'of nobody', use: 'sig' };
}

const asked = (path: string): number => ground.provider.received.filter((one) => one.path === path).length;
const storedKeys = async (): Promise<unknown[]> => {
  const settings = (await inForce(ground.service, ground.organization))?.settings as { keys: { keys: unknown[] } };
  return settings.keys.keys;
};

test('an outage of one hour breaks no session, and people log in wherever the provider itself answers', async () => {
  // The library that keeps a login knows the machine's time alone: the hours lie around it.
  await later(-58);
  await ground.use('code');
  await using browser = ground.openBrowser();
  expect((await ground.tryLogin(browser)).title).toContain('Your applications');
  const read = (await paneOf(ground.service, ground.organization)).connection?.providerRead;
  expect(read?.fault).toBeNull();
  const works = async (): Promise<boolean> =>
    (await browser.open(`${ground.service.url}/login/start`)).title.includes('Your applications');

  ground.provider.setFaults({ http: { metadata: { kind: 'error' }, keys: { kind: 'reset' } } });
  for (let minutes = 0; minutes < 60; minutes += 20) {
    await later(20);
    expect([await works(), await logsIn()]).toEqual([true, true]);
  }
  const failed = (await paneOf(ground.service, ground.organization)).connection;
  expect(failed).toMatchObject({ state: 'active', hold: null, failingSince: null });
  expect(failed?.providerRead).toMatchObject({ at: read?.at, fault: { code: 'discovery.status' } });

  ground.provider.setFaults({
    http: { metadata: { kind: 'reset' }, keys: { kind: 'reset' }, token: { kind: 'reset' } },
  });
  for (let minutes = 0; minutes < 45; minutes += 15) {
    await later(15);
    expect([await works(), await logsIn()]).toEqual([true, false]);
  }

  ground.provider.setFaults({});
  await later(5);
  const again = (await paneOf(ground.service, ground.organization)).connection;
  expect(again).toMatchObject({ state: 'active', hold: null, providerRead: { fault: null } });
  expect(Date.parse(again!.providerRead.at)).toBeGreaterThan(Date.parse(read!.at));
  expect(await logsIn()).toBe(true);
  expect(await works()).toBe(true);
});

test('keys that rotate with an overlap fail no login, and nobody is told', async () => {
  await ground.use('id-token');
  expect(await logsIn()).toBe(true);
  const before = await eventsOf(ground.service, ground.organization);
  // Published and used at once, the login comes before the background.
  ground.provider.rotateKeys({ keepOld: true });
  expect(await logsIn()).toBe(true);
  expect(await storedKeys()).toHaveLength(2);
  // Twice more; the background sees each overlap first.
  for (const rest of [3, 4]) {
    ground.provider.rotateKeys({ keepOld: true });
    await readProviders(ground.service);
    expect(await storedKeys()).toHaveLength(rest);
    const calls = asked('/jwks');
    expect(await logsIn()).toBe(true);
    expect(asked('/jwks')).toBe(calls);
  }
  const told = (await eventsOf(ground.service, ground.organization)).slice(before.length);
  expect(told.filter((kind) => kind.startsWith('connection.'))).toEqual([]);
  expect((await paneOf(ground.service, ground.organization)).state).toBe('active');
});

test('logins at the same time on two servers share one reading of the keys', async () => {
  await ground.use('code');
  expect(await logsIn()).toBe(true);
  await ageReadings(ground.service, '2 minutes');
  ground.provider.rotateKeys({ keepOld: true });
  const calls = asked('/jwks');
  const people = [];
  for (let count = 0; count < 6; count += 1) people.push(await ground.sentBack());
  const pages = await Promise.all(
    people.map(async ({ browser, callback }, index) => {
      // The same answer, taken by the one or the other: cookies do not know ports.
      callback.port = String((index % 2 === 0 ? ground.service : second).port);
      return browser.open(callback.href);
    }),
  );
  for (const page of pages) expect(page.title).toContain('Your applications');
  expect(asked('/jwks')).toBe(calls + 1);
  for (const { browser } of people) await browser[Symbol.asyncDispose]();
});

test('what a login finds out and keys that were read meanwhile both stay', async () => {
  await ground.use('code');
  ground.provider.clientAuthentication = 'client_secret_basic';
  const keys = (await storedKeys()).length;
  let requests = 0;
  ground.provider.beforeToken = async () => {
    requests += 1;
    // The second request is the one that succeeds: while it is under way, the background stores other keys.
    if (requests !== 2) return;
    ground.provider.furtherKeys = [await anotherKey()];
    await readProviders(ground.service);
  };
  expect(await logsIn()).toBe(true);
  const { settings } = (await inForce(ground.service, ground.organization))!;
  expect(settings).toMatchObject({ learned: { clientAuthentication: 'client_secret_basic' } });
  expect(await storedKeys()).toHaveLength(keys + 1);
});

test('at a host that the operator named all keys may change at once; the audit log keeps it', async () => {
  await ground.use('code');
  expect(await logsIn()).toBe(true);
  ground.provider.rotateKeys();
  await readProviders(ground.service);
  expect(await logsIn()).toBe(true);
  expect(await eventsOf(ground.service, ground.organization)).toContain('connection.metadata-changed');
  expect((await inForce(ground.service, ground.organization))?.heldSince).toBeNull();
});

test('a document that lacks what the connection lives on, and one that is none, leave the last good one', async () => {
  await ground.use('code');
  const stored = async () =>
    ground.service.database.db
      .selectFrom('connection')
      .select(sql<string>`settings::text`.as('text'))
      .where('organizationId', '=', ground.organization.id)
      .where('state', 'in', ['active', 'unconfirmed'])
      .executeTakeFirstOrThrow();
  const before = await stored();
  for (const [members, code] of [
    [{ token_endpoint: null }, 'discovery.no-code'],
    [{ jwks_uri: 7 }, 'discovery.member-wrong'],
    [{ id_token_signing_alg_values_supported: ['none', 'HS256'] }, 'discovery.no-signature-algorithm'],
  ] as const) {
    ground.provider.setFaults({ http: { metadata: { kind: 'change', members } } });
    await readProviders(ground.service);
    const { connection } = await paneOf(ground.service, ground.organization);
    expect(connection?.providerRead.fault?.code).toBe(code);
    expect(await stored()).toEqual(before);
    expect(await logsIn()).toBe(true);
  }
});
