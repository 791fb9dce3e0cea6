import { sql } from 'kysely';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { HOUR } from '../../src/base/clock.ts';
import { formatId } from '../../src/base/ids.ts';
import { inTransaction } from '../../src/db/database.ts';
import { eventsOf } from '../support/federation.ts';
import { ageReadings } from '../support/provider-readings.ts';
import { MALLORY, startHostileGround } from '../support/hostile-organization.ts';
import type { HostileGround } from '../support/hostile-organization.ts';

// Lesson: anybody can send logout tokens, any number. What costs little is looked at first, and signatures are verified within
// a limit that holds up no provider which logs many people out. A good one ends all sessions it names, each once.

const SID = 'session-of-mallory-at-her-provider';
let ground: HostileGround;

beforeAll(async () => {
  ground = await startHostileGround();
  await ground.use('code');
});
afterAll(async () => ground?.[Symbol.asyncDispose]());
beforeEach(async () => {
  ground.provider.setFaults({});
  ground.provider.person = { sub: 'h-1', email: MALLORY, email_verified: true, sid: SID };
  await ground.service.database.db.deleteFrom('session').execute();
  await ground.service.database.db.deleteFrom('rateLimit').execute();
});

async function send(claims: Record<string, unknown> = {}): Promise<number> {
  const token = await ground.provider.makeLogoutToken('gatehouse', { sid: SID, ...claims });
  const { status } = await fetch(
    `${ground.service.url}/logout/backchannel/${formatId('org', ground.organization.id)}`,
    {
      method: 'POST',
      body: new URLSearchParams({ logout_token: token }),
    },
  );
  return status;
}

const live = async (): Promise<number> =>
  (await ground.service.database.db.selectFrom('session').select('id').execute()).length;
/** How often signatures were verified, as it is counted. */
const counted = async (): Promise<number[]> =>
  (
    await ground.service.database.db
      .selectFrom('rateLimit')
      .select('points')
      .where('key', 'like', 'logout-signature%')
      .execute()
  ).map(({ points }) => points);
const keysAsked = (): number => ground.provider.received.filter(({ path }) => path === '/jwks').length;

beforeEach(async () => ageReadings(ground.service, '2 minutes'));
test.each([
  ['for another client', { aud: 'another' }],
  ['for two others', { aud: ['another', 'gatehouse '] }],
  ['of another issuer', { iss: 'https://login.contoso.example' }],
  ['that names nobody', { sid: null }],
  ['without its event', { events: {} }],
])('a token %s costs neither a signature nor a call to the provider', async (_, claims) => {
  ground.provider.setFaults({ token: [{ kind: 'unknown-key-id' }] });
  ground.provider.received.length = 0;
  expect(await send(claims)).toBe(400);
  expect([keysAsked(), await counted()]).toEqual([0, []]);
  expect(await send()).toBe(400);
  expect([keysAsked(), await counted()]).toEqual([1, [1]]);
});

test('signatures are verified in vain so often, then no more; a provider with good ones goes on', async () => {
  const { db } = ground.service.database;
  const used = async (name: string, points: number) =>
    db.updateTable('rateLimit').set({ points }).where('key', 'like', `${name}:%`).execute();
  const wrong = { token: [{ kind: 'wrong-signature' as const }] };
  ground.provider.setFaults(wrong);
  expect(await send()).toBe(400);
  await used('logout-signature', 59);
  expect([await send(), await send()]).toEqual([400, 429]);
  ground.provider.setFaults({});
  expect(await send()).toBe(429);
  // One before the last, a good one starts it again.
  await used('logout-signature', 59);
  expect([await send(), await send(), await send()]).toEqual([200, 200, 200]);
  // It counted none of them.
  expect(await counted()).toEqual([]);
});

test('good ones that come at once are not counted, also where the next wrong one would be too many', async () => {
  const { db } = ground.service.database;
  ground.provider.setFaults({ token: [{ kind: 'wrong-signature' }] });
  expect(await send()).toBe(400);
  ground.provider.setFaults({});
  await db.updateTable('rateLimit').set({ points: 59 }).where('key', 'like', 'logout-signature:%').execute();
  const waiting = async () =>
    sql<{ count: number }>`select count(distinct pid)::int as count from pg_locks join pg_stat_activity using (pid)
      where not granted and datname = current_database()`.execute(db);
  // They wait here to touch the count, and go on together.
  const { sent } = await inTransaction({ db }, async (held) => {
    await held.db.selectFrom('rateLimit').select('key').forUpdate().execute();
    const sent = [send(), send(), send()];
    await expect.poll(async () => (await waiting()).rows[0]?.count, { timeout: 3000 }).toBe(3);
    return { sent };
  });
  expect(await Promise.all(sent)).toEqual([200, 200, 200]);
});

/** Mallory is logged in 252 times: half a minute later once, and an hour later once, as the clock of one server says. */
async function manySessions(): Promise<void> {
  const { db } = ground.service.database;
  await using browser = ground.openBrowser();
  expect((await ground.tryLogin(browser)).title).toContain('Your applications');
  const copies = async (count: number, seconds: number): Promise<void> => {
    const columns = sql.raw(
      (
        await sql<{ columnName: string }>`select column_name from information_schema.columns
        where table_name = 'session' and column_name not in ('id', 'cookie_hash', 'uid', 'logged_in_at')`.execute(db)
      ).rows
        .map(({ columnName }) => columnName)
        .join(', '),
    );
    await sql`insert into session (id, cookie_hash, uid, logged_in_at, ${columns})
      select gen_random_uuid(), sha256(gen_random_uuid()::text::bytea), gen_random_uuid()::text,
        logged_in_at + make_interval(secs => ${seconds}), ${columns}
      from (select * from session limit 1) one, generate_series(1, ${count})`.execute(db);
  };
  await copies(1, 30);
  await copies(1, HOUR);
  await copies(249, 0);
}

test.each([
  ['the session', {}, 252, 0],
  ['the subject', { sid: null, sub: 'h-1' }, 251, 1],
])('one token that names %s ends all it names, however many, each once', async (_, claims, wanted, left) => {
  const { service, organization } = ground;
  await manySessions();
  const before = (await eventsOf(service, organization)).length;
  expect(await send(claims)).toBe(200);
  await service.app.jobs.runDue();
  // Who logged in after the provider's own session ended, with clocks of two servers between, stays.
  await expect.poll(live).toBe(left);
  const ended = (await eventsOf(service, organization)).slice(before).filter((kind) => kind === 'session.ended');
  expect(ended).toHaveLength(wanted);
});
