import { sql } from 'kysely';
import type { Expression, ExpressionBuilder, SqlBool } from 'kysely';
import type { Invitation } from './invitation.ts';
import type { InvitationId, OrganizationId, UserId } from '../base/ids.ts';
import type { Database } from '../db/database.ts';
import { deleteWhere } from '../db/retention.ts';
import type { Schema } from '../db/schema/schema.ts';

const COLUMNS = [
  'invitation.id',
  'invitation.organizationId',
  'invitation.userId',
  'invitation.invitedBy',
  'invitation.createdAt',
  'invitation.expiresAt',
  'invitation.browserHash',
  'invitation.takenUpAt as redeemedAt',
  'invitation.acceptedAt',
  'invitation.revokedAt',
] as const;

/** Neither accepted nor revoked; it may have expired. */
export function isOpen(eb: ExpressionBuilder<Schema, 'invitation'>): Expression<SqlBool> {
  return eb.and([eb('acceptedAt', 'is', null), eb('revokedAt', 'is', null)]);
}

/** Inserts an invitation; a second open one of the same user is a unique violation of `invitation_one_open`. */
export async function insertInvitation(db: Database, invitation: Invitation, tokenHash: Buffer): Promise<void> {
  await db
    .insertInto('invitation')
    .values({
      id: invitation.id,
      organizationId: invitation.organizationId,
      userId: invitation.userId,
      tokenHash,
      invitedBy: invitation.invitedBy,
      createdAt: invitation.createdAt,
      expiresAt: invitation.expiresAt,
      browserHash: null,
      takenUpAt: null,
      acceptedAt: null,
      revokedAt: null,
    })
    .execute();
}

/** One invitation of an organization. */
export async function selectInvitation(
  db: Database,
  organizationId: OrganizationId,
  id: InvitationId,
): Promise<Invitation | undefined> {
  return db
    .selectFrom('invitation')
    .select(COLUMNS)
    .where('organizationId', '=', organizationId)
    .where('id', '=', id)
    .executeTakeFirst();
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
    .set({ revokedAt: now })
    .where('organizationId', '=', organizationId)
    .where('userId', '=', userId)
    .where(isOpen)
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
  return db
    .selectFrom('invitation')
    .select(COLUMNS)
    .where('organizationId', '=', organizationId)
    .where('userId', 'in', userIds)
    .where(isOpen)
    .execute();
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
    .where('organizationId', '=', organizationId)
    .where('createdAt', '>', since);
  const row = await (userId === undefined ? query : query.where('userId', '=', userId)).executeTakeFirstOrThrow();
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
    .innerJoin('appUser as invited', 'invited.id', 'invitation.userId')
    .leftJoin('appUser as inviter', 'inviter.id', 'invitation.invitedBy')
    .select([...COLUMNS, 'invited.email', 'invited.name', 'inviter.email as inviterEmail'])
    .where('invitation.organizationId', '=', filter.organizationId);
  if (filter.onlyOpen) {
    query = query.where('invitation.acceptedAt', 'is', null).where('invitation.revokedAt', 'is', null);
  }
  const { before } = filter;
  if (before !== undefined) {
    query = query.where((eb) =>
      eb.or([
        eb('invitation.createdAt', '<', before.createdAt),
        eb.and([eb('invitation.createdAt', '=', before.createdAt), eb('invitation.id', '<', before.id)]),
      ]),
    );
  }
  const rows = await query
    .orderBy('invitation.createdAt', 'desc')
    .orderBy('invitation.id', 'desc')
    .limit(filter.limit)
    .execute();
  return rows.map(({ email, name, inviterEmail, ...invitation }) => ({
    invitation,
    user: { id: invitation.userId, email, name },
    inviterEmail,
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
    .select('invitedBy')
    .where('organizationId', '=', organizationId)
    .where('userId', '=', userId)
    .orderBy('createdAt', 'desc')
    .executeTakeFirst();
  return row?.invitedBy ?? null;
}

/** Deletes invitations that were accepted or revoked before an instant; returns how many. Over all organizations. */
export async function deleteEndedInvitations(db: Database, before: Date): Promise<number> {
  return deleteWhere(db, 'invitation', sql`coalesce(accepted_at, revoked_at) < ${before}`);
}
