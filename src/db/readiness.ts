import { sql } from 'kysely';
import type { Clock } from '../base/clock.ts';
import { sqlState } from '../base/database-failure.ts';
import { AppError } from '../base/errors.ts';
import { checkDatabase } from './database.ts';
import type { Database } from './database.ts';
import { makeMissedPartitions } from './partitions.ts';

/** A successful write is cached for this long; after a failed one the next check tries again. */
const BELIEVED_MS = 5000;
const MAY_NOT = '42501';

/**
 * Makes the check behind `/readyz`: the database answers, its clock is right, it can be written to, and the tables of
 * short-lived rows have a partition for today, which is made where it is missed. The returned function throws
 * `database.unavailable` when one of them does not hold.
 */
export function createReadiness(deps: { db: Database; clock: Clock }): () => Promise<void> {
  let wroteAt = Number.NEGATIVE_INFINITY;
  return async () => {
    await checkDatabase(deps.db, deps.clock);
    if (performance.now() - wroteAt < BELIEVED_MS) return;
    await tryWriting(deps.db);
    await makeMissedPartitions(deps);
    wroteAt = performance.now();
  };
}

/**
 * Writes one row into a table of its own transaction: that takes a block of the disk, the log and a commit, and leaves
 * nothing behind. On a full disk an existing table still takes rows for a while, where this fails at once; on a standby
 * and in a read-only database it fails as every login would. Throws `database.unavailable`.
 */
export async function tryWriting(db: Database): Promise<void> {
  try {
    await db.transaction().execute(async (tx) => {
      await sql`create temporary table gatehouse_readiness (row text) on commit drop`.execute(tx);
      await sql`insert into gatehouse_readiness values ('written')`.execute(tx);
    });
  } catch (cause) {
    // Temporary tables can be forbidden in a database; then this tells nothing.
    if (sqlState(cause) === MAY_NOT) return;
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new AppError('database.unavailable', { detail: `The database cannot be written to: ${reason}.`, cause });
  }
}
