import { CONSENT_PATH } from './template.ts';
import type { Actor } from '../../audit/audit-event.ts';
import { DAY, HOUR } from '../../base/clock.ts';
import type { Seconds } from '../../base/clock.ts';
import { formatId } from '../../base/ids.ts';
import type { OrganizationId, TemplateId, TrialId } from '../../base/ids.ts';

/** How long a link works. */
export const CONSENT_LIFETIME: Seconds = 30 * DAY;
/** How long an administrator may take at the provider's consent page. */
export const REQUEST_LIFETIME: Seconds = HOUR;

/** An organization's consent to a template. The columns of `admin_consent` without its secrets. */
export interface Consent {
  id: string;
  templateId: TemplateId;
  organizationId: OrganizationId;
  email: string;
  /** Who made the link: its rights end with theirs. `kind` is null for one of a version that did not note it. */
  askedByKind: 'user' | 'api-token' | 'operator' | null;
  /** Of the user or API token; null for the operator. */
  askedBy: string | null;
  askedByName: string;
  madeAt: Date;
  sentAt: Date | null;
  expiresAt: Date;
  openedAt: Date | null;
  requestedAt: Date | null;
  /** As the answer named it; bound to the organization only when `testedAt` is set. */
  directoryId: string | null;
  consentedAt: Date | null;
  trialId: TrialId | null;
  testedAt: Date | null;
  /** The sign-in name in the token that proved the directory. */
  testedBy: string | null;
  /** A code of explanations. */
  failure: string | null;
  failureValues: unknown;
  failedAt: Date | null;
  turnedOnAt: Date | null;
}

/** How far an organization is with a template. `failed`: the last attempt was; the link works on. */
export const CONSENT_STATES = ['not-asked', 'made', 'sent', 'expired', 'consented', 'failed', 'tested', 'on'] as const;
export type ConsentState = (typeof CONSENT_STATES)[number];

/** Whoever holds the link, in the audit log: known by the address that was asked. */
export function holderOf({ email }: Pick<Consent, 'email'>): Actor {
  return { kind: 'stranger', id: null, name: email };
}

/** What every audit event of a consent says of it. */
export function consentFacts(
  { email }: Pick<Consent, 'email'>,
  template: { id: TemplateId; name: string },
): { address: string; template: string; templateName: string } {
  return { address: email, template: formatId('tpl', template.id), templateName: template.name };
}

/** The path of a link's page. */
export function consentPath(secret: string): string {
  return `${CONSENT_PATH}/${secret}`;
}

/** The replace key of the mail that carries a link. */
export function consentMailKey(id: string): string {
  return `consent-link ${id}`;
}
