import { sql } from 'kysely';
import { AppError } from '../../base/errors.ts';
import type { Database } from '../database.ts';

/** What we make before the first migration, and a column by which each is known as ours. */
const OWN_TABLES: Readonly<Record<string, string>> = { installation: 'role_suffix', schema_migration: 'digest' };

/**
 * Whether a table of a name that we use is another program's: one of {@link OWN_TABLES} without our column, or one that a
 * migration still has to make. Throws `database.occupied` with their names.
 * @param readPending names of the migrations that the database had not; read after the tables, since another server may
 *   migrate at this moment
 */
export async function requireFreeNames(
  db: Database,
  migrations: readonly { name: string; text: string }[],
  readPending: () => Promise<readonly string[]>,
): Promise<void> {
  const known = Object.entries(OWN_TABLES).map(([name, column]) => sql`(${name}, ${column})`);
  const { rows } = await sql<{ name: string; ours: boolean }>`
    select c.relname as name, exists (select from pg_attribute a join (values ${sql.join(known)}) as own (name, known_by)
        on own.name = c.relname and own.known_by = a.attname
      where a.attrelid = c.oid and not a.attisdropped) as ours
    from pg_class c where c.relnamespace = current_schema()::regnamespace and c.relkind in ('r', 'p', 'v', 'm', 'f')
    order by 1`.execute(db);
  const pending = await readPending();
  const toMake = new Set(migrations.filter(({ name }) => pending.includes(name)).flatMap(({ text }) => tablesIn(text)));
  const foreign = rows.filter(({ name, ours }) => toMake.has(name) || (name in OWN_TABLES && !ours));
  if (foreign.length === 0) return;
  const names = foreign.map(({ name }) => name).join(', ');
  throw new AppError('database.occupied', {
    detail: `The schema holds tables of something else with names of ours (${names}): give Gatehouse a database of its own, or a schema: CREATE SCHEMA gatehouse, then ?options=-c%20search_path%3Dgatehouse at the end of DATABASE_URL.`,
  });
}

/** Whether one of {@link OWN_TABLES} is there and ours. */
export async function hasOwnTable(db: Database, name: string): Promise<boolean> {
  // Not to_regclass(): it may still answer from before another server released the lock.
  const { rows } = await sql<{ found: boolean }>`select exists (select from pg_class c
    join pg_attribute a on a.attrelid = c.oid and a.attname = ${OWN_TABLES[name] ?? ''} and not a.attisdropped
    join pg_namespace n on n.oid = c.relnamespace
    where n.nspname = any (current_schemas(false)) and c.relname = ${name}) as found`.execute(db);
  return rows[0]?.found === true;
}

function tablesIn(text: string): string[] {
  return [...text.matchAll(/^create table ([a-z_]+)/gm)].map(([, name = '']) => name);
}
