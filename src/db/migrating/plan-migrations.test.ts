import { sql } from 'kysely';
import { expect, test } from 'vitest';
import { createTestDatabase } from '../../../test/support/start-database.ts';
import { migrationState, readMigrations } from '../migrate.ts';
import { FIRST_DESCRIBED, MIGRATION_EFFECTS } from './migration-effects.ts';
import { planMigrations } from './plan-migrations.ts';

test(`each migration from ${FIRST_DESCRIBED} on says what it does to a database in use`, async () => {
  const wanted = (await readMigrations()).map(({ name }) => name).filter((name) => name >= FIRST_DESCRIBED);
  expect(Object.keys(MIGRATION_EFFECTS).toSorted()).toEqual(wanted);
});

test('a plan has what waits and how long by the rows that are there, leaves out what does nothing here, and changes nothing', async () => {
  // With the partitions of a service that ran, whose rows it may read by their table alone.
  await using own = await createTestDatabase({ started: true });
  const migrations = await readMigrations();
  const again = ['0061-lists-in-order', '0063-reach-by-index', '0068-one-lower-case'];
  await own.open.migrating(async (db) => {
    await sql`delete from schema_migration where name = any (${again})`.execute(db);
  });
  await sql`insert into organization (id, path, depth, name, created_at)
    values ('00000000-0000-4000-8000-000000000001', '/00000000-0000-4000-8000-000000000001/', 1, 'Northwind', '2026-03-01T12:00:00Z')`.execute(
    own.db,
  );
  const before = await migrationState(own.db, migrations);
  const plan = await planMigrations(own.db, migrations);
  expect(plan.map(({ name }) => name)).toEqual(again);
  expect(plan[0]).toMatchObject({ described: true, everybodyWaits: ['login'], rows: 1, seconds: 1 });
  expect(plan[0]?.changesWait).toContain('app_user');
  expect(plan[1]).toMatchObject({ everybodyWaits: ['*'] });
  // The suite's server has a locale in which lower() is right.
  expect(plan[2]).toMatchObject({ everybodyWaits: [], changesWait: [], seconds: 0 });
  expect(await migrationState(own.db, migrations)).toEqual(before);
});

test('a plan for an empty database has every migration, and nobody who waits', async () => {
  await using own = await createTestDatabase({ empty: true });
  const migrations = await readMigrations();
  const plan = await planMigrations(own.db, migrations);
  expect(plan.map(({ name }) => name)).toEqual(migrations.map(({ name }) => name));
  for (const each of plan)
    expect(each).toMatchObject({ described: true, changesWait: [], everybodyWaits: [], rows: 0 });
});
