import { sql } from 'kysely';
import type { OrganizationId } from '../base/ids.ts';
import type { Database } from '../db/database.ts';
import { deleteWhere } from '../db/retention.ts';

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
 * Inserts a key for this request; false when it exists. While another transaction inserts it, waits for that one's end:
 * of two equal requests at once the second sees the first one's answer, or its own turn when that one failed.
 */
export async function takeKey(db: Database, place: KeyPlace, requestHash: Buffer, now: Date): Promise<boolean> {
  const result = await db
    .insertInto('idempotencyKey')
    .values({ ...place, requestHash, createdAt: now })
    .onConflict((conflict) => conflict.columns(['organizationId', 'callerId', 'key']).doNothing())
    .executeTakeFirst();
  return (result.numInsertedOrUpdatedRows ?? 0n) > 0n;
}

/** The answer kept for a key. */
export async function selectAnswer(db: Database, place: KeyPlace): Promise<KeptAnswer | undefined> {
  return db
    .selectFrom('idempotencyKey')
    .select(['requestHash', 'status', 'sealedResponse'])
    .where('organizationId', '=', place.organizationId)
    .where('callerId', '=', place.callerId)
    .where('key', '=', place.key)
    .executeTakeFirst();
}

/** Keeps an answer with its key. */
export async function updateAnswer(
  db: Database,
  place: KeyPlace,
  answer: { status: number; sealedResponse: Buffer },
): Promise<void> {
  await db
    .updateTable('idempotencyKey')
    .set(answer)
    .where('organizationId', '=', place.organizationId)
    .where('callerId', '=', place.callerId)
    .where('key', '=', place.key)
    .execute();
}

/** Deletes keys older than an instant, over all organizations. */
export async function deleteOldKeys(db: Database, before: Date): Promise<number> {
  return deleteWhere(db, 'idempotencyKey', sql`created_at < ${before}`);
}

/** Deletes a caller's keys from before an instant. */
export async function deleteKeysOf(db: Database, place: Omit<KeyPlace, 'key'>, before: Date): Promise<void> {
  await db
    .deleteFrom('idempotencyKey')
    .where('organizationId', '=', place.organizationId)
    .where('callerId', '=', place.callerId)
    .where('createdAt', '<', before)
    .execute();
}
