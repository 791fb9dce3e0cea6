import type { FederatedMethod } from '../base/federated-method.ts';
import type { ConnectionId, OrganizationId, UserId } from '../base/ids.ts';

/** What a finished login proved; the session is made from it. */
export interface LoginResult {
  userId: UserId;
  organizationId: OrganizationId;
  method: 'built-in' | FederatedMethod;
  connectionId: ConnectionId | null;
  /** Authentication Methods References (RFC 8176): ours, or as the identity provider stated them. */
  amr: string[];
  /** As the identity provider stated it; null for ours. */
  acr: string | null;
  /** When the person authenticated; null when an identity provider did not say. */
  authTime: Date | null;
  /** When a factor was proved before our eyes or freshly at the provider; null otherwise. */
  factorAt: Date | null;
  emergency: boolean;
  /**
   * A factor of ours was proved within a session made through a connection: that session ends when the provider's login lets
   * it end.
   */
  withinSession: boolean;
}
