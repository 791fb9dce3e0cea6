import { statfs } from 'node:fs/promises';
import type { MetricName, Metrics, Reading } from './metrics.ts';
import { reportRead } from './read-process.ts';
import type { Reported } from './series.ts';
import type { Clock } from '../base/clock.ts';
import type { Log } from '../base/log.ts';
import { countExpiring } from '../connections/expiry/count-expiring.ts';
import { selectRetentionRuns } from '../db/growth/retention-runs.ts';
import { measureDatabase } from '../db/partitions.ts';
import type { OpenDatabase } from '../db/open-database.ts';
import { readBackups } from '../system/backups/read-backups.ts';
import type { BackupSettings } from '../system/backups/read-backups.ts';
import { countJobs } from '../jobs/count-jobs.ts';
import { MAIL_JOB, URGENT_MAIL_JOB } from '../mail/post-mail.ts';

/** What facts are read from. */
export interface FactDeps {
  database: Pick<OpenDatabase, 'db' | 'pool'>;
  clock: Clock;
  log: Log;
  config: Pick<BackupSettings, 'dataFolder' | 'databaseUrl'>;
  /** The check behind `/readyz`. */
  checkReady: () => Promise<void>;
  /** Milliseconds that only grow; the machine's without it. */
  elapsed?: () => number;
}

type Read = Partial<Record<MetricName, number | Record<string, number>>>;

/** What was read is told again for so long, and ten times as long as the reading took. */
const BELIEVED_MS = 5000;
/** A scrape waits so long for a reading under way. */
const PATIENCE_MS = 3000;

/**
 * Reads what no process knows by itself: one statement each, one after the other, on one connection, each with the statement
 * timeout of the pool. Scrapes of the same moment share a reading. While requests wait for a connection nothing is read. What could not
 * be read is absent, and `gatehouse_reading_success` is 0: a scrape never fails by it.
 */
export function createFactReader(metrics: Metrics, deps: FactDeps): () => Promise<Reported[]> {
  const elapsed = deps.elapsed ?? (() => performance.now());
  let known: Reported[] = reportNothing(metrics);
  let believedUntil = Number.NEGATIVE_INFINITY;
  let underWay: Promise<void> | undefined;

  const readNow = async (): Promise<void> => {
    const startedAt = elapsed();
    known = await readAll(metrics, deps);
    const now = elapsed();
    believedUntil = now + Math.max(BELIEVED_MS, 10 * (now - startedAt));
    underWay = undefined;
  };
  return async () => {
    if (elapsed() < believedUntil) return known;
    underWay ??= readNow();
    const late = Promise.withResolvers<'late'>();
    const timer = setTimeout(() => late.resolve('late'), PATIENCE_MS);
    const first = await Promise.race([underWay, late.promise]);
    clearTimeout(timer);
    return first === 'late' ? reportNothing(metrics) : known;
  };
}

function reportNothing(metrics: Metrics): Reported[] {
  return reportRead(metrics, { gatehouse_reading_success: {} });
}

async function readAll(metrics: Metrics, deps: FactDeps): Promise<Reported[]> {
  const { db } = deps.database;
  const readings: readonly [Reading, () => Promise<Read>][] = [
    ['ready', async () => deps.checkReady().then(() => ({ gatehouse_ready: 1 }))],
    ['jobs', async () => readJobs(metrics, deps)],
    ['database', async () => readDatabase(deps)],
    ['retention', async () => readRetention(deps)],
    ['secrets', async () => readSecrets({ ...deps, db })],
    ['backups', async () => readBackupFacts(deps)],
    ['disk', async () => readDisk(deps.config)],
  ];
  const success: Record<string, number> = {};
  const read: Read = { gatehouse_ready: 0 };
  for (const [name, run] of readings) {
    if (name !== 'disk' && deps.database.pool.load().waiting > 0) continue;
    try {
      Object.assign(read, await run());
      success[name] = 1;
    } catch (error) {
      deps.log.warn({ err: error, reading: name }, 'a fact for the metrics could not be read');
    }
  }
  return reportRead(metrics, { ...read, gatehouse_reading_success: success });
}

async function readJobs(metrics: Metrics, { database, clock }: FactDeps): Promise<Read> {
  const rows = await countJobs({ db: database.db, clock });
  const now = clock.now();
  const kinds: ReadonlySet<string> = new Set(metrics.gatehouse_jobs.labels.kind);
  const jobs: Record<string, number> = {};
  const overdue: Record<string, number> = {};
  const waiting: Record<string, number> = {};
  const oldest: Record<string, number> = {};
  for (const { kind, state, count, dueAt, createdAt } of rows) {
    const known = kinds.has(kind) ? kind : 'other';
    jobs[`${known} ${state}`] = (jobs[`${known} ${state}`] ?? 0) + count;
    if (state === 'due' && dueAt !== null) overdue[known] = Math.max(overdue[known] ?? 0, secondsSince(dueAt, now));
    const urgency = kind === URGENT_MAIL_JOB.name ? 'urgent' : kind === MAIL_JOB.name ? 'ordinary' : undefined;
    if (urgency === undefined || state === 'failed') continue;
    waiting[urgency] = (waiting[urgency] ?? 0) + count;
    oldest[urgency] = Math.max(oldest[urgency] ?? 0, secondsSince(createdAt, now));
  }
  return {
    gatehouse_jobs: jobs,
    gatehouse_jobs_overdue_seconds: overdue,
    gatehouse_mails_waiting: waiting,
    gatehouse_mails_oldest_seconds: oldest,
  };
}

function secondsSince(moment: Date, now: Date): number {
  return Math.max(0, (now.getTime() - moment.getTime()) / 1000);
}

async function readDatabase({ database, clock }: FactDeps): Promise<Read> {
  const { sizeBytes, daysAhead } = await measureDatabase({ db: database.db, clock });
  const partitions = daysAhead === null ? {} : { gatehouse_partitions_ahead: daysAhead };
  return { gatehouse_database_size_bytes: sizeBytes, ...partitions };
}

async function readRetention({ database, clock }: FactDeps): Promise<Read> {
  const runs = await selectRetentionRuns(database.db);
  const now = clock.now();
  const ages = (of: 'ranAt' | 'oldestAt'): Record<string, number> =>
    Object.fromEntries(runs.flatMap((run) => (run[of] === null ? [] : [[run.job, secondsSince(run[of], now)]])));
  return {
    gatehouse_retention_removed_rows_total: Object.fromEntries(
      runs.map(({ job, removedInAll }) => [job, removedInAll]),
    ),
    gatehouse_retention_last_run_seconds: ages('ranAt'),
    gatehouse_retention_oldest_seconds: ages('oldestAt'),
  };
}

async function readSecrets(deps: Parameters<typeof countExpiring>[0]): Promise<Read> {
  const { bands, first } = await countExpiring(deps);
  const left =
    first === null
      ? {}
      : { gatehouse_secrets_first_expiry_seconds: (first.getTime() - deps.clock.now().getTime()) / 1000 };
  return { gatehouse_secrets_expiring: Object.fromEntries(bands), ...left };
}

async function readBackupFacts({ database, clock, config }: FactDeps): Promise<Read> {
  const { runs, doneAt, verifiedAt, log } = await readBackups({ db: database.db, clock }, config);
  const now = clock.now();
  const of = (value: (run: (typeof runs)[number]) => number | null): Record<string, number> =>
    Object.fromEntries(runs.flatMap((run) => (value(run) === null ? [] : [[run.kind, value(run) ?? 0]])));
  const ages = Object.entries(doneAt).map(([kind, at]) => [kind, secondsSince(at, now)] as const);
  return {
    gatehouse_backup_success: of(({ outcome }) => (outcome === 'done' ? 1 : 0)),
    gatehouse_backup_age_seconds: Object.fromEntries(ages),
    gatehouse_backup_duration_seconds: of(({ startedAt, endedAt }) => secondsSince(startedAt, endedAt)),
    gatehouse_backup_size_bytes: of(({ bytes }) => bytes),
    ...(verifiedAt && { gatehouse_backup_verified_age_seconds: secondsSince(verifiedAt, now) }),
    ...(log?.archivedAt && { gatehouse_log_archive_age_seconds: secondsSince(log.archivedAt, now) }),
    ...(log && { gatehouse_log_archive_failures: log.failures }),
    gatehouse_log_archive_failing: log !== null && (log.failing || !log.active) ? 1 : 0,
  };
}

async function readDisk({ dataFolder }: FactDeps['config']): Promise<Read> {
  const { bavail, blocks, bsize } = await statfs(dataFolder);
  return { gatehouse_disk_free_bytes: bavail * bsize, gatehouse_disk_size_bytes: blocks * bsize };
}
