import { link, mkdir, stat, unlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { AppError } from '../../base/errors.ts';
import { randomKey, randomUuid } from '../../base/random.ts';
import { readIfThere } from '../../db/embedded/process-facts.ts';
import type { Text } from '../../texts/catalog.ts';

/** The file in the data folder that holds the master key when none is given. */
export function masterKeyFile(dataFolder: string): string {
  return join(dataFolder, 'master.key');
}

/**
 * Reads the master key of the data folder, and makes one where there is no database yet. Throws `data.master-key` when
 * it is gone although there is a database: a new one would open nothing that the old one sealed.
 */
export async function readMasterKey(dataFolder: string, t: Text): Promise<Buffer> {
  const file = masterKeyFile(dataFolder);
  const text = (await readIfThere(file)) ?? (await makeMasterKey(dataFolder, file, t));
  const key = Buffer.from(text.trim(), 'base64');
  if (key.length !== 32) throw refused(t('cli.key.damaged', { file }));
  const { mode } = await stat(file);
  if (process.platform !== 'win32' && (mode & 0o077) !== 0) throw refused(t('cli.key.open', { file }));
  return key;
}

/**
 * The master keys of an installation that comes back: those given, or that of the data folder. Throws `data.master-key`
 * where there is none: one made now would open nothing.
 */
export async function existingMasterKeys(
  config: { masterKeys?: readonly Buffer[] | undefined; dataFolder: string },
  t: Text,
): Promise<readonly Buffer[]> {
  if (config.masterKeys !== undefined) return config.masterKeys;
  const file = masterKeyFile(config.dataFolder);
  if ((await readIfThere(file)) === undefined) throw refused(t('cli.key.none', { file }));
  return [await readMasterKey(config.dataFolder, t)];
}

/** Written beside and linked: of two commands that start at once both use the one key. */
async function makeMasterKey(dataFolder: string, file: string, t: Text): Promise<string> {
  const database = await stat(join(dataFolder, 'postgres')).catch(() => undefined);
  if (database !== undefined) throw refused(t('cli.key.lost', { file }));
  await mkdir(dataFolder, { recursive: true, mode: 0o700 });
  const draft = `${file}.${randomUuid()}`;
  await writeFile(draft, `${randomKey().toString('base64')}\n`, { mode: 0o600, flush: true });
  try {
    await link(draft, file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  } finally {
    await unlink(draft);
  }
  return (await readIfThere(file)) ?? '';
}

function refused(detail: string): AppError {
  return new AppError('data.master-key', { detail });
}
