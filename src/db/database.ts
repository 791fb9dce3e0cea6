import { Kysely, PostgresDialect, sql } from 'kysely';
import type { PostgresPool } from 'kysely';
import type { Clock, Seconds } from '../base/clock.ts';
import { AppError } from '../base/errors.ts';
import type { Schema } from './schema.ts';

/** The database, or a transaction in it: operations take either, see {@link inTransaction}. */
export type Database = Kysely<Schema>;

/** The role under row-level security that the administrators' door works in. */
export const API_ROLE = 'gatehouse_api';
/** The role with the rights of the hot paths; the pool's user is a member of it. */
export const SERVICE_ROLE = 'gatehouse_service';

/** The query builder over a pool of `pg` connections. */
export function databaseOver(pool: PostgresPool): Database {
  return new Kysely<Schema>({ dialect: new PostgresDialect({ pool }) });
}

/**
 * Runs `work` in a transaction: a new one, or the one given. So an operation can open its own and still be
 * part of a larger one. A throw rolls back the whole transaction, the outer one included.
 */
export async function inTransaction<T>(db: Database, work: (tx: Database) => Promise<T>): Promise<T> {
  return db.isTransaction ? work(db) : db.transaction().execute(work);
}

/**
 * Runs `work` in a transaction whose role is {@link API_ROLE} and whose row-level security reaches the organizations
 * at and below `organizationPath` (`/<id>/<id>/`). Both end with the transaction.
 */
export async function withApiRole<T>(
  db: Database,
  caller: { organizationPath: string },
  work: (tx: Database) => Promise<T>,
): Promise<T> {
  if (db.isTransaction) throw new Error('the api role needs a transaction of its own');
  return db.transaction().execute(async (tx) => {
    await enterApiRole(tx, caller.organizationPath);
    return work(tx);
  });
}

/** Sets role and path for the rest of the transaction; for a door that read the caller in the same transaction. */
export async function enterApiRole(tx: Database, organizationPath: string): Promise<void> {
  if (!tx.isTransaction) throw new Error('the api role would outlive its request');
  await sql`select set_config('role', ${API_ROLE}, true),
    set_config('gatehouse.organization_path', ${organizationPath}, true)`.execute(tx);
}

/**
 * Runs `work` with the rights of the service inside a transaction that entered the api role, and goes back into it: for
 * the few steps that follow from what the caller may do and touch rows it may not (ending a disabled user's tokens).
 */
export async function asService<T>(tx: Database, work: (tx: Database) => Promise<T>): Promise<T> {
  const entered = await sql<{ role: string }>`select current_setting('role') as role`.execute(tx);
  if (entered.rows[0]?.role !== API_ROLE) return work(tx);
  await sql`select set_config('role', 'none', true)`.execute(tx);
  const back = async (): Promise<unknown> => sql`select set_config('role', ${API_ROLE}, true)`.execute(tx);
  try {
    return await work(tx);
  } finally {
    // After a failed statement nothing more can be said in this transaction, so a failure here hides no wider role.
    await back().catch(() => {});
  }
}

/** Beyond this, links and codes expire visibly early or late and applications refuse our tokens. */
export const CLOCK_TOLERANCE: Seconds = 60;

/**
 * For readiness: throws when the database does not answer, and `database.unavailable` when its clock and ours differ by
 * more than {@link CLOCK_TOLERANCE}: of several servers on one database, one of them would be wrong.
 */
export async function checkDatabase(db: Database, clock: Clock): Promise<void> {
  const seconds = Math.round(await clockOffset(db, clock));
  if (Math.abs(seconds) <= CLOCK_TOLERANCE) return;
  throw new AppError('database.unavailable', { detail: `the database's clock is ${seconds} seconds ahead of ours` });
}

/** By how many seconds the database's clock is ahead of ours. */
export async function clockOffset(db: Database, clock: Clock): Promise<number> {
  const { rows } = await sql<{ at: Date }>`select clock_timestamp() as at`.execute(db);
  return ((rows[0]?.at.getTime() ?? Number.NaN) - clock.now().getTime()) / 1000;
}

/** The SQLSTATE of a PostgreSQL error (`23505` unique violation, …), undefined for any other error. */
export function sqlState(error: unknown): string | undefined {
  if (!(error instanceof Error) || !('code' in error)) return undefined;
  return typeof error.code === 'string' && /^[0-9A-Z]{5}$/.test(error.code) ? error.code : undefined;
}

/** Whether a statement failed because a row with the same unique key exists; `constraint` narrows it. */
export function isUniqueViolation(error: unknown, constraint?: string): boolean {
  if (sqlState(error) !== '23505') return false;
  return constraint === undefined || (error as { constraint?: string }).constraint === constraint;
}
