import { sql } from 'kysely';
import type { StoredLogin } from './authorization-request.ts';
import { readState, writeState } from './login-state.ts';
import type { LoginState } from './login-state.ts';
import type { LoginId } from '../base/ids.ts';
import { toStorableJson } from '../base/outside-text.ts';
import type { Database } from '../db/database.ts';

/** One line of what happened in a login, for the administrator. Listed claims only; never tokens, codes, passwords. */
export interface TraceEntry {
  at: string;
  event: string;
  detail?: Record<string, unknown>;
}

/** A login as its steps see it. */
export interface LoginRow {
  id: LoginId;
  reference: string;
  clientId: string;
  /** Undefined until the first page is shown. */
  state: LoginState | undefined;
  trace: TraceEntry[];
  version: number;
  expiresAt: Date;
}

// The two statements below name a login by its id and by no organization: before an address is given there is none, and
// the id comes from AuthorizationRequests.find (the browser's cookie) or a connection's transaction.

/** The login, or undefined. */
export async function selectLogin(db: Database, loginId: LoginId): Promise<LoginRow | undefined> {
  const row = await db
    .selectFrom('login')
    .select(['id', 'reference', 'clientId', 'state', 'trace', 'version', 'expiresAt'])
    .where('id', '=', loginId)
    .executeTakeFirst();
  return row && toLoginRow(row);
}

/** The row with its state and trace understood. */
export function toLoginRow(stored: StoredLogin): LoginRow {
  return { ...stored, state: readState(stored.state), trace: stored.trace as TraceEntry[] };
}

/**
 * Writes the login's new state if nobody wrote since `version` was read; answers whether it did. Of two tabs, or two
 * requests at once, one gets false. When it ended (`ended_at`) is written by the OpenID Provider, which takes the result.
 */
export async function updateLogin(
  db: Database,
  row: { id: LoginId; version: number },
  change: { state: LoginState; trace: TraceEntry[] },
): Promise<boolean> {
  const { login } = change.state;
  const result = await db
    .updateTable('login')
    .set({
      step: login.step,
      state: writeState(change.state),
      trace: toStorableJson(change.trace),
      refusal: login.refusal,
      organizationId: login.subject?.organizationId ?? login.connection?.organizationId ?? null,
      userId: login.subject?.userId ?? null,
      version: row.version + 1,
    })
    .where('id', '=', row.id)
    .where('version', '=', row.version)
    .where('endedAt', 'is', null)
    .executeTakeFirst();
  return result.numUpdatedRows === 1n;
}

/** The application's request behind a login, by the id in its page's address; also when the login is over. */
export async function selectRequestOfLogin(
  db: Database,
  handleHash: Buffer,
): Promise<{ clientId: string; parameters: Record<string, unknown>; expiresAt: Date; succeeded: boolean } | undefined> {
  const row = await db
    .selectFrom('login')
    .select(['clientId', 'request', 'expiresAt', 'step'])
    .where('handleHash', '=', handleHash)
    .executeTakeFirst();
  if (row === undefined) return undefined;
  const { params = {} } = row.request as { params?: Record<string, unknown> };
  return { clientId: row.clientId, parameters: params, expiresAt: row.expiresAt, succeeded: row.step === 'finished' };
}

/** Removes expired logins in which nobody came further than the first page, over all organizations. */
export async function deleteUnopenedLogins(db: Database, now: Date): Promise<void> {
  await db
    .deleteFrom('login')
    .where('expiresAt', '<', now)
    .where('userId', 'is', null)
    .where('organizationId', 'is', null)
    .where(sql<boolean>`jsonb_array_length(trace) <= 1`)
    .execute();
}

/** Removes logins that began before an instant, over all organizations. */
export async function deleteLoginsBefore(db: Database, instant: Date): Promise<void> {
  await db.deleteFrom('login').where('createdAt', '<', instant).execute();
}

/**
 * Takes the session out of what the OpenID Provider keeps of the request, so that the answer makes a new session
 * instead of reviving one that was ended.
 */
export async function dropSessionOfRequest(db: Database, loginId: LoginId): Promise<void> {
  const row = await db.selectFrom('login').select('request').where('id', '=', loginId).executeTakeFirst();
  if (row === undefined) return;
  const { session: _, ...request } = row.request as Record<string, unknown>;
  await db
    .updateTable('login')
    .set({ request: JSON.stringify(request) })
    .where('id', '=', loginId)
    .execute();
}
