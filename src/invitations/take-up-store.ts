import type { InvitationId, OrganizationId, UserId } from '../base/ids.ts';
import type { Database } from '../db/database.ts';

/** An invitation as the person who holds its link meets it. */
export interface HeldInvitation {
  id: InvitationId;
  organizationId: OrganizationId;
  userId: UserId;
  invitedBy: UserId | null;
  expiresAt: Date;
  takenUpAt: Date | null;
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
      'takenUpAt',
      'browserHash',
      'acceptedAt',
      'revokedAt',
      'mailed',
    ]);
}

// The next three are bound to 256 bits that left by mail, or that this browser's cookie holds: whose organization it is
// is what they tell.

/** The invitation behind a link. */
export async function selectByToken(db: Database, tokenHash: Buffer): Promise<HeldInvitation | undefined> {
  return held(db).where('tokenHash', '=', tokenHash).executeTakeFirst();
}

/** Binds an open invitation to a browser; false when it is not open or bound to another one. Of any number at once one wins. */
export async function bindToBrowser(db: Database, tokenHash: Buffer, browserHash: Buffer, now: Date): Promise<boolean> {
  const result = await db
    .updateTable('invitation')
    .set((eb) => ({ browserHash, takenUpAt: eb.fn.coalesce('takenUpAt', eb.val(now)) }))
    .where('tokenHash', '=', tokenHash)
    .where('acceptedAt', 'is', null)
    .where('revokedAt', 'is', null)
    .where('expiresAt', '>', now)
    .where((eb) => eb.or([eb('browserHash', 'is', null), eb('browserHash', '=', browserHash)]))
    .executeTakeFirst();
  return result.numUpdatedRows === 1n;
}

/** The invitation this browser took up last and has not finished; one taken up in time may be finished until `since` later. */
export async function selectTakenUp(
  db: Database,
  browserHash: Buffer,
  since: Date,
): Promise<HeldInvitation | undefined> {
  return held(db)
    .where('browserHash', '=', browserHash)
    .where('acceptedAt', 'is', null)
    .where('revokedAt', 'is', null)
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
    .where('acceptedAt', 'is', null)
    .where('revokedAt', 'is', null)
    .returning('mailed')
    .executeTakeFirst();
}

/** An invitation that no mail carries, taken up in the browser that accepted a setup link. */
export async function insertTakenUp(
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
    .where('acceptedAt', 'is', null)
    .where('revokedAt', 'is', null)
    .execute();
}
