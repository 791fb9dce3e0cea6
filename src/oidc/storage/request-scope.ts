import { AsyncLocalStorage } from 'node:async_hooks';
import type { OrganizationId, SessionId, UserId } from '../../base/ids.ts';
import type { NewAuditEvent } from '../../audit/audit-event.ts';
import type { LiveLogin } from '../../logins/login-row.ts';
import type { ConsoleRole } from '../../organizations/access.ts';
import type { UserStatus } from '../../users/user.ts';

/** What the library stores of one of its models: an object of JSON values. */
export type Payload = Record<string, unknown>;

/** Where a user stands towards the application of this request: read afresh in each, never cached. */
export interface Standing {
  userId: UserId;
  status: UserStatus;
  accessUntil: Date | null;
  name: string | null;
  email: string;
  emailProven: boolean;
  consoleRole: ConsoleRole | null;
  home: { id: OrganizationId; name: string; path: string };
  /** The home organization or one above it is suspended. */
  suspended: boolean;
  /** The organization asked for or stored with the token; the home where none was. Null when it does not exist. */
  scope: { id: OrganizationId; name: string; path: string } | null;
  /** The application's owner is the home organization or above it, and access is not narrowed to others. */
  applicationUsable: boolean;
  /** Roles in the application for the organization in scope. */
  roles: string[];
  /** Scopes the user allowed the application, for applications that ask. */
  consentScope: string | null;
}

/** A live session as stored. */
export interface SessionRow {
  id: SessionId;
  uid: string;
  cookieHash: Buffer;
  userId: UserId | null;
  organizationId: OrganizationId | null;
  method: string | null;
  authTime: Date | null;
  expiresAt: Date;
  payload: Payload;
}

/** A code or token as stored, found by its digest. */
export interface GrantSource {
  kind: 'AuthorizationCode' | 'AccessToken' | 'RefreshToken';
  hash: Buffer;
  /** Names a code and all tokens that follow from it. */
  familyId: string;
  clientId: string;
  userId: UserId;
  organizationInScopeId: OrganizationId;
  sessionUid: string | null;
  payload: Payload;
  expiresAt: Date;
  consumedAt: Date | null;
}

/** One change to be written when the library is done with the request. */
export type Write =
  | { kind: 'session-save'; uid: string; cookie: string; payload: Payload }
  | { kind: 'session-end'; cookie: string }
  | { kind: 'login-insert'; handle: string; payload: Payload; lifetime: number }
  | { kind: 'login-change'; handle: string; payload: Payload }
  | { kind: 'login-end'; handle: string }
  | {
      kind: 'code-insert' | 'access-token-insert' | 'refresh-token-insert';
      value: string;
      payload: Payload;
      lifetime: number;
    }
  | { kind: 'code-consume' | 'refresh-token-consume'; value: string }
  | { kind: 'token-delete'; model: 'AuthorizationCode' | 'AccessToken' | 'RefreshToken'; value: string }
  | { kind: 'family-revoke'; familyId: string };

/** What one request to the OpenID Provider has read, and what it will write. */
export interface RequestScope {
  now: Date;
  /** Wire name of the application, once known. */
  clientId: string | null;
  /** The `organization` parameter. */
  organizationHint: OrganizationId | null;
  session: SessionRow | null;
  standing: Standing | null;
  /** The application `standing` was read for. */
  standingClientId: string | null;
  /** The organization asked for that `standing` was read for. */
  standingHint: OrganizationId | null;
  /** The application gets email claims nobody proved. */
  unprovenAddresses: boolean;
  source: GrantSource | null;
  login: LiveLogin | null;
  writes: Write[];
  events: NewAuditEvent[];
}

const storage = new AsyncLocalStorage<RequestScope>();

/** Runs `work` with a scope of its own; everything the library stores in it is kept back until it is flushed. */
export function withScope<T>(
  now: Date,
  known: { clientId: string | null; organizationHint: OrganizationId | null },
  work: () => T,
): T {
  return storage.run(
    {
      now,
      ...known,
      session: null,
      standing: null,
      standingClientId: null,
      standingHint: null,
      unprovenAddresses: false,
      source: null,
      login: null,
      writes: [],
      events: [],
    },
    work,
  );
}

/** The scope of the running request. */
export function currentScope(): RequestScope {
  const scope = storage.getStore();
  if (scope === undefined) throw new Error('the OpenID Provider was called outside of a request scope');
  return scope;
}
