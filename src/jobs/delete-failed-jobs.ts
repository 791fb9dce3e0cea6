import { deleteFailedBefore } from './job-store.ts';
import type { Clock } from '../base/clock.ts';
import type { Database } from '../db/database.ts';
import { deleteInBatches, retainedSince } from '../db/retention.ts';

/** Deletes failed jobs older than the retention policy allows. */
export async function deleteFailedJobs(deps: { db: Database; clock: Clock }): Promise<number> {
  const before = await retainedSince(deps, 'failed-job');
  return deleteInBatches(async (most) => deleteFailedBefore(deps.db, before, most));
}
