import type { Owner } from './authenticator.ts';
import { randomUuid } from '../base/random.ts';
import type { Database } from '../db/database.ts';

/** How many unused codes a user has. */
export async function countRecoveryCodes(db: Database, owner: Owner): Promise<number> {
  const row = await db
    .selectFrom('recovery_code')
    .select((eb) => eb.fn.countAll<string>().as('count'))
    .where('organization_id', '=', owner.organizationId)
    .where('user_id', '=', owner.userId)
    .where('used_at', 'is', null)
    .executeTakeFirstOrThrow();
  return Number(row.count);
}

/** When a user's set was made; null without one. */
export async function selectRecoveryCodesMadeAt(db: Database, owner: Owner): Promise<Date | null> {
  const row = await db
    .selectFrom('recovery_code')
    .select((eb) => eb.fn.max('created_at').as('madeAt'))
    .where('organization_id', '=', owner.organizationId)
    .where('user_id', '=', owner.userId)
    .executeTakeFirstOrThrow();
  return row.madeAt;
}

/** Puts a new set in the place of the old one, used ones included. */
export async function replaceRecoveryCodes(
  db: Database,
  owner: Owner,
  macs: readonly Buffer[],
  now: Date,
): Promise<void> {
  await deleteRecoveryCodes(db, owner);
  await db
    .insertInto('recovery_code')
    .values(
      macs.map((mac) => ({
        id: randomUuid(),
        organization_id: owner.organizationId,
        user_id: owner.userId,
        code_mac: mac,
        created_at: now,
      })),
    )
    .execute();
}

/**
 * Takes a code; false when there is none such or it was taken before. Concurrent calls: exactly one succeeds.
 * @param macs what may be stored of it, one for each master key
 */
export async function takeRecoveryCode(
  db: Database,
  owner: Owner,
  macs: readonly Buffer[],
  now: Date,
): Promise<boolean> {
  const result = await db
    .updateTable('recovery_code')
    .set({ used_at: now })
    .where('organization_id', '=', owner.organizationId)
    .where('user_id', '=', owner.userId)
    .where('code_mac', 'in', macs)
    .where('used_at', 'is', null)
    .executeTakeFirst();
  return result.numUpdatedRows === 1n;
}

export async function deleteRecoveryCodes(db: Database, owner: Owner): Promise<void> {
  await db
    .deleteFrom('recovery_code')
    .where('organization_id', '=', owner.organizationId)
    .where('user_id', '=', owner.userId)
    .execute();
}
