import { AppError, rethrowUnless } from '../../base/errors.ts';
import type { Log } from '../../base/log.ts';
import { ReplayFailed, embeddedVersion, makeRestoredFolder } from '../../db/embedded/put-files.ts';
import { readMigrations } from '../../db/migrate.ts';
import { openDatabase } from '../../db/open-database.ts';
import type { OpenDatabase } from '../../db/open-database.ts';
import { checkArchive, readArchive } from '../archive/read-archive.ts';
import type { LogTarget } from '../log/find-log.ts';
import type { CheckedBackup } from './checked-backup.ts';
import { explainEnd, requireReached } from '../log/explain-end.ts';
import { FILES } from './back-up-files.ts';

/** Hears how many bytes of how many were read. */
export type Progress = (done: number, total: number) => void;

/** The database of a backup, started. */
export interface OpenedBackup {
  database: OpenDatabase;
  /** When the last transaction that the log brought was committed; undefined where it brought none. */
  lastCommit: Date | undefined;
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
 * Puts the database of a backup into the data folder `folder`, which is not there yet, and starts it; `reached` says how far the
 * log brought it. The caller closes it and removes the folder. Throws `backup.unusable` when PostgreSQL does not start from
 * it, with `upTo` what is wrong with the log: `log.too-late`, `log.missing`, `log.damaged`.
 *
 * @param options `upTo`: archived log is replayed after the backup, up to a moment or to its end
 */
export async function openBackup(
  { file, manifest }: CheckedBackup,
  folder: string,
  deps: { log: Log },
  options: { onProgress: Progress; upTo?: LogTarget | undefined },
): Promise<OpenedBackup> {
  const { folders = [], until = '' } = manifest.embedded ?? {};
  const { onProgress, upTo } = options;
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
    const target = upTo && { folder: upTo.log.folder, line: upTo.log.line, to: upTo.to };
    const replayed = await restored.replay(target ?? { until });
    if (upTo !== undefined) await requireReached(upTo, replayed);
    const database = await openDatabase({ source: { dataFolder: folder }, log: deps.log, poolSize: 2 }).catch(
      (cause: unknown) => {
        rethrowUnless(cause, 'database.unavailable');
        throw new AppError('backup.unusable', { values: { file, reason: cause.detail ?? '' }, cause });
      },
    );
    return { database, lastCommit: replayed.lastCommit };
  } catch (cause) {
    if (!(cause instanceof ReplayFailed)) throw cause;
    if (upTo !== undefined && cause.endedEarly) throw await explainEnd(upTo, manifest, cause.lastCommit);
    throw new AppError('backup.unusable', { values: { file, reason: cause.message }, cause });
  }
}
