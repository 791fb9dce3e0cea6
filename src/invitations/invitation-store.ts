import type { Invitation } from './invitation.ts';
import type { InvitationId, OrganizationId, UserId } from '../base/ids.ts';
import type { Database } from '../db/database.ts';

const COLUMNS = [
  'invitation.id',
  'invitation.organization_id',
  'invitation.user_id',
  'invitation.invited_by',
  'invitation.created_at',
  'invitation.expires_at',
  'invitation.browser_hash',
  'invitation.taken_up_at',
  'invitation.accepted_at',
  'invitation.revoked_at',
] as const;

interface Row {
  id: InvitationId;
  organization_id: OrganizationId;
  user_id: UserId;
  invited_by: UserId | null;
  created_at: Date;
  expires_at: Date;
  browser_hash: Buffer | null;
  taken_up_at: Date | null;
  accepted_at: Date | null;
  revoked_at: Date | null;
}

function toInvitation(row: Row): Invitation {
  return {
    id: row.id,
    organizationId: row.organization_id,
    userId: row.user_id,
    invitedBy: row.invited_by,
    createdAt: row.created_at,
    expiresAt: row.expires_at,
    browserHash: row.browser_hash,
    redeemedAt: row.taken_up_at,
    acceptedAt: row.accepted_at,
    revokedAt: row.revoked_at,
  };
}

/** Inserts an invitation; a second open one of the same user is a unique violation of `invitation_one_open`. */
export async function insertInvitation(db: Database, invitation: Invitation, tokenHash: Buffer): Promise<void> {
  await db
    .insertInto('invitation')
    .values({
      id: invitation.id,
      organization_id: invitation.organizationId,
      user_id: invitation.userId,
      token_hash: tokenHash,
      invited_by: invitation.invitedBy,
      created_at: invitation.createdAt,
      expires_at: invitation.expiresAt,
      browser_hash: null,
      taken_up_at: null,
      accepted_at: null,
      revoked_at: null,
    })
    .execute();
}

/** One invitation of an organization. */
export async function selectInvitation(
  db: Database,
  organizationId: OrganizationId,
  id: InvitationId,
): Promise<Invitation | undefined> {
  const row = await db
    .selectFrom('invitation')
    .select(COLUMNS)
    .where('organization_id', '=', organizationId)
    .where('id', '=', id)
    .executeTakeFirst();
  return row && toInvitation(row);
}

/** Revokes what is open of a user and returns the ids. */
export async function revokeOpenInvitations(
  db: Database,
  organizationId: OrganizationId,
  userId: UserId,
  now: Date,
): Promise<InvitationId[]> {
  const rows = await db
    .updateTable('invitation')
    .set({ revoked_at: now })
    .where('organization_id', '=', organizationId)
    .where('user_id', '=', userId)
    .where('accepted_at', 'is', null)
    .where('revoked_at', 'is', null)
    .returning('id')
    .execute();
  return rows.map((row) => row.id);
}

/** The newest invitation of each user that is neither accepted nor revoked. */
export async function selectOpenInvitations(
  db: Database,
  organizationId: OrganizationId,
  userIds: readonly UserId[],
): Promise<Invitation[]> {
  if (userIds.length === 0) return [];
  const rows = await db
    .selectFrom('invitation')
    .select(COLUMNS)
    .where('organization_id', '=', organizationId)
    .where('user_id', 'in', userIds)
    .where('accepted_at', 'is', null)
    .where('revoked_at', 'is', null)
    .execute();
  return rows.map(toInvitation);
}

/** How many invitations an organization made since an instant; with a user, to that one. */
export async function countInvitationsSince(
  db: Database,
  organizationId: OrganizationId,
  since: Date,
  userId?: UserId,
): Promise<number> {
  const query = db
    .selectFrom('invitation')
    .select((eb) => eb.fn.countAll<string>().as('count'))
    .where('organization_id', '=', organizationId)
    .where('created_at', '>', since);
  const row = await (userId === undefined ? query : query.where('user_id', '=', userId)).executeTakeFirstOrThrow();
  return Number(row.count);
}

/** A line of the list: the invitation with whom and by whom, as they are called now. */
export interface ListedInvitation {
  invitation: Invitation;
  user: { id: UserId; email: string; name: string | null };
  inviterEmail: string | null;
}

/** A page of an organization's invitations, the newest first. */
export async function selectInvitations(
  db: Database,
  filter: {
    organizationId: OrganizationId;
    onlyOpen: boolean;
    /** Place of the last line of the page before. */
    before?: { createdAt: Date; id: InvitationId } | undefined;
    limit: number;
  },
): Promise<ListedInvitation[]> {
  let query = db
    .selectFrom('invitation')
    .innerJoin('app_user as invited', 'invited.id', 'invitation.user_id')
    .leftJoin('app_user as inviter', 'inviter.id', 'invitation.invited_by')
    .select([...COLUMNS, 'invited.email', 'invited.name', 'inviter.email as inviter_email'])
    .where('invitation.organization_id', '=', filter.organizationId);
  if (filter.onlyOpen) {
    query = query.where('invitation.accepted_at', 'is', null).where('invitation.revoked_at', 'is', null);
  }
  const { before } = filter;
  if (before !== undefined) {
    query = query.where((eb) =>
      eb.or([
        eb('invitation.created_at', '<', before.createdAt),
        eb.and([eb('invitation.created_at', '=', before.createdAt), eb('invitation.id', '<', before.id)]),
      ]),
    );
  }
  const rows = await query
    .orderBy('invitation.created_at', 'desc')
    .orderBy('invitation.id', 'desc')
    .limit(filter.limit)
    .execute();
  return rows.map((row) => ({
    invitation: toInvitation(row),
    user: { id: row.user_id, email: row.email, name: row.name },
    inviterEmail: row.inviter_email,
  }));
}

/** Who sent a user's latest invitation; null when a program or the operator did, or nobody. */
export async function selectInviter(
  db: Database,
  organizationId: OrganizationId,
  userId: UserId,
): Promise<UserId | null> {
  const row = await db
    .selectFrom('invitation')
    .select('invited_by')
    .where('organization_id', '=', organizationId)
    .where('user_id', '=', userId)
    .orderBy('created_at', 'desc')
    .executeTakeFirst();
  return row?.invited_by ?? null;
}
