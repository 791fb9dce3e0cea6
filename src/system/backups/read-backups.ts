import { DAY, MINUTE, after } from '../../base/clock.ts';
import type { Clock } from '../../base/clock.ts';
import type { Database } from '../../db/database.ts';
import { readLogFolder } from '../../db/embedded/log-archive.ts';
import { selectArchiver, selectBackups } from './backup-store.ts';
import type { ArchiverState, BackupHistory } from './backup-store.ts';

/** How backups stand. */
export interface BackupState extends BackupHistory {
  /** The continuous archive of the embedded database's log; null where none was chosen. */
  log: (ArchiverState & { folder: string; failing: boolean }) | null;
}

/** What of the settings decides it. */
export interface BackupSettings {
  dataFolder: string;
  databaseUrl: string | undefined;
  /** A verified backup may be so old, days. */
  backupDays: number;
}

/** What needs attention of backups. */
export type BackupWarning =
  | { code: 'backup-failed'; values: { kind: 'backup' | 'verify'; file: string; reason: string } }
  | { code: 'backup-old'; values: { days: number; verified: 'yes' | 'no'; since: Date } }
  | { code: 'log-failing'; values: { folder: string; since: Date } }
  | { code: 'log-waits'; values: { folder: string } };

/** A segment is archived within a minute, and PostgreSQL tries again every minute. */
const LATE = 10 * MINUTE;

/** Reads what became of backups, and whether the log is archived. */
export async function readBackups(
  { db, clock }: { db: Database; clock: Clock },
  { dataFolder, databaseUrl }: Pick<BackupSettings, 'dataFolder' | 'databaseUrl'>,
): Promise<BackupState> {
  const history = await selectBackups(db);
  const folder = databaseUrl === undefined ? await readLogFolder(dataFolder) : undefined;
  if (folder === undefined) return { ...history, log: null };
  const state = await selectArchiver(db);
  return { ...history, log: { ...state, folder, failing: isFailing(state, clock.now()) } };
}

/** Its last attempt failed, or nothing came for minutes while the server runs: each server writes every minute. */
function isFailing({ active, archivedAt, failedAt, startedAt }: ArchiverState, now: Date): boolean {
  if (!active) return false;
  if (failedAt !== null && (archivedAt === null || failedAt > archivedAt)) return true;
  return later(archivedAt, startedAt) < after(now, -LATE);
}

function later(one: Date | null, other: Date): Date {
  return one !== null && one > other ? one : other;
}

/** What needs attention; nothing as long as nobody ever made a backup here. */
export function findBackupWarnings(
  { runs, firstAt, verifiedAt, log }: BackupState,
  days: number,
  now: Date,
): BackupWarning[] {
  const failed = runs
    .filter(({ outcome }) => outcome !== 'done')
    .toSorted((one, other) => other.startedAt.getTime() - one.startedAt.getTime());
  const since = verifiedAt ?? firstAt;
  return [
    ...failed.slice(0, 1).map(({ kind, fileName, outcome }): BackupWarning => {
      return { code: 'backup-failed', values: { kind, file: fileName, reason: outcome } };
    }),
    ...(since !== null && since < after(now, -days * DAY)
      ? [
          {
            code: 'backup-old' as const,
            values: { days, verified: verifiedAt === null ? ('no' as const) : ('yes' as const), since },
          },
        ]
      : []),
    ...(log === null || log.active ? [] : [{ code: 'log-waits' as const, values: { folder: log.folder } }]),
    ...(log?.failing === true
      ? [{ code: 'log-failing' as const, values: { folder: log.folder, since: log.archivedAt ?? log.startedAt } }]
      : []),
  ];
}
