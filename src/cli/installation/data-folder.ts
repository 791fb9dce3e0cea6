import { constants, existsSync } from 'node:fs';
import { access, mkdir, rename, statfs, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { AppError } from '../../base/errors.ts';
import type { Log } from '../../base/log.ts';
import type { Config } from '../../config.ts';
import { readIfThere } from '../../db/embedded/process-facts.ts';
import type { Text } from '../../texts/catalog.ts';

/** Below this much free space the log warns: a day of a busy service. */
const LOW_BYTES = 1_000_000_000;
const LOOK_MS = 60_000;

/**
 * Does `work` in the data folder, which is made when missing. Throws `data.folder` when the folder cannot be written to
 * and `data.full` when its disk is full, with what to do.
 */
export async function inDataFolder<T>({ dataFolder }: Config, t: Text, work: () => Promise<T>): Promise<T> {
  try {
    await makeFolder(dataFolder);
    return await work();
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    const said = cause instanceof Error ? cause.message : '';
    if (code === 'ENOSPC' || code === 'EDQUOT' || /No space left on device|quota exceeded/i.test(said)) {
      throw new AppError('data.full', { detail: t('cli.folder.full', { folder: dataFolder }), cause });
    }
    if (['EACCES', 'EPERM', 'EROFS', 'ENOTDIR', 'EEXIST'].includes(code ?? '')) {
      throw new AppError('data.folder', {
        detail: t('cli.folder.closed', { folder: dataFolder, reason: said }),
        cause,
      });
    }
    throw cause;
  }
}

async function makeFolder(folder: string): Promise<void> {
  try {
    await mkdir(folder, { recursive: true, mode: 0o700 });
  } catch (error) {
    // On a read-only disk Node reports ENOENT for a folder that cannot be made; access to the folder above gives the cause.
    let above = dirname(folder);
    while (above !== dirname(above) && !existsSync(above)) above = dirname(above);
    await access(above, constants.W_OK);
    throw error;
  }
}

/**
 * Looks now and every minute at the free space of the data folder's disk and warns in the log while it is low. Returns
 * what ends that.
 */
export function watchDisk({ dataFolder }: Config, log: Log): () => void {
  const look = async (): Promise<void> => {
    const { bavail, bsize } = await statfs(dataFolder);
    const free = bavail * bsize;
    if (free < LOW_BYTES)
      log.warn({ folder: dataFolder, freeBytes: free }, 'the disk of the data folder is nearly full');
  };
  const lookOrLog = (): void => {
    look().catch((error: unknown) => log.warn({ err: error, folder: dataFolder }, 'the disk cannot be looked at'));
  };
  lookOrLog();
  const timer = setInterval(lookOrLog, LOOK_MS).unref();
  return () => clearInterval(timer);
}

/** Keeps the public URL of the service for commands that print links and are not told it. */
export async function rememberPublicUrl({ dataFolder, publicUrl }: Config): Promise<void> {
  const file = publicUrlFile(dataFolder);
  await writeFile(`${file}.new`, `${publicUrl.origin}\n`, { mode: 0o600 });
  await rename(`${file}.new`, file);
}

/** The public URL links are printed with: the one that is set, else that of the last `serve` on this data folder. */
export async function publicUrlOf(config: Config): Promise<URL> {
  if (config.publicUrlGiven) return config.publicUrl;
  const kept = (await readIfThere(publicUrlFile(config.dataFolder)).catch(() => undefined))?.trim() ?? '';
  return URL.canParse(kept) ? new URL(kept) : config.publicUrl;
}

function publicUrlFile(dataFolder: string): string {
  return join(dataFolder, 'public-url');
}
