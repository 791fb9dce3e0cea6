import { sql } from 'kysely';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createTestDatabase } from '../../test/support/start-database.ts';
import type { TestDatabase } from '../../test/support/start-database.ts';
import { SERVICE } from '../audit/audit-event.ts';
import { deleteEventsBefore } from '../audit/audit-store.ts';
import { deleteOldEvents } from '../audit/delete-old-events.ts';
import { recordEvent } from '../audit/record-event.ts';
import { DAY, after } from '../base/clock.ts';
import type { OrganizationId } from '../base/ids.ts';
import { randomUuid } from '../base/random.ts';
import { deleteFailedJobs } from '../jobs/delete-failed-jobs.ts';
import { deleteOldMails } from '../mail/delete-old-mails.ts';
import { deleteExpiredSessions } from '../sessions/find-session.ts';
import { inTransaction } from './database.ts';

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

test('mails are kept 90 days once they are over, jobs that were given up 30', async () => {
  const mail = { kind: 'test', recipient: 'maria@contoso.example' };
  const rows = [
    { id: randomUuid(), createdAt: after(now, -91 * DAY), sealedMessage: null },
    { id: randomUuid(), createdAt: after(now, -91 * DAY), sealedMessage: Buffer.from('waits') },
    { id: randomUuid(), createdAt: after(now, -89 * DAY), sealedMessage: null },
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
