import type { AuditEventId, LoginId, OrganizationId, UserId } from '../base/ids.ts';

/** What can happen; the closed list. The sentence for each stands in the console's catalog. */
export const AUDIT_KINDS = [
  'setup.completed',
  'organization.created',
  'organization.changed',
  'organization.removed',
  'organization.method-changed',
  'organization.switched-back',
  'domain.routed',
  'domain.removed',
  'connection.configured',
  'connection.confirmed',
  'connection.reverted',
  'connection.metadata-changed',
  'user.created',
  'user.changed',
  'user.role-changed',
  'user.disabled',
  'user.enabled',
  'user.removed',
  'user.recovered',
  'invitation.sent',
  'invitation.revoked',
  'invitation.redeemed',
  'invitation.accepted',
  'password.changed',
  'password.reset-asked',
  'authenticator.enrolled',
  'authenticator.removed',
  'recovery-codes.made',
  'recovery-code.used',
  'identity.bound',
  'identity.reset',
  'login.finished',
  'login.refused',
  'login.emergency',
  'session.ended',
  'token.issued',
  'token.replayed',
  'application.registered',
  'application.changed',
  'application.removed',
  'application.secret-changed',
  'application.consented',
  'application.request-refused',
  'application.logout-failed',
  'api-token.created',
  'api-token.revoked',
  'api.refused',
] as const;

export type AuditKind = (typeof AUDIT_KINDS)[number];

/** Who did it. */
export interface Actor {
  kind: 'user' | 'operator' | 'api-token' | 'service' | 'stranger';
  id: string | null;
  name: string | null;
}

/** The service itself, where nobody asked for what happened. */
export const SERVICE: Actor = { kind: 'service', id: null, name: null };
/** Somebody who has not proved who they are. */
export const STRANGER: Actor = { kind: 'stranger', id: null, name: null };

/** A fact about to be recorded. */
export interface NewAuditEvent {
  organizationId: OrganizationId;
  kind: AuditKind;
  actor: Actor;
  userId?: UserId | null;
  loginId?: LoginId | null;
  /** Further facts; never a secret, token or code. */
  details?: Record<string, unknown>;
}

/** A recorded fact. */
export interface AuditEvent {
  id: AuditEventId;
  organizationId: OrganizationId;
  occurredAt: Date;
  kind: AuditKind;
  actor: Actor;
  userId: UserId | null;
  loginId: LoginId | null;
  details: Record<string, unknown>;
}
