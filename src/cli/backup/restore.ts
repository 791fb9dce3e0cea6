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
import type { LongDeps } from './backup.ts';
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

/**
 * `gatehouse restore FILE`: puts the database of a backup into the data folder. It is made whole, migrated and given a new
 * epoch in a folder of its own, and takes its place last: until then nothing is touched. Throws `data.locked` while the
 * service runs, `backup.not-empty`, `data.master-key`, `data.other-master-key`, and what `checkAnyBackup` throws. With
 * `DATABASE_URL`: `restoreRows`.
 */
export async function restore(deps: LongDeps, options: { file: string; replace?: boolean }): Promise<Result> {
  const { config, t, clock } = deps;
  if (config.databaseUrl !== undefined) return restoreRows(deps, options);
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
      await removeRestoredFolder(beside);
      const ended = await prepare(deps, checked, beside, secrets);
      if (there !== undefined) await stopLeftBehind(deps);
      const moment = clock.now().toISOString();
      const aside = join(dataFolder, `${ASIDE}${moment.replaceAll(/[-:]|\.\d+/g, '')}`);
      await takeOver(dataFolder, beside, aside);
      return resultOf(deps, checked, ended, there === undefined ? undefined : aside);
    } finally {
      await removeRestoredFolder(beside);
      await lock.release();
    }
  });
}

async function prepare(deps: LongDeps, checked: AnyBackup, beside: string, secrets: SecretBox): Promise<EndedCounts> {
  const { clock, t } = deps;
  const show = progressOf(deps, (done, total) => t('cli.restore.progress', { done, total }));
  await using database = await openAnyBackup(checked, beside, deps, show);
  await checkMasterKey({ ...deps, db: database.db, secrets });
  await migrate({ database, clock }, await readMigrations());
  const actor = { kind: 'operator', id: null, name: accountName() } as const;
  const takenAt = new Date(checked.manifest.takenAt);
  const ended = await startNewEpoch({ database, clock, secrets }, actor, { takenAt });
  await finishAnyRestore(checked, database);
  return ended;
}

/** A killed service leaves its database running: whoever joins it and lets go last stops it. */
async function stopLeftBehind(deps: LongDeps): Promise<void> {
  if ((await findRunning(join(deps.config.dataFolder, 'postgres'))) === undefined) return;
  const installation = await openInstallation(deps);
  await installation.database.close();
}

function resultOf(
  { t }: LongDeps,
  { file, manifest }: AnyBackup,
  ended: EndedCounts,
  aside: string | undefined,
): Result {
  const done = t('cli.restore.done', { moment: manifest.takenAt, sessions: ended.sessions });
  return {
    data: { file, takenAt: manifest.takenAt, ended, ...(aside === undefined ? {} : { aside }) },
    text: aside === undefined ? done : `${done}\n${t('cli.restore.aside', { folder: aside })}`,
  };
}
