import { after, DAY, epochSeconds } from '../../base/clock.ts';
import type { Seconds } from '../../base/clock.ts';
import { sha256 } from '../../base/random.ts';
import type { Database } from '../../db/database.ts';
import { REFRESH_FAMILY_LIFETIME } from '../lifetimes.ts';
import type { Payload } from './write.ts';

// Records belong to an application's request, not to an organization.

/** A live record with its id put back. */
export async function selectRecord(db: Database, kind: string, id: string, now: Date): Promise<Payload | undefined> {
  const row = await db
    .selectFrom('oidc_record')
    .select(['payload', 'expires_at', 'consumed_at'])
    .where('kind', '=', kind)
    .where('id_hash', '=', sha256(id))
    .where('expires_at', '>', now)
    .executeTakeFirst();
  if (row === undefined) return undefined;
  return {
    ...(row.payload as Payload),
    jti: id,
    ...(row.consumed_at === null ? {} : { consumed: epochSeconds(row.consumed_at) }),
  };
}

/** Inserts a record; false when one with this id is there, which for seen ids means a replay. */
export async function insertRecord(
  db: Database,
  kind: string,
  id: string,
  { jti: _id, ...payload }: Payload,
  now: Date,
  lifetime: Seconds,
): Promise<boolean> {
  const { numInsertedOrUpdatedRows } = await db
    .insertInto('oidc_record')
    .values({ kind, id_hash: sha256(id), payload: JSON.stringify(payload), expires_at: after(now, lifetime) })
    .onConflict((conflict) => conflict.doNothing())
    .executeTakeFirst();
  return numInsertedOrUpdatedRows === 1n;
}

/** Takes a record once. */
export async function consumeRecord(db: Database, kind: string, id: string, now: Date): Promise<boolean> {
  const { numUpdatedRows } = await db
    .updateTable('oidc_record')
    .set({ consumed_at: now })
    .where('kind', '=', kind)
    .where('id_hash', '=', sha256(id))
    .where('consumed_at', 'is', null)
    .executeTakeFirst();
  return numUpdatedRows === 1n;
}

/** Removes a record. */
export async function deleteRecord(db: Database, kind: string, id: string): Promise<void> {
  await db.deleteFrom('oidc_record').where('kind', '=', kind).where('id_hash', '=', sha256(id)).execute();
}

/** Deletes expired records, and marks of ended tokens that no token can be as old as; run hourly. */
export async function deleteEndedRecords(db: Database, now: Date): Promise<void> {
  await db.deleteFrom('oidc_record').where('expires_at', '<', now).execute();
  const oldest = after(now, -REFRESH_FAMILY_LIFETIME - DAY);
  await db.deleteFrom('oidc_ended').where('ended_at', '<', oldest).execute();
}
