import { sql } from 'kysely';
import { keptBy, RETENTION_JOB_NAMES } from './retention-jobs.ts';
import type { RetentionJobName } from './retention-jobs.ts';
import type { Clock } from '../../base/clock.ts';
import type { Database } from '../database.ts';

/** The last run of a job that removes what is over. */
export interface RetentionRun {
  job: RetentionJobName;
  /** Null where no server ran it yet. */
  ranAt: Date | null;
  /** Rows that run removed, and all runs since the first that was noted. */
  removed: number;
  removedInAll: number;
  /** Time of the oldest row left, of what is kept for days. */
  oldestAt: Date | null;
}

/** Notes a run of a job, with how many rows it removed and the oldest row that is left. Over all organizations. */
export async function noteRetentionRun(
  { db, clock }: { db: Database; clock: Clock },
  job: RetentionJobName,
  removed: number,
): Promise<void> {
  const kept = keptBy(job);
  const oldest =
    kept === null
      ? sql<Date | null>`null::timestamptz`
      : sql<Date | null>`(select ${sql.ref(kept.column)} from ${sql.table(kept.table)}
          where ${sql.ref(kept.column)} is not null order by ${sql.ref(kept.by)} limit 1)`;
  await sql`insert into retention_run as run (job, ran_at, removed, removed_in_all, oldest_at)
    values (${job}, ${clock.now()}, ${removed}, ${removed}, ${oldest})
    on conflict (job) do update set ran_at = excluded.ran_at, removed = excluded.removed,
      removed_in_all = run.removed_in_all + excluded.removed, oldest_at = excluded.oldest_at`.execute(db);
}

/** The last run of every job, in the order of the list. Over all organizations. */
export async function selectRetentionRuns(db: Database): Promise<RetentionRun[]> {
  const rows = await db.selectFrom('retentionRun').selectAll().execute();
  const byJob = new Map(rows.map((row) => [row.job, row]));
  return RETENTION_JOB_NAMES.map((job) => {
    const run = byJob.get(job);
    return {
      job,
      ranAt: run?.ranAt ?? null,
      removed: run?.removed ?? 0,
      removedInAll: Number(run?.removedInAll ?? 0),
      oldestAt: run?.oldestAt ?? null,
    };
  });
}
