import { sql } from 'kysely';
import type { CopiedTable, CopyPlan, Reference } from './copy-plan.ts';
import { isRestoreUnfinished } from '../../db/unfinished-restore.ts';
import type { Database, Transaction } from '../../db/database.ts';

// Every statement here is over all organizations: a backup is of the whole installation.

/** What belongs to one database and is made there by migrations. */
const OWN = ['installation', 'schema_migration'];

/** Reads as the service, which sees every row; the migrating user and the owner of the tables are under row-level security. */
export async function enterService(tx: Transaction): Promise<void> {
  await sql`select set_config('role', current_setting('gatehouse.service_role'), true)`.execute(tx);
}

/** Our tables with their stored columns; partitions belong to their table. */
export async function selectTables(db: Database): Promise<(Omit<CopiedTable, 'days'> & { daily: boolean })[]> {
  const { rows } = await sql<Omit<CopiedTable, 'days'> & { daily: boolean }>`
    select c.relname as name, c.relkind = 'p' as daily,
      array_agg(a.attname::text order by a.attnum) as columns
    from pg_class c join pg_attribute a on a.attrelid = c.oid
    where c.relnamespace = current_schema()::regnamespace and c.relkind in ('r', 'p') and not c.relispartition
      and a.attnum > 0 and not a.attisdropped and a.attgenerated = '' and c.relname <> all (${OWN})
    group by c.oid order by 1`.execute(db);
  return rows;
}

export async function selectReferences(db: Database): Promise<Reference[]> {
  const { rows } = await sql<Reference>`
    select distinct f.relname as "from", t.relname as "to" from pg_constraint k
    join pg_class f on f.oid = k.conrelid join pg_class t on t.oid = k.confrelid
    where k.contype = 'f' and f.relnamespace = current_schema()::regnamespace and not f.relispartition`.execute(db);
  return rows;
}

/** The days of which a table has rows. */
export async function selectDays(db: Database, table: string): Promise<string[]> {
  const { rows } = await sql<{ day: string }>`
    select distinct created_on::text as day from ${sql.table(table)} order by 1`.execute(db);
  return rows.map(({ day }) => day);
}

export async function selectMigrations(db: Database): Promise<CopyPlan['migrations']> {
  const { rows } = await sql<{ name: string; digest: string }>`
    select name, digest from schema_migration order by name`.execute(db);
  return rows;
}

/** Whether nothing was ever written into the database: it has no tables of ours, or they have no rows. */
export async function isEmpty(db: Database): Promise<boolean> {
  if (await isRestoreUnfinished(db)) return false;
  for (const { name } of await selectTables(db)) {
    const { rows } = await sql`select from ${sql.table(name)} limit 1`.execute(db);
    if (rows.length > 0) return false;
  }
  return true;
}

/** `COPY` of a table to us. A partitioned table is read through a query. */
export function copyOut({ name, columns }: Omit<CopiedTable, 'days'>): string {
  return `copy (select ${quotedList(columns)} from ${quoted(name)}) to stdout`;
}

/** `COPY` of a table from us. */
export function copyIn({ name, columns }: Omit<CopiedTable, 'days'>): string {
  return `copy ${quoted(name)} (${quotedList(columns)}) from stdin`;
}

/** Enters the role of the owner for the rest of the transaction. */
export async function enterOwner(tx: Transaction, owner: string): Promise<void> {
  await sql`select set_config('role', ${owner}, true)`.execute(tx);
}

/**
 * Lets the owner write rows of a table as they are: no trigger computes anything from them, and no policy hides them. Foreign
 * keys and checks hold. Part of the transaction that loads the rows, which takes it back by {@link closeTable}.
 */
export async function openTable(tx: Transaction, { name, days }: CopiedTable): Promise<void> {
  await sql`alter table ${sql.table(name)} disable trigger user, no force row level security`.execute(tx);
  for (const day of days ?? []) {
    await sql`select gatehouse_keep_partitions(${name}, '0001-01-01'::date, ${day}::date, 0)`.execute(tx);
  }
  // Set by the function above.
  await sql`select set_config('lock_timeout', '0', true)`.execute(tx);
}

export async function closeTable(tx: Transaction, { name }: CopiedTable): Promise<void> {
  await sql`alter table ${sql.table(name)} enable trigger user, force row level security`.execute(tx);
}

/** Without statistics the first requests would read whole tables. */
export async function analyze(tx: Transaction, { name }: CopiedTable): Promise<void> {
  await sql`analyze ${sql.table(name)}`.execute(tx);
}

function quotedList(names: readonly string[]): string {
  return names.map(quoted).join(', ');
}

function quoted(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}
