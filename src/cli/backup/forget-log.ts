import { resolve } from 'node:path';
import { checkBackup } from '../../backup/embedded/open-backup.ts';
import { forgetLog } from '../../backup/log/forget-log.ts';
import { rethrowUnless } from '../../base/errors.ts';
import type { InstallationDeps } from '../installation/installation.ts';
import { sizeText } from '../terminal.ts';
import type { Result } from '../terminal.ts';
import { logFolderOf } from './find-log-target.ts';
import type { LogOption } from './find-log-target.ts';

/**
 * `gatehouse backup --forget-before FILE`: removes archived log that is older than the backup FILE, the oldest that is kept; nothing
 * where that was made before the log was archived. Throws as `checkBackup` and `findLog`, before anything is removed.
 */
export async function removeOldLog(
  { config, t }: InstallationDeps,
  options: { forgetBefore: string } & LogOption,
): Promise<Result> {
  const file = resolve(options.forgetBefore);
  const folder = await logFolderOf(config, options);
  const removed = await forgetLog(await checkBackup(file, config.dataFolder), folder).catch((error: unknown) => {
    rethrowUnless(error, 'log.not-of-backup');
    return { files: 0, bytes: 0 };
  });
  const text = t('cli.wal.forgotten', { files: removed.files, size: sizeText(removed.bytes), file });
  return { data: { folder, file, ...removed }, text };
}
