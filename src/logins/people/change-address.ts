import { actorOf } from '../../audit/record-event.ts';
import { revokeResetLinks } from '../../authenticators/ask-for-reset.ts';
import { DAY } from '../../base/clock.ts';
import { AppError } from '../../base/errors.ts';
import { inTransaction } from '../../db/database.ts';
import type { Inside } from '../../db/database.ts';
import { revokeInvitations } from '../../invitations/invite-users.ts';
import { takeFromAddressLimit, writeInvitation } from '../../invitations/send-invitation.ts';
import { requireFreshFactor } from '../../organizations/access.ts';
import type { Caller } from '../../organizations/access.ts';
import type { Organization } from '../../organizations/organization.ts';
import { oweAddressProof, sendAddressProof } from '../../users/address/prove-address.ts';
import type { AddressDeps } from '../../users/address/prove-address.ts';
import { replaceAddress } from '../../users/address/replace-address.ts';
import { parseEmailAddress } from '../../users/email-address.ts';
import type { EmailAddress } from '../../users/email-address.ts';
import { readUserForChange, requireNotAbove } from '../../users/manage-users.ts';
import type { WhichUser } from '../../users/manage-users.ts';
import type { User } from '../../users/user.ts';

/**
 * An administrator gives a user another address. It counts at once and is proven anew: by the link mailed there, or, for a
 * user who never logged in, by a fresh invitation.
 * @throws organization.not-found, caller.denied, caller.stale-factor, user.not-found, email.malformed, user.exists,
 *   version.conflict, request.too-many
 */
export async function changeAddress(
  deps: AddressDeps,
  caller: Caller,
  input: WhichUser & { email: string; version: number },
): Promise<void> {
  await inTransaction(deps, async (deps) => {
    const { user, organization } = await readUserForChange(deps, caller, { ...input, permission: 'edit-users' });
    requireFreshFactor(caller, deps.clock.now());
    requireNotAbove(caller, user);
    const address = parseEmailAddress(input.email);
    if (user.version !== input.version) throw new AppError('version.conflict');
    await moveToAddress(deps, caller, { user, organization, address, tellBefore: true });
  });
}

/**
 * Gives a locked user another address: what was mailed to the one before no longer works, and the new one is proven anew.
 * @throws user.exists, request.too-many
 */
export async function moveToAddress(
  deps: Inside<AddressDeps>,
  caller: Caller,
  input: { user: User; organization: Organization; address: EmailAddress; tellBefore: boolean },
): Promise<void> {
  const { organization } = input;
  const user = await replaceAddress(deps, actorOf(caller), input);
  if (user.emailKey === input.user.emailKey) return;
  await revokeResetLinks(deps, { userId: user.id, organizationId: organization.id });
  await revokeInvitations(deps, user);
  if (user.status === 'verified') await sendAddressProof(deps, { user, organization });
  // Enabled again, the user is as before: no link to a mailbox that nobody proved.
  if (user.status === 'disabled' && user.lastLoginAt !== null) await oweAddressProof(deps, user);
  if (user.status !== 'pending') return;
  if (!(await takeFromAddressLimit(deps, organization, user.emailKey))) {
    throw new AppError('request.too-many', { detail: 'to one address', values: { seconds: DAY } });
  }
  const inviter = { invitedBy: caller.userId, inviterName: caller.kind === 'user' ? caller.name : null };
  await writeInvitation(deps, actorOf(caller), { organization, user, ...inviter });
}
