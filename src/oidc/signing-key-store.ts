import type { Database } from '../db/database.ts';

/** A signing key as stored. */
export interface SigningKeyRow {
  id: string;
  kid: string;
  algorithm: 'ES256' | 'RS256';
  sealedPrivateJwk: Buffer;
  createdAt: Date;
  retiredAt: Date | null;
}

// Signing keys belong to the service, not to an organization.

/**
 * Every key: RSA first, and of each algorithm the signing one first. python-jose gives up at the first key of another type
 * than the token's, whatever `kid` it has; applications are registered for RS256 unless they ask for another.
 */
export async function selectSigningKeys(db: Database): Promise<SigningKeyRow[]> {
  return db
    .selectFrom('signingKey')
    .select(['id', 'kid', 'algorithm', 'sealedPrivateJwk', 'createdAt', 'retiredAt'])
    .orderBy('algorithm', 'desc')
    .orderBy('retiredAt', (order) => order.desc().nullsFirst())
    .execute();
}

/** Inserts the current key of an algorithm unless there is one already. */
export async function insertSigningKey(
  db: Database,
  key: {
    id: string;
    kid: string;
    algorithm: 'ES256' | 'RS256';
    sealedPrivateJwk: Buffer;
    publicJwk: object;
    now: Date;
  },
): Promise<void> {
  await db
    .insertInto('signingKey')
    .values({
      id: key.id,
      kid: key.kid,
      algorithm: key.algorithm,
      sealedPrivateJwk: key.sealedPrivateJwk,
      publicJwk: JSON.stringify(key.publicJwk),
      createdAt: key.now,
      retiredAt: null,
    })
    .onConflict((conflict) => conflict.doNothing())
    .execute();
}
