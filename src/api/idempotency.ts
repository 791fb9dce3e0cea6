import { createHash } from 'node:crypto';
import { deleteKeysOf, deleteOldKeys, selectAnswer, takeKey, updateAnswer } from './idempotency-store.ts';
import type { KeyPlace } from './idempotency-store.ts';
import { DAY, after } from '../base/clock.ts';
import type { Clock } from '../base/clock.ts';
import { AppError } from '../base/errors.ts';
import { fieldError } from '../base/field-errors.ts';
import { sameDigest } from '../base/random.ts';
import type { SealedPlace, SecretBox } from '../base/secret-box.ts';
import type { Database } from '../db/database.ts';
import type { Caller } from '../organizations/access.ts';
import { keepOrganization } from '../organizations/find-organization.ts';

/** The value of an `Idempotency-Key` header: visible ASCII, quotes around it allowed. */
export function readIdempotencyKey(header: string | string[] | undefined): string | undefined {
  if (header === undefined) return undefined;
  const key = typeof header === 'string' ? /^"?([\u0021\u0023-\u007e]{1,200})"?$/.exec(header)?.[1] : undefined;
  if (key !== undefined) return key;
  throw new AppError('input.malformed', {
    fields: [fieldError('Idempotency-Key', 'idempotency-key')],
  });
}

/**
 * Runs what creates something once for each key: the same request within 24 hours gets the answer of the first one. Key and
 * what was created are written in one transaction, so a failure keeps neither.
 * @throws idempotency.mismatch when the key was used for another request; caller.unauthenticated when the caller's
 *   organization was removed meanwhile
 */
export async function onceForKey<T>(
  deps: { db: Database; clock: Clock; secrets: SecretBox },
  caller: Caller,
  request: { key: string; method: string; path: string; body: unknown },
  work: () => Promise<T>,
): Promise<T> {
  if (caller.id === null) throw new Error('the caller of the API has no id');
  const place: KeyPlace = { organizationId: caller.organizationId, callerId: caller.id, key: request.key };
  const now = deps.clock.now();
  const requestHash = createHash('sha256')
    .update(JSON.stringify([request.method, request.path, request.body ?? null]))
    .digest();
  // The key refers to it; it may have been removed since the caller was proved, and the caller's token with it.
  if ((await keepOrganization(deps, caller.organizationId)) === undefined) {
    throw new AppError('caller.unauthenticated', { detail: 'organization removed meanwhile' });
  }
  await deleteKeysOf(deps.db, place, after(now, -DAY));
  if (!(await takeKey(deps.db, place, requestHash, now))) {
    const kept = await selectAnswer(deps.db, place);
    if (kept === undefined || !sameDigest(kept.requestHash, requestHash)) throw new AppError('idempotency.mismatch');
    if (kept.sealedResponse === null) throw new Error('the idempotency key has no stored answer');
    return JSON.parse(deps.secrets.open(kept.sealedResponse, placeOf(place))) as T;
  }
  const answer = await work();
  await updateAnswer(deps.db, place, {
    status: 201,
    // Sealed: it may hold a client secret that is shown once.
    sealedResponse: deps.secrets.seal(JSON.stringify(answer), placeOf(place)),
  });
  return answer;
}

/** Deletes answers older than 24 hours. */
export async function deleteExpiredAnswers(deps: { db: Database; clock: Clock }): Promise<number> {
  return deleteOldKeys(deps.db, after(deps.clock.now(), -DAY));
}

function placeOf(place: KeyPlace): SealedPlace {
  return {
    table: 'idempotency_key',
    column: 'sealed_response',
    row: `${place.callerId} ${place.key}`,
    organization: place.organizationId,
  };
}
