import { sql } from 'kysely';
import { after, DAY, systemClock, utcDay } from '../base/clock.ts';
import type { Clock } from '../base/clock.ts';
import { AppError } from '../base/errors.ts';
import type { Database } from './database.ts';

/** A table partitioned by the day its rows were made on (`created_on`). */
export interface DailyTable {
  table: string;
  /** Days a row may be needed after its own. */
  keepDays: number;
}

/** Nothing is older, so that nothing is dropped. */
const FIRST_DAY = '0001-01-01';

/** Days for which partitions are made ahead: inserts still find one after some days without the job. */
const AHEAD_DAYS = 7;

/**
 * Makes the partitions of yesterday, today and the days ahead, and drops those whose rows have all expired: dropping costs
 * nothing, deleting row by row does. Yesterday's, because another server's clock may be behind this one's when a database is
 * new and the day is too. The work is done by `gatehouse_keep_partitions` of the migrations, with its owner's rights.
 * What is in use stays until the next time.
 */
export async function keepPartitions(
  deps: { db: Database; clock: Clock },
  tables: readonly DailyTable[],
): Promise<void> {
  const now = deps.clock.now();
  const yesterday = utcDay(after(now, -DAY));
  for (const { table, keepDays } of tables) {
    const oldest = utcDay(after(now, -keepDays * DAY));
    await sql`select gatehouse_keep_partitions(${table}, ${oldest}::date, ${yesterday}::date, ${AHEAD_DAYS + 1}::int)`.execute(
      deps.db,
    );
  }
}

/** The tables whose rows of today have no partition, as in a database restored from an older copy. */
export async function findMissedPartitions({ db, clock }: { db: Database; clock: Clock }): Promise<string[]> {
  const { rows } = await sql<{ name: string }>`
    select c.relname as name from pg_partitioned_table p join pg_class c on c.oid = p.partrelid
    where c.relnamespace = current_schema()::regnamespace and not exists (
      select from pg_inherits join pg_class child on child.oid = inhrelid
      where inhparent = c.oid and child.relname = c.relname || '_' || to_char(${utcDay(clock.now())}::date, 'YYYYMMDD'))
    order by 1`.execute(db);
  return rows.map(({ name }) => name);
}

/**
 * Size of the database in bytes, and for how many days, today's included, each table of short-lived rows has its partition without a gap:
 * the fewest of all tables; null where there is no such table. One statement.
 */
export async function measureDatabase({ db, clock }: { db: Database; clock: Clock }): Promise<{
  sizeBytes: number;
  daysAhead: number | null;
}> {
  const { rows } = await sql<{ size: string; ahead: number | null }>`
    with partition_of as (
      select c.oid as parent, to_date(right(child.relname, 8), 'YYYYMMDD') - ${utcDay(clock.now())}::date as day
      from pg_partitioned_table p join pg_class c on c.oid = p.partrelid
      left join pg_inherits on inhparent = c.oid
      left join pg_class child on child.oid = inhrelid and child.relname ~ '_[0-9]{8}$'
      where c.relnamespace = current_schema()::regnamespace),
    ahead as (
      select parent, count(*) filter (where day = place) as days
      from (select parent, day, row_number() over (partition by parent, day >= 0 order by day) - 1 as place
        from partition_of) numbered
      where day >= 0 or day is null group by parent)
    select pg_database_size(current_database()) as size,
      (select min(coalesce(days, 0))::int from (select distinct parent from partition_of) tables left join ahead using (parent)) as ahead`.execute(
    db,
  );
  const [row] = rows;
  if (row === undefined) throw new Error('the query returned no row');
  return { sizeBytes: Number(row.size), daysAhead: row.ahead };
}

/** Makes the partitions of today where they are missed; drops none. Throws `database.unavailable` when it cannot. */
export async function makeMissedPartitions(deps: { db: Database; clock: Clock }): Promise<void> {
  const missed = await findMissedPartitions(deps);
  const today = utcDay(deps.clock.now());
  try {
    for (const table of missed) {
      await sql`select gatehouse_keep_partitions(${table}, ${FIRST_DAY}::date, ${today}::date, 1)`.execute(deps.db);
    }
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    const detail = `The partitions of today of ${missed.join(', ')} are missing and cannot be made: ${reason}.`;
    throw new AppError('database.unavailable', { detail, cause });
  }
}

/**
 * Runs a statement again that failed with `error`, after making a partition it missed: nothing made partitions for some days,
 * as in a database restored from an older copy. One statement may miss those of several tables; each is made once. Not within
 * a transaction, which the failure has ended. Any other failure is thrown as it is.
 */
export async function repairPartition(
  error: unknown,
  query: (...args: unknown[]) => Promise<unknown>,
  statement: readonly unknown[],
): Promise<unknown> {
  const made = new Set<string>();
  for (let failure = error; ;) {
    const missed = missedPartition(failure);
    if (missed === undefined || made.has(missed) || statement.length > 2) throw failure;
    made.add(missed);
    const today = utcDay(systemClock.now());
    const makes = 'select gatehouse_keep_partitions($1, $2::date, $3::date, 1)';
    if (!(await query(makes, [missed, FIRST_DAY, today]).then(Boolean, () => false))) throw failure;
    try {
      return await query(...statement);
    } catch (again) {
      failure = again;
    }
  }
}

/**
 * The table of a row for which there is no partition (SQLSTATE 23514). Under row-level security the server does not say
 * the row's day; rows are made on the day they are inserted.
 */
function missedPartition(error: unknown): string | undefined {
  const { code, message = '' } = error as { code?: string; message?: string };
  return code === '23514' ? /^no partition of relation "(\w+)"/.exec(message)?.[1] : undefined;
}
