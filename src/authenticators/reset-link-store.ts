import type { Owner } from './authenticator.ts';
import type { OrganizationId } from '../base/ids.ts';
import type { Database } from '../db/database.ts';

/** A link to choose a new password; `recovery`, from the operator, also removes the second factors. */
export interface ResetLink extends Owner {
  kind: 'password' | 'recovery';
}

/** Makes a link; those before are void, but the operator's never by one that anybody may ask for. */
export async function insertResetLink(
  db: Database,
  link: ResetLink & { id: string; tokenHash: Buffer; expiresAt: Date },
  now: Date,
): Promise<void> {
  await voidResetLinks(db, link, now, link.kind === 'recovery' ? ['password', 'recovery'] : ['password']);
  await db
    .insertInto('reset_link')
    .values({
      id: link.id,
      organization_id: link.organizationId,
      user_id: link.userId,
      kind: link.kind,
      token_hash: link.tokenHash,
      created_at: now,
      expires_at: link.expiresAt,
    })
    .execute();
}

/** A link that is valid now. Bound to its 256 bits: whose it is is what it tells. */
export async function selectResetLink(db: Database, tokenHash: Buffer, now: Date): Promise<ResetLink | undefined> {
  const row = await db
    .selectFrom('reset_link')
    .select(['organization_id', 'user_id', 'kind'])
    .where('token_hash', '=', tokenHash)
    .where('used_at', 'is', null)
    .where('voided_at', 'is', null)
    .where('expires_at', '>', now)
    .executeTakeFirst();
  return row && { organizationId: row.organization_id, userId: row.user_id, kind: row.kind };
}

/** Takes a link; false when it is not valid any more. Of any number at once one wins. */
export async function takeResetLink(db: Database, tokenHash: Buffer, now: Date): Promise<boolean> {
  const result = await db
    .updateTable('reset_link')
    .set({ used_at: now })
    .where('token_hash', '=', tokenHash)
    .where('used_at', 'is', null)
    .where('voided_at', 'is', null)
    .where('expires_at', '>', now)
    .executeTakeFirst();
  return result.numUpdatedRows === 1n;
}

/** Removes links that ended before an instant, over all organizations. */
export async function deleteResetLinksBefore(db: Database, instant: Date): Promise<void> {
  await db.deleteFrom('reset_link').where('expires_at', '<', instant).execute();
}

/** Makes a user's links of these kinds void. */
export async function voidResetLinks(db: Database, owner: Owner, now: Date, kinds: ResetLink['kind'][]): Promise<void> {
  await db
    .updateTable('reset_link')
    .set({ voided_at: now })
    .where('organization_id', '=', owner.organizationId)
    .where('user_id', '=', owner.userId)
    .where('kind', 'in', kinds)
    .where('used_at', 'is', null)
    .where('voided_at', 'is', null)
    .execute();
}

/** Makes the links of an organization's users void. */
export async function voidResetLinksOf(db: Database, organizationId: OrganizationId, now: Date): Promise<void> {
  await db
    .updateTable('reset_link')
    .set({ voided_at: now })
    .where('organization_id', '=', organizationId)
    .where('kind', '=', 'password')
    .where('used_at', 'is', null)
    .where('voided_at', 'is', null)
    .execute();
}
