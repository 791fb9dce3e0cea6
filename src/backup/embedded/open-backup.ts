import { AppError, rethrowUnless } from '../../base/errors.ts';
import type { Log } from '../../base/log.ts';
import { embeddedVersion, makeRestoredFolder } from '../../db/embedded/put-files.ts';
import { readMigrations } from '../../db/migrate.ts';
import { openDatabase } from '../../db/open-database.ts';
import type { OpenDatabase } from '../../db/open-database.ts';
import type { Manifest } from '../archive/manifest.ts';
import { checkArchive, readArchive } from '../archive/read-archive.ts';
import { FILES } from './back-up-files.ts';

/** Hears how many bytes of how many were read. */
export type Progress = (done: number, total: number) => void;

/** A backup that is whole and that this version can restore. */
export interface CheckedBackup {
  file: string;
  manifest: Manifest;
}

/**
 * Reads all of a backup file and touches nothing. Throws as `readArchive`, `backup.newer` when a later version wrote it or
 * migrated its database, `backup.embedded-only` when it is of another kind, and `backup.other-postgres`.
 *
 * @param dataFolder decides as whom PostgreSQL runs.
 */
export async function checkBackup(file: string, dataFolder: string): Promise<CheckedBackup> {
  const manifest = await checkArchive(file);
  if (manifest.kind !== 'embedded' || manifest.embedded === undefined) throw new AppError('backup.embedded-only');
  const migrations = await readMigrations();
  if (manifest.schemaVersion !== '' && migrations.every(({ name }) => name !== manifest.schemaVersion)) {
    throw new AppError('backup.newer', { values: { file } });
  }
  const own = await embeddedVersion(dataFolder);
  const version = manifest.postgresVersion.split('.')[0] ?? '';
  if (version !== own) throw new AppError('backup.other-postgres', { values: { file, version, own } });
  return { file, manifest };
}

/**
 * Puts the database of a backup into the data folder `folder`, which is not there yet, and starts it. The caller closes it
 * and removes the folder. Throws `backup.unusable` when PostgreSQL does not start from it.
 */
export async function openBackup(
  { file, manifest }: CheckedBackup,
  folder: string,
  deps: { log: Log },
  onProgress: Progress,
): Promise<OpenDatabase> {
  const { folders = [], until = '' } = manifest.embedded ?? {};
  const restored = await makeRestoredFolder(folder);
  await restored.makeFolders(folders);
  const total = manifest.entries.reduce((sum, { bytes }) => sum + bytes, 0);
  let done = 0;
  await readArchive(file, async ({ name, bytes, content }) => {
    if (name.startsWith(`${FILES}/`)) await restored.add(name.slice(FILES.length + 1), content);
    done += bytes;
    onProgress(done, total);
  });
  try {
    await restored.replay(until);
    return await openDatabase({ source: { dataFolder: folder }, log: deps.log, poolSize: 2 });
  } catch (cause) {
    rethrowUnless(cause, 'database.unavailable');
    throw new AppError('backup.unusable', { values: { file, reason: cause.detail ?? '' }, cause });
  }
}
