import { DAY } from '../base/clock.ts';
import type { Seconds } from '../base/clock.ts';
import type { InvitationId, OrganizationId, UserId } from '../base/ids.ts';

/**
 * How a user gets in for the first time: by an invitation's link, mailed, or as first administrator by a setup link.
 *
 *     invited ─> redeemed (Log In pressed in a browser) ─> accepted (a login proved password and factor, or the provider)
 *
 * - invite-users.ts, send-invitation.ts: an administrator invites; invitation-store.ts: their SQL.
 * - redeem-invitation.ts: the holder of a link; redeemed-invitation-store.ts: its SQL,
 *   looked up by hash of the link's token or of the browser's cookie.
 * - create-setup-link.ts, accept-setup.ts, setup-link-store.ts: the first administrator of a new installation.
 */

/** How long an invitation's link works. */
export const INVITATION_LIFETIME: Seconds = 2 * DAY;

/** An invitation of a user. Its link leaves by mail alone; the database has only the hash of its token. */
export interface Invitation {
  id: InvitationId;
  organizationId: OrganizationId;
  userId: UserId;
  /** The user who invited; null for a program, the operator or the service. */
  invitedBy: UserId | null;
  createdAt: Date;
  expiresAt: Date;
  /** SHA-256 of the cookie of the browser that redeemed it. */
  browserHash: Buffer | null;
  redeemedAt: Date | null;
  acceptedAt: Date | null;
  revokedAt: Date | null;
}

/** redeemed: Log In was pressed on its page, and the login not finished yet. */
export type InvitationState = 'open' | 'redeemed' | 'expired' | 'accepted' | 'revoked';

/** The state of an invitation; at `expiresAt` it has expired. */
export function invitationState(
  invitation: Pick<Invitation, 'acceptedAt' | 'revokedAt' | 'expiresAt' | 'redeemedAt'>,
  now: Date,
): InvitationState {
  if (invitation.acceptedAt !== null) return 'accepted';
  if (invitation.revokedAt !== null) return 'revoked';
  if (invitation.expiresAt <= now) return 'expired';
  return invitation.redeemedAt === null ? 'open' : 'redeemed';
}

/** The path of an invitation's page; the door for people serves it. */
export function invitationPath(secret: string): string {
  return `/login/invitation/${secret}`;
}

/** The replace key of a user's invitation mail: one invitation of a user is open at a time. */
export function invitationMailKey(userId: UserId): string {
  return `invitation ${userId}`;
}
