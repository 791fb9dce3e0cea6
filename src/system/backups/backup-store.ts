import { sql } from 'kysely';
import type { Database } from '../../db/database.ts';

/** What became of the newest run of a kind: a backup, or the verification of one. */
export interface BackupRun {
  kind: 'backup' | 'verify';
  startedAt: Date;
  endedAt: Date;
  /** Size of the file; null where it was not written or could not be read. */
  bytes: number | null;
  /** `done`, or the error code of what went wrong. */
  outcome: string;
  /** Without its folder. */
  fileName: string;
}

/** What is known of backups, of the service, no organization's. */
export interface BackupHistory {
  /** The newest of each kind. */
  runs: BackupRun[];
  /** When the newest of each kind that came to a good end began. */
  doneAt: Partial<Record<BackupRun['kind'], Date>>;
  /** When the first backup of those that are known began. */
  firstAt: Date | null;
  /** When the newest backup was made that was verified since. */
  verifiedAt: Date | null;
}

/** Reads what became of backups and verifications. */
export async function selectBackups(db: Database): Promise<BackupHistory> {
  const { rows: runs } = await sql<Omit<BackupRun, 'bytes'> & { bytes: string | null }>`
    select distinct on (kind) kind, started_at, ended_at, bytes, outcome, file_name
    from backup_run order by kind, started_at desc`.execute(db);
  const { rows } = await sql<Record<'backup' | 'verify' | 'firstAt' | 'verifiedAt', Date | null>>`
    select max(started_at) filter (where kind = 'backup' and outcome = 'done') as backup,
      max(started_at) filter (where kind = 'verify' and outcome = 'done') as verify,
      min(started_at) filter (where kind = 'backup') as first_at,
      (select max(coalesce(
          (select max(made.started_at) from backup_run made
            where made.kind = 'backup' and made.outcome = 'done' and made.file_name = verified.file_name
              and made.started_at <= verified.started_at),
          verified.started_at))
        from backup_run verified where verified.kind = 'verify' and verified.outcome = 'done') as verified_at
    from backup_run`.execute(db);
  const { backup = null, verify = null, firstAt = null, verifiedAt = null } = rows[0] ?? {};
  return {
    runs: runs.map((run) => ({ ...run, bytes: run.bytes === null ? null : Number(run.bytes) })),
    doneAt: { ...(backup && { backup }), ...(verify && { verify }) },
    firstAt,
    verifiedAt,
  };
}

/** How the server archives its log, as it says itself. */
export interface ArchiverState {
  /** Whether it was started to do so. */
  active: boolean;
  startedAt: Date;
  /** When the newest segment was archived. */
  archivedAt: Date | null;
  /** When it last failed to. */
  failedAt: Date | null;
  /** How often it failed, over all starts. */
  failures: number;
}

/** Reads the archiver's state; of the server, no organization's. */
export async function selectArchiver(db: Database): Promise<ArchiverState> {
  const { rows } = await sql<Omit<ArchiverState, 'failures'> & { failures: string }>`
    select current_setting('archive_mode') <> 'off' as active, pg_postmaster_start_time() as started_at,
      last_archived_time as archived_at, last_failed_time as failed_at, failed_count as failures
    from pg_stat_archiver`.execute(db);
  const state = rows[0]!;
  return { ...state, failures: Number(state.failures) };
}
