import { calculateJwkThumbprint, exportJWK, generateKeyPair } from 'jose';
import { insertSigningKey } from './signing-key-store.ts';
import { placeOfSigningKey } from './signing-keys.ts';
import type { SigningAlgorithm, SigningKeyState } from './signing-keys.ts';
import { randomUuid } from '../base/random.ts';
import type { SecretBox } from '../base/secret-box.ts';
import type { Database } from '../db/database.ts';

/** A key pair that is not stored yet. */
export interface NewSigningKey {
  id: string;
  kid: string;
  algorithm: SigningAlgorithm;
  sealedPrivateJwk: Buffer;
  publicJwk: object;
}

/** Makes a key pair (RSA of 2048 bits, or P-256) and seals its private half. */
export async function makeSigningKey(
  { secrets }: { secrets: SecretBox },
  algorithm: SigningAlgorithm,
): Promise<NewSigningKey> {
  const { privateKey, publicKey } = await generateKeyPair(algorithm, { extractable: true, modulusLength: 2048 });
  const id = randomUuid();
  const kid = await calculateJwkThumbprint(publicKey);
  const sealedPrivateJwk = secrets.seal(JSON.stringify(await exportJWK(privateKey)), placeOfSigningKey(id));
  const publicJwk = { ...(await exportJWK(publicKey)), kid, alg: algorithm, use: 'sig' };
  return { id, kid, algorithm, sealedPrivateJwk, publicJwk };
}

/** Makes and stores a key, unless its algorithm has one in that state already; null then. */
export async function addSigningKey(
  deps: { db: Database; secrets: SecretBox },
  algorithm: SigningAlgorithm,
  state: { state: SigningKeyState; now: Date; changesAt: Date | null },
): Promise<NewSigningKey | null> {
  const key = await makeSigningKey(deps, algorithm);
  return (await insertSigningKey(deps.db, { ...key, ...state })) ? key : null;
}
