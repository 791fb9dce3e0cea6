import type { Database } from '../db/database.ts';

/** A link that sets the service up. It belongs to no organization: there is none yet. */
export interface SetupLink {
  organizationName: string | null;
  email: string | null;
  expiresAt: Date;
}

/** Makes a link; those before stay valid for their hour. */
export async function insertSetupLink(
  db: Database,
  link: SetupLink & { id: string; tokenHash: Buffer },
  now: Date,
): Promise<void> {
  await db
    .insertInto('setup_link')
    .values({
      id: link.id,
      token_hash: link.tokenHash,
      organization_name: link.organizationName,
      email: link.email,
      created_at: now,
      expires_at: link.expiresAt,
    })
    .execute();
}

/** A link within its hour, whether setup was begun with it or not. */
export async function selectSetupLink(db: Database, tokenHash: Buffer, now: Date): Promise<SetupLink | undefined> {
  const row = await db
    .selectFrom('setup_link')
    .select(['organization_name', 'email', 'expires_at'])
    .where('token_hash', '=', tokenHash)
    .where('expires_at', '>', now)
    .executeTakeFirst();
  return row && { organizationName: row.organization_name, email: row.email, expiresAt: row.expires_at };
}

/**
 * Begins setup with a link, once for the whole service: at most one row ever has `accepted_at`, so another one is a unique
 * violation of `setup_link_accepted_once` or changes nothing.
 */
export async function acceptSetupLink(db: Database, tokenHash: Buffer, now: Date): Promise<boolean> {
  const result = await db
    .updateTable('setup_link')
    .set({ accepted_at: now })
    .where('token_hash', '=', tokenHash)
    .where('accepted_at', 'is', null)
    .where('expires_at', '>', now)
    .executeTakeFirst();
  return result.numUpdatedRows === 1n;
}
