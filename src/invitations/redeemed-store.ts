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
      'organization_id',
      'user_id',
      'invited_by',
      'expires_at',
      'taken_up_at',
      'browser_hash',
      'accepted_at',
      'revoked_at',
      'mailed',
    ]);
}

type Row = Awaited<ReturnType<ReturnType<typeof held>['executeTakeFirstOrThrow']>>;

function toHeld(row: Row): HeldInvitation {
  return {
    id: row.id,
    organizationId: row.organization_id,
    userId: row.user_id,
    invitedBy: row.invited_by,
    expiresAt: row.expires_at,
    redeemedAt: row.taken_up_at,
    browserHash: row.browser_hash,
    acceptedAt: row.accepted_at,
    revokedAt: row.revoked_at,
    mailed: row.mailed,
  };
}

// The next three look up by the hash of a link's token or of the browser's cookie; the row names the organization.

/** The invitation behind a link. */
export async function selectByToken(db: Database, tokenHash: Buffer): Promise<HeldInvitation | undefined> {
  const row = await held(db).where('token_hash', '=', tokenHash).executeTakeFirst();
  return row && toHeld(row);
}

/** Binds an open invitation to a browser, instead of the one it was bound to before; false when it is not open. */
export async function bindToBrowser(db: Database, tokenHash: Buffer, browserHash: Buffer, now: Date): Promise<boolean> {
  const result = await db
    .updateTable('invitation')
    .set({ browser_hash: browserHash, taken_up_at: now })
    .where('token_hash', '=', tokenHash)
    .where('accepted_at', 'is', null)
    .where('revoked_at', 'is', null)
    .where('expires_at', '>', now)
    .executeTakeFirst();
  return result.numUpdatedRows === 1n;
}

/** The invitation this browser redeemed last, not accepted yet, redeemed after `since`. */
export async function selectRedeemed(
  db: Database,
  browserHash: Buffer,
  since: Date,
): Promise<HeldInvitation | undefined> {
  const row = await held(db)
    .where('browser_hash', '=', browserHash)
    .where('accepted_at', 'is', null)
    .where('revoked_at', 'is', null)
    .where('taken_up_at', '>', since)
    .orderBy('taken_up_at', 'desc')
    .executeTakeFirst();
  return row && toHeld(row);
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
    .set({ accepted_at: now })
    .where('organization_id', '=', organizationId)
    .where('id', '=', id)
    .where('accepted_at', 'is', null)
    .where('revoked_at', 'is', null)
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
      organization_id: invitation.organizationId,
      user_id: invitation.userId,
      token_hash: invitation.tokenHash,
      created_at: now,
      expires_at: invitation.expiresAt,
      browser_hash: invitation.browserHash,
      taken_up_at: now,
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
    .innerJoin('app_user', 'app_user.id', 'invitation.user_id')
    .select([
      'invitation.id',
      'invitation.organization_id as organizationId',
      'invitation.user_id as userId',
    ])
    .where('invitation.mailed', '=', false)
    .where('invitation.accepted_at', 'is', null)
    .where('invitation.revoked_at', 'is', null)
    .where('app_user.status', '=', 'pending')
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
    .set({ browser_hash: browserHash, taken_up_at: now })
    .where('organization_id', '=', setup.organizationId)
    .where('id', '=', setup.id)
    .where('accepted_at', 'is', null)
    .where('revoked_at', 'is', null)
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
    .set({ accepted_at: now })
    .where('organization_id', '=', organizationId)
    .where('user_id', '=', userId)
    .where('accepted_at', 'is', null)
    .where('revoked_at', 'is', null)
    .execute();
}
