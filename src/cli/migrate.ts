import { migrate, readMigrations } from '../db/migrate.ts';
import { planMigrations } from '../db/migrating/plan-migrations.ts';
import type { PlannedMigration } from '../db/migrating/plan-migrations.ts';
import type { Text } from '../texts/catalog.ts';
import { openInstallation } from './installation/installation.ts';
import type { InstallationDeps } from './installation/installation.ts';
import type { Result } from './terminal.ts';

/**
 * `gatehouse migrate`: brings the database to this version, whatever GATEHOUSE_MIGRATE says. With `--plan` it says what would
 * run, what waits for it and roughly how long, and changes nothing.
 */
export async function migrateNow(deps: InstallationDeps, options: { plan?: boolean }): Promise<Result> {
  await using installation = await openInstallation(deps);
  const { database } = installation;
  if (options.plan === true) {
    const plan = await planMigrations(database.db, await readMigrations());
    const text = [deps.t('cli.migrate.plan', { count: plan.length }), ...plan.map((each) => tell(each, deps.t))];
    return { data: { plan }, text: text.join('\n') };
  }
  const applied = await migrate({ database, clock: deps.clock }, await readMigrations());
  return {
    data: { applied },
    text: deps.t('cli.migrate.done', { count: applied.length, names: applied.join(', ') }),
  };
}

function tell({ name, described, changesWait, everybodyWaits, rows, seconds }: PlannedMigration, t: Text): string {
  if (!described) return t('cli.migrate.plan.unknown', { name });
  const time =
    rows === 0
      ? t('cli.migrate.plan.at-once')
      : seconds < 120
        ? t('cli.migrate.plan.seconds', { rows, seconds })
        : t('cli.migrate.plan.minutes', { rows, minutes: Math.ceil(seconds / 60) });
  const locked = everybodyWaits.filter((table) => table !== '*');
  const waits = [
    ...(everybodyWaits.includes('*') ? [t('cli.migrate.plan.all')] : []),
    ...(locked.length === 0 ? [] : [t('cli.migrate.plan.everybody', { tables: locked.join(', ') })]),
    ...(changesWait.length === 0 ? [] : [t('cli.migrate.plan.changes', { tables: changesWait.join(', ') })]),
  ];
  return [`${name}: ${waits.length === 0 ? t('cli.migrate.plan.nobody') : waits.join(' ')}`, time].join(' ');
}
