import { deleteEndedInvitations } from './invitation-store.ts';
import type { Clock } from '../base/clock.ts';
import type { Database } from '../db/database.ts';
import { retainedSince } from '../db/retention.ts';

/**
 * Deletes invitations that were accepted or revoked longer ago than the retention policy allows; returns how many. One that is
 * open stays with its user, who has one at most.
 */
export async function deleteOldInvitations(deps: { db: Database; clock: Clock }): Promise<number> {
  return deleteEndedInvitations(deps.db, await retainedSince(deps, 'invitation'));
}
