import { deletePreviousConnections } from './connection-store.ts';
import type { Clock } from '../base/clock.ts';
import type { Database } from '../db/database.ts';
import { retainedSince } from '../db/retention.ts';

/**
 * Deletes connections that nobody could switch back to any more for longer than the retention policy allows, with the identities
 * of their people; returns how many.
 */
export async function deleteOldConnections(deps: { db: Database; clock: Clock }): Promise<number> {
  return deletePreviousConnections(deps.db, await retainedSince(deps, 'connection'));
}
