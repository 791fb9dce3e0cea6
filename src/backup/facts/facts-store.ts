import { sql } from 'kysely';
import type { Transaction } from '../../db/database.ts';

/**
 * How many rows each of our tables has; a partitioned one counts once. Over all organizations: the backup is of the whole
 * installation.
 */
export async function countRows(tx: Transaction): Promise<Record<string, number>> {
  const { rows: tables } = await sql<{ name: string }>`
    select relname::text as name from pg_class
    where relnamespace = current_schema()::regnamespace and relkind in ('r', 'p') and not relispartition
    order by 1`.execute(tx);
  const counts: Record<string, number> = {};
  for (const { name } of tables) {
    const { rows } = await sql<{ count: string }>`select count(*) as count from ${sql.table(name)}`.execute(tx);
    counts[name] = Number(rows[0]?.count ?? 0);
  }
  return counts;
}

/** The version of PostgreSQL, as `18.4`, and the newest migration; undefined where there was none. */
export async function selectVersions(tx: Transaction): Promise<{ postgres: string; schema: string | undefined }> {
  const { rows } = await sql<{ postgres: string; schema: string | null }>`
    select split_part(current_setting('server_version'), ' ', 1) as postgres,
      (select max(name) from schema_migration) as schema`.execute(tx);
  const [row] = rows;
  return { postgres: row?.postgres ?? '', schema: row?.schema ?? undefined };
}
