import { logOutUser } from './log-out-user.ts';
import { actorOf, recordEvent } from '../../audit/record-event.ts';
import type { Clock } from '../../base/clock.ts';
import type { SecretBox } from '../../base/secret-box.ts';
import { endIdentities } from '../../connections/bind-identity.ts';
import { inTransaction } from '../../db/database.ts';
import type { Database } from '../../db/database.ts';
import { requireFreshFactor } from '../../organizations/access.ts';
import type { Caller } from '../../organizations/access.ts';
import { markIdentityReset, readUserForChange, requireNotAbove } from '../../users/manage-users.ts';
import type { WhichUser } from '../../users/manage-users.ts';

/**
 * *Reset the link*: ends a user's identities in every connection, and the user's sessions. Whoever comes for this user next
 * is not tied to it by the address, but shown to an administrator first: the address may be another person's by now.
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
    if ((await endIdentities(deps, owner)) > 0) {
      await markIdentityReset(deps, user, deps.clock.now());
      await recordEvent(deps, { ...owner, kind: 'identity.reset', actor });
    }
    await logOutUser(deps, actor, { ...owner, reason: 'identity reset' });
  });
}
