/**
 * Sessions of browsers. The OpenID Provider makes a session when a login is finished, and renews it (`oidc/storage`); the
 * other rooms read and end sessions here.
 *
 *   find-session.ts    by cookie, of a user, of an organization; deletes expired ones -> session-store.ts
 *   end-sessions.ts    ends one, those of a user, of an organization, of an identity provider: row deleted, audit event, logout notices,
 *                      in one transaction; ended-token-store.ts ends the tokens that outlive sessions
 *   leave-application.ts   ends what one application has of a user's sessions
 *   logout-notice.ts   the job that tells an application (OpenID Connect Back-Channel Logout 1.0); `oidc/logout.ts` delivers it
 *   login-result.ts    what a finished login proved: a session is made of it; authentication-context.ts: how strong it was
 */
import type { ConnectionId, OrganizationId, SessionId, UserId } from '../base/ids.ts';

/** A browser's state after a login. */
export interface Session {
  id: SessionId;
  userId: UserId;
  organizationId: OrganizationId;
  connectionId: ConnectionId | null;
  method: string;
  emergency: boolean;
  amr: string[];
  /** When a factor was last proved; null for a federated login that was not asked afresh. */
  factorAt: Date | null;
  loggedInAt: Date;
  lastSeenAt: Date;
  expiresAt: Date;
}

/** The login at an identity provider that a session stands for. */
export interface ProviderLogin {
  userId: UserId | null;
  organizationId: OrganizationId | null;
  connectionId: ConnectionId | null;
  /** Sealed for the user. */
  logoutHint: Buffer | null;
}

/** A session that was ended, and the applications that got tokens in it. */
export interface EndedSession {
  /** The library's id of the session; `sid` of each application is made from it. */
  uid: string;
  userId: UserId | null;
  organizationId: OrganizationId | null;
  clientIds: string[];
}
