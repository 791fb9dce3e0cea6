import { sql } from 'kysely';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { openHttpBrowser } from '../support/http-browser.ts';
import { configure, eventsOf, gained, goToProvider, inForce, paneOf } from '../support/federation.ts';
import { makeManaged, makePerson } from '../support/fixtures.ts';
import { startHostileGround } from '../support/hostile-organization.ts';
import type { HostileGround } from '../support/hostile-organization.ts';
import { startHostileProvider } from '../support/hostile-provider.ts';
import { addUser } from '../support/people.ts';
import { readProviders } from '../support/provider-readings.ts';

/** A provider that is down, slow or broken: the service answers, what it knew last serves on, an active connection stays. */
let ground: HostileGround;

beforeAll(async () => {
  ground = await startHostileGround();
});
afterAll(async () => {
  await ground?.[Symbol.asyncDispose]();
});
beforeEach(() => ground.provider.setFaults({}));

/** A login of mallory leads in. */
async function logsIn(): Promise<boolean> {
  await using browser = ground.openBrowser();
  return (await ground.tryLogin(browser)).title.includes('Your applications');
}

test.each(['metadata', 'keys'] as const)(
  '%s of 10 MB are not read, and those from before serve on',
  async (document) => {
    await ground.use('code');
    expect(await logsIn()).toBe(true);
    ground.provider.setFaults({ http: { [document]: { kind: 'huge', megabytes: 10 } } });
    await readProviders(ground.service);
    const { providerRead, hold } = (await paneOf(ground.service, ground.organization)).connection!;
    expect(providerRead.fault?.code).toBe(document === 'metadata' ? 'discovery.too-large' : 'keys.unreachable');
    expect(hold).toBeNull();
    expect(await logsIn()).toBe(true);
  },
);

test('a document that drips delays neither logins nor the readings of others', async () => {
  await ground.use('code');
  expect(await logsIn()).toBe(true);
  const {
    clock,
    database: { db },
  } = ground.service;
  await using elsewhere = await startHostileProvider({ host: '127.0.0.4' });
  const contoso = await makeManaged(ground.service, ground.root, 'Contoso');
  await addUser({ db, clock }, contoso, 'carla@contoso.example', { status: 'pending' });
  const above = { method: 'openid-connect', clientId: 'gatehouse', discoveryUrl: elsewhere.issuer };
  await configure(ground.service, contoso, { ...above, credential: 'none' });
  elsewhere.received.length = 0;
  ground.provider.received.length = 0;
  ground.provider.setFaults({ http: { metadata: { kind: 'slow' } } });
  const readings = readProviders(ground.service);
  await expect.poll(() => elsewhere.received.map(({ path: wanted }) => wanted), { timeout: 20_000 }).toContain('/jwks');
  await expect.poll(() => ground.provider.received.length, { timeout: 20_000 }).toBeGreaterThan(0);
  expect(await logsIn()).toBe(true);
  await using browser = ground.openBrowser();
  await goToProvider(browser, ground.service, 'carla@contoso.example');
  ground.provider.hangUp();
  await readings;
  const { connection } = await paneOf(ground.service, ground.organization);
  expect(connection?.providerRead.fault?.code).toBe('discovery.unreachable');
  const { rows } = await sql<{ count: number }>`select count(*)::int as count from provider_reading
    where answered_at < asked_at or answered_at is null`.execute(db);
  expect(rows[0]?.count).toBe(0);
});

test.each([
  { kind: 'error', status: 503 },
  { kind: 'html' },
  { kind: 'not-json' },
  { kind: 'huge' },
  { kind: 'gzip-bomb' },
  { kind: 'reset' },
  { kind: 'redirect', to: 'http://127.0.0.9:9/' },
  { kind: 'change', members: { id_token: null } },
  { kind: 'change', members: { token_type: 'mac' } },
  { kind: 'error', status: 401, body: { error: 'invalid_client' } },
] as const)('a token endpoint with %j lets nobody in and leaves an active connection as it is', async (fault) => {
  const before = await gained(ground.service, ground.organization);
  const active = await inForce(ground.service, ground.organization);
  expect(active?.state).toBe('active');
  ground.provider.setFaults({ http: { token: fault } });
  await using browser = ground.openBrowser();
  const page = await ground.tryLogin(browser);
  expect(page.title).not.toContain('Your applications');
  expect(page.status).toBeLessThan(503);
  expect(await gained(ground.service, ground.organization)).toEqual(before);
  const after = await inForce(ground.service, ground.organization);
  expect(after).toMatchObject({ id: active?.id, state: 'active', version: active?.version });
  expect(after?.failingSince).not.toBeNull();
});

test('a code that the provider takes as spent counts against nobody’s connection', async () => {
  await ground.use('code');
  ground.provider.setFaults({ http: { token: { kind: 'error', status: 400, body: { error: 'invalid_grant' } } } });
  await using browser = ground.openBrowser();
  await ground.tryLogin(browser);
  expect((await inForce(ground.service, ground.organization))?.failingSince).toBeNull();
});

test('a browser’s nonsense does not make an unconfirmed connection go back', async () => {
  await makePerson(ground.service, ground.organization, 'ines@fabrikam-trading.example');
  await configure(ground.service, ground.organization, { method: 'built-in' });
  await ground.use('id-token');
  ground.provider.setFaults({ token: [{ kind: 'wrong-signature' }] });
  for (let i = 0; i < 3; i += 1) {
    await using browser = ground.openBrowser();
    await ground.tryLogin(browser);
  }
  expect((await inForce(ground.service, ground.organization))?.state).toBe('unconfirmed');
  expect(await eventsOf(ground.service, ground.organization)).not.toContain('connection.reverted');
});

test.each(['code=', 'code=x&response=abc', 'code=x&token=1'])(
  'nor does an answer that nobody gave: %s',
  async (nonsense) => {
    await makePerson(ground.service, ground.organization, `ines-${nonsense.length}@fabrikam-trading.example`);
    await configure(ground.service, ground.organization, { method: 'built-in' });
    ground.provider.setFaults({});
    await ground.use('code');
    const connection = await inForce(ground.service, ground.organization);
    const origin = new URL(ground.provider.issuer).origin;
    for (let visit = 0; visit < 2; visit += 1) {
      await using browser = openHttpBrowser({ stopAt: (url) => url.origin === origin });
      const { stoppedAt } = await ground.tryLogin(browser);
      const state = stoppedAt?.searchParams.get('state') ?? '';
      const issuer = encodeURIComponent(ground.provider.issuer);
      const back = await browser.open(`${connection?.redirectUri}?state=${state}&iss=${issuer}&${nonsense}`);
      expect(back.title).not.toContain('Your applications');
      ground.service.clock.advance(16 * 60);
    }
    expect(await inForce(ground.service, ground.organization)).toMatchObject({
      id: connection?.id,
      state: 'unconfirmed',
      failingSince: null,
    });
  },
);
