/**
 * Applications: software that relies on the service, as its owner registers it. `oidc/clients.ts` makes OAuth clients of them.
 *
 *   manage-applications.ts     registers, changes, rotates the secret, removes; mail-changed-uris.ts tells administrators
 *     application-settings.ts    which settings go together; redirect-uri.ts: which addresses are taken
 *     client-authentication.ts   client secret or keys
 *   credentials/               its client secrets, and what *high security* decides
 *   assign-roles.ts            what a user may do in an application for an organization in scope
 *   consent/                   what users allow, application by application: scope-claims.ts says which claims a scope brings
 *   resources/                 APIs that its access tokens are for
 *   find-application.ts        by client id; what a user can open. built-in.ts: console and start
 *   health/                    when a login last worked, and what requests are refused for
 *   application-store.ts, application-change-store.ts, application-role-store.ts   the SQL
 */
import type { ApplicationId, OrganizationId } from '../base/ids.ts';

/**
 * web: keeps a secret on a server; browser: runs in the browser; native: installed; these two are public clients. machine:
 * acts for itself, without a person (RFC 6749 4.4), and always authenticates.
 */
export type ApplicationKind = 'web' | 'browser' | 'native' | 'machine';

/** How an application authenticates at the token endpoint (OpenID Connect Core 9). */
export type ClientAuthentication = 'client_secret_basic' | 'client_secret_post' | 'private_key_jwt' | 'none';

/** Software that relies on us. */
export interface Application {
  id: ApplicationId;
  /** Its owner; usable by the owner and all below, unless narrowed. */
  organizationId: OrganizationId;
  ownerName: string;
  /** OAuth client_id: the outside form of the id. */
  clientId: string;
  name: string;
  kind: ApplicationKind;
  /** No consent is asked; set by administrators of the root alone. */
  firstParty: boolean;
  redirectUris: string[];
  postLogoutRedirectUris: string[];
  initiateLoginUri: string | null;
  backchannelLogoutUri: string | null;
  clientAuthentication: ClientAuthentication;
  /** SHA-256 of the client secret; null for those without. */
  clientSecretHash: Buffer | null;
  /** JWKS for private_key_jwt. */
  clientKeys: Record<string, unknown> | null;
  signingAlgorithm: 'ES256' | 'RS256';
  refreshTokens: boolean;
  /** Refresh tokens may outlive the session. */
  offline: boolean;
  /** Gets email claims nobody proved. */
  unprovenAddresses: boolean;
  /** Takes authorization requests without a code challenge (RFC 7636); confidential applications only. */
  withoutPkce: boolean;
  /** Each refresh gives a new refresh token; public applications always rotate. */
  rotateRefreshTokens: boolean;
  /** The preset it was registered by: a plain word, perhaps of a newer version; null when its settings were entered. */
  preset: string | null;
  /** Held to the FAPI 2.0 Security Profile. */
  highSecurity: boolean;
  /** Devices without a browser log people in with it by a code (RFC 8628); native applications only. */
  deviceLogin: boolean;
  /** May exchange users' access tokens for ones that name it as actor; set by administrators of the root alone. */
  actsForUsers: boolean;
  version: number;
  createdAt: Date;
}
