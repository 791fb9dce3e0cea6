import type { Seconds } from '../base/clock.ts';
import { DAY, HOUR } from '../base/clock.ts';
import type { ConnectionId, OrganizationId, UserId } from '../base/ids.ts';
import { formatId } from '../base/ids.ts';
import type { Flow } from '../connectors/connector.ts';
import type { ExplanationCode } from '../connectors/explain-failure.ts';
import type { ProviderKeys } from '../connectors/keys.ts';
import { supports } from '../connectors/metadata.ts';
import type { ProviderMetadata } from '../connectors/metadata.ts';

/** The methods that log people in at an identity provider. */
export type FederatedMethod = 'entra-id' | 'openid-connect';

/** draft: made by a setup link; unconfirmed: until its first successful login; active; previous: for switching back. */
export type ConnectionState = 'draft' | 'unconfirmed' | 'active' | 'previous';

/** The stored trust of one organization in one identity provider. The client secret is not part of it. */
export interface Connection {
  id: ConnectionId;
  organizationId: OrganizationId;
  method: FederatedMethod;
  state: ConnectionState;
  /** Counts changes; a login that began under an older one does not finish. */
  version: number;
  clientId: string;
  /** As the metadata states it; compared byte for byte. */
  issuer: string;
  directoryId: string | null;
  credential: 'none' | 'secret';
  clientSecretSetAt: Date | null;
  flow: Flow;
  redirectUri: string;
  /** The last good ones. */
  metadata: ProviderMetadata;
  keys: ProviderKeys;
  keysReadAt: Date;
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
}

/** How long people may still use the previous method while nobody has logged in the new way. */
export const UNCONFIRMED_FOR: Seconds = 14 * DAY;
/** How long one may switch back. */
export const PREVIOUS_FOR: Seconds = 30 * DAY;
/** Sessions from before a confirmed connection end this much later, unless at once was chosen. */
export const OLD_SESSIONS_FOR: Seconds = 12 * HOUR;

/** Our two callbacks: one shared, for answers that carry a verifiable issuer; one per organization, for every other code. */
export function callbackUrls(publicUrl: string, organizationId: OrganizationId): { none: string; secret: string } {
  const shared = `${publicUrl.replace(/\/$/, '')}/login/callback`;
  return { none: shared, secret: `${shared}/${formatId('org', organizationId)}` };
}

/**
 * How a provider is asked, and where it answers. A code says nothing about who sent it: on a callback that several
 * organizations share, a hostile organization's provider could have ours redeem somebody else's code (mix-up). So an ID
 * token, which names its issuer, comes to the shared address, and a code to the organization's own.
 */
export function chooseFlow(
  method: FederatedMethod,
  credential: 'none' | 'secret',
  metadata: ProviderMetadata,
  urls: { none: string; secret: string },
): { flow: Flow; redirectUri: string } | { fault: ExplanationCode } {
  const can = supports(metadata);
  if (credential === 'secret') {
    return can.code ? { flow: 'code', redirectUri: urls.secret } : { fault: 'discovery.no-flow' };
  }
  if (method === 'entra-id' || can.formPostIdToken) return { flow: 'id-token', redirectUri: urls.none };
  if (can.code && can.publicClients) return { flow: 'code', redirectUri: urls.secret };
  return { fault: can.code ? 'discovery.needs-secret' : 'discovery.no-flow' };
}

/**
 * Whether both connections know people by the same subjects, so that identities bound under one hold under the other:
 * Entra ID by directory and object, others by issuer and, where subjects differ from client to client, client.
 */
export function sharesIdentities(
  one: Pick<Connection, 'method' | 'issuer' | 'directoryId' | 'clientId' | 'metadata'>,
  other: Pick<Connection, 'method' | 'issuer' | 'directoryId' | 'clientId' | 'metadata'>,
): boolean {
  if (one.method !== other.method || one.issuer !== other.issuer || one.directoryId !== other.directoryId) return false;
  if (one.method === 'entra-id' || one.clientId === other.clientId) return true;
  const kinds = [one, other].map(({ metadata }) => metadata.subject_types_supported ?? ['pairwise']);
  return kinds.every((supported) => !supported.includes('pairwise'));
}
