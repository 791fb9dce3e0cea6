import { sql } from 'kysely';
import { after, DAY, systemClock, utcDay } from '../base/clock.ts';
import type { Clock } from '../base/clock.ts';
import type { Database } from './database.ts';

/** A table partitioned by the day its rows were made on (`created_on`). */
export interface DailyTable {
  table: string;
  /** Days a row may be needed after its own. */
  keepDays: number;
}

/** Days for which partitions are made ahead: inserts still find one after some days without the job. */
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

/**
 * Runs an insert, and once more after making the partition it missed: nothing made partitions for some days, as in a
 * database restored from an older copy. Not within a transaction, which the failure has ended.
 */
export async function repairPartition<T>(
  query: (...args: unknown[]) => Promise<unknown>,
  statement: readonly unknown[],
  run: () => Promise<T>,
): Promise<T> {
  try {
    return await run();
  } catch (error) {
    const missed = missedPartition(error);
    if (missed === undefined || statement.length > 2) throw error;
    // Nothing is older than the first day, so that nothing is dropped.
    const today = utcDay(systemClock.now());
    const made = query('select gatehouse_keep_partitions($1, $2::date, $3::date, 1)', [missed, FIRST_DAY, today]);
    await made.catch(() => {
      throw error;
    });
    return run();
  }
}

const FIRST_DAY = '0001-01-01';

/**
 * The table of a row for which there is no partition (SQLSTATE 23514). Under row-level security the server does not say
 * the row's day; rows are made on the day they are inserted.
 */
function missedPartition(error: unknown): string | undefined {
  const { code, message = '' } = error as { code?: string; message?: string };
  return code === '23514' ? /^no partition of relation "(\w+)"/.exec(message)?.[1] : undefined;
}
