import { sql } from 'kysely';
import { readState, writeState } from './login-state.ts';
import type { StoredState } from './login-state.ts';
import type { LiveLogin, LoginRow, RequestPayload, TraceEntry } from './login-row.ts';
import type { LoginId } from '../base/ids.ts';
import type { Database } from '../db/database.ts';

// Statements here name a login by its id or handle and by no organization: before an address is given there is none. The
// handle is the browser's secret; the id comes from a row found by it or from a connection's transaction.

const COLUMNS = [
  'login.id',
  'login.reference',
  'login.client_id',
  'login.request',
  'login.state',
  'login.trace',
  'login.refusal',
  'login.version',
  'login.expires_at',
] as const;

interface Columns {
  id: LoginId;
  reference: string;
  client_id: string;
  request: unknown;
  state: unknown;
  trace: unknown;
  refusal: string | null;
  version: number;
  expires_at: Date;
}

function toLoginRow(row: Columns): LoginRow {
  return {
    id: row.id,
    reference: row.reference,
    clientId: row.client_id,
    request: row.request as RequestPayload,
    ...readState(row.state),
    refusal: row.refusal,
    trace: row.trace as TraceEntry[],
    version: row.version,
    expiresAt: row.expires_at,
  };
}

/** One login, live or over. */
export async function selectLogin(db: Database, loginId: LoginId): Promise<LoginRow | undefined> {
  const row = await db.selectFrom('login').select(COLUMNS).where('login.id', '=', loginId).executeTakeFirst();
  return row && toLoginRow(row);
}

/** A live login with the session its request came from and the application it leads to: one statement. */
export async function selectLiveLogin(db: Database, handleHash: Buffer, now: Date): Promise<LiveLogin | undefined> {
  const row = await db
    .selectFrom('login')
    .leftJoin('session', (join) =>
      join
        .on(sql<boolean>`session.uid = login.request #>> '{session,uid}'`)
        .on('session.expires_at', '>', now)
        .on('session.idle_expires_at', '>', now),
    )
    .leftJoin('application', 'application.client_id', 'login.client_id')
    .leftJoin('organization as owner', 'owner.id', 'application.organization_id')
    .select(COLUMNS)
    .select([
      'session.id as session_id',
      'session.uid as session_uid',
      'session.cookie_hash as session_cookie_hash',
      'session.user_id as session_user_id',
      'session.organization_id as session_organization_id',
      'session.method as session_method',
      'session.auth_time as session_auth_time',
      'session.expires_at as session_expires_at',
      'session.payload as session_payload',
      'session.amr as session_amr',
      'session.emergency as session_emergency',
      'application.name as application_name',
      'application.first_party as application_first_party',
      'application.initiate_login_uri as application_initiate_login_uri',
      'owner.name as owner_name',
    ])
    .where('login.handle_hash', '=', handleHash)
    .where('login.ended_at', 'is', null)
    .where('login.expires_at', '>', now)
    .executeTakeFirst();
  if (row === undefined) return undefined;
  return {
    ...toLoginRow(row),
    handleHash,
    session:
      row.session_id === null
        ? null
        : {
            id: row.session_id,
            uid: row.session_uid!,
            cookieHash: row.session_cookie_hash!,
            userId: row.session_user_id,
            organizationId: row.session_organization_id,
            method: row.session_method,
            authTime: row.session_auth_time,
            expiresAt: row.session_expires_at!,
            payload: row.session_payload as RequestPayload,
            amr: row.session_amr!,
            emergency: row.session_emergency!,
          },
    application:
      row.application_name === null
        ? null
        : {
            name: row.application_name,
            firstParty: row.application_first_party === true,
            ownerName: row.owner_name ?? '',
            initiateLoginUri: row.application_initiate_login_uri,
          },
  };
}

/**
 * Writes the login's new state unless somebody wrote since `version` was read; whether it did. Concurrent calls: exactly
 * one succeeds. `ended_at` is written by the OpenID Provider, which takes the result.
 */
export async function updateLogin(
  db: Database,
  row: { id: LoginId; version: number },
  change: StoredState & { trace: TraceEntry[] },
): Promise<boolean> {
  const { login } = change.state;
  const result = await db
    .updateTable('login')
    .set({
      step: login.step,
      state: writeState(change),
      trace: JSON.stringify(change.trace),
      refusal: login.refusal,
      organization_id: login.subject?.organizationId ?? login.connection?.organizationId ?? null,
      user_id: login.subject?.userId ?? null,
      version: row.version + 1,
    })
    .where('id', '=', row.id)
    .where('version', '=', row.version)
    .where('ended_at', 'is', null)
    .executeTakeFirst();
  return result.numUpdatedRows === 1n;
}

export async function selectClientOfLogin(db: Database, handleHash: Buffer): Promise<string | undefined> {
  const row = await db.selectFrom('login').select('client_id').where('handle_hash', '=', handleHash).executeTakeFirst();
  return row?.client_id;
}

/** Deletes expired logins in which nobody came further than the first page, over all organizations. */
export async function deleteUnopenedLogins(db: Database, now: Date): Promise<void> {
  await db
    .deleteFrom('login')
    .where('expires_at', '<', now)
    .where('user_id', 'is', null)
    .where('organization_id', 'is', null)
    .where(sql<boolean>`jsonb_array_length(trace) <= 1`)
    .execute();
}

/** Deletes logins that began before an instant, over all organizations. */
export async function deleteLoginsBefore(db: Database, instant: Date): Promise<void> {
  await db.deleteFrom('login').where('created_at', '<', instant).execute();
}

/**
 * Takes the session out of what the OpenID Provider keeps of the request, so that its answer makes a new session instead
 * of reviving one that was ended.
 */
export async function dropSessionOfRequest(db: Database, row: Pick<LoginRow, 'id' | 'request'>): Promise<void> {
  const { session: _, ...request } = row.request;
  await db
    .updateTable('login')
    .set({ request: JSON.stringify(request) })
    .where('id', '=', row.id)
    .execute();
}
