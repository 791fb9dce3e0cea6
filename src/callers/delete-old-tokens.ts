import { deleteEndedApiTokens } from './api-token-store.ts';
import type { Clock } from '../base/clock.ts';
import type { Database } from '../db/database.ts';
import { retainedSince } from '../db/retention.ts';

/**
 * Deletes API tokens that expired or were revoked longer ago than the retention policy allows; returns how many. Those they made
 * were refused since then and go with them.
 */
export async function deleteOldApiTokens(deps: { db: Database; clock: Clock }): Promise<number> {
  return deleteEndedApiTokens(deps.db, await retainedSince(deps, 'api-token'));
}
