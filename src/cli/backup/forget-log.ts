import { resolve } from 'node:path';
import { forgetLog } from '../../backup/log/forget-log.ts';
import { AppError } from '../../base/errors.ts';
import { readLogFolder } from '../../db/embedded/log-archive.ts';
import type { LogOption } from './find-log-target.ts';
import { checkBackup } from '../../backup/embedded/open-backup.ts';
import type { InstallationDeps } from '../installation/installation.ts';
import { sizeText } from '../terminal.ts';
import type { Result } from '../terminal.ts';

/**
 * `gatehouse backup --forget-before FILE`: removes archived log that is older than the backup FILE, the oldest that is kept. Throws as
 * `checkBackup` and `findLog`, before anything is removed.
 */
export async function removeOldLog(
  { config, t }: InstallationDeps,
  options: { forgetBefore: string } & LogOption,
): Promise<Result> {
  const file = resolve(options.forgetBefore);
  const folder = options.wal === undefined ? await readLogFolder(config.dataFolder) : resolve(options.wal);
  if (folder === undefined) throw new AppError('log.no-folder');
  const { files, bytes } = await forgetLog(await checkBackup(file, config.dataFolder), folder);
  return { data: { folder, file, files, bytes }, text: t('cli.wal.forgotten', { files, size: sizeText(bytes), file }) };
}
