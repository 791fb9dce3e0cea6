import { sql } from 'kysely';
import type { Clock } from '../../base/clock.ts';
import { sqlState } from '../../base/database-failure.ts';
import { requireGivingSchema, requireMakingTables } from '../hand-over.ts';
import { applyInside, migrationState } from '../migrate.ts';
import type { Migration } from '../migrate.ts';
import type { OpenDatabase } from '../open-database.ts';
import { chooseRoles, mayNotMakeRoles, readRoles, roleLines } from '../roles.ts';
import { requireFreeNames } from './free-names.ts';

/** Nobody uses tables that were made in this transaction. */
const NOBODY_THERE_MS = 1000;

/**
 * Tries in a transaction that is rolled back what migrating does: tables in the schema, roles and their grants, and on an
 * empty database the migrations themselves. On one that has tables the migrations are left out: they would lock what runs.
 * Throws what migrating would throw: `database.roles`, `database.occupied`, `database.newer`, `database.unavailable`.
 */
export async function tryMigrating(
  deps: { database: Pick<OpenDatabase, 'db' | 'users' | 'migrating'>; clock: Clock },
  migrations: readonly Migration[],
): Promise<void> {
  const { database, clock } = deps;
  const { applied, pending } = await migrationState(database.db, migrations);
  await database.migrating(async (db) => {
    const attempt = await db.startTransaction().execute();
    try {
      await requireMakingTables(attempt);
      await requireFreeNames(attempt, migrations, async () => pending);
      const roles = await chooseRoles(attempt);
      const lines = roleLines(await readRoles(attempt, roles, database.users));
      for (const line of lines) {
        await sql
          .raw(line)
          .execute(attempt)
          .catch((cause: unknown) => {
            throw sqlState(cause) === '42501' ? mayNotMakeRoles(lines, cause) : cause;
          });
      }
      await requireGivingSchema(attempt, roles);
      if (applied.length > 0) return;
      await applyInside(attempt, { clock, roles, lockWaitMs: NOBODY_THERE_MS }, migrations, migrations);
    } finally {
      await attempt.rollback().execute();
    }
  });
}
