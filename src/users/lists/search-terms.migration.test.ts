import { sql } from 'kysely';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createTestDatabase } from '../../../test/support/start-database.ts';
import type { TestDatabase } from '../../../test/support/start-database.ts';
import { systemClock } from '../../base/clock.ts';
import { randomUuid } from '../../base/random.ts';
import { migrate, readMigrations } from '../../db/migrate.ts';
import { findRoles } from '../../db/roles.ts';

const ORGANIZATION = randomUuid();
const [RENAMED, MOVED, REMOVED, LEFT, NEW, EARLIER] = Array.from({ length: 6 }, () => randomUuid());

let own: TestDatabase;

async function insertUser(id: string | undefined, email: string, name: string): Promise<void> {
  await sql`insert into app_user (id, organization_id, email, email_key, name, status, created_at)
    values (${id}, ${ORGANIZATION}, ${email}, ${email}, ${name}, 'verified', ${systemClock.now()})`.execute(own.db);
}

beforeAll(async () => {
  own = await createTestDatabase({ empty: true });
  const migrations = await readMigrations();
  const upTo = async (name: string): Promise<void> => {
    const before = migrations.findIndex((migration) => migration.name.startsWith(name));
    await migrate({ database: own.open, clock: systemClock }, migrations.slice(0, before));
  };
  await upTo('0060');
  await sql`insert into organization (id, path, depth, name, created_at)
    values (${ORGANIZATION}, ${`/${ORGANIZATION}/`}, 1, 'Northwind', ${systemClock.now()})`.execute(own.db);
  await insertUser(RENAMED, 'anna@northwind.example', 'Anna Berg');
  await insertUser(MOVED, 'bruno@northwind.example', 'Bruno Dahl');
  await insertUser(REMOVED, 'carla@northwind.example', 'Carla Engel');
  await insertUser(LEFT, 'david@northwind.example', 'David Fischer');
  await upTo('0061');
  // Between the two migrations the triggers are there and what people are found by is not.
  await insertUser(EARLIER, 'elena@northwind.example', 'Elena Gruber');
  await sql`update app_user set name = 'David Hansen' where id = ${LEFT}`.execute(own.db);
});
afterAll(async () => own?.close());

test('who is changed while the search is filled is found by what holds afterwards, and by nothing else', async () => {
  const filling = (await readMigrations()).find(({ name }) => name.startsWith('0061'))?.text ?? '';
  const read = filling.indexOf(';', filling.indexOf('create table user_search_filled')) + 1;
  const roles = await findRoles(own.db);
  await own.open.migrating(async (db) =>
    db.transaction().execute(async (tx) => {
      await sql`select set_config('role', ${roles?.owner ?? ''}, true)`.execute(tx);
      await sql.raw(filling.slice(0, read)).execute(tx);
      await sql`update app_user set name = 'Anna Keller' where id = ${RENAMED}`.execute(own.db);
      await sql`update app_user set email = 'b.dahl@contoso.example', email_key = 'b.dahl@contoso.example'
        where id = ${MOVED}`.execute(own.db);
      await sql`delete from app_user where id = ${REMOVED}`.execute(own.db);
      await insertUser(NEW, 'felix@northwind.example', 'Felix Lang');
      await sql.raw(filling.slice(read)).execute(tx);
    }),
  );
  const { rows: found } = await sql<{ id: string; term: string }>`
    select user_id as id, term from user_search_term order by 1, 2`.execute(own.db);
  const { rows: wanted } = await sql<{ id: string; term: string }>`
    select id, term collate "C" as term from app_user cross join lateral unnest(gatehouse_user_terms(email_key, name)) term
    order by 1, 2`.execute(own.db);
  expect(found).toEqual(wanted);
  expect(found).toContainEqual({ id: RENAMED, term: 'keller' });
  expect(found).toContainEqual({ id: MOVED, term: 'b dahl contoso example' });
  expect(found).toContainEqual({ id: NEW, term: 'felix lang' });
  expect(found).toContainEqual({ id: LEFT, term: 'hansen' });
  expect(found.map(({ term }) => term)).not.toContain('berg');
});
