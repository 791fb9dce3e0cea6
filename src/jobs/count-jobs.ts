import { countStored } from './job-store.ts';
import type { StoredJobs } from './job-store.ts';
import type { Clock } from '../base/clock.ts';
import type { Database } from '../db/database.ts';

/** What is stored of background work, by kind and state: numbers and moments, for monitoring. One statement. */
export async function countJobs(deps: { db: Database; clock: Clock }): Promise<StoredJobs[]> {
  return countStored(deps.db, deps.clock.now());
}
