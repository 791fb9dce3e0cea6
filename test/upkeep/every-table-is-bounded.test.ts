import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { backgroundJobs } from '../../src/background-jobs.ts';
import type { BackgroundDeps } from '../../src/background-jobs.ts';
import { GROWTH, KEPT_ON_PURPOSE } from '../../src/db/growth/growth.ts';
import { RETENTION_JOB_NAMES, RETENTION_JOBS } from '../../src/db/growth/retention-jobs.ts';
import { RETENTION_DAYS } from '../../src/db/retention.ts';
import { defineJob } from '../../src/jobs/job.ts';
import { DAILY_TABLES } from '../../src/oidc/lifetimes.ts';
import { createTestDatabase } from '../support/start-database.ts';
import type { TestDatabase } from '../support/start-database.ts';

let database: TestDatabase;
let tables: string[];
const bounds = Object.entries(GROWTH);

beforeAll(async () => {
  database = await createTestDatabase();
  const { rows } = await sql<{ name: string }>`
    select c.relname as name from pg_class c where c.relnamespace = current_schema()::regnamespace
      and c.relkind in ('r', 'p') and not c.relispartition order by 1`.execute(database.db);
  tables = rows.map(({ name }) => name);
});
afterAll(async () => database?.close());

/** Every kind of job that a server runs; none is run here. */
function kindsOfJobs(): string[] {
  const logoutNotices = { kind: defineJob('logout-notice'), run: async () => {} };
  const deps = { logoutNotices, config: {} } as unknown as BackgroundDeps;
  return backgroundJobs(deps).map(({ kind }) => kind.name);
}

test('every table of the schema stands in the list of what bounds it, and no other', () => {
  expect(tables.length).toBeGreaterThan(70);
  expect(tables.filter((table) => GROWTH[table] === undefined)).toEqual([]);
  expect(Object.keys(GROWTH).filter((table) => !tables.includes(table))).toEqual([]);
});

describe('what is said to bound a table is there', () => {
  test('a job that a server runs, and that removes rows of this table', () => {
    const run = kindsOfJobs();
    expect(RETENTION_JOB_NAMES.filter((name) => !run.includes(name))).toEqual([]);
    for (const [table, bound] of bounds) {
      if ((bound.by !== 'days' && bound.by !== 'end') || bound.job === undefined) continue;
      const removed: readonly string[] = RETENTION_JOBS[bound.job].tables;
      expect([table, removed.includes(table)]).toEqual([table, true]);
    }
  });

  test('days that the operator may change: the database takes a row of each kind', async () => {
    const used = new Set(bounds.flatMap(([, bound]) => (bound.by === 'days' ? [bound.kind] : [])));
    expect([...used].toSorted()).toEqual(Object.keys(RETENTION_DAYS).toSorted());
    for (const [kind, days] of Object.entries(RETENTION_DAYS)) {
      await sql`insert into retention_policy (kind, days) values (${kind}, ${days})`.execute(database.db);
    }
    await sql`delete from retention_policy`.execute(database.db);
  });

  test('partitions, as long as their rows are needed', () => {
    const said = bounds.flatMap(([table, bound]) =>
      bound.by === 'partitions' ? [{ table, keepDays: bound.days }] : [],
    );
    expect(said).toEqual([...DAILY_TABLES]);
  });

  test('a table that hangs on another names one that is bounded, and so on to the end', () => {
    for (const [table] of bounds) {
      const seen = new Set<string>();
      for (let at = GROWTH[table]; at?.by === 'parent'; at = GROWTH[at.parent]) {
        expect([table, at.parent, seen.has(at.parent)]).toEqual([table, at.parent, false]);
        expect([table, at.parent, tables.includes(at.parent)]).toEqual([table, at.parent, true]);
        seen.add(at.parent);
      }
    }
  });

  test('a quota, by a trigger of that table', async () => {
    const { rows } = await sql<{ name: string }>`
      select c.relname as name from pg_trigger t join pg_class c on c.oid = t.tgrelid
      where t.tgname = 'a_quota' and not t.tgisinternal`.execute(database.db);
    const counted = rows.map(({ name }) => name);
    const said = bounds.flatMap(([table, bound]) => (bound.by === 'quota' ? [table] : []));
    expect([...said, 'mail_outbox'].toSorted()).toEqual(counted.toSorted());
  });

  test('a number of rows of one parent that nothing in the code says, by a trigger of that table', async () => {
    const { rows } = await sql<{ name: string; most: string }>`
      select c.relname as name, split_part(encode(t.tgargs, 'escape'), '\\000', 2) as most
      from pg_trigger t join pg_class c on c.oid = t.tgrelid where t.tgname = 'bound'`.execute(database.db);
    expect(rows).toHaveLength(4);
    for (const { name, most } of rows)
      expect([name, JSON.stringify(GROWTH[name])]).toEqual([name, expect.stringContaining(most)]);
  });

  test('nothing is kept without end but what is known by name', () => {
    expect(bounds.flatMap(([table, bound]) => (bound.by === 'kept' ? [table] : []))).toEqual([...KEPT_ON_PURPOSE]);
  });
});
