import { migrate, readMigrations } from '../db/migrate.ts';
import { openInstallation } from './installation/installation.ts';
import type { InstallationDeps } from './installation/installation.ts';
import type { Result } from './terminal.ts';

/** `gatehouse migrate`: brings the database to this version, whatever GATEHOUSE_MIGRATE says. */
export async function migrateNow(deps: InstallationDeps): Promise<Result> {
  await using installation = await openInstallation(deps);
  const applied = await migrate({ db: installation.database.db, clock: deps.clock }, await readMigrations());
  return {
    data: { applied },
    text: deps.t('cli.migrate.done', { count: applied.length, names: applied.join(', ') }),
  };
}
