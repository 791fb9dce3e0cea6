import { sql } from 'kysely';
import { expect, test } from 'vitest';
import { createTestDatabase } from '../../../test/support/start-database.ts';
import { KEPT, VOIDED } from './redeemable-tables.ts';

test('a new epoch knows every table that holds something redeemable', async () => {
  await using database = await createTestDatabase();
  const { rows } = await sql<{ name: string }>`
    select distinct c.relname as name from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attnum > 0
    where c.relnamespace = current_schema()::regnamespace and c.relkind in ('r', 'p') and not c.relispartition
      and not a.attisdropped and a.attname <> 'error_code'
      and (a.atttypid = 'bytea'::regtype or a.attname ~ '(hash|mac|token|secret|code|expires_at)$')
    order by 1`.execute(database.db);
  const named = new Set<string>([...VOIDED, ...Object.keys(KEPT)]);
  expect(rows.map(({ name }) => name).filter((name) => !named.has(name))).toEqual([]);
  const tables = new Set(rows.map(({ name }) => name));
  expect([...named].filter((name) => !tables.has(name))).toEqual([]);
});
