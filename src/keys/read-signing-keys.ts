import type { JWK } from 'jose';
import { addSigningKey } from './make-signing-key.ts';
import { selectFormerKeys, selectSigningKeys } from './signing-key-store.ts';
import { ALGORITHMS, placeOfSigningKey } from './signing-keys.ts';
import type { SigningAlgorithm, SigningKeyState } from './signing-keys.ts';
import type { Clock } from '../base/clock.ts';
import type { SecretBox } from '../base/secret-box.ts';
import type { Database } from '../db/database.ts';
import { openAndReseal } from '../db/sealed/open-and-reseal.ts';

/** A key as a server needs it. */
export interface OpenSigningKey {
  kid: string;
  algorithm: SigningAlgorithm;
  /** `former`: removed, its public half verifies hints and is not published. */
  state: SigningKeyState | 'former';
  /** The private half, the public one of a former key. */
  jwk: JWK;
}

/** Makes the first key of each algorithm where there is none that signs. Concurrent first starts end with one set. */
export async function makeFirstKeys(deps: { db: Database; clock: Clock; secrets: SecretBox }): Promise<void> {
  const rows = await selectSigningKeys(deps.db);
  for (const algorithm of ALGORITHMS) {
    if (rows.some((row) => row.algorithm === algorithm && row.state === 'signing')) continue;
    await addSigningKey(deps, algorithm, { state: 'signing', now: deps.clock.now(), changesAt: null });
  }
}

/**
 * Every key, opened, in the order in which they are published: RSA first, of each algorithm the signing one first; former ones
 * last.
 * @param known keys that were opened before, by their `kid`, which are not opened again
 * @returns null where nothing changed since `known` was read
 */
export async function readSigningKeys(
  deps: { db: Database; secrets: SecretBox },
  known: readonly OpenSigningKey[],
): Promise<OpenSigningKey[] | null> {
  const rows = await selectSigningKeys(deps.db);
  const before = known.filter(({ state }) => state !== 'former');
  const isSame = rows.every(({ kid, state }, place) => before[place]?.kid === kid && before[place].state === state);
  if (isSame && rows.length === before.length) return null;
  const keys: OpenSigningKey[] = [];
  for (const { id, kid, algorithm, state, sealedPrivateJwk } of rows) {
    const opened = before.find((key) => key.kid === kid)?.jwk;
    const jwk = opened ?? (JSON.parse(await openAndReseal(deps, sealedPrivateJwk, placeOfSigningKey(id))) as JWK);
    keys.push({ kid, algorithm, state, jwk });
  }
  const former = await selectFormerKeys(deps.db);
  return [
    ...keys,
    ...former.map(({ kid, algorithm, publicJwk: jwk }) => ({ kid, algorithm, state: 'former' as const, jwk })),
  ];
}
