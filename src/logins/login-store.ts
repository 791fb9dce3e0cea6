import { sql } from 'kysely';
import type { RawBuilder } from 'kysely';
import { changeLogin, isAsRead } from './login-sql.ts';
import { readState } from './login-state.ts';
import type { LiveLogin, LoginChange, LoginRow, RequestPayload } from './login-row.ts';
import type { TraceEntry } from './trace.ts';
import { DAY, after } from '../base/clock.ts';
import type { ConnectionId, LoginId, OrganizationId, SessionId, UserId } from '../base/ids.ts';
import { insertTransactionWhere } from '../connections/authorization/transaction-sql.ts';
import type { ConnectionTransaction } from '../connections/authorization/send-authorization-request.ts';
import { compileOnce, slot } from '../db/compiled-statement.ts';
import type { Database, Transaction } from '../db/database.ts';
import { addToCounter } from '../db/limits/counter-sql.ts';
import { deleteWhere } from '../db/retention.ts';

// Statements here name a login by its id or handle and by no organization: before an address is given there is none. The
// handle is the browser's secret; the id comes from a row found by it or from a connection's transaction.

const COLUMNS = sql`login.id, login.reference, login.client_id as "clientId", login.request, login.state, login.trace,
  login.refusal, login.version, login.expires_at as "expiresAt"`;

interface Columns {
  id: LoginId;
  reference: string;
  clientId: string;
  request: unknown;
  state: unknown;
  trace: unknown;
  refusal: string | null;
  version: number;
  expiresAt: Date;
}

function toLoginRow(row: Columns): LoginRow {
  return {
    id: row.id,
    reference: row.reference,
    clientId: row.clientId,
    request: row.request as RequestPayload,
    ...readState(row.state),
    refusal: row.refusal,
    trace: row.trace as TraceEntry[],
    version: row.version,
    expiresAt: row.expiresAt,
  };
}

/** The row of a login that came as a JSON document within another statement. */
export function readLoginJson(document: unknown): LoginRow | undefined {
  if (document === null || typeof document !== 'object') return undefined;
  const row = document as Columns;
  return toLoginRow({ ...row, expiresAt: new Date(row.expiresAt) });
}

const ONE = compileOnce<Columns>(() => sql`select ${COLUMNS} from login where id = ${slot('id', 'uuid')}`);

/** One login, live or over. */
export async function selectLogin(db: Database, loginId: LoginId): Promise<LoginRow | undefined> {
  const [row] = await ONE(db, { id: loginId });
  return row && toLoginRow(row);
}

interface LiveColumns extends Columns {
  createdAt: Date;
  beside: unknown;
  sessionId: SessionId | null;
  sessionUid: string | null;
  sessionCookieHash: Buffer | null;
  sessionUserId: UserId | null;
  sessionEmail: string | null;
  sessionOrganizationId: OrganizationId | null;
  sessionMethod: string | null;
  sessionConnectionId: ConnectionId | null;
  sessionAuthTime: Date | null;
  sessionExpiresAt: Date | null;
  sessionPayload: unknown;
  sessionAmr: string[] | null;
  sessionEmergency: boolean | null;
  applicationName: string | null;
  applicationFirstParty: boolean | null;
  applicationInitiateLoginUri: string | null;
  ownerName: string | null;
}

// An application's row also of the client by which it is tried: applications/trying.
const liveLogin = (beside: RawBuilder<unknown>): RawBuilder<unknown> => sql`
  select ${COLUMNS}, login.created_at as "createdAt",
    session.id as "sessionId", session.uid as "sessionUid", session.cookie_hash as "sessionCookieHash",
    session.user_id as "sessionUserId", visitor.email as "sessionEmail",
    session.organization_id as "sessionOrganizationId", session.method as "sessionMethod",
    session.connection_id as "sessionConnectionId", session.auth_time as "sessionAuthTime",
    session.expires_at as "sessionExpiresAt", session.payload as "sessionPayload", session.amr as "sessionAmr",
    session.emergency as "sessionEmergency", application.name as "applicationName",
    application.first_party as "applicationFirstParty",
    application.initiate_login_uri as "applicationInitiateLoginUri", owner.name as "ownerName",
    ${beside} as beside
  from login
    left join session on session.uid = login.request #>> '{session,uid}'
      and session.expires_at > ${slot('now', 'timestamptz')} and session.idle_expires_at > ${slot('now', 'timestamptz')}
    left join app_user visitor on visitor.id = session.user_id
    left join application on application.client_id = replace(login.client_id, 'try.', '')
    left join organization owner on owner.id = application.organization_id
  where login.handle_hash = ${slot('handleHash', 'bytea')} and login.ended_at is null
    and login.expires_at > ${slot('now', 'timestamptz')}`;

/**
 * Makes what reads a live login with the session its request came from and the application it leads to, in one statement that
 * is built once.
 * @param beside SQL for what the request asks next, about the row `login`; its slots are given with each reading
 */
export function liveLoginReader(
  beside: () => RawBuilder<unknown>,
): (
  db: Database,
  handleHash: Buffer,
  now: Date,
  values?: Readonly<Record<string, unknown>>,
) => Promise<(LiveLogin & { beside: unknown }) | undefined> {
  const select = compileOnce<LiveColumns>(() => liveLogin(beside()));
  return async (db, handleHash, now, values) => {
    const [row] = await select(db, { ...values, handleHash, now });
    return row && toLiveLogin(row, handleHash);
  };
}

/** A live login and nothing beside it. */
export const selectLiveLogin = liveLoginReader(() => sql`null`);

function toLiveLogin(row: LiveColumns, handleHash: Buffer): LiveLogin & { beside: unknown } {
  return {
    ...toLoginRow(row),
    beside: row.beside,
    createdAt: row.createdAt,
    handleHash,
    session:
      row.sessionId === null
        ? null
        : {
            id: row.sessionId,
            uid: row.sessionUid!,
            cookieHash: row.sessionCookieHash!,
            userId: row.sessionUserId,
            email: row.sessionEmail,
            organizationId: row.sessionOrganizationId,
            method: row.sessionMethod,
            connectionId: row.sessionConnectionId,
            authTime: row.sessionAuthTime,
            expiresAt: row.sessionExpiresAt!,
            payload: row.sessionPayload as RequestPayload,
            amr: row.sessionAmr!,
            emergency: row.sessionEmergency!,
          },
    application:
      row.applicationName === null
        ? null
        : {
            name: row.applicationName,
            firstParty: row.applicationFirstParty === true,
            ownerName: row.ownerName ?? '',
            initiateLoginUri: row.applicationInitiateLoginUri,
          },
  };
}

/** Writes the login's new state unless somebody wrote since it was read; whether it did. Concurrent calls: exactly one succeeds. */
export async function updateLogin(
  db: Database,
  row: { id: LoginId; version: number },
  change: LoginChange,
): Promise<boolean> {
  const result = await sql`${changeLogin(row, change, isAsRead(row))}`.execute(db);
  return result.numAffectedRows === 1n;
}

/** As {@link updateLogin}, with the authorization request that the browser is sent away with: neither without the other. */
export async function updateLoginAndSend(
  db: Database,
  row: { id: LoginId; version: number },
  change: LoginChange,
  sent: ConnectionTransaction,
): Promise<boolean> {
  const { rows } = await sql`
    with written as (${changeLogin(row, change, isAsRead(row))} returning 1)
    ${insertTransactionWhere(sent, sql`exists (select 1 from written)`)} returning 1`.execute(db);
  return rows.length === 1;
}

/** Counts a refusal of a login or of a network, until `ends`; how many there were. Over all organizations. */
export async function countRefusal(tx: Transaction, of: string, now: Date, ends: Date): Promise<number> {
  const { rows } = await addToCounter(`refusal:${of}`, now, ends).execute(tx);
  return rows[0]?.points ?? 0;
}

/** Ends a user's finished logins of which no session was made yet. Waits for one that is being made. */
export async function endFinishedLogins(
  db: Database,
  user: { organizationId: OrganizationId; userId: UserId },
  now: Date,
): Promise<void> {
  await db
    .updateTable('login')
    .set((eb) => ({ endedAt: now, version: eb('version', '+', 1) }))
    .where('organizationId', '=', user.organizationId)
    .where('createdAt', '>', after(now, -DAY)) // longer than a login lives
    .where('userId', '=', user.userId)
    .where('step', '=', 'finished')
    .where('endedAt', 'is', null)
    .execute();
}

/** The application's request behind a login. */
export interface RequestOfLogin {
  clientId: string;
  /** Parameters of the authorization request. */
  parameters: Record<string, unknown>;
  expiresAt: Date;
  succeeded: boolean;
}

export async function selectRequestOfLogin(db: Database, handleHash: Buffer): Promise<RequestOfLogin | undefined> {
  const row = await db
    .selectFrom('login')
    .select(['clientId', 'request', 'expiresAt', 'step'])
    .where('handleHash', '=', handleHash)
    .executeTakeFirst();
  if (row === undefined) return undefined;
  const { params = {} } = row.request as { params?: Record<string, unknown> };
  return { clientId: row.clientId, parameters: params, expiresAt: row.expiresAt, succeeded: row.step === 'finished' };
}

/** Deletes expired logins in which nobody came further than the first page, over all organizations. */
export async function deleteUnopenedLogins(db: Database, now: Date): Promise<number> {
  const unopened = sql<boolean>`user_id is null and organization_id is null and jsonb_array_length(trace) <= 1`;
  return deleteWhere(db, 'login', sql`expires_at < ${now} and ${unopened}`);
}

/** Deletes at most so many logins that began before an instant, over all organizations; returns how many. */
export async function deleteLoginsBefore(db: Database, instant: Date, most: number): Promise<number> {
  const old = db.selectFrom('login').select('id').where('createdAt', '<', instant).limit(most);
  const { numDeletedRows } = await db.deleteFrom('login').where('id', 'in', old).executeTakeFirst();
  return Number(numDeletedRows);
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
