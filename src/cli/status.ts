import { utcMinute } from '../base/clock.ts';
import { AppError } from '../base/errors.ts';
import { migrationState, readMigrations } from '../db/migrate.ts';
import { readSystem } from '../system/read-system.ts';
import type { System } from '../system/read-system.ts';
import { tellBytes, tellWarning } from '../system/tell-warning.ts';
import type { Text } from '../texts/catalog.ts';
import { openInstallation } from './installation/installation.ts';
import type { InstallationDeps } from './installation/installation.ts';
import { operatorCaller } from './operator.ts';
import type { Result } from './terminal.ts';

/**
 * `gatehouse status`: what the page *System* shows. Exit code 0 whenever it could look: warnings stand in what it prints, and
 * `gatehouse doctor` is the one that says no.
 */
export async function showStatus(deps: InstallationDeps): Promise<Result> {
  const { t } = deps;
  await using installation = await openInstallation(deps);
  const { db } = installation.database;
  const { pending } = await migrationState(db, await readMigrations());
  if (pending.length > 0) {
    throw new AppError('database.not-migrated', { detail: t('cli.serve.not-migrated', { names: pending.join(', ') }) });
  }
  const caller = await operatorCaller({ db, t });
  const system = await readSystem({ ...deps, db, secrets: installation.secrets }, caller);
  const warnings = system.warnings.map((warning) => tellWarning(t, warning));
  const attention =
    warnings.length === 0
      ? [t('cli.status.fine')]
      : warnings.map(({ what, fix }) => t('cli.status.warning', { what, fix }));
  return { data: { ...system, warnings }, text: [...lines(t, system), ...attention].join('\n') };
}

function lines(
  t: Text,
  { versions, nodes, database, mails, jobs, retention, signingKeys, masterKeys, disk, backups }: System,
): string[] {
  const sum = (part: 'running' | 'due' | 'planned' | 'failed'): number =>
    jobs.reduce((total, queue) => total + queue[part], 0);
  const tables = database.tables.map(({ name, bytes }) => `${name} ${tellBytes(t, bytes)}`).join(', ');
  return [
    t('cli.status.versions', { ...versions, pending: '', postgres: database.version }),
    ...(nodes.length === 0 ? [t('cli.status.no-server')] : []),
    ...nodes.map(({ hostName, version, startedAt, seenAt, lost }) =>
      t('cli.status.server', {
        host: hostName,
        version,
        since: utcMinute(startedAt),
        seen: utcMinute(seenAt),
        lost: lost ? 'yes' : 'no',
      }),
    ),
    t('cli.status.database', {
      size: tellBytes(t, database.bytes),
      ...database.connections,
      encryption: database.encryption ?? 'none',
    }),
    t('cli.status.tables', { tables }),
    t('cli.status.mails', { waiting: mails.waiting, failed: mails.failed }),
    t('cli.status.jobs', { running: sum('running'), due: sum('due'), planned: sum('planned'), failed: sum('failed') }),
    t('cli.status.retention', {
      removed: retention.reduce((total, run) => total + run.removed, 0),
      ran: retention.some(({ ranAt }) => ranAt !== null) ? 'yes' : 'no',
    }),
    ...retention.flatMap(({ job, oldestAt }) =>
      oldestAt === null ? [] : [t('cli.status.oldest', { job, oldest: utcMinute(oldestAt) })],
    ),
    ...signingKeys.map(({ algorithm, state, since, until }) =>
      t('cli.status.signing-key', { algorithm, state, at: utcMinute(state === 'signing' ? since : (until ?? since)) }),
    ),
    t('cli.status.master-keys', { versions: masterKeys.join(', ') }),
    ...(backups.firstAt === null ? [t('cli.status.no-backup')] : []),
    ...backups.runs.map(({ kind, fileName, endedAt, outcome }) =>
      t('cli.status.backup', { kind, file: fileName, at: utcMinute(endedAt), outcome }),
    ),
    ...(backups.log === null
      ? []
      : [
          t('cli.status.log', {
            folder: backups.log.folder,
            at: backups.log.archivedAt === null ? 'none' : utcMinute(backups.log.archivedAt),
          }),
        ]),
    ...(disk === null
      ? []
      : [
          t('cli.status.disk', {
            folder: disk.folder,
            free: tellBytes(t, disk.freeBytes),
            total: tellBytes(t, disk.totalBytes),
          }),
        ]),
  ];
}
