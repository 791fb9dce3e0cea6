import { sql } from 'kysely';
import type { RawBuilder } from 'kysely';
import { DAY, after } from '../base/clock.ts';
import type { Clock } from '../base/clock.ts';
import type { Database } from './database.ts';
import type { Schema } from './schema/schema.ts';

/** Days that rows are kept for which the table `retention_policy` has no row. */
export const RETENTION_DAYS = { audit: 400, 'failed-job': 30, login: 30, mail: 90, 'setup-link': 90 } as const;

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
 */
export async function deleteInBatches(deleteSome: (most: number) => Promise<number>): Promise<void> {
  let deleted = BATCH;
  while (deleted === BATCH) deleted = await deleteSome(BATCH);
}

/**
 * Deletes the rows of a table that fit, in batches. A row that another transaction holds is left for the next time: nobody
 * waits for the other.
 * @param condition SQL over the table's own columns
 */
export async function deleteWhere(
  db: Database,
  table: Exclude<keyof Schema, Partitioned>,
  condition: RawBuilder<boolean>,
): Promise<void> {
  await deleteInBatches(async (most) => {
    const { numAffectedRows } = await sql`delete from ${sql.table(table)} where ctid = any (array (
      select ctid from ${sql.table(table)} where ${condition} limit ${most} for update skip locked))`.execute(db);
    return Number(numAffectedRows ?? 0);
  });
}
