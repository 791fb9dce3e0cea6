import { sql } from 'kysely';
import type { Owner } from './authenticator.ts';
import type { OrganizationId } from '../base/ids.ts';
import type { Database } from '../db/database.ts';
import { deleteWhere } from '../db/retention.ts';

/** A link to choose a new password; `recovery`, from the operator, also removes the second factors. */
export interface ResetLink extends Owner {
  kind: 'password' | 'recovery';
}

/** Stores a link and revokes earlier ones. A link that anybody may ask for never revokes the operator's. */
export async function insertResetLink(
  db: Database,
  link: ResetLink & { id: string; tokenHash: Buffer; expiresAt: Date },
  now: Date,
): Promise<void> {
  await updateRevokedOfUser(db, link, now, link.kind === 'recovery' ? ['password', 'recovery'] : ['password']);
  await db
    .insertInto('resetLink')
    .values({
      id: link.id,
      organizationId: link.organizationId,
      userId: link.userId,
      kind: link.kind,
      tokenHash: link.tokenHash,
      createdAt: now,
      expiresAt: link.expiresAt,
    })
    .execute();
}

/** A valid link. Looked up by token hash; the row names the owner. */
export async function selectResetLink(db: Database, tokenHash: Buffer, now: Date): Promise<ResetLink | undefined> {
  return db
    .selectFrom('resetLink')
    .select(['organizationId', 'userId', 'kind'])
    .where('tokenHash', '=', tokenHash)
    .where('usedAt', 'is', null)
    .where('revokedAt', 'is', null)
    .where('expiresAt', '>', now)
    .executeTakeFirst();
}

/** Marks a link as used; false when it is no longer valid. Concurrent calls: exactly one succeeds. */
export async function takeResetLink(db: Database, tokenHash: Buffer, now: Date): Promise<boolean> {
  const result = await db
    .updateTable('resetLink')
    .set({ usedAt: now })
    .where('tokenHash', '=', tokenHash)
    .where('usedAt', 'is', null)
    .where('revokedAt', 'is', null)
    .where('expiresAt', '>', now)
    .executeTakeFirst();
  return result.numUpdatedRows === 1n;
}

/** Deletes links that expired before an instant, over all organizations. */
export async function deleteResetLinksBefore(db: Database, instant: Date): Promise<number> {
  return deleteWhere(db, 'resetLink', sql`expires_at < ${instant}`);
}

/** Revokes a user's unused links of these kinds. */
export async function updateRevokedOfUser(
  db: Database,
  owner: Owner,
  now: Date,
  kinds: ResetLink['kind'][],
): Promise<void> {
  await db
    .updateTable('resetLink')
    .set({ revokedAt: now })
    .where('organizationId', '=', owner.organizationId)
    .where('userId', '=', owner.userId)
    .where('kind', 'in', kinds)
    .where('usedAt', 'is', null)
    .where('revokedAt', 'is', null)
    .execute();
}

/** Revokes the unused password links of an organization's users. */
export async function updateRevokedOfOrganization(
  db: Database,
  organizationId: OrganizationId,
  now: Date,
): Promise<void> {
  await db
    .updateTable('resetLink')
    .set({ revokedAt: now })
    .where('organizationId', '=', organizationId)
    .where('kind', '=', 'password')
    .where('usedAt', 'is', null)
    .where('revokedAt', 'is', null)
    .execute();
}
