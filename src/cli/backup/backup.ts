import { basename, resolve } from 'node:path';
import { backUpFiles } from '../../backup/embedded/back-up-files.ts';
import { backUpLogically } from '../../backup/logical/back-up-logically.ts';
import { writeArchive } from '../../backup/archive/write-archive.ts';
import { recordRun } from '../../backup/runs/record-run.ts';
import type { BackupRun } from '../../backup/runs/backup-run.ts';
import { AppError } from '../../base/errors.ts';
import type { Database } from '../../db/database.ts';
import { migrationState, readMigrations } from '../../db/migrate.ts';
import { openInstallation } from '../installation/installation.ts';
import type { InstallationDeps } from '../installation/installation.ts';
import { progressOf, sizeText } from '../terminal.ts';
import type { Result, Terminal } from '../terminal.ts';

/** What a long command needs beside. */
export type LongDeps = InstallationDeps & { terminal: Terminal };

/**
 * `gatehouse backup FILE`: a backup of the database, while the service runs. Of the embedded one its files, of any other its
 * rows; with `--logical` the rows in any case.
 */
export async function backUp(
  deps: LongDeps,
  options: { file: string; overwrite?: boolean; logical?: boolean },
): Promise<Result> {
  const { t, clock } = deps;
  const file = resolve(options.file);
  await using installation = await openInstallation(deps);
  const { database } = installation;
  const { applied } = await migrationState(database.db, await readMigrations());
  if (applied.length === 0) throw new AppError('database.not-migrated');
  const files = options.logical === true ? undefined : database.files;
  const show = progressOf(deps, (done, total) =>
    t(files === undefined ? 'cli.backup.rows' : 'cli.backup.progress', { done, total }),
  );
  return await recorded(deps, database.db, 'backup', file, async () => {
    let total = 0;
    const writing = { overwrite: options.overwrite === true, onProgress: (done: number) => show(done, total) };
    const { manifest, bytes } =
      files === undefined
        ? await backUpLogically({ database, clock }, file, writing)
        : await writeArchive(file, writing, async (archive) =>
            backUpFiles({ database, clock }, files, {
              ...archive,
              expect: (expected) => (total = expected),
            }),
          );
    const { takenAt, schemaVersion, postgresVersion, kind } = manifest;
    return {
      bytes,
      result: {
        data: { file, bytes, kind, takenAt, schemaVersion, postgresVersion },
        text: t('cli.backup.done', { file, size: sizeText(bytes), moment: takenAt }),
      },
    };
  });
}

/** Runs a backup or a verification and keeps what became of it in the database, where that has the table for it. */
export async function recorded(
  { clock }: InstallationDeps,
  db: Database | undefined,
  kind: BackupRun['kind'],
  file: string,
  work: () => Promise<{ bytes: number; result: Result }>,
): Promise<Result> {
  const startedAt = clock.now();
  const keep = async (bytes: number | null, outcome: BackupRun['outcome']): Promise<void> => {
    if (db === undefined || (await migrationState(db, await readMigrations())).pending.length > 0) return;
    const run = { kind, startedAt, endedAt: clock.now(), bytes, outcome, fileName: basename(file) };
    await recordRun({ db, clock }, run);
  };
  try {
    const { bytes, result } = await work();
    await keep(bytes, 'done');
    return result;
  } catch (error) {
    // The first error is the one to tell, also where it was the database that failed.
    await keep(null, error instanceof AppError ? error.code : 'internal').catch(() => {});
    throw error;
  }
}
