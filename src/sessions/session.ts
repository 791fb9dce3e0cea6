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

/** A session that was ended, and the applications that got tokens in it. */
export interface EndedSession {
  /** The library's id of the session; `sid` of each application is made from it. */
  uid: string;
  userId: UserId | null;
  organizationId: OrganizationId | null;
  clientIds: string[];
}
