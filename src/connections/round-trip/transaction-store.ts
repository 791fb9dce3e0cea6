import type { ConnectionId, LoginId, OrganizationId } from '../../base/ids.ts';
import type { Database } from '../../db/database.ts';

/** One way out to an identity provider and back. */
export interface ConnectionTransaction {
  stateHash: Buffer;
  loginId: LoginId;
  /** Whose connection. */
  organizationId: OrganizationId;
  connectionId: ConnectionId;
  connectionVersion: number;
  issuer: string;
  redirectUri: string;
  nonce: string;
  sealedCodeVerifier: Buffer | null;
  browserHash: Buffer;
  maxAge: number | null;
  createdAt: Date;
  expiresAt: Date;
}

/** Remembers a way out. */
export async function insertTransaction(db: Database, transaction: ConnectionTransaction): Promise<void> {
  await db.insertInto('connectionTransaction').values(transaction).execute();
}

/**
 * Takes a way out, once: of two answers with the same state the second finds nothing, and one that is refused afterwards
 * cannot be tried again. Found by the state alone; the organization is what it tells.
 */
export async function takeTransaction(db: Database, stateHash: Buffer): Promise<ConnectionTransaction | undefined> {
  return db.deleteFrom('connectionTransaction').where('stateHash', '=', stateHash).returningAll().executeTakeFirst();
}

/** Removes ways out that nobody came back from. Over all organizations: for the service's own tick. */
export async function deleteExpiredTransactions(db: Database, now: Date): Promise<void> {
  await db.deleteFrom('connectionTransaction').where('expiresAt', '<', now).execute();
}
