import { startNewEpoch } from '../epoch/start-new-epoch.ts';
import type { EndedCounts } from '../epoch/start-new-epoch.ts';
import { loadRows } from './load-rows.ts';
import { enterOwner, isEmpty } from './logical-store.ts';
import { closedValuesOf, migrationsOf, readLogical } from './read-logical.ts';
import type { LogicalBackup } from './read-logical.ts';
import type { Actor } from '../../audit/audit-event.ts';
import type { Clock } from '../../base/clock.ts';
import { AppError } from '../../base/errors.ts';
import type { SecretBox } from '../../base/secret-box.ts';
import { inTransaction } from '../../db/database.ts';
import { migrate, migrationState } from '../../db/migrate.ts';
import type { Migration } from '../../db/migrate.ts';
import type { OpenDatabase } from '../../db/open-database.ts';
import { findRoles } from '../../db/roles.ts';
import { markRestoreFinished } from '../../db/unfinished-restore.ts';

/** What restoring needs. */
export interface RestoreDeps {
  /** Nothing else uses it. */
  database: Pick<OpenDatabase, 'db' | 'users' | 'migrating'>;
  clock: Clock;
  /** The master keys that sealed what the backup holds. */
  secrets: SecretBox;
  /** Those of this version. */
  migrations: readonly Migration[];
}

/** What became of a restore. */
export interface Restored {
  takenAt: Date;
  /** Migrations that the backup had not had. */
  migrated: string[];
  /** What the new epoch made void, by kind. */
  ended: EndedCounts;
}

/**
 * Restores a backup of kind `logical` into an empty database, of any version of PostgreSQL that Gatehouse runs on: checks
 * everything, migrates the database to the schema of the backup, loads the rows, migrates to this version, and starts a new
 * epoch. Until that is done nothing serves the database. Roles and their names are those of the database, not of the backup.
 *
 * Throws, with nothing touched: as `readArchive`; `backup.newer`; `data.other-master-key`; `restore.not-empty`. What fails later
 * leaves a database without a row, into which the same backup can be restored again, or one that is not served.
 */
export async function restoreLogically(
  deps: RestoreDeps,
  actor: Actor,
  input: { file: string; onProgress?: (bytes: number) => void },
): Promise<Restored> {
  const backup = await checkLogical(deps, input.file);
  await loadLogical(deps, backup, input.onProgress);
  const { database, clock, secrets, migrations } = deps;
  const migrated = await migrate({ database, clock }, migrations);
  const takenAt = new Date(backup.manifest.takenAt);
  const ended = await startNewEpoch({ database, clock, secrets }, actor, { takenAt });
  await finishRestore({ database });
  return { takenAt, migrated, ended };
}

/** Reads a backup and compares it with what it is to be restored into; touches nothing. Throws as {@link restoreLogically}. */
export async function checkLogical(deps: RestoreDeps, file: string): Promise<LogicalBackup> {
  const backup = await readLogical(file);
  const wanted = checkFits(backup, deps);
  const { db } = deps.database;
  const { applied } = await migrationState(db, deps.migrations);
  const ahead = applied.some((name) => !wanted.some((migration) => migration.name === name));
  if (ahead || !(await isEmpty(db))) throw new AppError('restore.not-empty');
  return backup;
}

/**
 * The migrations that make the schema of a backup. Throws `backup.newer` when this version does not have them, and
 * `data.other-master-key` when a sealed value does not open.
 */
export function checkFits(
  backup: LogicalBackup,
  { secrets, migrations }: Pick<RestoreDeps, 'secrets' | 'migrations'>,
): Migration[] {
  const wanted = migrationsOf(backup, migrations);
  const closed = closedValuesOf(backup, secrets);
  if (closed.length === 0) return wanted;
  const detail = `The master key does not open ${closed.join(', ')} of ${backup.file}: give the one of the installation that made it in GATEHOUSE_MASTER_KEY.`;
  throw new AppError('data.other-master-key', { detail });
}

/**
 * Migrates a database to the schema of a backup that was checked, and loads its rows: as it was at that moment, with all that
 * was redeemable then. Marked so that nothing serves it.
 */
export async function loadLogical(
  { database, clock, migrations }: Omit<RestoreDeps, 'secrets'>,
  backup: LogicalBackup,
  onProgress?: (bytes: number) => void,
): Promise<void> {
  await migrate({ database, clock }, migrationsOf(backup, migrations));
  await loadRows({ database }, backup, onProgress);
}

/** The last step, after the new epoch: from now on the database may be served. */
export async function finishRestore({ database }: Pick<RestoreDeps, 'database'>): Promise<void> {
  await database.migrating(async (db) =>
    inTransaction({ db }, async ({ db: tx }) => {
      const roles = await findRoles(tx);
      if (roles === undefined) throw new Error('the restored database has no roles');
      await enterOwner(tx, roles.owner);
      await markRestoreFinished(tx);
    }),
  );
}
