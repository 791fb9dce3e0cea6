import { stat } from 'node:fs/promises';
import { join, resolve, sep } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { AppError } from '../../base/errors.ts';
import type { DatabaseFiles } from '../../db/embedded/copy-files.ts';
import { ARCHIVE_SECONDS, chooseLogFolder, makeLogFolder, readLogFolder } from '../../db/embedded/log-archive.ts';
import { postgresProgram } from '../../db/embedded/postgres-program.ts';
import type { InstallationDeps } from '../installation/installation.ts';
import { openInstallation } from '../installation/installation.ts';
import { inDataFolder } from '../installation/data-folder.ts';
import type { Result } from '../terminal.ts';

const LOOK_MS = 100;
/** PostgreSQL tries three times, a second apart, then waits for a minute: it may be in that wait from before. */
const PATIENCE_MS = 75_000;

/**
 * `gatehouse backup --wal FOLDER`: archives the log of the embedded database to FOLDER from now on, where the database runs
 * already without archiving from its next start on. Waits until a first file is there. Throws `log.embedded-only`, `log.folder`
 * when FOLDER cannot be used, `log.not-archived` when nothing arrives there.
 */
export async function archiveLog(deps: InstallationDeps, options: { wal: string }): Promise<Result> {
  const { config, t } = deps;
  const { dataFolder } = config;
  if (config.databaseUrl !== undefined) throw new AppError('log.embedded-only');
  const folder = resolve(options.wal);
  const refused = (reason: string): AppError => new AppError('log.folder', { values: { folder, reason } });
  return inDataFolder(config, t, async () => {
    const database = join(dataFolder, 'postgres');
    if (/[\n\r]/.test(folder) || `${folder}${sep}`.startsWith(`${database}${sep}`)) {
      throw refused(t('cli.wal.inside', { folder: database }));
    }
    await makeLogFolder(folder, await postgresProgram(database)).catch((error: Error) => {
      throw refused(error.message);
    });
    const before = await readLogFolder(dataFolder);
    await chooseLogFolder(dataFolder, folder);
    await using installation = await openInstallation(deps);
    const { files } = installation.database;
    const active = before === folder || before === undefined ? await isArchiving(files) : false;
    const segment = active && files !== undefined ? await proveArchiving(files, folder) : null;
    const sameDisk = (await stat(folder)).dev === (await stat(dataFolder)).dev;
    const lines = [
      t(active ? 'cli.wal.archiving' : 'cli.wal.restart', { folder, seconds: ARCHIVE_SECONDS }),
      ...(sameDisk ? [t('cli.wal.same-disk')] : []),
    ];
    return { data: { folder, archiving: active, segment, sameDisk }, text: lines.join('\n') };
  });
}

/** `gatehouse backup --no-wal`: no log is archived from the next start of the database on. */
export async function stopArchiving({ config, t }: InstallationDeps): Promise<Result> {
  const folder = await readLogFolder(config.dataFolder);
  await chooseLogFolder(config.dataFolder, undefined);
  const text = folder === undefined ? t('cli.wal.none') : t('cli.wal.stopped', { folder });
  return { data: { folder: folder ?? null, archiving: false }, text };
}

async function isArchiving(files: DatabaseFiles | undefined): Promise<boolean> {
  const session = await files?.connect();
  try {
    const found = await session?.query(`select current_setting('archive_mode') as mode`);
    return (found?.rows[0] as { mode: string } | undefined)?.mode === 'on';
  } finally {
    await session?.end();
  }
}

/** Ends the segment that is written to, waits until it is archived, and returns its name. */
async function proveArchiving(files: DatabaseFiles, folder: string): Promise<string> {
  const session = await files.connect();
  try {
    const ask = async <T>(statement: string): Promise<T> => (await session.query(statement)).rows[0] as T;
    const before = await ask<{ failed: string }>('select failed_count as failed from pg_stat_archiver');
    const { wanted } = await ask<{ wanted: string }>('select pg_walfile_name(pg_switch_wal()) as wanted');
    for (let waited = 0; waited < PATIENCE_MS; waited += LOOK_MS) {
      const { last, failed } = await ask<{ last: string | null; failed: string }>(
        `select last_archived_wal as last, failed_count as failed from pg_stat_archiver`,
      );
      if ((last ?? '').slice(0, wanted.length) >= wanted) return wanted;
      if (failed !== before.failed) break;
      await pause(LOOK_MS);
    }
    throw new AppError('log.not-archived', { values: { folder, reason: `${wanted} did not arrive` } });
  } finally {
    await session.end();
  }
}
