import { endFinishedLogins } from '../login-store.ts';
import type { Actor } from '../../audit/audit-event.ts';
import type { Clock } from '../../base/clock.ts';
import type { OrganizationId, UserId } from '../../base/ids.ts';
import type { SecretBox } from '../../base/secret-box.ts';
import { asService } from '../../db/database.ts';
import type { Transaction } from '../../db/database.ts';
import { endSessionsOfUser } from '../../sessions/end-sessions.ts';

/**
 * Ends a user's sessions, and the logins that are finished while no session was made of them yet: first these, so that a
 * session made at this moment is found and ended. Part of a transaction that has locked the user.
 */
export async function logOutUser(
  deps: { db: Transaction; clock: Clock; secrets: SecretBox },
  actor: Actor,
  about: { userId: UserId; organizationId: OrganizationId; reason: string },
): Promise<void> {
  await asService(deps.db, async (db) => endFinishedLogins(db, about, deps.clock.now()));
  await endSessionsOfUser(deps, actor, about);
}
