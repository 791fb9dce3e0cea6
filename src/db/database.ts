import { CamelCasePlugin, Kysely, PostgresDialect, sql } from 'kysely';
import type { PostgresPool, Transaction as OpenTransaction } from 'kysely';
import type { Clock, Seconds } from '../base/clock.ts';
import { isTransient, sqlState } from '../base/database-failure.ts';
import { AppError } from '../base/errors.ts';
import { asQuotaReached } from './limits/quota-reached.ts';
import type { Schema } from './schema/schema.ts';

/** The database: the pool, or a transaction in it. For reads, and for single statements that stand on their own. */
export type Database = Kysely<Schema>;
/**
 * A transaction. What must not be written apart from the rest asks for it: {@link Database} is not assignable to it.
 * Made by {@link inTransaction} and {@link withApiRole}.
 */
export type Transaction = OpenTransaction<Schema>;
/** The dependencies of an operation with the transaction in the place of the database. */
export type Inside<D> = D & { db: Transaction };

/**
 * The query builder over a pool of `pg` connections. Tables and columns are camelCase in code and snake_case in the
 * database; so are the columns that raw SQL returns. Keys inside JSON stay as they are.
 */
export function databaseOver(pool: PostgresPool): Database {
  const plugins = [new CamelCasePlugin({ maintainNestedObjectKeys: true })];
  return new Kysely<Schema>({ dialect: new PostgresDialect({ pool }), plugins });
}

/**
 * Runs `work` in a transaction: a new one, or the one that `deps` are in already. `work` is given the dependencies with
 * `db` in that transaction; named `deps` again, they hide the ones outside. A throw rolls back the whole transaction,
 * the outer one included. After a deadlock or a serialization failure `work` runs once more from the start.
 * @throws quota.reached at its end, where a tree would hold more than it may
 */
export async function inTransaction<D extends { db: Database }, T>(
  deps: D,
  work: (deps: Inside<D>) => Promise<T>,
): Promise<T> {
  if (isInside(deps)) return work(deps);
  for (let tries = 1; ; tries += 1) {
    try {
      return await deps.db.transaction().execute(async (db) => work({ ...deps, db }));
    } catch (error) {
      if (tries === MOST_TRIES || !isTransient(error)) throw asQuotaReached(error) ?? error;
    }
  }
}

/** Most runs of a transaction that ends in a deadlock or a serialization failure (40P01, 40001); it has changed nothing. */
const MOST_TRIES = 3;

/** Whether `deps` are in a transaction already. */
export function isInside<D extends { db: Database }>(deps: D): deps is Inside<D> {
  return deps.db.isTransaction;
}

/**
 * Runs `work` in a transaction whose role is the api role and whose row-level security reaches the organizations
 * at and below `organizationPath` (`/<id>/<id>/`). Both end with the transaction.
 * @throws quota.reached as {@link inTransaction}
 */
export async function withApiRole<T>(
  db: Database,
  caller: { organizationPath: string },
  work: (tx: Transaction) => Promise<T>,
): Promise<T> {
  if (db.isTransaction) throw new Error('the api role needs a transaction of its own');
  try {
    return await db.transaction().execute(async (tx) => {
      await enterApiRole(tx, caller.organizationPath);
      return work(tx);
    });
  } catch (error) {
    throw asQuotaReached(error) ?? error;
  }
}

/** Sets role and path for the rest of the transaction; for a door that read the caller in the same transaction. */
export async function enterApiRole(tx: Transaction, organizationPath: string): Promise<void> {
  await sql`select set_config('role', current_setting('gatehouse.api_role'), true),
    set_config('gatehouse.organization_path', ${organizationPath}, true)`.execute(tx);
}

/**
 * Runs `work` with the rights of the service inside a transaction that entered the api role, and goes back into it: for
 * the few steps that follow from what the caller may do and touch rows it may not (ending a disabled user's tokens).
 */
export async function asService<T>(tx: Transaction, work: (tx: Transaction) => Promise<T>): Promise<T> {
  const entered = await sql<{ api: boolean }>`
    select current_setting('role') = current_setting('gatehouse.api_role') as api`.execute(tx);
  if (entered.rows[0]?.api !== true) return work(tx);
  await sql`select set_config('role', current_setting('gatehouse.service_role'), true)`.execute(tx);
  try {
    return await work(tx);
  } finally {
    // After a failed statement the transaction is aborted (25P02), so a failure here leaves no wider role behind.
    await sql`select set_config('role', current_setting('gatehouse.api_role'), true)`.execute(tx).catch(() => {});
  }
}

/** Beyond this, links and codes expire visibly early or late and applications refuse our tokens. */
export const CLOCK_TOLERANCE: Seconds = 60;

/**
 * For readiness: throws when the database does not answer, and `database.unavailable` when it takes no writes (a standby,
 * a read-only spell), or when its clock and the one given differ by more than {@link CLOCK_TOLERANCE}: of several servers
 * on one database, one of them would be wrong.
 */
export async function checkDatabase(db: Database, clock?: Clock): Promise<void> {
  const { rows } = await sql<{ at: Date; standby: boolean; readOnly: boolean }>`
    select clock_timestamp() as at, pg_is_in_recovery() as standby,
      current_setting('transaction_read_only') = 'on' as read_only`.execute(db);
  const [state] = rows;
  if (state === undefined) throw new Error('the query returned no row');
  if (state.standby || state.readOnly) {
    const what = state.standby ? 'is a standby' : 'is read-only';
    throw new AppError('database.unavailable', { detail: `The database ${what} and takes no writes.` });
  }
  if (clock === undefined) return;
  const seconds = Math.round((state.at.getTime() - clock.now().getTime()) / 1000);
  if (Math.abs(seconds) <= CLOCK_TOLERANCE) return;
  throw new AppError('database.unavailable', {
    detail: `The clock of the database is ${seconds} seconds ahead of ours.`,
  });
}

/** By how many seconds the database's clock is ahead of ours. */
export async function clockOffset(db: Database, clock: Clock): Promise<number> {
  const { rows } = await sql<{ at: Date }>`select clock_timestamp() as at`.execute(db);
  return ((rows[0]?.at.getTime() ?? Number.NaN) - clock.now().getTime()) / 1000;
}

/**
 * How many connections the server takes from our user, those that are open counted in: what is not kept for superusers, and
 * no more than the database and the user may have (`CONNECTION LIMIT`).
 */
export async function countConnections(db: Database): Promise<number> {
  const { rows } = await sql<{ most: number }>`select least(current_setting('max_connections')::integer
      - current_setting('superuser_reserved_connections')::integer
      - coalesce(current_setting('reserved_connections', true)::integer, 0),
    (select nullif(rolconnlimit, -1) from pg_roles where rolname = session_user),
    (select nullif(datconnlimit, -1) from pg_database where datname = current_database())) as most`.execute(db);
  return rows[0]?.most ?? 0;
}

/** Whether a statement failed because a row with the same unique key exists; `constraint` narrows it. */
export function isUniqueViolation(error: unknown, constraint?: string): boolean {
  if (sqlState(error) !== '23505') return false;
  return constraint === undefined || (error as { constraint?: string }).constraint === constraint;
}
