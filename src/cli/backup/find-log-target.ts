import { resolve } from 'node:path';
import { findLog, requireWhole } from '../../backup/log/find-log.ts';
import type { LogTarget } from '../../backup/log/find-log.ts';
import { AppError } from '../../base/errors.ts';
import type { Config } from '../../config.ts';
import { readLogFolder } from '../../db/embedded/log-archive.ts';
import type { AnyBackup } from './open-any-backup.ts';

/** The folder of archived log; true: the one that this data folder archives to. */
export interface LogOption {
  wal?: string | true;
}

/** That folder, absolute; where none is named the one that this data folder archives to. Throws `log.no-folder`. */
export async function logFolderOf({ dataFolder }: Config, { wal }: LogOption): Promise<string> {
  const folder = typeof wal === 'string' ? resolve(wal) : await readLogFolder(dataFolder);
  if (folder === undefined) throw new AppError('log.no-folder');
  return folder;
}

/**
 * The archived log to replay after a backup: to the moment `to`, else to its end; undefined where neither it nor a folder is
 * named. The folder is the one this data folder archives to unless it is named. Reads names alone and touches nothing.
 *
 * Throws as `findLog`, `log.embedded-only` for a backup of rows, `log.no-folder`, `log.too-early` for a moment before the
 * backup, `log.missing` where all of the log is wanted and a part is not there.
 */
export async function findLogTarget(
  config: Config,
  backup: AnyBackup,
  options: LogOption & { to?: Date },
): Promise<LogTarget | undefined> {
  const { to, wal } = options;
  if (wal === undefined && to === undefined) return undefined;
  if ('plan' in backup) throw new AppError('log.embedded-only');
  const folder = await logFolderOf(config, options);
  const { file, manifest } = backup;
  const log = await findLog(backup, folder);
  if (to !== undefined && to.getTime() < Date.parse(manifest.takenAt)) {
    throw new AppError('log.too-early', { values: { file, to: to.toISOString(), moment: manifest.takenAt } });
  }
  if (to === undefined) requireWhole(log);
  return { log, to };
}
