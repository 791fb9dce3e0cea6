import { sql } from 'kysely';
import type { SentParameters } from './sent-parameters.ts';
import type { MethodFacts } from '../facts/method-facts.ts';
import { methodFacts, readMethodFacts } from '../facts/method-facts-sql.ts';
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
 * Stores what a callback must be compared with, and appends to the trace of its login what was sent: one statement. A trace
 * that is full loses its oldest entry. Where an address was typed, the event that leads here stores both (`logins`).
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

/** A transaction that was consumed, and what its callback is compared with. */
export interface TakenTransaction {
  transaction: ConnectionTransaction;
  /** Of the connection's organization; undefined where that is gone. */
  methods: MethodFacts | undefined;
  /** The client secret of the connection's own, sealed. */
  sealedSecret: Buffer | null;
  /** The row of its login, for `logins/find-login.ts`. */
  login: unknown;
}

/**
 * Consumes a transaction: of concurrent callbacks with one state exactly one gets it, and one that is refused afterwards
 * cannot be tried again. Looked up by the hash of the state; the row names the organization. The same statement reads what
 * the callback asks next.
 */
export async function consumeTransaction(
  db: Database,
  stateHash: Buffer,
  now: Date,
): Promise<TakenTransaction | undefined> {
  const { rows } = await sql<
    ConnectionTransaction & Omit<TakenTransaction, 'transaction' | 'methods'> & { methods: unknown }
  >`
    with taken as (
      update connection_transaction set received_at = ${now}
      where state_hash = ${stateHash}
        and received_at is null
      returning *
    )
    select taken.*, ${methodFacts(sql`taken.organization_id`)} as methods,
      (select c.sealed_client_secret from connection c
        where c.organization_id = taken.organization_id and c.id = taken.connection_id) as sealed_secret,
      (select json_build_object('id', l.id, 'reference', l.reference, 'clientId', l.client_id, 'request', l.request,
          'state', l.state, 'trace', l.trace, 'refusal', l.refusal, 'version', l.version, 'expiresAt', l.expires_at)
        from login l where l.id = taken.login_id) as login
    from taken`.execute(db);
  const [row] = rows;
  if (row === undefined) return undefined;
  const { methods, sealedSecret, login, ...transaction } = row;
  return { transaction, methods: readMethodFacts(methods), sealedSecret, login };
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
export async function deleteExpiredTransactions(db: Database, now: Date): Promise<number> {
  return deleteInBatches(async (most) => {
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
