import { resolve } from 'node:path';
import { restoreLogically } from '../../backup/logical/restore-logically.ts';
import { readMigrations } from '../../db/migrate.ts';
import type { LongDeps } from './backup.ts';
import { openInstallation } from '../installation/installation.ts';
import { accountName } from '../operator.ts';
import { progressOf } from '../terminal.ts';
import type { Result } from '../terminal.ts';

/** `gatehouse restore FILE` into the empty database that `DATABASE_URL` names. Throws as `restoreLogically`. */
export async function restoreRows(deps: LongDeps, options: { file: string }): Promise<Result> {
  const { clock, t } = deps;
  const file = resolve(options.file);
  await using installation = await openInstallation(deps);
  const { database, secrets } = installation;
  const show = progressOf(deps, (done) => t('cli.restore.rows', { done }));
  const actor = { kind: 'operator', id: null, name: accountName() } as const;
  const { takenAt, migrated, ended } = await restoreLogically(
    { database, clock, secrets, migrations: await readMigrations() },
    actor,
    { file, onProgress: (done) => show(done, 0) },
  );
  const moment = takenAt.toISOString();
  return {
    data: { file, takenAt: moment, migrated, ended },
    text: t('cli.restore.done', { moment, sessions: ended.sessions }),
  };
}
