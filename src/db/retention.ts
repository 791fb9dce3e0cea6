import { sql } from 'kysely';
import type { RawBuilder } from 'kysely';
import { DAY, after } from '../base/clock.ts';
import type { Clock } from '../base/clock.ts';
import type { Database } from './database.ts';
import type { Schema } from './schema/schema.ts';

/** Days that rows are kept for which the table `retention_policy` has no row. */
export const RETENTION_DAYS = {
  'api-token': 90,
  audit: 400,
  connection: 400,
  'failed-job': 30,
  invitation: 90,
  login: 30,
  mail: 30,
  'setup-link': 90,
} as const;

/** Audit events are kept for so many days whatever the policy says: the database deletes none that is younger. */
export const LEAST_AUDIT_DAYS = 90;

/** What is kept for a time. */
export type Retained = keyof typeof RETENTION_DAYS;

const BATCH = 1000;

/** Tables with a partition a day: what expired goes with its partition, and a row's place is unique in one of them only. */
type Partitioned = 'oidcCode' | 'oidcAccessToken' | 'oidcRefreshToken';

/** The instant before which rows of a kind are deleted. */
export async function retainedSince(deps: { db: Database; clock: Clock }, kind: Retained): Promise<Date> {
  const row = await deps.db.selectFrom('retentionPolicy').select('days').where('kind', '=', kind).executeTakeFirst();
  return after(deps.clock.now(), -(row?.days ?? RETENTION_DAYS[kind]) * DAY);
}

/**
 * Repeats a statement that deletes at most `most` rows until it finds less: each is short and holds few locks.
 * @param deleteSome returns how many rows it deleted
 * @returns how many were deleted in all
 */
export async function deleteInBatches(deleteSome: (most: number) => Promise<number>): Promise<number> {
  let inAll = 0;
  for (;;) {
    const deleted = await deleteSome(BATCH);
    inAll += deleted;
    if (deleted !== BATCH) return inAll;
  }
}

/**
 * Deletes the rows of a table that fit, in batches. A row that another transaction holds is left for the next time: nobody
 * waits for the other.
 * @param condition SQL over the table's own columns
 * @returns how many were deleted
 */
export async function deleteWhere(
  db: Database,
  table: Exclude<keyof Schema, Partitioned>,
  condition: RawBuilder<boolean>,
): Promise<number> {
  return deleteInBatches(async (most) => {
    const { numAffectedRows } = await sql`delete from ${sql.table(table)} where ctid = any (array (
      select ctid from ${sql.table(table)} where ${condition} limit ${most} for update skip locked))`.execute(db);
    return Number(numAffectedRows ?? 0);
  });
}
