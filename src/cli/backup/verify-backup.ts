import { stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { verifySeals } from '../../audit/verify-seals.ts';
import { compareAudit, compareFacts } from '../../backup/embedded/compare-facts.ts';
import { checkLog } from '../../backup/log/find-log.ts';
import type { LogTarget } from '../../backup/log/find-log.ts';
import { AppError } from '../../base/errors.ts';
import { createSecretBox } from '../../base/secret-box.ts';
import type { Database } from '../../db/database.ts';
import { takeLock } from '../../db/embedded/folder-lock.ts';
import { removeRestoredFolder } from '../../db/embedded/put-files.ts';
import { migrate, readMigrations } from '../../db/migrate.ts';
import { recorded } from './backup.ts';
import type { LongDeps } from './backup.ts';
import { checkMasterKey } from '../installation/check-master-key.ts';
import { inDataFolder } from '../installation/data-folder.ts';
import { openInstallation } from '../installation/installation.ts';
import { existingMasterKeys } from '../installation/master-key.ts';
import { findLogTarget } from './find-log-target.ts';
import type { LogOption } from './find-log-target.ts';
import { checkAnyBackup, openAnyBackup } from './open-any-backup.ts';
import { progressOf } from '../terminal.ts';
import type { Result } from '../terminal.ts';

/**
 * `gatehouse backup verify FILE`: restores it into a folder of its own, starts PostgreSQL there and compares. With archived log
 * that is done a second time, with all of the log replayed. Throws what is wrong with it: everything `checkAnyBackup` and
 * `findLogTarget` throw, `backup.unusable`, `backup.other-rows`, `backup.audit`, `data.other-master-key`, `log.damaged`.
 */
export async function verifyBackup(deps: LongDeps, options: { file: string } & LogOption): Promise<Result> {
  const { config, t } = deps;
  const file = resolve(options.file);
  return inDataFolder(config, t, async () => {
    const here = join(config.dataFolder, 'postgres');
    const installed = config.databaseUrl ?? (await stat(here).catch(() => undefined));
    await using installation = installed === undefined ? undefined : await openInstallation(deps);
    return await recorded(deps, installation?.database.db, 'verify', file, async () => {
      const lock = await takeLock(join(config.dataFolder, 'verify.lock'), (pid) =>
        t('cli.backup.verify.second', { pid: String(pid) }),
      );
      try {
        return await verify(deps, file, options);
      } finally {
        await lock.release();
      }
    });
  });
}

async function verify(deps: LongDeps, file: string, options: LogOption): Promise<{ bytes: number; result: Result }> {
  const { config, clock, t } = deps;
  const began = clock.now();
  const secrets = createSecretBox(await existingMasterKeys(config, t));
  const checked = await checkAnyBackup(file, config.dataFolder, secrets);
  const upTo = await findLogTarget(config, checked, options);
  const { manifest } = checked;
  const onProgress = progressOf(deps, (done, total) => t('cli.backup.verify.progress', { done, total }));
  if (upTo !== undefined) await checkLog(upTo.log, onProgress);
  const restored = async (target: LogTarget | undefined): Promise<{ events: number; lastCommit: Date | undefined }> => {
    const folder = join(config.dataFolder, 'verify.new');
    await removeRestoredFolder(folder);
    try {
      const opened = await openAnyBackup(checked, folder, deps, { onProgress, upTo: target });
      await using database = opened.database;
      await database.migrating(async (owner) =>
        target === undefined ? compareFacts(checked, owner) : compareAudit(checked, owner),
      );
      await checkMasterKey({ ...deps, db: database.db, secrets });
      // What is read from here on may not be there yet in the schema of the backup.
      await migrate({ database, clock }, await readMigrations());
      const events = await verifyAudit({ ...deps, db: database.db, secrets }, file);
      return { events, lastCommit: opened.lastCommit };
    } finally {
      await removeRestoredFolder(folder);
    }
  };
  let { events } = await restored(undefined);
  let moment = manifest.takenAt;
  if (upTo !== undefined) {
    const after = await restored(upTo);
    ({ events } = after);
    moment = after.lastCommit?.toISOString() ?? moment;
  }
  const { size: bytes } = await stat(file);
  const { takenAt, schemaVersion, postgresVersion } = manifest;
  const seconds = Math.round((clock.now().getTime() - began.getTime()) / 1000);
  const ageSeconds = Math.max(0, Math.round((began.getTime() - Date.parse(moment)) / 1000));
  const counts = Object.values(manifest.rows);
  const rows = counts.reduce((sum, count) => sum + count, 0);
  const minutes = Math.floor(ageSeconds / 60);
  return {
    bytes,
    result: {
      data: {
        good: true,
        file,
        bytes,
        takenAt,
        ageSeconds,
        seconds,
        schemaVersion,
        postgresVersion,
        rows,
        events,
        ...(upTo === undefined ? {} : { log: { files: upTo.log.segments.length, moment } }),
      },
      text: t('cli.backup.verify.done', {
        file,
        rows,
        tables: counts.length,
        events,
        seconds,
        moment,
        log: upTo?.log.segments.length ?? 0,
        age: t('cli.backup.age', { hours: Math.floor(minutes / 60), minutes: minutes % 60 }),
      }),
    },
  };
}

async function verifyAudit(deps: Parameters<typeof verifySeals>[0] & { db: Database }, file: string): Promise<number> {
  const { broken, events } = await verifySeals(deps);
  if (broken !== null) throw new AppError('backup.audit', { values: { file, fault: broken.fault } });
  return events;
}
