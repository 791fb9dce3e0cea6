import { sql } from 'kysely';
import { readState, writeState } from './login-state.ts';
import type { StoredState } from './login-state.ts';
import type { LiveLogin, LoginRow, RequestPayload } from './login-row.ts';
import { organizationOf } from './trace.ts';
import type { TraceEntry } from './trace.ts';
import { DAY, after } from '../base/clock.ts';
import type { LoginId, OrganizationId, UserId } from '../base/ids.ts';
import { toStorableJson } from '../base/outside-text.ts';
import type { Database, Transaction } from '../db/database.ts';
import { addToCounter } from '../db/limits/counter-sql.ts';
import { deleteWhere } from '../db/retention.ts';

// Statements here name a login by its id or handle and by no organization: before an address is given there is none. The
// handle is the browser's secret; the id comes from a row found by it or from a connection's transaction.

const COLUMNS = [
  'login.id',
  'login.reference',
  'login.clientId',
  'login.request',
  'login.state',
  'login.trace',
  'login.refusal',
  'login.version',
  'login.expiresAt',
] as const;

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
        .on('session.expiresAt', '>', now)
        .on('session.idleExpiresAt', '>', now),
    )
    .leftJoin('appUser as visitor', 'visitor.id', 'session.userId')
    // Also of the client by which an application is tried: applications/trying.
    .leftJoin('application', (join) =>
      join.on('application.clientId', '=', sql<string>`replace(login.client_id, 'try.', '')`),
    )
    .leftJoin('organization as owner', 'owner.id', 'application.organizationId')
    .select(COLUMNS)
    .select([
      'session.id as sessionId',
      'session.uid as sessionUid',
      'session.cookieHash as sessionCookieHash',
      'session.userId as sessionUserId',
      'visitor.email as sessionEmail',
      'session.organizationId as sessionOrganizationId',
      'session.method as sessionMethod',
      'session.connectionId as sessionConnectionId',
      'session.authTime as sessionAuthTime',
      'session.expiresAt as sessionExpiresAt',
      'session.payload as sessionPayload',
      'session.amr as sessionAmr',
      'session.emergency as sessionEmergency',
      'application.name as applicationName',
      'application.firstParty as applicationFirstParty',
      'application.initiateLoginUri as applicationInitiateLoginUri',
      'owner.name as ownerName',
    ])
    .where('login.handleHash', '=', handleHash)
    .where('login.endedAt', 'is', null)
    .where('login.expiresAt', '>', now)
    .executeTakeFirst();
  if (row === undefined) return undefined;
  return {
    ...toLoginRow(row),
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
      trace: toStorableJson(change.trace),
      refusal: login.refusal,
      organizationId: organizationOf(login, change.trace),
      userId: login.subject?.userId ?? null,
      version: row.version + 1,
    })
    .where('id', '=', row.id)
    .where('version', '=', row.version)
    .where('endedAt', 'is', null)
    .executeTakeFirst();
  return result.numUpdatedRows === 1n;
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
export async function deleteUnopenedLogins(db: Database, now: Date): Promise<void> {
  const unopened = sql<boolean>`user_id is null and organization_id is null and jsonb_array_length(trace) <= 1`;
  await deleteWhere(db, 'login', sql`expires_at < ${now} and ${unopened}`);
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
