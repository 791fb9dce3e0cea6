import {
  bindToBrowser,
  selectByToken,
  selectRedeemed,
  updateAccepted,
  updateAcceptedOfUser,
} from './redeemed-invitation-store.ts';
import type { HeldInvitation } from './redeemed-invitation-store.ts';
import { STRANGER } from '../audit/audit-event.ts';
import type { Actor } from '../audit/audit-event.ts';
import { recordEvent } from '../audit/record-event.ts';
import { DAY, after } from '../base/clock.ts';
import type { Clock } from '../base/clock.ts';
import { AppError } from '../base/errors.ts';
import type { InvitationId } from '../base/ids.ts';
import { sha256 } from '../base/random.ts';
import { inTransaction } from '../db/database.ts';
import type { Database, Inside } from '../db/database.ts';
import { findOrganization } from '../organizations/find-organization.ts';
import type { Organization } from '../organizations/organization.ts';
import { findUser } from '../users/find-users.ts';
import { mayLogIn } from '../users/may-log-in.ts';
import type { User } from '../users/user.ts';

interface Deps {
  db: Database;
  clock: Clock;
}

/** State of an invitation's link. */
export type LinkedInvitation =
  | { kind: 'open'; invitation: HeldInvitation; user: User; organization: Organization }
  | { kind: 'expired'; invitation: HeldInvitation; user: User; organization: Organization }
  | { kind: 'used' | 'revoked' | 'unknown' };

/** How long a redeemed invitation may be accepted in its browser. */
const FINISH_WITHIN = DAY;

/** Reads the invitation of a link. Changes nothing, so that mail scanners and previews do not redeem it. */
export async function findInvitationOfLink(deps: Deps, token: string): Promise<LinkedInvitation> {
  const invitation = await selectByToken(deps.db, sha256(token));
  if (invitation === undefined) return { kind: 'unknown' };
  if (invitation.acceptedAt !== null) return { kind: 'used' };
  if (invitation.revokedAt !== null) return { kind: 'revoked' };
  const user = await findUser(deps, invitation.userId);
  const organization = await findOrganization(deps, invitation.organizationId);
  if (user === undefined || organization === undefined) return { kind: 'revoked' };
  if (!mayLogIn(user, deps.clock.now()) || (await inviterLeft(deps, invitation))) return { kind: 'revoked' };
  if (user.status === 'verified') return { kind: 'used' };
  if (invitation.expiresAt <= deps.clock.now()) return { kind: 'expired', invitation, user, organization };
  return { kind: 'open', invitation, user, organization };
}

/** An invitation falls with the rights of who sent it. */
async function inviterLeft(deps: Deps, invitation: HeldInvitation): Promise<boolean> {
  if (invitation.invitedBy === null) return false;
  const inviter = await findUser(deps, invitation.invitedBy);
  return inviter === undefined || inviter.status === 'disabled' || inviter.consoleRole === null;
}

/**
 * Redeems an invitation in a browser: the button *Log In* on its page, which a mail scanner may press too. Until it is
 * accepted another browser may redeem it again; the newest goes on, and each redeeming is an event.
 * @param browserSecret the value of the browser's cookie, old or new
 */
export async function redeemInvitation(
  deps: Deps,
  input: { token: string; browserSecret: string },
): Promise<LinkedInvitation> {
  const found = await findInvitationOfLink(deps, input.token);
  if (found.kind !== 'open') return found;
  const { invitation, user } = found;
  return inTransaction(deps, async (deps) => {
    const bound = await bindToBrowser(deps.db, sha256(input.token), sha256(input.browserSecret), deps.clock.now());
    if (!bound) return { kind: 'used' };
    await recordEvent(deps, {
      organizationId: invitation.organizationId,
      kind: 'invitation.redeemed',
      actor: STRANGER,
      userId: user.id,
      details: { email: user.email, again: invitation.redeemedAt !== null },
    });
    return found;
  });
}

/** The invitation this browser redeemed and may accept; undefined without. */
export async function findRedeemedInvitation(
  deps: Deps,
  browserSecret: string | undefined,
): Promise<HeldInvitation | undefined> {
  if (browserSecret === undefined || browserSecret === '') return undefined;
  const held = await selectRedeemed(deps.db, sha256(browserSecret), after(deps.clock.now(), -FINISH_WITHIN));
  return held === undefined || (await inviterLeft(deps, held)) ? undefined : held;
}

/**
 * Accepts an invitation, in the transaction of the login it led to. Of two logins with it one succeeds.
 * @returns whether its mail proved the mailbox
 * @throws invitation.used when it was accepted or revoked meanwhile
 */
export async function acceptInvitation(
  deps: Inside<Deps>,
  actor: Actor,
  input: { id: InvitationId; user: Pick<User, 'id' | 'organizationId' | 'email'> },
): Promise<{ mailed: boolean }> {
  const { user } = input;
  const accepted = await updateAccepted(deps.db, user.organizationId, input.id, deps.clock.now());
  if (accepted === undefined) throw new AppError('invitation.used', { detail: 'accepted or revoked meanwhile' });
  await recordEvent(deps, {
    organizationId: user.organizationId,
    kind: 'invitation.accepted',
    actor,
    userId: user.id,
    details: { email: user.email },
  });
  return accepted;
}

/** Accepts the open invitations of a user who logged in without their link. */
export async function acceptOpenInvitations(deps: Deps, user: Pick<User, 'id' | 'organizationId'>): Promise<void> {
  await updateAcceptedOfUser(deps.db, user.organizationId, user.id, deps.clock.now());
}
