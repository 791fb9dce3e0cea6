import { sql } from 'kysely';
import type { Database, Transaction } from '../../db/database.ts';

/** What a transaction sees, and where in the log that is. */
export interface Sight {
  /** The transaction's own id. */
  id: bigint;
  /** Whether every older transaction had ended when it first looked, and none was begun between. */
  still: boolean;
  /** Where the log stood just after (LSN). */
  until: string;
}

/**
 * Looks for the first time in a transaction that repeats its reads: what it sees is fixed before its id is given, and the
 * log is asked last (PostgreSQL evaluates a select list from left to right).
 */
export async function selectSight(tx: Transaction): Promise<Sight> {
  const { rows } = await sql<{ snapshot: string; id: string; until: string }>`
    select pg_current_snapshot()::text as snapshot, pg_current_xact_id()::text as id,
      pg_current_wal_insert_lsn()::text as until`.execute(tx);
  const { snapshot = '', id = '', until = '' } = rows[0] ?? {};
  const [, next, open] = snapshot.split(':');
  return { id: BigInt(id), still: open === '' && next === id, until };
}

/** The id of a transaction of its own. */
export async function nextTransaction(db: Database): Promise<bigint> {
  const { rows } = await sql<{ id: string }>`select pg_current_xact_id()::text as id`.execute(db);
  return BigInt(rows[0]?.id ?? 0);
}
