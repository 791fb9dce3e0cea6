import { sql } from 'kysely';
import type { SentParameters } from './sent-parameters.ts';
import type { ConnectionId, LoginId, OrganizationId } from '../../base/ids.ts';
import { toStorableJson } from '../../base/outside-text.ts';
import type { Database } from '../../db/database.ts';
import { deleteInBatches } from '../../db/retention.ts';

/** One authorization request at an identity provider, until its callback. */
export interface ConnectionTransaction {
  stateHash: Buffer;
  loginId: LoginId;
  /** Whose connection. */
  organizationId: OrganizationId;
  /** The organization that is logged in to, which may be one below; null in a row of the version before. */
  loginOrganizationId: OrganizationId | null;
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

/** Entries a login's trace keeps; as `logins/trace.ts` says. */
const MOST_ENTRIES = 50;

/**
 * Stores what a callback must be compared with, and appends to the trace of its login what was sent: one statement, since
 * every federated login makes it. A trace that is full loses its oldest entry.
 */
export async function insertTransaction(
  db: Database,
  transaction: ConnectionTransaction,
  sent: { organizationId: OrganizationId; detail: SentParameters },
): Promise<void> {
  const entry = toStorableJson({ at: transaction.createdAt.toISOString(), event: 'sent', ...sent });
  await db
    .with('inserted', (with_) => with_.insertInto('connectionTransaction').values(transaction))
    .updateTable('login')
    .set({
      trace: sql`(case when jsonb_array_length(trace) >= ${MOST_ENTRIES} then trace - 0 else trace end)
        || jsonb_build_array(${entry}::jsonb)`,
    })
    .where('id', '=', transaction.loginId)
    .execute();
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

/**
 * Deletes expired transactions and counts, at the connection they were for, the logins that did not come back since its
 * last success. Over all organizations: for the service's own job.
 */
export async function deleteExpiredTransactions(db: Database, now: Date): Promise<void> {
  await deleteInBatches(async (most) => {
    const { rows } = await sql<{ deleted: number }>`
      with expired as (
        delete from connection_transaction where ctid = any (array (
          select ctid from connection_transaction where expires_at < ${now} limit ${most} for update skip locked))
        returning organization_id, connection_id, connection_version, login_id, received_at, created_at
      ), unreturned as (
        select organization_id, connection_id, connection_version, count(distinct login_id)::integer as logins,
          min(created_at) as since
        from expired where received_at is null group by 1, 2, 3
      ), counted as (
        update connection set unreturned = connection.unreturned + unreturned.logins,
          unreturned_since = coalesce(connection.unreturned_since, unreturned.since)
        from unreturned
        where connection.organization_id = unreturned.organization_id and connection.id = unreturned.connection_id
          and connection.version = unreturned.connection_version
          and unreturned.since > coalesce(connection.last_success_at, '-infinity')
      )
      select count(*)::integer as deleted from expired`.execute(db);
    return rows[0]?.deleted ?? 0;
  });
}
