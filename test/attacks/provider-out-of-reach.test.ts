import { sql } from 'kysely';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { openHttpBrowser } from '../support/http-browser.ts';
import { configure, eventsOf, gained, inForce } from '../support/federation.ts';
import { makePerson } from '../support/fixtures.ts';
import { startHostileGround } from '../support/hostile-organization.ts';
import type { HostileGround } from '../support/hostile-organization.ts';

/** A provider that is down, slow or broken: the service answers, what it knew last serves on, an active connection stays. */
let ground: HostileGround;

beforeAll(async () => {
  ground = await startHostileGround();
});
afterAll(async () => {
  await ground?.[Symbol.asyncDispose]();
});
beforeEach(() => ground.provider.setFaults({}));

test('discovery and keys down for hours: with what was read last, people log in', async () => {
  await ground.use('code');
  ground.provider.setFaults({ http: { metadata: { kind: 'error' }, keys: { kind: 'error' } } });
  const readAt = new Date(ground.service.clock.now().getTime() - 5 * 3600_000);
  await ground.service.database.db
    .updateTable('connection')
    .set({ settings: sql`jsonb_set(settings, '{keysReadAt}', ${JSON.stringify(readAt)}::jsonb)` })
    .execute();
  await using browser = ground.openBrowser();
  expect((await ground.tryLogin(browser)).title).toContain('Your applications');
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
