import { sql } from 'kysely';
import type { RawBuilder } from 'kysely';
import { after, DAY, epochSeconds, HOUR } from '../../base/clock.ts';
import type { Seconds } from '../../base/clock.ts';
import { sha256 } from '../../base/random.ts';
import type { Database } from '../../db/database.ts';
import { deleteWhere } from '../../db/retention.ts';
import { REFRESH_FAMILY_LIFETIME } from '../lifetimes.ts';
import type { Payload, RecordInsert } from './write.ts';

// Records belong to an application's request, not to an organization.

/** A live record with its id put back. */
export async function selectRecord(db: Database, kind: string, id: string, now: Date): Promise<Payload | undefined> {
  const row = await db
    .selectFrom('oidcRecord')
    .select(['payload', 'expiresAt', 'consumedAt'])
    .where('kind', '=', kind)
    .where('idHash', '=', sha256(id))
    .where('expiresAt', '>', now)
    .executeTakeFirst();
  if (row === undefined) return undefined;
  return {
    ...(row.payload as Payload),
    jti: id,
    ...(row.consumedAt === null ? {} : { consumed: epochSeconds(row.consumedAt) }),
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
    .insertInto('oidcRecord')
    .values({ kind, idHash: sha256(id), payload: JSON.stringify(payload), expiresAt: after(now, lifetime) })
    .onConflict((conflict) => conflict.doNothing())
    .executeTakeFirst();
  return numInsertedOrUpdatedRows === 1n;
}

/** Part of a larger statement: stores an access token of a machine application, or a pushed request, where `onlyIf` holds. */
export function insertRecordPart(now: Date, write: RecordInsert, onlyIf: RawBuilder<unknown>): RawBuilder<unknown> {
  const { jti: _id, ...payload } = write.payload;
  return sql`insert into oidc_record (kind, id_hash, payload, expires_at)
    select ${write.model}, ${sha256(write.value)}::bytea, ${JSON.stringify(payload)}::jsonb,
      ${after(now, write.lifetime)}::timestamptz
    where ${onlyIf}`;
}

/** Takes a record once. */
export async function consumeRecord(db: Database, kind: string, id: string, now: Date): Promise<boolean> {
  const { numUpdatedRows } = await db
    .updateTable('oidcRecord')
    .set({ consumedAt: now })
    .where('kind', '=', kind)
    .where('idHash', '=', sha256(id))
    .where('consumedAt', 'is', null)
    .executeTakeFirst();
  return numUpdatedRows === 1n;
}

/** Removes a record. */
export async function deleteRecord(db: Database, kind: string, id: string): Promise<void> {
  await db.deleteFrom('oidcRecord').where('kind', '=', kind).where('idHash', '=', sha256(id)).execute();
}

/** Deletes expired records, and marks of ended tokens that no token can be as old as; run hourly. */
export async function deleteEndedRecords(db: Database, now: Date): Promise<number> {
  const records = await deleteWhere(db, 'oidcRecord', sql`expires_at < ${now}`);
  const deviceCodes = await deleteWhere(db, 'oidcDeviceCode', sql`expires_at < ${after(now, -HOUR)}`);
  const oldest = after(now, -REFRESH_FAMILY_LIFETIME - DAY);
  return records + deviceCodes + (await deleteWhere(db, 'oidcEnded', sql`ended_at < ${oldest}`));
}
