/**
 * Setup invitations, on screens *setup links*: somebody of an organization who has no account here prepares its connection.
 *
 *     invite-setup          an administrator makes a link for one mailbox; it is mailed, and shown once
 *     open-setup            the link in a browser: a code mailed to the mailbox proves it for that browser (setup_visit)
 *     prepare-draft         provider, settings: checked as Save checks them, written as a connection in the state draft
 *     draft/                a key of ours for it; its secret alone entered beside the one in use, as the next one; what goes with it
 *     test-draft            *Test* of the draft, for its holder
 *     verify-setup-domain   the mail domain, by a TXT record
 *     hand-over             freezes the draft and tells the administrators
 *     decide-draft          an administrator checks it, turns it on (configure/ makes it live) or discards it
 *     find-setups           what administrators see; revoke-setup ends a link
 *     tend-setups           the reminder, and what nobody handed over or decided about is deleted; a job
 *
 * A draft is never in force: nobody logs in through it, and nothing that is in force changes before *Turn on*. *Enter as next
 * secret* turns nothing on: it adds a client secret beside the one in use, and its holder is told when that is in use.
 * setup-store.ts and visit-store.ts hold the SQL.
 */
import type { Connection } from '../connection.ts';
import { PREVIOUS_SECRET_FOR } from '../secrets/client-secrets.ts';
import type { Actor } from '../../audit/audit-event.ts';
import { DAY, after } from '../../base/clock.ts';
import type { Seconds } from '../../base/clock.ts';
import { formatId } from '../../base/ids.ts';
import type {
  ClientKeySetId,
  ConnectionId,
  OrganizationId,
  SetupInvitationId,
  TrialId,
  UserId,
} from '../../base/ids.ts';
import type { ProviderFault } from '../../connectors/connector.ts';
import type { Method, Organization } from '../../organizations/organization.ts';

/** How long a link works. */
export const SETUP_LIFETIME: Seconds = 7 * DAY;

/** How long a draft that was handed over waits to be turned on or discarded. */
export const DRAFT_LIFETIME: Seconds = 90 * DAY;

/** The steps of the pages, in their order. */
export const SETUP_STEPS = ['provider', 'domain', 'guide', 'values', 'test', 'hand-over'] as const;
export type SetupStep = (typeof SETUP_STEPS)[number];

/** The credentials whose guide a link can follow. */
export type SetupCredential = 'none' | 'secret' | 'certificate' | 'private-key';

/** Of a link whose draft is gone. */
export const NO_DRAFT = { entered: null, connectionId: null, clientKeySetId: null } as const;

/** What was in force when a draft was prepared. */
export interface DraftBasis {
  method: Method;
  connectionId: ConnectionId | null;
  connectionVersion: number | null;
}

/** A link and what its holder has done. The columns of `setup_invitation` without its tokens. */
export interface SetupInvitation {
  id: SetupInvitationId;
  organizationId: OrganizationId;
  email: string;
  invitedBy: UserId | null;
  invitedByName: string;
  createdAt: Date;
  expiresAt: Date;
  remindedAt: Date | null;
  openedAt: Date | null;
  /** The furthest reached. */
  step: SetupStep | null;
  provider: string | null;
  credential: SetupCredential | null;
  /** The key that was made for the draft, where its credential is or was one. */
  clientKeySetId: ClientKeySetId | null;
  domain: string | null;
  /** As entered, without the client secret. */
  entered: Record<string, unknown> | null;
  connectionId: ConnectionId | null;
  basis: DraftBasis | null;
  notes: ProviderFault[];
  checkedAt: Date | null;
  trialId: TrialId | null;
  testResult: 'passed' | 'failed' | null;
  testedAt: Date | null;
  handedOverAt: Date | null;
  handedOverFrom: string | null;
  turnedOnAt: Date | null;
  /** When its client secret alone was entered as the next one of the connection in force. */
  nextSecretAt: Date | null;
  /** Since when that secret is in use. */
  secretInUseAt: Date | null;
  discardedAt: Date | null;
  revokedAt: Date | null;
}

export type SetupState =
  | 'sent'
  | 'opened'
  | 'handed-over'
  | 'turned-on'
  | 'next-secret'
  | 'secret-in-use'
  | 'discarded'
  | 'expired'
  | 'revoked';

/** The state of a link at this moment. A draft that was handed over outlives the link. */
export function setupState(invitation: SetupInvitation, now: Date): SetupState {
  if (invitation.revokedAt !== null) return 'revoked';
  if (invitation.turnedOnAt !== null) return 'turned-on';
  if (invitation.nextSecretAt !== null) return isSecretInUse(invitation) ? 'secret-in-use' : 'next-secret';
  if (invitation.discardedAt !== null) return 'discarded';
  if (invitation.handedOverAt !== null) return 'handed-over';
  if (invitation.expiresAt <= now) return 'expired';
  return invitation.openedAt === null ? 'sent' : 'opened';
}

/** Whether the client secret that was handed in by a link is the one in use. */
export function isSecretInUse({ secretInUseAt }: Pick<SetupInvitation, 'secretInUseAt'>): boolean {
  return secretInUseAt !== null;
}

/** Until when the old client secret has to stay at the provider: so long an administrator may go back to it. */
export function oldSecretUntil({ secretInUseAt }: Pick<SetupInvitation, 'secretInUseAt'>): Date | null {
  return secretInUseAt === null ? null : after(secretInUseAt, PREVIOUS_SECRET_FOR);
}

/** Whether something can still be entered through a link. */
export function isOpen(invitation: SetupInvitation, now: Date): boolean {
  const state = setupState(invitation, now);
  return state === 'sent' || state === 'opened';
}

/** Whether a step can be shown: all before it were reached, whether done or left out. */
export function mayReach(invitation: SetupInvitation, step: SetupStep): boolean {
  if (step === 'provider') return true;
  if (invitation.provider === null) return false;
  return (step !== 'test' && step !== 'hand-over') || invitation.connectionId !== null;
}

/** What is in force in an organization, for {@link SetupInvitation.basis}. */
export function basisOf(organization: Organization, inForce: Connection | undefined): DraftBasis {
  const [connectionId, connectionVersion] = inForce === undefined ? [null, null] : [inForce.id, inForce.version];
  return { method: organization.method, connectionId, connectionVersion };
}

/** Whether another method or connection is in force than when the draft was prepared. */
export function isOutdated(basis: DraftBasis, now: DraftBasis): boolean {
  return (
    basis.method !== now.method ||
    basis.connectionId !== now.connectionId ||
    basis.connectionVersion !== now.connectionVersion
  );
}

/** Whoever holds link and mailbox, in the audit log: nobody with an account, known by the address. */
export function holderOf({ email }: Pick<SetupInvitation, 'email'>): Actor {
  return { kind: 'stranger', id: null, name: email };
}

/** What every audit event of a link says of it. */
export function auditFacts({ id, email }: Pick<SetupInvitation, 'id' | 'email'>): {
  address: string;
  setupLink: string;
} {
  return { address: email, setupLink: formatId('set', id) };
}

/** The path of a link's pages; the door for people serves them. */
export function setupPath(secret: string): string {
  return `/setup/${secret}`;
}

/** The replace key of the mails that carry a link. */
export function setupMailKey(id: SetupInvitationId): string {
  return `setup-link ${id}`;
}
