/**
 * API resources: APIs of an organization for which its applications get access tokens (RFC 8707, RFC 9068).
 *
 *   manage-api-resources.ts   makes, changes, removes them; check-audience.ts: which identifier an
 *                             organization may take; take-over-audience.ts: from whom else
 *   allow-scopes.ts           which application may ask for which scopes
 *   granted-resource-sql.ts   what an application may have now, for the OpenID Provider's statements
 *   consent-scope.ts          scopes of an API resource in what a person allowed; consent-sql.ts: how each is kept
 *   api-resource-store.ts, application-scope-store.ts   the SQL
 */
import type { ApiResourceId, ApplicationId, OrganizationId } from '../../base/ids.ts';
import type { Seconds } from '../../base/clock.ts';

/** jwt: signed, read by the API itself, cannot be revoked. opaque: the API asks by introspection; ends at once. */
export type TokenFormat = 'jwt' | 'opaque';

/** What may be done at an API resource, and the sentence a person reads when asked for consent. */
export interface ApiScope {
  scope: string;
  description: string;
}

/** An API of an organization. */
export interface ApiResource {
  id: ApiResourceId;
  organizationId: OrganizationId;
  ownerName: string;
  /** The URI that requests name as `resource` and tokens carry as `aud`; unique over all organizations. */
  audience: string;
  name: string;
  tokenFormat: TokenFormat;
  signingAlgorithm: 'ES256' | 'RS256';
  tokenLifetime: Seconds;
  scopes: ApiScope[];
  /** Applications that nobody registered may ask for all its scopes, for people of its owner and below. */
  unregisteredApplications: boolean;
  version: number;
  createdAt: Date;
}

/** What an application may ask an access token for now: an API resource of its owner, with the scopes it was allowed. */
export interface GrantedResource {
  audience: string;
  name: string;
  format: TokenFormat;
  algorithm: 'ES256' | 'RS256';
  lifetime: Seconds;
  scopes: string[];
  /** How consent to each of `scopes` is kept, in the same order (`consent-scope.ts`). */
  consents: string[];
  /** For an application that nobody registered: path of the organization for whose people, and those below, it may ask. */
  peopleOf?: string;
}

/** An API resource and which of its scopes an application may ask for. */
export interface AllowedResource {
  id: ApiResourceId;
  name: string;
  audience: string;
  scopes: string[];
}

/** An application and which scopes of an API resource it may ask for. */
export interface AllowedApplication {
  id: ApplicationId;
  name: string;
  scopes: string[];
}

/** Labels of an identifier's host that are looked at for whose domain it is; a longer one has its domain within them. */
export const MOST_LABELS = 8;

/** Scopes with a meaning of their own (OpenID Connect Core 5.4, 11) or for the API of the service. */
export const RESERVED_SCOPES: ReadonlySet<string> = new Set([
  'openid',
  'profile',
  'email',
  'address',
  'phone',
  'offline_access',
  'roles',
  'api',
]);
