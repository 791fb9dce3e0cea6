import type { FederatedMethod } from '../base/federated-method.ts';
import type { ConnectionId, OrganizationId, UserId } from '../base/ids.ts';

/** What an identity provider told of its own session, in which a person logged in. */
export interface ProviderSession {
  /** `sid`: what its logout notices name (OpenID Connect Back-Channel and Front-Channel Logout 1.0). */
  sid: string | null;
  /** `session_expiry`: when ours ends at the latest. */
  endsAt: Date | null;
  /** What its end session endpoint wants to be told of the login there, sealed for the user; see `logout-hint.ts`. */
  logoutHint: string | null;
}

/** What a finished login proved; the session is made from it. */
export interface LoginResult {
  userId: UserId;
  organizationId: OrganizationId;
  method: 'built-in' | FederatedMethod;
  connectionId: ConnectionId | null;
  /** Authentication Methods References (RFC 8176): ours, or as the identity provider stated them. */
  amr: string[];
  /** As the identity provider stated it, null where it did not; of a login of ours see `authentication-context.ts`. */
  acr: string | null;
  /** When the person authenticated; null when an identity provider did not say. */
  authTime: Date | null;
  /** When a factor was proved before our eyes or freshly at the provider; null otherwise. */
  factorAt: Date | null;
  emergency: boolean;
  /** Null for a login of ours, and where the provider's session was told before (`withinSession`). */
  providerSession: ProviderSession | null;
  /**
   * A factor of ours was proved within a session made through a connection: that session ends when the provider's login lets
   * it end.
   */
  withinSession: boolean;
}
