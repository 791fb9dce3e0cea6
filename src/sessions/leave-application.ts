import { enqueueLogoutNotices } from './logout-notice.ts';
import { leaveInSessions } from './session-store.ts';
import type { Clock } from '../base/clock.ts';
import type { UserId } from '../base/ids.ts';
import type { SecretBox } from '../base/secret-box.ts';
import type { Transaction } from '../db/database.ts';

/** Ends a user's sessions at one application: it is told of each, and the sessions here go on without it. */
export async function leaveApplication(
  deps: { db: Transaction; clock: Clock; secrets: SecretBox },
  left: { userId: UserId; clientId: string },
): Promise<void> {
  await enqueueLogoutNotices(deps, await leaveInSessions(deps.db, left));
}
