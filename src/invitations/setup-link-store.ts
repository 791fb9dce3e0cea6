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
    .insertInto('setupLink')
    .values({
      id: link.id,
      tokenHash: link.tokenHash,
      organizationName: link.organizationName,
      email: link.email,
      createdAt: now,
      expiresAt: link.expiresAt,
    })
    .execute();
}

/** A link within its hour, whether setup was begun with it or not. */
export async function selectSetupLink(db: Database, tokenHash: Buffer, now: Date): Promise<SetupLink | undefined> {
  return db
    .selectFrom('setupLink')
    .select(['organizationName', 'email', 'expiresAt'])
    .where('tokenHash', '=', tokenHash)
    .where('expiresAt', '>', now)
    .executeTakeFirst();
}

/**
 * Begins setup with a link, once for the whole service: at most one row ever has `accepted_at`, so another one is a unique
 * violation of `setup_link_accepted_once` or changes nothing.
 */
export async function acceptSetupLink(db: Database, tokenHash: Buffer, now: Date): Promise<boolean> {
  const result = await db
    .updateTable('setupLink')
    .set({ acceptedAt: now })
    .where('tokenHash', '=', tokenHash)
    .where('acceptedAt', 'is', null)
    .where('expiresAt', '>', now)
    .executeTakeFirst();
  return result.numUpdatedRows === 1n;
}
