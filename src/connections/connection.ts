/**
 * Connections: an organization's trust in its identity provider.
 *
 *     configure/ configure-connection    Save: checked with the provider, then live as unconfirmed
 *     facts/                             what decides that and a login's end, read along with the login
 *     setup/                             setup links: somebody without an account prepares a draft
 *     find-login-method                  which method and connection hold for an organization now
 *     authorization/ send-authorization-request -> browser at the provider -> read-callback -> claims
 *     authorization/ expire-transactions   who went there and did not come back is counted
 *     bind-identity (decide-binding)     whom a proved subject logs in
 *     roles/                             which claims give which roles
 *     record-outcome                     first success makes it active; lasting failures of an unconfirmed one revert it
 *     template/                          one registration of a managing organization for many below it
 *     provider/                          what the provider publishes is read again; changes that wait for a confirmation
 *     configure/ switch-back             back to the method before, within 30 days (archive-connection keeps the rows)
 *     pilot/                             holds first for some users
 *     keys/ client-keys                  key pairs of ours instead of a client secret
 *     secrets/ client-secrets            a client secret replaced with an overlap
 *     sync-authenticators                what people enrolled with us is deactivated while they log in elsewhere
 *     logout/                            logout sent to the provider, and received from it
 *
 * This file is the model; *-store.ts hold the SQL. How to speak to a provider, and what stands in `settings`, is known
 * by its connector alone (src/connectors); connection-settings.ts hands a connection to it.
 */
import type { Seconds } from '../base/clock.ts';
import { DAY, HOUR } from '../base/clock.ts';
import type { FederatedMethod } from '../base/federated-method.ts';
import type { ClientKeySetId, ConnectionId, OrganizationId, TemplateId, UserId } from '../base/ids.ts';
import { formatId } from '../base/ids.ts';
import type { CallbackUrls, Credential } from '../connectors/connector.ts';
import type { PilotColumns } from './pilot/pilot.ts';

/** draft: made by a setup link; unconfirmed: until its first successful login; active; previous: for switching back. */
export type ConnectionState = 'draft' | 'unconfirmed' | 'active' | 'previous';

/** The stored trust of one organization in one identity provider. The client secret is not part of it. */
export interface Connection extends PilotColumns {
  id: ConnectionId;
  organizationId: OrganizationId;
  method: FederatedMethod;
  state: ConnectionState;
  /** Counts changes; a login that began under an older one does not finish. */
  version: number;
  /** As the provider names itself; compared byte for byte. */
  issuer: string;
  /** Where its callbacks must arrive. */
  redirectUri: string;
  credential: Credential;
  /** The keys by which we authenticate there; null for other credentials. */
  clientKeySetId: ClientKeySetId | null;
  clientSecretSetAt: Date | null;
  /** Whose registration and client secret it uses; null for those of the organization's own. */
  templateId: TemplateId | null;
  /** When our credential there expires; null where that is not known. */
  credentialExpiresAt: Date | null;
  /** The connector's document, as stored. */
  settings: unknown;
  configuredBy: UserId | null;
  configuredAt: Date;
  confirmedAt: Date | null;
  unconfirmedUntil: Date | null;
  previousUntil: Date | null;
  endsSessionsAt: Date | null;
  lastSuccessAt: Date | null;
  failingSince: Date | null;
  /** A code of `connectors/explain-failure.ts`. */
  lastFailure: string | null;
  /** For the placeholders of its sentences, as stored. */
  lastFailureValues: unknown;
  /** When a login last failed, also by what only the browser brought, which does not count against the connection. */
  lastFailureAt: Date | null;
  /** When it went back by itself, being unconfirmed; null for one that never did. */
  revertedAt: Date | null;
  /** Logins that went to the provider since the last success and did not come back; since when. */
  unreturned: number;
  unreturnedSince: Date | null;
  /**
   * Whether its ID tokens state when the person logged in (`auth_time`): `missing` when one did not though a fresh login was
   * asked for, null while that is not known. `stated` stays until it is configured anew.
   */
  authTime: 'stated' | 'missing' | null;
  /** Which claims give roles, as stored; read by `roles/role-rule.ts`. */
  roleRules: unknown;
  /** Who logs out here is sent to the provider's end session endpoint (OpenID Connect RP-Initiated Logout 1.0). */
  providerLogout: boolean;
  /** Since when nobody is sent to the provider; `hold` says why (`provider/hold.ts`). Null for one that is not held. */
  heldSince: Date | null;
  hold: unknown;
}

/** How long people may still use the previous method while nobody has logged in the new way. */
export const UNCONFIRMED_FOR: Seconds = 14 * DAY;
/** How long one may switch back. */
export const PREVIOUS_FOR: Seconds = 30 * DAY;
/** Sessions from before a confirmed connection end this much later, unless at once was chosen. */
export const OLD_SESSIONS_FOR: Seconds = 12 * HOUR;

/** Our two callback URLs for an organization. */
export function callbackUrls(publicUrl: string, organizationId: OrganizationId): CallbackUrls {
  const shared = `${publicUrl.replace(/\/$/, '')}/login/callback`;
  return { shared, organization: `${shared}/${formatId('org', organizationId)}` };
}
