import { deleteForgotten, deleteUnused } from './unregistered-store.ts';
import { after, DAY } from '../../base/clock.ts';
import type { Clock } from '../../base/clock.ts';
import type { Database } from '../../db/database.ts';

/** Longer than any token of a login lives. */
const UNUSED_DAYS = 100;

/**
 * Deletes what nobody has used for long: an organization's, unless it is blocked, and then the application that no
 * organization has any more and no person allows anything; run hourly.
 */
export async function deleteUnusedApplications(deps: { db: Database; clock: Clock }): Promise<number> {
  const since = after(deps.clock.now(), -UNUSED_DAYS * DAY);
  return (await deleteUnused(deps.db, since)) + (await deleteForgotten(deps.db, since));
}
