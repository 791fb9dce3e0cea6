import { checkBackup, openBackup } from '../../backup/embedded/open-backup.ts';
import type { OpenedBackup, Progress } from '../../backup/embedded/open-backup.ts';
import type { CheckedBackup } from '../../backup/embedded/checked-backup.ts';
import type { LogTarget } from '../../backup/log/find-log.ts';
import { isLogical, readLogical } from '../../backup/logical/read-logical.ts';
import type { LogicalBackup } from '../../backup/logical/read-logical.ts';
import { checkFits, finishRestore, loadLogical } from '../../backup/logical/restore-logically.ts';
import type { SecretBox } from '../../base/secret-box.ts';
import { readMigrations } from '../../db/migrate.ts';
import { openDatabase } from '../../db/open-database.ts';
import type { OpenDatabase } from '../../db/open-database.ts';
import type { InstallationDeps } from '../installation/installation.ts';

/** A backup of either kind that was read to its end; `plan` is there in one of kind `logical`. */
export type AnyBackup = CheckedBackup | LogicalBackup;

/**
 * Reads all of a backup file of either kind and touches nothing. Throws as `checkBackup` and `restoreLogically`.
 * @param dataFolder decides as whom PostgreSQL runs
 */
export async function checkAnyBackup(file: string, dataFolder: string, secrets: SecretBox): Promise<AnyBackup> {
  if (!(await isLogical(file))) return checkBackup(file, dataFolder);
  const backup = await readLogical(file);
  checkFits(backup, { secrets, migrations: await readMigrations() });
  return backup;
}

/**
 * Puts the database of a backup into the data folder `folder`, which is not there yet, and starts it; it has the schema of
 * the backup. Archived log of one of kind `embedded` is replayed up to `upTo`. The caller closes it and removes the folder. Throws as `openBackup` and `loadRows`.
 */
export async function openAnyBackup(
  backup: AnyBackup,
  folder: string,
  deps: InstallationDeps,
  options: { onProgress: Progress; upTo?: LogTarget | undefined },
): Promise<OpenedBackup> {
  if (!('plan' in backup)) return openBackup(backup, folder, deps, options);
  const database = await openDatabase({ source: { dataFolder: folder }, log: deps.log, poolSize: 2 });
  try {
    const total = backup.manifest.entries.reduce((sum, { bytes }) => sum + bytes, 0);
    const loading = { database, clock: deps.clock, migrations: await readMigrations() };
    await loadLogical(loading, backup, (done) => options.onProgress(done, total));
    return { database, lastCommit: undefined };
  } catch (error) {
    await database.close();
    throw error;
  }
}

/** What is to be done last, after the new epoch. */
export async function finishAnyRestore(backup: AnyBackup, database: OpenDatabase): Promise<void> {
  if ('plan' in backup) await finishRestore({ database });
}
