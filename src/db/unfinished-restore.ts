import { sql } from 'kysely';
import type { Database, Transaction } from './database.ts';

/**
 * A database into which rows of a backup were loaded, and whose new epoch is still to be started, has a table of this name:
 * served like that, what was redeemed and revoked since the backup would work again.
 */
const MARK = 'unfinished_restore';

/** Whether a restore into this database has loaded rows and was not finished. */
export async function isRestoreUnfinished(db: Database): Promise<boolean> {
  const { rows } = await sql<{ found: boolean }>`select exists (select from pg_tables
    where schemaname = any(current_schemas(false)) and tablename = ${MARK}) as found`.execute(db);
  return rows[0]?.found === true;
}

/** Marks it, in the transaction that loads the rows; in the role of the owner. */
export async function markRestoreUnfinished(tx: Transaction): Promise<void> {
  await sql`create table ${sql.table(MARK)} ()`.execute(tx);
  // It holds nothing; whoever counts the rows of all tables counts its as well.
  await sql`grant select on ${sql.table(MARK)} to public`.execute(tx);
  await sql`comment on table ${sql.table(MARK)} is
    'Rows of a backup were loaded, and what was redeemable before is not void yet: nothing may serve this database.'`.execute(
    tx,
  );
}

/** The restore is finished; in the role of the owner. */
export async function markRestoreFinished(tx: Transaction): Promise<void> {
  await sql`drop table ${sql.table(MARK)}`.execute(tx);
}
