import type { IncomingMessage, ServerResponse } from 'node:http';
import type { LoginId, OrganizationId, SessionId, UserId } from '../base/ids.ts';

/** A login's row as stored; `login-store.ts` makes sense of it. */
export interface StoredLogin {
  id: LoginId;
  /** Short code a person can quote. */
  reference: string;
  clientId: string;
  state: unknown;
  trace: unknown;
  version: number;
  expiresAt: Date;
}

/**
 * The authorization request a login belongs to, as the OpenID Provider tells it. Its row is `login`: the library keeps
 * its part in `login.request`, the steps theirs in `login.state`.
 */
export interface AuthorizationRequest {
  /** Id in `/login/<handle>` and in the browser's cookie; never stored as it is. */
  handle: string;
  /** The login door's columns of the row, read with the library's. */
  stored: StoredLogin;
  application: {
    clientId: string;
    name: string;
    /** The built-in applications `start` (Your applications) and `console`, or a registered one. */
    kind: 'start' | 'console' | 'registered';
    firstParty: boolean;
    ownerName: string;
    /** Where the answer goes, for the consent page: host and port. */
    redirectHost: string;
    /** Where a login can be started again. */
    initiateLoginUri: string | null;
  };
  /** What the library asks for, and why (`no_session`, `max_age`, `login_prompt`, …). */
  prompt: { name: 'login' | 'consent'; reasons: string[] };
  requestedScopes: string[];
  loginHint: string | null;
  /** The `organization` parameter, when it names an existing one. */
  organizationHint: OrganizationId | null;
  /** Greatest age of the authentication in seconds; null when not asked. */
  maxAge: number | null;
  /** The application asked for credentials whoever is logged in (`prompt=login`). */
  forced: boolean;
  /** Who is logged in in this browser now. */
  session: {
    id: SessionId;
    userId: UserId;
    organizationId: OrganizationId;
    /** What its login had proved (RFC 8176). */
    amr: string[];
    emergency: boolean;
  } | null;
}

/** What the login door needs of the OpenID Provider; `app.ts` hands it over. */
export interface AuthorizationRequests {
  /**
   * The live request of this page, or undefined when it has expired, was finished, or belongs to another browser
   * (the cookie of the same name and path must carry the handle).
   */
  find(request: IncomingMessage, response: ServerResponse, handle: string): Promise<AuthorizationRequest | undefined>;
  /**
   * Where to send the browser once `login.state.result` (a `LoginResult` of `sessions/login-result.ts`), consent or refusal is written:
   * the OpenID Provider reads it there, makes the session and answers the application.
   */
  resumeUrl(handle: string): string;
}
