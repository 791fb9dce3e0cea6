import { sql } from 'kysely';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { after, DAY, epochSeconds, utcDay } from '../../src/base/clock.ts';
import { randomUuid, sha256 } from '../../src/base/random.ts';
import type { LoginId } from '../../src/base/ids.ts';
import { endOldSessions, recordSuccess } from '../../src/connections/record-outcome.ts';
import { inTransaction } from '../../src/db/database.ts';
import { configure, eventsOf, gained, inForce } from '../support/federation.ts';
import { makePerson } from '../support/fixtures.ts';
import type { Person } from '../support/fixtures.ts';
import { startHostileGround } from '../support/hostile-organization.ts';
import type { HostileGround } from '../support/hostile-organization.ts';
import { logIn } from '../support/log-in.ts';

/** Fabrikam Trading leaves passwords behind. Its provider is an honest one here. */
let ground: HostileGround;
let ines: Person;
let keeper: Person;

beforeAll(async () => {
  ground = await startHostileGround();
  ines = await makePerson(ground.service, ground.organization, 'ines@fabrikam-trading.example');
  keeper = await makePerson(ground.service, ground.organization, 'keeper@fabrikam-trading.example', {
    breakGlass: true,
  });
});
afterAll(async () => {
  await ground?.[Symbol.asyncDispose]();
});

const resting = async (person: Person): Promise<boolean[]> => {
  const rows = await ground.service.database.db
    .selectFrom('authenticator')
    .select('dormantSince')
    .where('userId', '=', person.userId)
    .execute();
  return rows.map((row) => row.dormantSince !== null);
};

/** What the recurring job does each minute. */
async function tick(): Promise<void> {
  const { database, clock, secrets } = ground.service;
  await endOldSessions({ db: database.db, clock, secrets });
}

/** A refresh token of ines that outlives its session, its family begun so many seconds from now. */
async function giveOfflineToken(clientId: string, seconds: number): Promise<void> {
  const { database, clock } = ground.service;
  const now = clock.now();
  await sql`insert into oidc_refresh_token (created_on, token_hash, family_id, client_id, user_id,
      organization_in_scope_id, session_uid, payload, expires_at, started_at)
    values (${utcDay(now)}, ${sha256(clientId)}, ${randomUuid()}, ${clientId}, ${ines.userId}, ${ground.organization.id},
      null, ${JSON.stringify({ iiat: epochSeconds(now) + seconds })}, ${after(now, DAY)}, ${after(now, seconds)})`.execute(
    database.db,
  );
}

/** The refresh tokens of ines that no mark has ended. */
async function offlineTokens(): Promise<string[]> {
  const { rows } = await sql<{ clientId: string }>`select t.client_id from oidc_refresh_token t where not exists (
    select 1 from oidc_ended e where e.subject_id in (t.user_id, ${ground.organization.id})
      and t.started_at < e.started_before)`.execute(ground.service.database.db);
  return rows.map((row) => row.clientId);
}

test('sessions, passwords and authenticators from before, but not those of break-glass administrators', async () => {
  const { service, organization } = ground;
  await using before = ground.openBrowser();
  await logIn(before, service, await before.open(`${service.url}/login/start`), ines);
  expect(await gained(service, organization)).toMatchObject({ sessions: 1 });

  await configure(
    service,
    organization,
    {
      method: 'openid-connect',
      clientId: 'gatehouse',
      discoveryUrl: ground.provider.issuer,
      credential: 'secret',
      clientSecret: 's',
    },
    { endSessions: 'at-once' },
  );
  await tick();
  // Unconfirmed: nobody is thrown out, nothing rests.
  expect(await gained(service, organization)).toMatchObject({ sessions: 1 });
  expect(await resting(ines)).toEqual([false, false]);
  const unconfirmed = (await inForce(service, organization))!;

  await using browser = ground.openBrowser();
  expect((await ground.tryLogin(browser)).title).toContain('Your applications');
  expect((await inForce(service, organization))?.state).toBe('active');
  expect(await resting(ines)).toEqual([true, true]);
  expect(await resting(keeper)).toEqual([false, false]);
  // Another first login that ends beside this one confirms nothing a second time.
  const by = {
    userId: ines.userId,
    organizationId: organization.id,
    name: ines.email,
    loginId: randomUuid() as LoginId,
    authTime: null,
  };
  await inTransaction({ db: service.database.db, clock: service.clock }, async (deps) =>
    recordSuccess(deps, unconfirmed, by),
  );
  expect((await eventsOf(service, organization)).filter((kind) => kind === 'connection.confirmed')).toHaveLength(1);

  await giveOfflineToken('from before', -3600);
  await giveOfflineToken('from after', 3600);
  await tick();
  expect(await offlineTokens()).toEqual(['from after']);
  expect(await gained(service, organization)).toMatchObject({ sessions: 1 });
  expect((await before.open(service.url)).text).toContain('Log In');
  expect((await browser.open(service.url)).title).toContain('Your applications');

  // Back to passwords: what rested works as it did.
  await configure(service, organization, { method: 'built-in' });
  expect(await resting(ines)).toEqual([false, false]);
  await using again = ground.openBrowser();
  const done = await logIn(again, service, await again.open(`${service.url}/login/start`), ines);
  expect(done.title).toContain('Your applications');
});
