import { sql } from 'kysely';
import type { RawBuilder } from 'kysely';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { addUser, foundNorthwind } from '../support/people.ts';
import type { Northwind } from '../support/people.ts';
import { gatehouseHere } from '../support/run-here.ts';
import { createTestDatabase } from '../support/start-database.ts';
import type { TestDatabase } from '../support/start-database.ts';
import { deleteOldEvents } from '../../src/audit/delete-old-events.ts';
import { sealPending } from '../../src/audit/seal-events.ts';
import { verifySeals } from '../../src/audit/verify-seals.ts';
import type { SealFault } from '../../src/audit/verify-seals.ts';
import { DAY, after } from '../../src/base/clock.ts';
import { formatId } from '../../src/base/ids.ts';
import type { AuditEventId } from '../../src/base/ids.ts';
import { createSecretBox } from '../../src/base/secret-box.ts';
import type { Database } from '../../src/db/database.ts';

// What somebody with the rights of the tables' owner does to the log, and that `audit verify` names the first place.

const MASTER_KEY = Buffer.alloc(32, 7);
const secrets = createSecretBox([MASTER_KEY]);
let own: TestDatabase;
let houses: Northwind;
let now = new Date('2026-11-23T12:00:00Z');
const clock = { now: () => now };
const deps = () => ({ db: own.db, clock, secrets });
const verify = async (db: Database = own.db) => verifySeals({ db, clock, secrets });
let events: AuditEventId[];

async function eventsOfContoso(): Promise<AuditEventId[]> {
  const rows = await own.db
    .selectFrom('auditEvent')
    .select('id')
    .where('organizationId', '=', houses.contoso.id)
    .orderBy('id')
    .execute();
  return rows.map(({ id }) => id);
}

beforeAll(async () => {
  own = await createTestDatabase();
  houses = await foundNorthwind(deps());
  // Three segments of Contoso, with seals of others between them.
  for (const round of [1, 2, 3]) {
    for (const name of ['maria', 'tom']) {
      now = after(now, 1);
      await addUser(deps(), houses.contoso, `${name}${round}@contoso.example`);
      await addUser(deps(), houses.fabrikam, `${name}${round}@fabrikam.example`);
    }
    now = after(now, 3 * 3600);
    await sealPending(deps());
  }
  // Whoever cuts off the newest seal of all is found by comparing what `audit verify` printed before.
  await addUser(deps(), houses.fabrikam, 'last@fabrikam.example');
  await sealPending(deps());
  events = await eventsOfContoso();
});
afterAll(async () => own.close());

/** Runs a tampering with the rights of the owner and without triggers, verifies, and takes it back. */
async function afterTampering(tampering: (db: Database) => Promise<unknown>): Promise<{
  fault: SealFault | undefined;
  organizationId: string | null | undefined;
  eventId: string | null | undefined;
}> {
  const undo = new Error('undo');
  let found: Awaited<ReturnType<typeof verify>> | undefined;
  await own.open
    .migrating(async (owner) =>
      owner.transaction().execute(async (db) => {
        await sql`alter table audit_event disable trigger pending`.execute(db);
        for (const table of ['audit_event', 'audit_seal', 'audit_pending', 'audit_key', 'organization']) {
          await sql`alter table ${sql.table(table)} no force row level security`.execute(db);
        }
        await tampering(db);
        found = await verify(db);
        throw undo;
      }),
    )
    .catch((error: unknown) => {
      if (error !== undo) throw error;
    });
  const broken = found?.broken;
  return { fault: broken?.fault, organizationId: broken?.organizationId, eventId: broken?.eventId };
}

/** Changes the log for good, as the owner of its table. */
async function asOwner(change: RawBuilder<unknown>): Promise<void> {
  await own.open.migrating(async (db) => {
    await sql`alter table audit_event no force row level security`.execute(db);
    await change.execute(db);
    await sql`alter table audit_event force row level security`.execute(db);
  });
}

describe('an event of the audit log is not', () => {
  const at = (place: number, fault: SealFault) => ({
    fault,
    organizationId: houses.contoso.id,
    eventId: events[place],
  });

  test.each([
    ['details', sql`details = '{"email":"other@contoso.example"}'`],
    ['kind', sql`kind = 'user.removed'`],
    ['actor', sql`actor_name = 'somebody else'`],
    ['actor kind', sql`actor_kind = 'operator'`],
    ['user', sql`user_id = null`],
    ['time', sql`occurred_at = occurred_at + interval '1 microsecond'`],
    ['network', sql`network = '198.51.100.7'`],
    ['browser', sql`browser = 'Another'`],
    ['login', sql`login_id = gen_random_uuid()`],
  ])('changed unseen: %s', async (_what, change) => {
    const found = await afterTampering(async (db) =>
      sql`update audit_event set ${change} where id = ${events[2]}`.execute(db),
    );
    expect(found).toEqual(at(2, 'event-changed'));
  });

  test('removed unseen, from any place', async () => {
    for (const place of [0, 3, events.length - 1]) {
      const found = await afterTampering(async (db) =>
        sql`delete from audit_event where id = ${events[place]}`.execute(db),
      );
      expect(found).toEqual(at(place, 'event-missing'));
    }
  });

  test('moved to another organization’s log', async () => {
    const found = await afterTampering(async (db) =>
      sql`update audit_event set organization_id = ${houses.fabrikam.id} where id = ${events[1]}`.execute(db),
    );
    expect(found).toEqual(at(1, 'event-missing'));
  });

  test('put in another order', async () => {
    const found = await afterTampering(async (db) => {
      await sql`update audit_event set id = gen_random_uuid() where id = ${events[1]}`.execute(db);
      await sql`update audit_event set id = ${events[1]} where id = ${events[2]}`.execute(db);
      await sql`update audit_event set id = ${events[2]} where id <> all (${events}::uuid[])
        and organization_id = ${houses.contoso.id}`.execute(db);
    });
    expect(found).toEqual(at(1, 'event-changed'));
  });

  test('inserted past the seal, or sealed late as if it were old', async () => {
    const id = '019a0000-0000-7000-8000-000000000001' as AuditEventId;
    const insert = sql`insert into audit_event (id, organization_id, occurred_at, kind, actor_kind)
      values (${id}, ${houses.contoso.id}, ${after(now, -2 * 86_400)}, 'user.enabled', 'user')`;
    const past = await afterTampering(async (db) => insert.execute(db));
    expect(past).toEqual({ fault: 'event-inserted', organizationId: houses.contoso.id, eventId: id });
    const late = await afterTampering(async (db) => {
      await insert.execute(db);
      await sql`insert into audit_pending values (${houses.contoso.id}, ${id})`.execute(db);
      await sealPending({ db, clock, secrets });
    });
    expect(late).toEqual({ fault: 'event-backdated', organizationId: houses.contoso.id, eventId: id });
  });
});

test('an event inserted past the seal is found among more of them than are read at once', async () => {
  const insert = (from: number, to: number) => sql`
    with added as (
      insert into audit_event (id, organization_id, occurred_at, kind, actor_kind)
      select (lpad(to_hex(${now.getTime()}::bigint + place), 12, '0') || '70008000000000000000')::uuid,
        ${houses.contoso.id}, ${now}::timestamptz, 'user.enabled', 'user'
      from generate_series(${from}::int, ${to}::int) place returning id, organization_id)
    insert into audit_pending select organization_id, id from added`;
  const between = async (inserted: boolean) =>
    afterTampering(async (db) => {
      // The later half is sealed first, as when the transaction of the others was open for longer.
      for (const [from, to] of [
        [3002, 6001],
        [1, 3000],
      ] as const) {
        await insert(from, to).execute(db);
        await sealPending({ db, clock, secrets });
      }
      if (!inserted) return;
      await insert(3001, 3001).execute(db);
      await sql`delete from audit_pending`.execute(db);
    });
  expect((await between(false)).fault).toBeUndefined();
  expect((await between(true)).fault).toBe('event-inserted');
});

describe('a seal is not', () => {
  const of = (segment: number) => sql`organization_id = ${houses.contoso.id} and segment = ${segment}`;

  test('removed unseen with its events, at the end of one organization’s chain either', async () => {
    for (const segment of [1, 2, 3]) {
      const { fault } = await afterTampering(async (db) => {
        await sql`delete from audit_event where id in
          (select unnest(event_ids) from audit_seal where ${of(segment)})`.execute(db);
        await sql`delete from audit_seal where ${of(segment)}`.execute(db);
      });
      expect([segment, fault]).toEqual([segment, 'seal-missing']);
    }
  });

  test.each([
    ['hash', sql`event_hashes = overlay(event_hashes placing '\\x00'::bytea from 1)`],
    ['list of events', sql`event_ids = array_reverse_of(event_ids)`],
    ['time', sql`sealed_at = sealed_at + interval '1 second'`],
    ['link', sql`previous = null`],
  ])('changed unseen: %s', async (_what, change) => {
    const { fault } = await afterTampering(async (db) => {
      await sql`create function array_reverse_of(ids uuid[]) returns uuid[] language sql as
        'select array_agg(id order by place desc) from unnest(ids) with ordinality as listed (id, place)'`.execute(db);
      await sql`update audit_seal set ${change} where ${of(2)}`.execute(db);
    });
    expect(fault).toBe('seal-changed');
  });

  test('made anew by somebody who can compute it but has not the key', async () => {
    const forger = createSecretBox([Buffer.alloc(32, 9)]);
    const { fault } = await afterTampering(async (db) => {
      await sql`delete from audit_event where id = ${events[5]}`.execute(db);
      await sql`insert into audit_pending select organization_id, id from audit_event`.execute(db);
      await sql`truncate audit_seal`.execute(db);
      await sql`delete from audit_key`.execute(db);
      await sealPending({ db, clock, secrets: forger });
    });
    expect(fault).toBe('seal-forged');
  });
});

test('what nobody touched is sound', async () => {
  expect(await verify()).toMatchObject({ broken: null, waiting: { count: 0 } });
});

test('events of one transaction that was open while others were sealed are sealed later', async () => {
  const before = await verify();
  await addUser(deps(), houses.contoso, 'late@contoso.example');
  expect(await verify()).toMatchObject({ broken: null, waiting: { count: 1 } });
  await Promise.all([sealPending(deps()), sealPending(deps()), sealPending(deps())]);
  const { broken, waiting, events: sealed, seals } = await verify();
  expect({ broken, waiting: waiting.count, sealed, seals }).toEqual({
    broken: null,
    waiting: 0,
    sealed: before.events + 1,
    seals: before.seals + 1,
  });
});

test('the command says so by its exit code and names the event', async () => {
  const settings = { DATABASE_URL: own.url, GATEHOUSE_MASTER_KEY: MASTER_KEY.toString('base64') };
  const sound = await gatehouseHere(['audit', 'verify', '--json'], settings);
  expect(sound.code).toBe(0);
  expect(JSON.parse(sound.out)).toMatchObject({ good: true, broken: null, last: { digest: expect.any(String) } });
  await asOwner(sql`update audit_event set actor_name = 'nobody' where id = ${events[4]}`);
  const broken = await gatehouseHere(['audit', 'verify', '--json'], settings);
  expect(broken.code).toBe(1);
  expect(JSON.parse(broken.out)).toMatchObject({
    good: false,
    broken: {
      fault: 'event-changed',
      organization: formatId('org', houses.contoso.id),
      event: formatId('evt', events[4]!),
    },
  });
  const told = await gatehouseHere(['audit', 'verify'], settings);
  expect(told.out).toContain(formatId('evt', events[4]!));
  await asOwner(sql`update audit_event set actor_name = null where id = ${events[4]}`);
});

test('what the retention policy deleted is counted, and hides nothing that was deleted by hand', async () => {
  now = after(now, 500 * DAY);
  await addUser(deps(), houses.contoso, 'later@contoso.example');
  await sealPending(deps());
  await deleteOldEvents(deps());
  expect(await verify()).toMatchObject({ broken: null, retired: expect.any(Number) });
  expect((await verify()).retired).toBeGreaterThan(10);
  const [young] = await eventsOfContoso();
  await asOwner(sql`delete from audit_event where id = ${young}`);
  expect((await verify()).broken).toMatchObject({ fault: 'event-missing', eventId: young });
});
