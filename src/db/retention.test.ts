import { sql } from 'kysely';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { addUser, foundNorthwind } from '../../test/support/people.ts';
import { createTestDatabase } from '../../test/support/start-database.ts';
import type { TestDatabase } from '../../test/support/start-database.ts';
import { SERVICE } from '../audit/audit-event.ts';
import { deleteEventsBefore } from '../audit/audit-store.ts';
import { deleteOldEvents } from '../audit/delete-old-events.ts';
import { recordEvent } from '../audit/record-event.ts';
import { DAY, after } from '../base/clock.ts';
import type { OrganizationId } from '../base/ids.ts';
import { randomUuid } from '../base/random.ts';
import { deleteOldApiTokens } from '../callers/delete-old-tokens.ts';
import { deleteOldConnections } from '../connections/delete-old-connections.ts';
import { deleteOldInvitations } from '../invitations/delete-old-invitations.ts';
import { deleteFailedJobs } from '../jobs/delete-failed-jobs.ts';
import { deleteOldMails } from '../mail/queue/delete-old-mails.ts';
import { deleteExpiredSessions } from '../sessions/find-session.ts';
import { inTransaction } from './database.ts';
import { RETENTION_JOB_NAMES } from './growth/retention-jobs.ts';
import { noteRetentionRun, selectRetentionRuns } from './growth/retention-runs.ts';

let database: TestDatabase;
const now = new Date('2026-03-02T09:00:00Z');
const clock = { now: () => now };
const organizationId = randomUuid() as OrganizationId;

beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(async () => database?.close());

const deps = () => ({ db: database.db, clock });

async function addEvents(count: number, ageDays: number): Promise<void> {
  const then = { db: database.db, clock: { now: () => after(now, -ageDays * DAY) } };
  await inTransaction(then, async (inside) => {
    for (let i = 0; i < count; i += 1) {
      await recordEvent(inside, {
        organizationId,
        kind: 'user.changed',
        actor: SERVICE,
        details: { changed: ['name'], email: 'maria@contoso.example', before: 'a', after: 'b' },
      });
    }
  });
}

async function agesOfEvents(): Promise<number[]> {
  const rows = await database.db
    .selectFrom('auditEvent')
    .select('occurredAt')
    .distinct()
    .orderBy('occurredAt')
    .execute();
  return rows.map(({ occurredAt }) => (now.getTime() - occurredAt.getTime()) / DAY / 1000);
}

test('audit events are kept 400 days, or as long as the operator decided, in batches', async () => {
  await addEvents(1100, 500);
  await addEvents(1, 300);
  await addEvents(1, 0);
  await deleteOldEvents(deps());
  expect(await agesOfEvents()).toEqual([300, 0]);
  await sql`insert into retention_policy (kind, days) values ('audit', 200)`.execute(database.db);
  await deleteOldEvents(deps());
  expect(await agesOfEvents()).toEqual([0]);
});

test('the last 90 days of the audit log cannot be deleted, whatever is asked', async () => {
  await addEvents(1, 80);
  await expect(deleteEventsBefore(database.db, after(now, -70 * DAY), 10)).rejects.toThrow('at least 90 days');
  await expect(
    sql`insert into retention_policy (kind, days) values ('audit', 30) on conflict (kind) do update set days = 30`.execute(
      database.db,
    ),
  ).rejects.toThrow('check');
  expect(await agesOfEvents()).toEqual([80, 0]);
});

test('mails that are over and jobs that were given up are kept 30 days', async () => {
  const mail = { kind: 'test', recipient: 'maria@contoso.example' };
  const rows = [
    { id: randomUuid(), createdAt: after(now, -31 * DAY), sealedMessage: null },
    { id: randomUuid(), createdAt: after(now, -31 * DAY), sealedMessage: Buffer.from('waits') },
    { id: randomUuid(), createdAt: after(now, -29 * DAY), sealedMessage: null },
  ];
  for (const { id, createdAt, sealedMessage } of rows) {
    await sql`insert into mail_outbox (id, kind, recipient, sealed_message, created_at)
      values (${id}, ${mail.kind}, ${mail.recipient}, ${sealedMessage}, ${createdAt})`.execute(database.db);
  }
  for (const days of [31, 29]) {
    await sql`insert into job (id, kind, failed_at, created_at)
      values (${randomUuid()}, ${`${days} days`}, ${after(now, -days * DAY)}, ${now})`.execute(database.db);
  }
  await deleteOldMails(deps());
  await deleteFailedJobs(deps());
  const mails = await database.db.selectFrom('mailOutbox').select('id').execute();
  expect(new Set(mails.map(({ id }) => String(id)))).toEqual(new Set(rows.slice(1).map(({ id }) => id)));
  expect(await database.db.selectFrom('job').select('kind').execute()).toEqual([{ kind: '29 days' }]);
});

test('expired sessions are deleted in batches; one that is held at that moment is left for the next time', async () => {
  const add = async (uid: string, expiresAt: Date) =>
    sql`insert into session (id, cookie_hash, uid, last_seen_at, expires_at, idle_expires_at, payload)
      values (${randomUuid()}, ${Buffer.from(uid)}, ${uid}, ${now}, ${expiresAt}, ${expiresAt}, '{}')`.execute(
      database.db,
    );
  for (let i = 0; i < 1100; i += 1) await add(`expired ${i}`, after(now, -1));
  await add('alive', after(now, DAY));
  const left = async () =>
    (await database.db.selectFrom('session').select('uid').orderBy('uid').execute()).map((row) => row.uid);
  await inTransaction(deps(), async (inside) => {
    await inside.db.selectFrom('session').select('id').where('uid', '=', 'expired 7').forUpdate().execute();
    await deleteExpiredSessions(deps());
  });
  expect(await left()).toEqual(['alive', 'expired 7']);
  await deleteExpiredSessions(deps());
  expect(await left()).toEqual(['alive']);
});

test('invitations and API tokens that ended, and connections nobody can go back to, are deleted after their days', async () => {
  const { contoso } = await foundNorthwind(deps());
  const user = await addUser(deps(), contoso, 'maria@contoso.example');
  const invite = async (days: number, ended: 'accepted_at' | 'revoked_at' | null) => {
    const id = randomUuid();
    await sql`insert into invitation (id, organization_id, user_id, token_hash, created_at, expires_at)
      values (${id}, ${contoso.id}, ${user.id}, ${Buffer.from(id)}, ${after(now, -days * DAY)}, ${now})`.execute(
      database.db,
    );
    if (ended !== null) {
      await sql`update invitation set ${sql.ref(ended)} = ${after(now, -days * DAY)} where id = ${id}`.execute(
        database.db,
      );
    }
    return id;
  };
  await invite(91, 'accepted_at');
  await invite(91, 'revoked_at');
  const kept = [await invite(89, 'accepted_at'), await invite(500, null)];
  expect(await deleteOldInvitations(deps())).toBe(2);
  const left = await database.db.selectFrom('invitation').select('id').execute();
  expect(left.map(({ id }) => String(id)).toSorted()).toEqual(kept.toSorted());

  const token = async (days: number) =>
    sql`insert into api_token (id, organization_id, role, token_hash, created_by, created_at, expires_at)
      values (${randomUuid()}, ${contoso.id}, 'viewer', ${Buffer.from(`${days}`)}, ${`${days} days`}, ${after(now, -days * DAY)},
        ${after(now, -days * DAY)})`.execute(database.db);
  for (const days of [91, 89, -1]) await token(days);
  expect(await deleteOldApiTokens(deps())).toBe(1);
  const tokens = await database.db.selectFrom('apiToken').select('createdBy').execute();
  expect(tokens.map(({ createdBy }) => createdBy).toSorted()).toEqual(['-1 days', '89 days']);
  expect(await deleteOldConnections(deps())).toBe(0);
});

test('a run is noted with what it removed and the oldest row that is left', async () => {
  for (const removed of [3, 4]) await noteRetentionRun(deps(), 'delete-old-api-tokens', removed);
  const runs = await selectRetentionRuns(database.db);
  expect(runs.map(({ job }) => job)).toEqual(RETENTION_JOB_NAMES);
  expect(runs.find(({ job }) => job === 'delete-old-api-tokens')).toEqual({
    job: 'delete-old-api-tokens',
    ranAt: now,
    removed: 4,
    removedInAll: 7,
    oldestAt: after(now, -89 * DAY),
  });
  for (const job of RETENTION_JOB_NAMES) await noteRetentionRun(deps(), job, 0);
  expect((await selectRetentionRuns(database.db)).every(({ ranAt }) => ranAt !== null)).toBe(true);
});

test('of what nothing else bounds there are so many of one organization', async () => {
  const { northwind } = await rootOf();
  const add = async (name: string) =>
    inTransaction(deps(), async ({ db }) =>
      sql`insert into organization_domain (domain, organization_id, created_at)
        values (${`${name}.example`}, ${northwind}, ${now})`.execute(db),
    );
  for (let at = 0; at < 200; at += 1) await add(`domain-${at}`);
  await expect(add('one-more')).rejects.toMatchObject({ code: 'limit.reached', values: { most: 200 } });
});

async function rootOf(): Promise<{ northwind: OrganizationId }> {
  const row = await database.db
    .selectFrom('organization')
    .select('id')
    .where('depth', '=', 1)
    .executeTakeFirstOrThrow();
  return { northwind: row.id };
}
