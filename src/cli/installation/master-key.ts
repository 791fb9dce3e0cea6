import { link, mkdir, rename, stat, unlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { AppError } from '../../base/errors.ts';
import { randomKey, randomUuid } from '../../base/random.ts';
import { createSecretBox } from '../../base/secret-box.ts';
import { readIfThere } from '../../db/embedded/process-facts.ts';
import type { Text } from '../../texts/catalog.ts';

/** The file in the data folder that holds the master key when none is given. */
export function masterKeyFile(dataFolder: string): string {
  return join(dataFolder, 'master.key');
}

/** What the file holds. */
export interface FolderKeys {
  /** The newest first; at least one. */
  keys: Buffer[];
  /** Known already, and the newest from the next start of the service on. */
  next: Buffer | undefined;
}

/** How the line of a key begins that waits for the next start. */
const NEXT = 'next:';

/**
 * Reads the master keys of the data folder, a line each, and makes one where there is no database yet. Throws `data.master-key`
 * when the file is gone although there is a database: a new one would open nothing that the old one sealed.
 */
export async function readFolderKeys(dataFolder: string, t: Text): Promise<FolderKeys> {
  const file = masterKeyFile(dataFolder);
  const text = (await readIfThere(file)) ?? (await makeMasterKey(dataFolder, file, t));
  const lines = text.split('\n').filter((line) => line.trim() !== '');
  const read = (line: string): Buffer => {
    const key = Buffer.from(line.trim(), 'base64');
    if (key.length !== 32) throw refused(t('cli.key.damaged', { file }));
    return key;
  };
  const keys = lines.filter((line) => !line.startsWith(NEXT)).map(read);
  const [next] = lines.filter((line) => line.startsWith(NEXT)).map((line) => read(line.slice(NEXT.length)));
  if (keys.length === 0) throw refused(t('cli.key.damaged', { file }));
  const { mode } = await stat(file);
  if (process.platform !== 'win32' && (mode & 0o077) !== 0) throw refused(t('cli.key.open', { file }));
  return { keys, next };
}

/**
 * The master keys to work with, the newest first. For a command one that waits is the last: what a service seals that starts
 * while the command runs opens. Nothing is sealed by it before, which a running service could not open.
 */
export async function readMasterKeys(dataFolder: string, t: Text, options: { serves: boolean }): Promise<Buffer[]> {
  const { keys, next } = await readFolderKeys(dataFolder, t);
  return next === undefined || options.serves ? keys : [...keys, next];
}

/** Makes a key that waits for the next start. Throws `key.waiting` where one waits already. Returns its fingerprint. */
export async function addNextKey(dataFolder: string, t: Text): Promise<string> {
  const { keys, next } = await readFolderKeys(dataFolder, t);
  if (next !== undefined) throw new AppError('key.waiting');
  // Values are told apart by a byte of the fingerprint: one that another key has is passed over.
  const versions = new Set(keys.map((key) => fingerprintOf(key).slice(0, 2)));
  let made = randomKey();
  while (versions.has(fingerprintOf(made).slice(0, 2))) made = randomKey();
  await writeFolderKeys(dataFolder, { keys, next: made });
  return fingerprintOf(made);
}

/**
 * Makes the key that waits the newest. By whoever holds the folder's lock alone, before it opens anything: then no service runs
 * that does not know the key. Returns its fingerprint; undefined where none waits.
 */
export async function takeNextKey(dataFolder: string, t: Text): Promise<string | undefined> {
  const { keys, next } = await readFolderKeys(dataFolder, t);
  if (next === undefined) return undefined;
  await writeFolderKeys(dataFolder, { keys: [next, ...keys], next: undefined });
  return fingerprintOf(next);
}

/** Leaves the newest key alone in the file, and one that waits. */
export async function dropOldKeys(dataFolder: string, t: Text): Promise<void> {
  const { keys, next } = await readFolderKeys(dataFolder, t);
  await writeFolderKeys(dataFolder, { keys: keys.slice(0, 1), next });
}

/** As `keys status` names a master key. */
export function fingerprintOf(key: Buffer): string {
  return createSecretBox([key]).fingerprints[0]!;
}

/** Written beside and renamed: whoever reads finds the old keys or the new ones, also after a crash. */
async function writeFolderKeys(dataFolder: string, { keys, next }: FolderKeys): Promise<void> {
  const file = masterKeyFile(dataFolder);
  const lines = keys.map((key) => key.toString('base64'));
  if (next !== undefined) lines.push(`${NEXT}${next.toString('base64')}`);
  const draft = `${file}.${randomUuid()}`;
  await writeFile(draft, `${lines.join('\n')}\n`, { mode: 0o600, flush: true });
  await rename(draft, file);
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
  return readMasterKeys(config.dataFolder, t, { serves: false });
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
