import type { OrganizationId, UserId } from '../../base/ids.ts';
import type { Database } from '../../db/database.ts';

/** A changed address that is not proven yet, and the link that was mailed there. */
export interface AddressProof {
  userId: UserId;
  organizationId: OrganizationId;
  emailKey: string;
  createdAt: Date;
  expiresAt: Date;
}

const COLUMNS = ['userId', 'organizationId', 'emailKey', 'createdAt', 'expiresAt'] as const;

/** Stores what a mailed link proves; the one of the user's link before is void. */
export async function replaceAddressProof(db: Database, proof: AddressProof, tokenHash: Buffer): Promise<void> {
  const { userId, ...link } = proof;
  await db
    .insertInto('addressProof')
    .values({ userId, ...link, tokenHash })
    .onConflict((conflict) => conflict.column('userId').doUpdateSet({ ...link, tokenHash }))
    .execute();
}

/** What is to be proven of a user's address; the link may have expired. */
export async function selectAddressProof(
  db: Database,
  organizationId: OrganizationId,
  userId: UserId,
): Promise<AddressProof | undefined> {
  return db
    .selectFrom('addressProof')
    .select(COLUMNS)
    .where('organizationId', '=', organizationId)
    .where('userId', '=', userId)
    .executeTakeFirst();
}

/** Looked up by the hash of the link's token, over all organizations; the row names the owner. */
export async function selectAddressProofOfLink(
  db: Database,
  tokenHash: Buffer,
  now: Date,
): Promise<AddressProof | undefined> {
  return db
    .selectFrom('addressProof')
    .select(COLUMNS)
    .where('tokenHash', '=', tokenHash)
    .where('expiresAt', '>', now)
    .executeTakeFirst();
}

/** Consumes a link of a user; the address it proves. Concurrent calls: exactly one succeeds. */
export async function consumeAddressProof(
  db: Database,
  userId: UserId,
  tokenHash: Buffer,
  now: Date,
): Promise<Pick<AddressProof, 'emailKey'> | undefined> {
  return db
    .deleteFrom('addressProof')
    .where('userId', '=', userId)
    .where('tokenHash', '=', tokenHash)
    .where('expiresAt', '>', now)
    .returning('emailKey')
    .executeTakeFirst();
}

/** Deletes what is to be proven of a user's address. */
export async function deleteAddressProof(db: Database, organizationId: OrganizationId, userId: UserId): Promise<void> {
  await db
    .deleteFrom('addressProof')
    .where('organizationId', '=', organizationId)
    .where('userId', '=', userId)
    .execute();
}
