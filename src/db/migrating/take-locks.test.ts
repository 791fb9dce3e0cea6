import { sql } from 'kysely';
import { expect, test } from 'vitest';
import { createTestDatabase } from '../../../test/support/start-database.ts';
import type { Transaction } from '../database.ts';
import { findRoles } from '../roles.ts';
import { takeLocks } from './take-locks.ts';

const locked = async (tx: Transaction): Promise<string[]> => {
  const { rows } = await sql<{ name: string }>`select c.oid::regclass::text as name
    from pg_locks join pg_class c on c.oid = relation and c.relkind in ('r', 'p')
    where pid = pg_backend_pid() and mode = 'AccessExclusiveLock' order by 1`.execute(tx);
  return rows.map(({ name }) => name);
};

test('a migration that changes all tables without reading them has all their locks before it begins, any other none', async () => {
  await using own = await createTestDatabase();
  const { owner } = (await findRoles(own.db))!;
  await own.open.migrating(async (db) => {
    await sql`create table of_somebody_else (id int)`.execute(db);
    await db.transaction().execute(async (tx) => {
      await sql`select set_config('role', ${owner}, true)`.execute(tx);
      await takeLocks(tx, '0061-lists-in-order');
      expect(await locked(tx)).toEqual([]);
      await takeLocks(tx, '0063-reach-by-index');
      const { rows } = await sql<{ name: string }>`select c.oid::regclass::text as name from pg_class c
        where relnamespace = current_schema()::regnamespace and relkind in ('r', 'p')
          and relname <> 'of_somebody_else' order by 1`.execute(tx);
      const locks = await locked(tx);
      expect(locks).toEqual(rows.map(({ name }) => name));
      expect(locks).toContain('session');
    });
  });
});
