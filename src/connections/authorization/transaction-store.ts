import { sql } from 'kysely';
import type { ConnectionId, LoginId, OrganizationId } from '../../base/ids.ts';
import type { Database } from '../../db/database.ts';
import { deleteWhere } from '../../db/retention.ts';

/** One authorization request at an identity provider, until its callback. */
export interface ConnectionTransaction {
  stateHash: Buffer;
  loginId: LoginId;
  /** Whose connection. */
  organizationId: OrganizationId;
  connectionId: ConnectionId;
  connectionVersion: number;
  issuer: string;
  redirectUri: string;
  /** What the connector remembers, as sealed JSON; null in a row that another version of the service wrote. */
  sealedState: Buffer | null;
  browserHash: Buffer;
  maxAge: number | null;
  createdAt: Date;
  expiresAt: Date;
}

/** Stores what a callback must be compared with. */
export async function insertTransaction(db: Database, transaction: ConnectionTransaction): Promise<void> {
  await db.insertInto('connectionTransaction').values(transaction).execute();
}

/**
 * Consumes a transaction: of concurrent callbacks with one state exactly one gets it, and one that is refused afterwards
 * cannot be tried again. Looked up by the hash of the state; the row names the organization.
 */
export async function consumeTransaction(
  db: Database,
  stateHash: Buffer,
  now: Date,
): Promise<ConnectionTransaction | undefined> {
  return db
    .updateTable('connectionTransaction')
    .set({ receivedAt: now })
    .where('stateHash', '=', stateHash)
    .where('receivedAt', 'is', null)
    .returningAll()
    .executeTakeFirst();
}

/** The login of a transaction whose callback was received before; undefined when there is none. */
export async function selectReceived(
  db: Database,
  stateHash: Buffer,
): Promise<Pick<ConnectionTransaction, 'loginId' | 'browserHash'> | undefined> {
  return db
    .selectFrom('connectionTransaction')
    .select(['loginId', 'browserHash'])
    .where('stateHash', '=', stateHash)
    .where('receivedAt', 'is not', null)
    .executeTakeFirst();
}

/** Deletes a transaction that nobody may use or join any more. */
export async function deleteTransaction(db: Database, stateHash: Buffer): Promise<void> {
  await db.deleteFrom('connectionTransaction').where('stateHash', '=', stateHash).execute();
}

/** Deletes expired transactions. Over all organizations: for the service's own job. */
export async function deleteExpiredTransactions(db: Database, now: Date): Promise<void> {
  await deleteWhere(db, 'connectionTransaction', sql`expires_at < ${now}`);
}
