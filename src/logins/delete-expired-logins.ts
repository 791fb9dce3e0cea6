import { deleteLoginsBefore, deleteUnopenedLogins } from './login-store.ts';
import { deleteConflictsBefore } from './people/conflict-store.ts';
import type { Clock } from '../base/clock.ts';
import type { Database } from '../db/database.ts';
import { deleteInBatches, retainedSince } from '../db/retention.ts';

/**
 * Deletes logins and their traces that are older than the retention policy allows, and sooner those in which
 * nobody gave an address: anybody can begin any number of them. Conflicts that nobody decided go with them. Run hourly.
 */
export async function deleteExpiredLogins(deps: { db: Database; clock: Clock }): Promise<number> {
  const unopened = await deleteUnopenedLogins(deps.db, deps.clock.now());
  const before = await retainedSince(deps, 'login');
  const old = await deleteInBatches(async (most) => deleteLoginsBefore(deps.db, before, most));
  return unopened + old + (await deleteConflictsBefore(deps.db, before));
}
