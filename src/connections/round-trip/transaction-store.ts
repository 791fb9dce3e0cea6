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
      nonce: transaction.nonce,
      sealed_code_verifier: transaction.sealedCodeVerifier,
      browser_hash: transaction.browserHash,
      max_age: transaction.maxAge,
      created_at: transaction.createdAt,
      expires_at: transaction.expiresAt,
    })
    .execute();
}

/**
 * Takes a way out, once: of two answers with the same state the second finds nothing, and one that is refused afterwards
 * cannot be tried again. Found by the state alone; the organization is what it tells.
 */
export async function takeTransaction(db: Database, stateHash: Buffer): Promise<ConnectionTransaction | undefined> {
  const row = await db
    .deleteFrom('connection_transaction')
    .where('state_hash', '=', stateHash)
    .returning([
      'state_hash',
      'login_id',
      'organization_id',
      'connection_id',
      'connection_version',
      'issuer',
      'redirect_uri',
      'nonce',
      'sealed_code_verifier',
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
    nonce: row.nonce,
    sealedCodeVerifier: row.sealed_code_verifier,
    browserHash: row.browser_hash,
    maxAge: row.max_age,
    createdAt: row.created_at,
    expiresAt: row.expires_at,
  };
}

/** Removes ways out that nobody came back from. Over all organizations: for the service's own tick. */
export async function deleteExpiredTransactions(db: Database, now: Date): Promise<void> {
  await db.deleteFrom('connection_transaction').where('expires_at', '<', now).execute();
}
