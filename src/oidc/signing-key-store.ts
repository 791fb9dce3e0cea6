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

/** Every key, the signing ones first. */
export async function selectSigningKeys(db: Database): Promise<SigningKeyRow[]> {
  return db
    .selectFrom('signing_key')
    .select([
      'id',
      'kid',
      'algorithm',
      'sealed_private_jwk as sealedPrivateJwk',
      'created_at as createdAt',
      'retired_at as retiredAt',
    ])
    .orderBy('retired_at', (order) => order.desc().nullsFirst())
    .orderBy('algorithm')
    .execute();
}

/** Inserts the current key of an algorithm unless another server process was faster. */
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
    .insertInto('signing_key')
    .values({
      id: key.id,
      kid: key.kid,
      algorithm: key.algorithm,
      sealed_private_jwk: key.sealedPrivateJwk,
      public_jwk: JSON.stringify(key.publicJwk),
      created_at: key.now,
      retired_at: null,
    })
    .onConflict((conflict) => conflict.doNothing())
    .execute();
}
