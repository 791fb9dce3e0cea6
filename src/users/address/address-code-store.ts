import { sql } from 'kysely';
import type { OrganizationId, SessionId, UserId } from '../../base/ids.ts';
import type { Database } from '../../db/database.ts';

/** A code as stored: in which session and for which address it counts. */
export interface AddressCode {
  userId: UserId;
  organizationId: OrganizationId;
  sessionId: SessionId;
  emailKey: string;
  codeMac: Buffer;
  attempts: number;
  createdAt: Date;
  expiresAt: Date;
}

/** Stores the newest code of a user; the one before is void. */
export async function replaceAddressCode(db: Database, code: AddressCode): Promise<void> {
  const { userId, ...rest } = code;
  await db
    .insertInto('addressCode')
    .values({ userId, ...rest })
    .onConflict((conflict) => conflict.column('userId').doUpdateSet(rest))
    .execute();
}

/** The newest code of a user. Bound to the user, whom a session named. */
export async function selectAddressCode(db: Database, userId: UserId): Promise<AddressCode | undefined> {
  return db.selectFrom('addressCode').selectAll().where('userId', '=', userId).executeTakeFirst();
}

/** Counts a wrong attempt. */
export async function countAttempt(db: Database, userId: UserId): Promise<void> {
  await db
    .updateTable('addressCode')
    .set({ attempts: sql<number>`attempts + 1` })
    .where('userId', '=', userId)
    .execute();
}

/** Deletes a user's code: it was used. */
export async function deleteAddressCode(db: Database, userId: UserId): Promise<void> {
  await db.deleteFrom('addressCode').where('userId', '=', userId).execute();
}
