import type { ConnectionId, LoginId, OrganizationId } from '../../base/ids.ts';
import type { Database } from '../../db/database.ts';

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

/** Stores what an authorization request must be compared with later. */
export async function insertTransaction(db: Database, transaction: ConnectionTransaction): Promise<void> {
  await db
    .insertInto('connection_transaction')
    .values({
      state_hash: transaction.stateHash,
      login_id: transaction.loginId,
      organization_id: transaction.organizationId,
      connection_id: transaction.connectionId,
      connection_version: transaction.connectionVersion,
      issuer: transaction.issuer,
      redirect_uri: transaction.redirectUri,
      sealed_state: transaction.sealedState,
      browser_hash: transaction.browserHash,
      max_age: transaction.maxAge,
      created_at: transaction.createdAt,
      expires_at: transaction.expiresAt,
    })
    .execute();
}

/**
 * Consumes a transaction: concurrent callbacks with one state, exactly one gets it, and one that is refused afterwards
 * cannot be tried again. Looked up by the hash of the state; the row names the organization.
 */
export async function consumeTransaction(
  db: Database,
  stateHash: Buffer,
  now: Date,
): Promise<ConnectionTransaction | undefined> {
  const row = await db
    .updateTable('connection_transaction')
    .set({ received_at: now })
    .where('state_hash', '=', stateHash)
    .where('received_at', 'is', null)
    .returning([
      'state_hash',
      'login_id',
      'organization_id',
      'connection_id',
      'connection_version',
      'issuer',
      'redirect_uri',
      'sealed_state',
      'browser_hash',
      'max_age',
      'created_at',
      'expires_at',
    ])
    .executeTakeFirst();
  if (row === undefined) return undefined;
  return {
    stateHash: row.state_hash,
    loginId: row.login_id,
    organizationId: row.organization_id,
    connectionId: row.connection_id,
    connectionVersion: row.connection_version,
    issuer: row.issuer,
    redirectUri: row.redirect_uri,
    sealedState: row.sealed_state,
    browserHash: row.browser_hash,
    maxAge: row.max_age,
    createdAt: row.created_at,
    expiresAt: row.expires_at,
  };
}

/** The login of a transaction whose callback was received before; undefined when there is none. */
export async function selectReceived(
  db: Database,
  stateHash: Buffer,
): Promise<{ loginId: LoginId; browserHash: Buffer } | undefined> {
  const row = await db
    .selectFrom('connection_transaction')
    .select(['login_id', 'browser_hash'])
    .where('state_hash', '=', stateHash)
    .where('received_at', 'is not', null)
    .executeTakeFirst();
  return row && { loginId: row.login_id, browserHash: row.browser_hash };
}

/** Deletes expired transactions. Over all organizations: for the service's own job. */
export async function deleteExpiredTransactions(db: Database, now: Date): Promise<void> {
  await db.deleteFrom('connection_transaction').where('expires_at', '<', now).execute();
}
