import { createHash, createPrivateKey, createPublicKey, generateKeyPairSync, sign, verify } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import { insertSealKey, selectSealKeys } from './seal-store.ts';
import type { SealKeyRow } from './seal-store.ts';
import type { Clock } from '../base/clock.ts';
import type { SealedPlace, SecretBox } from '../base/secret-box.ts';
import type { Database } from '../db/database.ts';
import { openAndReseal } from '../db/sealed/open-and-reseal.ts';

/** A key that signs seals (Ed25519, RFC 8032). */
export interface SealKey {
  /** First 16 hexadecimal digits of the SHA-256 of the public key (SPKI, DER). */
  id: string;
  sign(digest: Buffer): Buffer;
  verify(digest: Buffer, signature: Buffer): boolean;
}

/**
 * The keys of the audit log that open under the master key, by id: a row that somebody else wrote does not open, so it
 * cannot vouch for seals.
 */
export async function openSealKeys(deps: { db: Database; secrets: SecretBox }): Promise<Map<string, SealKey>> {
  const keys = new Map<string, SealKey>();
  for (const row of await selectSealKeys(deps.db)) {
    const key = openKey(deps.secrets, row);
    if (key !== undefined) keys.set(row.id, key);
  }
  return keys;
}

/** The newest key; the first one is made here. One that an older master key sealed is sealed anew. */
export async function loadSealKey(deps: { db: Database; clock: Clock; secrets: SecretBox }): Promise<SealKey> {
  for (const row of (await selectSealKeys(deps.db)).toReversed()) {
    const known = openKey(deps.secrets, row);
    if (known === undefined) continue;
    await openAndReseal(deps, row.sealedPrivateKey, placeOf(row.id));
    return known;
  }
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  const id = idOf(publicKey);
  const pkcs8 = privateKey.export({ type: 'pkcs8', format: 'der' }).toString('base64');
  await insertSealKey(deps.db, {
    id,
    publicKey: publicKey.export({ type: 'spki', format: 'der' }),
    sealedPrivateKey: deps.secrets.seal(pkcs8, placeOf(id)),
    createdAt: deps.clock.now(),
  });
  return keyOf(id, privateKey);
}

function openKey(secrets: SecretBox, row: SealKeyRow): SealKey | undefined {
  let pkcs8: string;
  try {
    pkcs8 = secrets.open(row.sealedPrivateKey, placeOf(row.id));
  } catch {
    return undefined;
  }
  return keyOf(row.id, createPrivateKey({ key: Buffer.from(pkcs8, 'base64'), type: 'pkcs8', format: 'der' }));
}

function keyOf(id: string, privateKey: KeyObject): SealKey {
  const publicKey = createPublicKey(privateKey);
  return {
    id,
    sign: (digest) => sign(null, digest, privateKey),
    verify: (digest, signature) => verify(null, digest, publicKey, signature),
  };
}

function idOf(publicKey: KeyObject): string {
  return createHash('sha256')
    .update(publicKey.export({ type: 'spki', format: 'der' }))
    .digest('hex')
    .slice(0, 16);
}

function placeOf(id: string): SealedPlace {
  return { table: 'audit_key', column: 'sealed_private_key', row: id, organization: '' };
}
