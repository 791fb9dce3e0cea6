import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { compareFacts } from '../../backup/embedded/compare-facts.ts';
import { backUpLogically } from '../../backup/logical/back-up-logically.ts';
import { AppError } from '../../base/errors.ts';
import { createSecretBox } from '../../base/secret-box.ts';
import { takeLock } from '../../db/embedded/folder-lock.ts';
import { findOldPrograms } from '../../db/embedded/old-programs.ts';
import { readIfThere } from '../../db/embedded/process-facts.ts';
import { ASIDE, embeddedVersion, removeRestoredFolder, takeOver } from '../../db/embedded/put-files.ts';
import { openDatabase } from '../../db/open-database.ts';
import type { LongDeps } from './backup.ts';
import { inDataFolder } from '../installation/data-folder.ts';
import { existingMasterKeys } from '../installation/master-key.ts';
import { checkAnyBackup, finishAnyRestore, openAnyBackup } from './open-any-backup.ts';
import type { AnyBackup } from './open-any-backup.ts';
import { progressOf } from '../terminal.ts';
import type { Result } from '../terminal.ts';

/**
 * `gatehouse database upgrade`: moves the database in the data folder to the PostgreSQL of this version. Its rows are read by
 * the programs that made it and written into a new one beside, which takes its place last: until then nothing is touched but
 * what a start of PostgreSQL writes. Nothing was lost meanwhile, so no new epoch begins: sessions, links and tokens hold.
 * The schema stays that of before; the next start migrates it.
 *
 * Throws `data.locked` while the service runs, `database.old-programs`, `backup.embedded-only` with `DATABASE_URL`, and what
 * `checkAnyBackup` and `compareFacts` throw.
 */
export async function upgradeDatabase(deps: LongDeps, options: { programs?: string }): Promise<Result> {
  const { config, t } = deps;
  if (config.databaseUrl !== undefined) throw new AppError('backup.embedded-only');
  const { dataFolder } = config;
  return inDataFolder(config, t, async () => {
    const lock = await takeLock(join(dataFolder, 'serve.lock'), (pid) =>
      t('cli.restore.serving', { pid: String(pid), folder: dataFolder }),
    );
    try {
      const from = (await readIfThere(join(dataFolder, 'postgres', 'PG_VERSION')))?.trim();
      const to = await embeddedVersion(dataFolder);
      const folder = join(dataFolder, 'postgres');
      if (from === undefined) return nothing(t('cli.database.upgrade.none', { folder }), to);
      if (from === to) return nothing(t('cli.database.upgrade.nothing', { folder, version: to }), to);
      return await move(deps, options.programs, { from, to });
    } finally {
      await lock.release();
    }
  });
}

function nothing(text: string, version: string): Result {
  return { data: { moved: false, version }, text };
}

async function move(
  deps: LongDeps,
  given: string | undefined,
  { from, to }: { from: string; to: string },
): Promise<Result> {
  const { config, t, terminal, clock } = deps;
  const { dataFolder } = config;
  const secrets = createSecretBox(await existingMasterKeys(config, t));
  const file = join(dataFolder, 'upgrade.backup');
  const beside = join(dataFolder, 'restore.new');
  const fetched = await mkdtemp(join(tmpdir(), 'gatehouse-postgres-'));
  try {
    // Another account may have to run them; they are no secret.
    await chmod(fetched, 0o755);
    await removeRestoredFolder(beside);
    if (given === undefined) terminal.progress?.(t('cli.database.upgrade.fetching', { version: from }));
    const programs = await findOldPrograms(dataFolder, Number(from), {
      given: given === undefined ? undefined : resolve(given),
      into: fetched,
    });
    await readRows(deps, { file, programs, from });
    const checked = await checkAnyBackup(file, dataFolder, secrets);
    await writeRows(deps, { checked, beside, to });
    const moment = clock.now().toISOString();
    const aside = join(dataFolder, `${ASIDE}${moment.replaceAll(/[-:]|\.\d+/g, '')}`);
    await takeOver(dataFolder, beside, aside);
    const counts = Object.values(checked.manifest.rows);
    const rows = counts.reduce((sum, count) => sum + count, 0);
    return {
      data: { moved: true, from, version: to, rows, aside },
      text: t('cli.database.upgrade.done', { from, to, rows, tables: counts.length, aside }),
    };
  } finally {
    await removeRestoredFolder(beside);
    await rm(file, { force: true });
    await rm(fetched, { recursive: true, force: true });
  }
}

/** Its server is stopped again afterwards, also one that a killed service left running. */
async function readRows(
  deps: LongDeps,
  { file, programs, from }: { file: string; programs: string; from: string },
): Promise<void> {
  const { config, clock, log, t } = deps;
  const show = progressOf(deps, (done) => t('cli.database.upgrade.reading', { version: from, done }));
  const source = { dataFolder: config.dataFolder, programs };
  await using database = await openDatabase({ source, log, poolSize: 2 });
  await backUpLogically({ database, clock }, file, { overwrite: true, onProgress: (done) => show(done, 0) });
}

async function writeRows(
  deps: LongDeps,
  { checked, beside, to }: { checked: AnyBackup; beside: string; to: string },
): Promise<void> {
  const { t } = deps;
  const show = progressOf(deps, (done, total) => t('cli.database.upgrade.writing', { version: to, done, total }));
  const opened = await openAnyBackup(checked, beside, deps, { onProgress: show });
  await using database = opened.database;
  await database.migrating(async (owner) => compareFacts(checked, owner));
  await finishAnyRestore(checked, database);
}
