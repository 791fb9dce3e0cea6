import { sql } from 'kysely';
import { after, DAY, utcDay } from '../base/clock.ts';
import type { Clock } from '../base/clock.ts';
import type { Database } from './database.ts';

/** A table partitioned by the day its rows were made on (`created_on`). */
export interface DailyTable {
  table: string;
  /** Days a row may be needed after its own. */
  keepDays: number;
}

/** Made ahead, so that a server whose ticker failed for some days still has where to write. */
const AHEAD_DAYS = 7;

/**
 * Makes the partitions of today and the days ahead, and drops those whose rows have all expired: dropping costs nothing,
 * deleting row by row does. The work is done by `gatehouse_keep_partitions` of the migrations, with its owner's rights.
 * What is in use stays until the next time.
 */
export async function keepPartitions(
  deps: { db: Database; clock: Clock },
  tables: readonly DailyTable[],
): Promise<void> {
  const today = deps.clock.now();
  for (const { table, keepDays } of tables) {
    const oldest = utcDay(after(today, -keepDays * DAY));
    await sql`select gatehouse_keep_partitions(${table}, ${oldest}::date, ${utcDay(today)}::date, ${AHEAD_DAYS}::int)`.execute(
      deps.db,
    );
  }
}
