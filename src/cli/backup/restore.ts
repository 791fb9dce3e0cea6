import { stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { startNewEpoch } from '../../backup/epoch/start-new-epoch.ts';
import type { EndedCounts } from '../../backup/epoch/start-new-epoch.ts';
import { AppError } from '../../base/errors.ts';
import { createSecretBox } from '../../base/secret-box.ts';
import type { SecretBox } from '../../base/secret-box.ts';
import { takeLock } from '../../db/embedded/folder-lock.ts';
import { findRunning } from '../../db/embedded/pid-file.ts';
import { ASIDE, removeRestoredFolder, takeOver } from '../../db/embedded/put-files.ts';
import { migrate, readMigrations } from '../../db/migrate.ts';
import type { LogTarget } from '../../backup/log/find-log.ts';
import { readLogFolder } from '../../db/embedded/log-archive.ts';
import type { LongDeps } from './backup.ts';
import { findLogTarget } from './find-log-target.ts';
import type { LogOption } from './find-log-target.ts';
import { checkMasterKey } from '../installation/check-master-key.ts';
import { inDataFolder } from '../installation/data-folder.ts';
import { openInstallation } from '../installation/installation.ts';
import { existingMasterKeys } from '../installation/master-key.ts';
import { checkAnyBackup, finishAnyRestore, openAnyBackup } from './open-any-backup.ts';
import type { AnyBackup } from './open-any-backup.ts';
import { restoreRows } from './restore-rows.ts';
import { accountName } from '../operator.ts';
import { progressOf } from '../terminal.ts';
import type { Result } from '../terminal.ts';

/** What a restore is told. */
export interface RestoreOptions extends LogOption {
  file: string;
  replace?: boolean;
  /** The moment to restore, by the archived log. */
  to?: Date;
}

/**
 * `gatehouse restore FILE`: puts the database of a backup into the data folder. It is made whole, migrated and given a new
 * epoch in a folder of its own, and takes its place last: until then nothing is touched. Throws `data.locked` while the
 * service runs, `backup.not-empty`, `data.master-key`, `data.other-master-key`, and what `checkAnyBackup` and `findLogTarget`
 * throw; with archived log, `log.too-late`, `log.missing` and `log.damaged`. With `DATABASE_URL`: `restoreRows`.
 */
export async function restore(deps: LongDeps, options: RestoreOptions): Promise<Result> {
  const { config, t, clock } = deps;
  if (config.databaseUrl !== undefined) {
    if (options.to !== undefined || options.wal !== undefined) throw new AppError('log.embedded-only');
    return restoreRows(deps, options);
  }
  const file = resolve(options.file);
  const { dataFolder } = config;
  return inDataFolder(config, t, async () => {
    const lock = await takeLock(join(dataFolder, 'serve.lock'), (pid) =>
      t('cli.restore.serving', { pid: String(pid), folder: dataFolder }),
    );
    const beside = join(dataFolder, 'restore.new');
    try {
      const there = await stat(join(dataFolder, 'postgres')).catch(() => undefined);
      if (there !== undefined && options.replace !== true) {
        throw new AppError('backup.not-empty', { values: { folder: dataFolder } });
      }
      const secrets = createSecretBox(await existingMasterKeys(config, t));
      const checked = await checkAnyBackup(file, dataFolder, secrets);
      const upTo = await findLogTarget(config, checked, options);
      await removeRestoredFolder(beside);
      const prepared = await prepare(deps, { checked, upTo, beside, secrets });
      if (there !== undefined) await stopLeftBehind(deps);
      const moment = clock.now().toISOString();
      const aside = join(dataFolder, `${ASIDE}${moment.replaceAll(/[-:]|\.\d+/g, '')}`);
      await takeOver(dataFolder, beside, aside);
      return await resultOf(deps, checked, prepared, there === undefined ? undefined : aside);
    } finally {
      await removeRestoredFolder(beside);
      await lock.release();
    }
  });
}

/** The moment of a restored database, and what is void in it. */
interface Prepared {
  moment: string;
  /** Whether log was replayed after the backup, and when the last transaction was committed that it brought. */
  byLog: boolean;
  lastCommit: Date | undefined;
  ended: EndedCounts;
}

async function prepare(
  deps: LongDeps,
  given: { checked: AnyBackup; upTo: LogTarget | undefined; beside: string; secrets: SecretBox },
): Promise<Prepared> {
  const { clock, t } = deps;
  const { checked, upTo, beside, secrets } = given;
  const onProgress = progressOf(deps, (done, total) => t('cli.restore.progress', { done, total }));
  const opened = await openAnyBackup(checked, beside, deps, { onProgress, upTo });
  await using database = opened.database;
  await checkMasterKey({ ...deps, db: database.db, secrets });
  await migrate({ database, clock }, await readMigrations());
  const actor = { kind: 'operator', id: null, name: accountName() } as const;
  const { takenAt } = checked.manifest;
  const lastCommit = upTo === undefined ? undefined : opened.lastCommit;
  const moment = upTo?.to?.toISOString() ?? lastCommit?.toISOString() ?? takenAt;
  const ended = await startNewEpoch({ database, clock, secrets }, actor, { takenAt: new Date(moment) });
  await finishAnyRestore(checked, database);
  return { moment, byLog: upTo !== undefined, lastCommit, ended };
}

/** A killed service leaves its database running: whoever joins it and lets go last stops it. */
async function stopLeftBehind(deps: LongDeps): Promise<void> {
  if ((await findRunning(join(deps.config.dataFolder, 'postgres'))) === undefined) return;
  const installation = await openInstallation(deps);
  await installation.database.close();
}

async function resultOf(
  { t, config }: LongDeps,
  { file, manifest }: AnyBackup,
  { moment, byLog, lastCommit, ended }: Prepared,
  aside: string | undefined,
): Promise<Result> {
  const archivedTo = await readLogFolder(config.dataFolder);
  const last = lastCommit?.toISOString() ?? manifest.takenAt;
  const lines = [
    t('cli.restore.done', { moment, sessions: ended.sessions }),
    ...(byLog ? [t('cli.restore.by-log', { last })] : []),
    ...(aside === undefined ? [] : [t('cli.restore.aside', { folder: aside })]),
    ...(archivedTo === undefined ? [] : [t('cli.restore.archiving', { folder: archivedTo })]),
  ];
  const data = { file, takenAt: manifest.takenAt, moment, ...(byLog ? { lastCommit: last } : {}), ended };
  return { data: { ...data, ...(aside === undefined ? {} : { aside }) }, text: lines.join('\n') };
}
