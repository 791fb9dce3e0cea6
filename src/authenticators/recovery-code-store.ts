import type { Owner } from './authenticator.ts';
import { randomUuid } from '../base/random.ts';
import type { Database } from '../db/database.ts';

/** How many unused codes a user has. */
export async function countRecoveryCodes(db: Database, owner: Owner): Promise<number> {
  const row = await db
    .selectFrom('recoveryCode')
    .select((eb) => eb.fn.countAll<string>().as('count'))
    .where('organizationId', '=', owner.organizationId)
    .where('userId', '=', owner.userId)
    .where('usedAt', 'is', null)
    .executeTakeFirstOrThrow();
  return Number(row.count);
}

/** When a user's set was made; null without one. */
export async function selectRecoveryCodesMadeAt(db: Database, owner: Owner): Promise<Date | null> {
  const row = await db
    .selectFrom('recoveryCode')
    .select((eb) => eb.fn.max('createdAt').as('madeAt'))
    .where('organizationId', '=', owner.organizationId)
    .where('userId', '=', owner.userId)
    .executeTakeFirstOrThrow();
  return row.madeAt;
}

/** Replaces all recovery codes of a user, used ones included. */
export async function replaceRecoveryCodes(
  db: Database,
  owner: Owner,
  macs: readonly Buffer[],
  now: Date,
): Promise<void> {
  await deleteRecoveryCodes(db, owner);
  await db
    .insertInto('recoveryCode')
    .values(
      macs.map((mac) => ({
        id: randomUuid(),
        organizationId: owner.organizationId,
        userId: owner.userId,
        codeMac: mac,
        createdAt: now,
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
    .updateTable('recoveryCode')
    .set({ usedAt: now })
    .where('organizationId', '=', owner.organizationId)
    .where('userId', '=', owner.userId)
    .where('codeMac', 'in', macs)
    .where('usedAt', 'is', null)
    .executeTakeFirst();
  return result.numUpdatedRows === 1n;
}

export async function deleteRecoveryCodes(db: Database, owner: Owner): Promise<void> {
  await db
    .deleteFrom('recoveryCode')
    .where('organizationId', '=', owner.organizationId)
    .where('userId', '=', owner.userId)
    .execute();
}
