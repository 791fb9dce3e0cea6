import { deleteMailsBefore, eraseExpired } from '../outbox-store.ts';
import type { Clock } from '../../base/clock.ts';
import type { Database } from '../../db/database.ts';
import { deleteInBatches, retainedSince } from '../../db/retention.ts';

/**
 * Erases the bodies of failed mails whose link has expired, and deletes sent, failed and revoked mails older than the
 * retention policy allows.
 */
export async function deleteOldMails(deps: { db: Database; clock: Clock }): Promise<number> {
  await eraseExpired(deps.db, deps.clock.now());
  const before = await retainedSince(deps, 'mail');
  return deleteInBatches(async (most) => deleteMailsBefore(deps.db, before, most));
}
