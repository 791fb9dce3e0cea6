import { isOpen } from './invitation-store.ts';
import type { InvitationId, OrganizationId, UserId } from '../base/ids.ts';
import type { Database } from '../db/database.ts';

/** An invitation as the person who holds its link meets it. */
export interface HeldInvitation {
  id: InvitationId;
  organizationId: OrganizationId;
  userId: UserId;
  invitedBy: UserId | null;
  expiresAt: Date;
  redeemedAt: Date | null;
  browserHash: Buffer | null;
  acceptedAt: Date | null;
  revokedAt: Date | null;
  mailed: boolean;
}

function held(db: Database) {
  return db
    .selectFrom('invitation')
    .select([
      'id',
      'organizationId',
      'userId',
      'invitedBy',
      'expiresAt',
      'takenUpAt as redeemedAt',
      'browserHash',
      'acceptedAt',
      'revokedAt',
      'mailed',
    ]);
}

// The next three look up by the hash of a link's token or of the browser's cookie; the row names the organization.

/** The invitation behind a link. */
export async function selectByToken(db: Database, tokenHash: Buffer): Promise<HeldInvitation | undefined> {
  return held(db).where('tokenHash', '=', tokenHash).executeTakeFirst();
}

/** Binds an open invitation to a browser, instead of the one it was bound to before; false when it is not open. */
export async function bindToBrowser(db: Database, tokenHash: Buffer, browserHash: Buffer, now: Date): Promise<boolean> {
  const result = await db
    .updateTable('invitation')
    .set({ browserHash, takenUpAt: now })
    .where('tokenHash', '=', tokenHash)
    .where(isOpen)
    .where('expiresAt', '>', now)
    .executeTakeFirst();
  return result.numUpdatedRows === 1n;
}

/** The invitation this browser redeemed last, not accepted yet, redeemed after `since`. */
export async function selectRedeemed(
  db: Database,
  browserHash: Buffer,
  since: Date,
): Promise<HeldInvitation | undefined> {
  return held(db)
    .where('browserHash', '=', browserHash)
    .where(isOpen)
    .where('takenUpAt', '>', since)
    .orderBy('takenUpAt', 'desc')
    .executeTakeFirst();
}

/** Accepts an invitation; undefined when it was accepted or revoked meanwhile. */
export async function updateAccepted(
  db: Database,
  organizationId: OrganizationId,
  id: InvitationId,
  now: Date,
): Promise<{ mailed: boolean } | undefined> {
  return db
    .updateTable('invitation')
    .set({ acceptedAt: now })
    .where('organizationId', '=', organizationId)
    .where('id', '=', id)
    .where(isOpen)
    .returning('mailed')
    .executeTakeFirst();
}

/** An invitation that no mail carries, redeemed in the browser that accepted a setup link. */
export async function insertRedeemed(
  db: Database,
  invitation: {
    id: InvitationId;
    organizationId: OrganizationId;
    userId: UserId;
    tokenHash: Buffer;
    browserHash: Buffer;
    expiresAt: Date;
  },
  now: Date,
): Promise<void> {
  await db
    .insertInto('invitation')
    .values({
      id: invitation.id,
      organizationId: invitation.organizationId,
      userId: invitation.userId,
      tokenHash: invitation.tokenHash,
      createdAt: now,
      expiresAt: invitation.expiresAt,
      browserHash: invitation.browserHash,
      takenUpAt: now,
      mailed: false,
    })
    .execute();
}

/** The first administrator's invitation while setup is begun and not finished: no mail carries it, nobody accepted it. */
export async function selectUnfinishedSetup(
  db: Database,
): Promise<{ id: InvitationId; organizationId: OrganizationId; userId: UserId } | undefined> {
  return db
    .selectFrom('invitation')
    .innerJoin('appUser', 'appUser.id', 'invitation.userId')
    .select(['invitation.id', 'invitation.organizationId', 'invitation.userId'])
    .where('invitation.mailed', '=', false)
    .where('invitation.acceptedAt', 'is', null)
    .where('invitation.revokedAt', 'is', null)
    .where('appUser.status', '=', 'pending')
    .executeTakeFirst();
}

/** Binds the invitation of an unfinished setup to another browser; false when it was accepted meanwhile. */
export async function rebindSetup(
  db: Database,
  setup: { id: InvitationId; organizationId: OrganizationId },
  browserHash: Buffer,
  now: Date,
): Promise<boolean> {
  const result = await db
    .updateTable('invitation')
    .set({ browserHash, takenUpAt: now })
    .where('organizationId', '=', setup.organizationId)
    .where('id', '=', setup.id)
    .where(isOpen)
    .executeTakeFirst();
  return result.numUpdatedRows === 1n;
}

/** Accepts what is open of a user. */
export async function updateAcceptedOfUser(
  db: Database,
  organizationId: OrganizationId,
  userId: UserId,
  now: Date,
): Promise<void> {
  await db
    .updateTable('invitation')
    .set({ acceptedAt: now })
    .where('organizationId', '=', organizationId)
    .where('userId', '=', userId)
    .where(isOpen)
    .execute();
}
