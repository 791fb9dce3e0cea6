import { deleteIdentities } from './identity-store.ts';
import { actorOf, recordEvent } from '../audit/record-event.ts';
import type { Clock } from '../base/clock.ts';
import type { SecretBox } from '../base/secret-box.ts';
import { inTransaction } from '../db/database.ts';
import type { Database } from '../db/database.ts';
import { requireFreshFactor } from '../organizations/access.ts';
import type { Caller } from '../organizations/access.ts';
import { endSessionsOfUser } from '../sessions/end-sessions.ts';
import { readUserForChange, requireNotAbove } from '../users/manage-users.ts';
import type { WhichUser } from '../users/manage-users.ts';

/**
 * *Reset the link*: deletes a user's identities in every connection, so that the next login at the identity provider binds
 * anew, and ends the user's sessions.
 * @throws organization.not-found, caller.denied, caller.stale-factor, user.not-found
 */
export async function resetIdentity(
  deps: { db: Database; clock: Clock; secrets: SecretBox },
  caller: Caller,
  input: WhichUser,
): Promise<void> {
  await inTransaction(deps, async (deps) => {
    const { user } = await readUserForChange(deps, caller, { ...input, permission: 'edit-users' });
    requireFreshFactor(caller, deps.clock.now());
    requireNotAbove(caller, user);
    const owner = { organizationId: user.organizationId, userId: user.id };
    const actor = actorOf(caller);
    const removed = await deleteIdentities(deps.db, owner.organizationId, owner.userId);
    if (removed > 0) await recordEvent(deps, { ...owner, kind: 'identity.reset', actor });
    await endSessionsOfUser(deps, actor, { ...owner, reason: 'identity reset' });
  });
}
