import type { OrganizationId } from '../base/ids.ts';
import type { Database } from '../db/database.ts';

/** Whose key. */
export interface KeyPlace {
  organizationId: OrganizationId;
  /** The user or API token. */
  callerId: string;
  key: string;
}

/** What was answered to a key. */
export interface KeptAnswer {
  requestHash: Buffer;
  status: number | null;
  sealedResponse: Buffer | null;
}

/**
 * Takes a key for this request; false when somebody has it. While another transaction holds it, waits for that one's end:
 * of two equal requests at once the second sees the first one's answer, or its own turn when that one failed.
 */
export async function takeKey(db: Database, place: KeyPlace, requestHash: Buffer, now: Date): Promise<boolean> {
  const result = await db
    .insertInto('idempotency_key')
    .values({
      organization_id: place.organizationId,
      caller_id: place.callerId,
      key: place.key,
      request_hash: requestHash,
      status: null,
      sealed_response: null,
      created_at: now,
    })
    .onConflict((conflict) => conflict.columns(['organization_id', 'caller_id', 'key']).doNothing())
    .executeTakeFirst();
  return (result.numInsertedOrUpdatedRows ?? 0n) > 0n;
}

/** The answer kept for a key. */
export async function selectAnswer(db: Database, place: KeyPlace): Promise<KeptAnswer | undefined> {
  const row = await db
    .selectFrom('idempotency_key')
    .select(['request_hash', 'status', 'sealed_response'])
    .where('organization_id', '=', place.organizationId)
    .where('caller_id', '=', place.callerId)
    .where('key', '=', place.key)
    .executeTakeFirst();
  return row && { requestHash: row.request_hash, status: row.status, sealedResponse: row.sealed_response };
}

/** Keeps an answer with its key. */
export async function updateAnswer(
  db: Database,
  place: KeyPlace,
  answer: { status: number; sealedResponse: Buffer },
): Promise<void> {
  await db
    .updateTable('idempotency_key')
    .set({ status: answer.status, sealed_response: answer.sealedResponse })
    .where('organization_id', '=', place.organizationId)
    .where('caller_id', '=', place.callerId)
    .where('key', '=', place.key)
    .execute();
}

/** Forgets everybody's keys from before an instant, over all organizations; for the service's own tick. */
export async function deleteOldKeys(db: Database, before: Date): Promise<void> {
  await db.deleteFrom('idempotency_key').where('created_at', '<', before).execute();
}

/** Forgets a caller's keys from before an instant. */
export async function deleteKeysOf(db: Database, place: Omit<KeyPlace, 'key'>, before: Date): Promise<void> {
  await db
    .deleteFrom('idempotency_key')
    .where('organization_id', '=', place.organizationId)
    .where('caller_id', '=', place.callerId)
    .where('created_at', '<', before)
    .execute();
}
