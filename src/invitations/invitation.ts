import { DAY } from '../base/clock.ts';
import type { Seconds } from '../base/clock.ts';
import type { InvitationId, OrganizationId, UserId } from '../base/ids.ts';

/** How long an invitation's link works. */
export const INVITATION_LIFETIME: Seconds = 2 * DAY;

/** An invitation of a user. Its link leaves by mail alone; here is only its hash. */
export interface Invitation {
  id: InvitationId;
  organizationId: OrganizationId;
  userId: UserId;
  /** The user who invited; null for a program, the operator or the service. */
  invitedBy: UserId | null;
  createdAt: Date;
  expiresAt: Date;
  /** SHA-256 of the cookie of the browser that took it up. */
  browserHash: Buffer | null;
  takenUpAt: Date | null;
  acceptedAt: Date | null;
  revokedAt: Date | null;
}

/** taken-up: Log In was pressed on its page, and the login not finished yet. */
export type InvitationState = 'open' | 'taken-up' | 'expired' | 'accepted' | 'revoked';

/** Where an invitation stands; an instant at which it expires is past it. */
export function invitationState(
  invitation: Pick<Invitation, 'acceptedAt' | 'revokedAt' | 'expiresAt' | 'takenUpAt'>,
  now: Date,
): InvitationState {
  if (invitation.acceptedAt !== null) return 'accepted';
  if (invitation.revokedAt !== null) return 'revoked';
  if (invitation.expiresAt <= now) return 'expired';
  return invitation.takenUpAt === null ? 'open' : 'taken-up';
}

/** The path of an invitation's page; the door for people serves it. */
export function invitationPath(secret: string): string {
  return `/login/invitation/${secret}`;
}

/** The replace key of a user's invitation mail: one invitation of a user is open at a time. */
export function invitationMailKey(userId: UserId): string {
  return `invitation ${userId}`;
}
