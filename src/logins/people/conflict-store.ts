import { sql } from 'kysely';
import type { IdentityConflict } from './conflict.ts';
import type { ConflictId, OrganizationId, UserId } from '../../base/ids.ts';
import type { Database } from '../../db/database.ts';
import { deleteWhere } from '../../db/retention.ts';

const COLUMNS = [
  'id',
  'organizationId',
  'userId',
  'connectionId',
  'issuer',
  'directoryId',
  'subject',
  'name',
  'address',
  'reference',
  'firstSeenAt',
  'lastSeenAt',
] as const;

/** Stores a conflict, or that it was seen again; whether it is new. */
export async function upsertConflict(db: Database, conflict: IdentityConflict): Promise<boolean> {
  const { name, address, reference, lastSeenAt } = conflict;
  const row = await db
    .insertInto('identityConflict')
    .values(conflict)
    .onConflict((same) =>
      same
        .columns(['userId', 'connectionId', 'issuer', 'directoryId', 'subject'])
        .doUpdateSet({ name, address, reference, lastSeenAt }),
    )
    .returning('id')
    .executeTakeFirstOrThrow();
  return row.id === conflict.id;
}

/** Deletes the conflicts of a user beyond the first so many: newcomers push nobody out. @returns their ids */
export async function deleteSurplusConflicts(
  db: Database,
  user: { organizationId: OrganizationId; userId: UserId },
  most: number,
): Promise<ConflictId[]> {
  const deleted = await db
    .deleteFrom('identityConflict')
    .where('organizationId', '=', user.organizationId)
    .where('id', 'in', (eb) =>
      eb
        .selectFrom('identityConflict')
        .select('id')
        .where('userId', '=', user.userId)
        .orderBy('firstSeenAt')
        .orderBy('id')
        .offset(most),
    )
    .returning('id')
    .execute();
  return deleted.map(({ id }) => id);
}

/** The conflicts of a user whose subject is not tied to this user by now, the latest first. */
export async function selectConflicts(
  db: Database,
  user: { organizationId: OrganizationId; userId: UserId },
): Promise<(IdentityConflict & { tiedTo: UserId | null })[]> {
  return db
    .selectFrom('identityConflict')
    .leftJoin('identity', (join) =>
      join
        .onRef('identity.connectionId', '=', 'identityConflict.connectionId')
        .onRef('identity.organizationId', '=', 'identityConflict.organizationId')
        .onRef('identity.issuer', '=', 'identityConflict.issuer')
        .onRef('identity.directoryId', '=', 'identityConflict.directoryId')
        .onRef('identity.subject', '=', 'identityConflict.subject'),
    )
    .select(COLUMNS.map((column) => `identityConflict.${column}` as const))
    .select('identity.userId as tiedTo')
    .where('identityConflict.organizationId', '=', user.organizationId)
    .where('identityConflict.userId', '=', user.userId)
    .where((eb) =>
      eb.or([eb('identity.userId', 'is', null), eb('identity.userId', '<>', eb.ref('identityConflict.userId'))]),
    )
    .orderBy('identityConflict.lastSeenAt', 'desc')
    .orderBy('identityConflict.id')
    .execute();
}

/** Which of these users have a conflict to decide. */
export async function selectUsersWithConflicts(
  db: Database,
  organizationId: OrganizationId,
  userIds: readonly UserId[],
): Promise<UserId[]> {
  if (userIds.length === 0) return [];
  const rows = await db
    .selectFrom('identityConflict')
    .select('userId')
    .distinct()
    .where('organizationId', '=', organizationId)
    .where('userId', 'in', userIds)
    .where(({ not, exists, selectFrom }) =>
      not(
        exists(
          selectFrom('identity')
            .select('identity.id')
            .whereRef('identity.connectionId', '=', 'identityConflict.connectionId')
            .whereRef('identity.userId', '=', 'identityConflict.userId')
            .whereRef('identity.issuer', '=', 'identityConflict.issuer')
            .whereRef('identity.subject', '=', 'identityConflict.subject'),
        ),
      ),
    )
    .execute();
  return rows.map(({ userId }) => userId);
}

/** Deletes a conflict that was decided. */
export async function deleteConflict(db: Database, organizationId: OrganizationId, id: ConflictId): Promise<void> {
  await db.deleteFrom('identityConflict').where('organizationId', '=', organizationId).where('id', '=', id).execute();
}

/** Deletes conflicts that were last seen before an instant, over all organizations. */
export async function deleteConflictsBefore(db: Database, instant: Date): Promise<number> {
  return deleteWhere(db, 'identityConflict', sql`last_seen_at < ${instant}`);
}
