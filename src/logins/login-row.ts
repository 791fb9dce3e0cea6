import type { LoginState, StoredState } from './login-state.ts';
import type { ConnectionId, LoginId, OrganizationId, SessionId, UserId } from '../base/ids.ts';
import type { LoginResult } from '../sessions/login-result.ts';
import type { TraceEntry } from './trace.ts';

/**
 * A login: one attempt from an authorization request to its result. The row `login` belongs to the OpenID Provider (its
 * *Interaction*, column `request`) and to the login's pages (`state`, `trace`); both read and write it here.
 *
 *     insertLogin (login-sql.ts) ─> beginLogin ─> applyEvent … applyEvent ─> finishLogin ─> endLogin (login-sql.ts)
 *     /oauth2/authorize             first page    one per step                last step      /oauth2/authorize/<handle>
 *
 * - login.ts: the state machine, pure; login-state.ts: its state as stored, and the result a session is made from.
 * - trace.ts: what happened in it, entry by entry.
 * - login-row.ts: the row; login-store.ts: its SQL; login-sql.ts: its parts in other statements.
 * - authorization-request.ts: what the application asks for, read from the row; addresses that begin and resume a login.
 * - find-login.ts, apply-event.ts (beginLogin too), finish-login.ts, delete-expired-logins.ts: operations on a login. Any
 *   door may read a login and its trace by find-login.ts.
 * - finishing/: what a step asks, read with the login (*-facts.ts, *-login-store.ts); the end that is one statement (plain-end.ts).
 * - find-login-method.ts, find-destination.ts: how an organization logs in, and where an address leads.
 */

/** What the OpenID Provider keeps of an authorization request: an object of JSON values. */
export type RequestPayload = Record<string, unknown>;

/** A login as stored: the row of one attempt, from the authorization request to its result. */
export interface LoginRow {
  id: LoginId;
  /** Short code a person can quote. */
  reference: string;
  clientId: string;
  request: RequestPayload;
  /** Undefined until the first page is shown. */
  state: LoginState | undefined;
  /** What the login proved, once finished; the OpenID Provider makes the session from it. */
  result: LoginResult | null;
  /** What the user allowed the application in this login. */
  consent: { scope: string } | null;
  /** Error code of a refused login. */
  refusal: string | null;
  trace: TraceEntry[];
  /** Counts the writes; a write names the version it read. */
  version: number;
  expiresAt: Date;
}

/** The session an authorization request came from, as long as it lives. */
export interface RequestSession {
  id: SessionId;
  uid: string;
  cookieHash: Buffer;
  userId: UserId | null;
  /** Address of its user, for the audit log. */
  email: string | null;
  organizationId: OrganizationId | null;
  method: string | null;
  connectionId: ConnectionId | null;
  authTime: Date | null;
  expiresAt: Date;
  payload: RequestPayload;
  /** Authentication Methods References (RFC 8176). */
  amr: string[];
  emergency: boolean;
}

/** A login that is neither ended nor expired. */
export interface LiveLogin extends LoginRow {
  handleHash: Buffer;
  /** When the application asked. */
  createdAt: Date;
  session: RequestSession | null;
  /** The registered application; null for the built-in ones. */
  application: { name: string; firstParty: boolean; ownerName: string; initiateLoginUri: string | null } | null;
}

/** What an event, or a step, changes in a login. */
export type LoginChange = StoredState & { trace: TraceEntry[] };
