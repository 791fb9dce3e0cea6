/**
 * The audit log: what happened to an organization, recorded in the transaction in which it happens.
 *
 *   operation of any room -> record-event.ts -> audit-store.ts
 *     origin.ts            network address and browser of the running request, noted by the server
 *     audit-event.ts       kinds, actors, events (this file); audit-details.ts: the details of each kind
 *   find-events.ts         an administrator reads
 *   delete-old-events.ts   retention
 *   seal-events.ts         a job seals what was committed; verify-seals.ts: `gatehouse audit verify`
 *     seal.ts              what a seal covers, and its files
 */
import type { AuditDetails } from './audit-details.ts';
import type { AuditEventId, LoginId, OrganizationId, UserId } from '../base/ids.ts';

/** Every kind of event. Its details: `audit-details.ts`; its sentence: the console's catalog (`texts/en-events.ts`). */
export const AUDIT_KINDS = [
  'setup.completed',
  'organization.created',
  'organization.changed',
  'organization.removed',
  'organization.limits-changed',
  'organization.method-changed',
  'organization.switched-back',
  'domain.routed',
  'domain.removed',
  'domain.added',
  'domain.verified',
  'domain.waiting',
  'domain.wait-ended',
  'domain.wait-cut-short',
  'domain.claimed-elsewhere',
  'domain.claim-ended',
  'domain.record-missing',
  'domain.record-back',
  'domain.expired',
  'domain.lost',
  'domain.verification-removed',
  'connection.configured',
  'connection.confirmed',
  'connection.reverted',
  'connection.pilot-changed',
  'connection.pilot-ended',
  'connection.metadata-changed',
  'connection.logout-changed',
  'connection.logout-refused',
  'connection.held',
  'connection.hold-confirmed',
  'connection.hold-ended',
  'client-key.made',
  'client-key.taken-into-use',
  'client-secret.entered',
  'client-secret.deleted',
  'client-secret.taken-into-use',
  'setup-link.made',
  'setup-link.opened',
  'setup-link.refused',
  'setup-link.checked',
  'setup-link.handed-over',
  'setup-link.turned-on',
  'setup-link.secret-entered',
  'setup-link.discarded',
  'setup-link.revoked',
  'template.made',
  'template.changed',
  'template.deleted',
  'consent.asked',
  'consent.given',
  'consent.proven',
  'consent.failed',
  'consent.turned-on',
  'consent.revoked',
  'trial.begun',
  'trial.mailed',
  'trial.ended',
  'trial.passed',
  'trial.failed',
  'mail.sent-again',
  'mail.test-sent',
  'user.created',
  'user.changed',
  'user.role-changed',
  'connection.role-rules-changed',
  'user.disabled',
  'user.enabled',
  'user.removed',
  'user.recovered',
  'user.address-changed',
  'user.address-proven',
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
  'identity.moved',
  'identity.kept-apart',
  'identity.address-stated',
  'login.finished',
  'login.failed',
  'login.refused',
  'login.emergency',
  'session.ended',
  'token.issued',
  'token.replayed',
  'application.registered',
  'application.changed',
  'application.removed',
  'application.secret-changed',
  'application.tried',
  'application.secret-removed',
  'application.acted',
  'application.consented',
  'application.consent-withdrawn',
  'application.request-refused',
  'application.logout-failed',
  'application.scopes-changed',
  'application.token-issued',
  'unregistered-application.added',
  'unregistered-application.blocked',
  'unregistered-application.unblocked',
  'unregistered-application.removed',
  'api-resource.made',
  'api-resource.changed',
  'api-resource.removed',
  'api-resource.taken-over',
  'api-token.created',
  'api-token.revoked',
  'api.refused',
  'installation.restored',
  'signing-key.published',
  'signing-key.taken-into-use',
  'signing-key.removed',
  'signing-key.withdrawn',
  'master-key.added',
  'master-key.taken-into-use',
  'master-key.sealed-over',
  'master-key.forgotten',
] as const;

export type AuditKind = (typeof AUDIT_KINDS)[number];

/** Who did it. */
export interface Actor {
  kind: 'user' | 'operator' | 'api-token' | 'service' | 'stranger';
  id: string | null;
  name: string | null;
}

/** The service itself, for events without a request. */
export const SERVICE: Actor = { kind: 'service', id: null, name: null };
/** An unauthenticated person. */
export const STRANGER: Actor = { kind: 'stranger', id: null, name: null };

/** A kind together with the details that belong to it. */
export type AuditFact = {
  [K in AuditKind]: undefined extends AuditDetails[K]
    ? { kind: K; details?: AuditDetails[K] }
    : { kind: K; details: AuditDetails[K] };
}[AuditKind];

/** An event to be recorded. */
export type NewAuditEvent = AuditFact & {
  organizationId: OrganizationId;
  actor: Actor;
  userId?: UserId | null;
  loginId?: LoginId | null;
};

/** A recorded event. */
export interface AuditEvent {
  id: AuditEventId;
  organizationId: OrganizationId;
  occurredAt: Date;
  kind: AuditKind;
  actor: Actor;
  userId: UserId | null;
  loginId: LoginId | null;
  /** JSON as recorded, possibly by an earlier version: not trusted to be of the types of `audit-details.ts`. */
  details: Record<string, unknown>;
  /** Network address or, where the organization shortens it, prefix. */
  network: string | null;
  /** User-Agent. */
  browser: string | null;
}
