import { utcMinute } from '../../base/clock.ts';
import { migrationState, readMigrations } from '../../db/migrate.ts';
import type { OpenDatabase } from '../../db/open-database.ts';
import { findBackupWarnings, readBackups } from '../../system/backups/read-backups.ts';
import { tellWarning } from '../../system/tell-warning.ts';
import type { Finding } from '../finding.ts';
import type { InstallationDeps } from '../installation/installation.ts';

/** What `gatehouse doctor` finds of backups, and of the archived log where one was chosen. */
export async function lookAtBackups(deps: InstallationDeps, { db }: OpenDatabase): Promise<Finding[]> {
  const { clock, config, t } = deps;
  if ((await migrationState(db, await readMigrations())).pending.length > 0) return [];
  const backups = await readBackups({ db, clock }, config);
  const warnings = findBackupWarnings(backups, config.backupDays, clock.now());
  if (warnings.length > 0) {
    return warnings.map((warning) => {
      const { what, fix } = tellWarning(t, warning);
      return { check: warning.code.startsWith('log-') ? 'log' : 'backup', good: false, message: `${what} ${fix}` };
    });
  }
  const { log, verifiedAt } = backups;
  const message =
    verifiedAt === null ? t('cli.doctor.backup.none') : t('cli.doctor.backup.verified', { at: utcMinute(verifiedAt) });
  return [
    { check: 'backup', good: true, message },
    ...(log === null
      ? []
      : [{ check: 'log' as const, good: true, message: t('cli.doctor.log', { folder: log.folder }) }]),
  ];
}
