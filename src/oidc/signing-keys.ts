import { calculateJwkThumbprint, exportJWK, generateKeyPair } from 'jose';
import type { JWK } from 'jose';
import type { ExternalSigningKey } from 'oidc-provider';
import type { Clock } from '../base/clock.ts';
import { randomUuid } from '../base/random.ts';
import type { SealedPlace, SecretBox } from '../base/secret-box.ts';
import type { Database } from '../db/database.ts';
import { openAndReseal } from '../db/sealed/open-and-reseal.ts';
import { SigningKey } from './signing-key.ts';
import { insertSigningKey, selectSigningKeys } from './signing-key-store.ts';

/** One key for each algorithm: RS256 by default, ES256 for applications registered so. */
const ALGORITHMS = ['ES256', 'RS256'] as const;

/** The keys the service signs and verifies with, made at the first start. Concurrent first starts end with one set. */
export async function loadSigningKeys(deps: {
  db: Database;
  clock: Clock;
  secrets: SecretBox;
}): Promise<{ keys: ExternalSigningKey[] }> {
  const { db, clock, secrets } = deps;
  let rows = await selectSigningKeys(db);
  for (const algorithm of ALGORITHMS) {
    if (rows.some((row) => row.algorithm === algorithm && row.retiredAt === null)) continue;
    const { privateKey, publicKey } = await generateKeyPair(algorithm, { extractable: true, modulusLength: 2048 });
    const id = randomUuid();
    const kid = await calculateJwkThumbprint(publicKey);
    const sealedPrivateJwk = secrets.seal(JSON.stringify(await exportJWK(privateKey)), place(id));
    const publicJwk = { ...(await exportJWK(publicKey)), kid, alg: algorithm, use: 'sig' };
    await insertSigningKey(db, { id, kid, algorithm, sealedPrivateJwk, publicJwk, now: clock.now() });
  }
  rows = await selectSigningKeys(db);
  const keys: ExternalSigningKey[] = [];
  for (const { id, kid, algorithm, sealedPrivateJwk } of rows) {
    const opened = JSON.parse(await openAndReseal(deps, sealedPrivateJwk, place(id))) as JWK;
    keys.push(new SigningKey({ privateJwk: opened, kid, algorithm }));
  }
  return { keys };
}

function place(row: string): SealedPlace {
  return { table: 'signing_key', column: 'sealed_private_jwk', row, organization: '' };
}
