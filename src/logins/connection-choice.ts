import type { FederatedMethod } from '../base/federated-method.ts';
import type { ConnectionId, InvitationId, OrganizationId } from '../base/ids.ts';

/** The connection a login goes through, and whose users it may log in. */
export interface ConnectionChoice {
  connectionId: ConnectionId;
  /** The organization of the user; the connection may be its managing organization's. */
  organizationId: OrganizationId;
  method: FederatedMethod;
  /** The invitation redeemed in this browser that led here. */
  invitationId: InvitationId | null;
  /** The previous method may still be used: the connection is unconfirmed. */
  anotherWay: boolean;
}

/** What an identity provider stated about a login there. */
export interface Federated {
  amr: string[];
  acr: string | null;
  authTime: Date | null;
  factorAt: Date | null;
}
