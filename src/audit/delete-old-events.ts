import { deleteEventsBefore } from './audit-store.ts';
import type { Clock } from '../base/clock.ts';
import type { Database } from '../db/database.ts';
import { deleteInBatches, retainedSince } from '../db/retention.ts';

/** Deletes audit events older than the retention policy allows. */
export async function deleteOldEvents(deps: { db: Database; clock: Clock }): Promise<number> {
  const before = await retainedSince(deps, 'audit');
  return deleteInBatches(async (most) => deleteEventsBefore(deps.db, before, most));
}
