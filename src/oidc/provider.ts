import type { IncomingMessage } from 'node:http';
import { createSecretKey } from 'node:crypto';
import { Provider, errors } from 'oidc-provider';
import type { AccessToken, Adapter, Client, ClientCredentials, Configuration } from 'oidc-provider';
import type { ExternalSigningKey, KoaContextWithOIDC } from 'oidc-provider';
import { epochSeconds, HOUR, MINUTE } from '../base/clock.ts';
import type { Clock, Seconds } from '../base/clock.ts';
import type { AppError } from '../base/errors.ts';
import { readId } from '../base/ids.ts';
import { cookieName } from '../http/cookies.ts';
import { CLAIMS_BY_SCOPE } from '../applications/consent/scope-claims.ts';
import { ACR_VALUES } from '../sessions/authentication-context.ts';
import { assertAcrRequest } from './asking/acr-check.ts';
import { requireScope } from './asking/scope-check.ts';
import { DEVICE_PATH, deviceFlow } from './device/device-pages.ts';
import type { DevicePages } from './device/device-pages.ts';
import {
  ACCESS_TOKEN_LIFETIME,
  CODE_LIFETIME,
  DEVICE_CODE_LIFETIME,
  LOGIN_LIFETIME,
  SESSION_LIFETIME,
} from './lifetimes.ts';
import { registerTokenExchange } from './acting/token-exchange.ts';
import { findAccount } from './claims.ts';
import { compareClientSecrets } from './credentials/client-secrets.ts';
import { builtInClients, EXTRA_CLIENT_METADATA, WITHOUT_PKCE } from './clients.ts';
import { loadExistingGrant, SCOPES } from './grants.ts';
import { assertClientAssertion, fapiProfile, refuseProofAhead } from './credentials/high-security.ts';
import { mayIntrospect } from './resources/introspection.ts';
import { defaultResource, findResourceServer } from './resources/resource-server.ts';
import { refusedPage } from './requests/refused-page.ts';
import type { RefusedPage } from './requests/refused-page.ts';
import { rightsInToken } from './resources/token-rights.ts';
import type { Payload } from './storage/write.ts';
import { UnitOfWork } from './storage/unit-of-work.ts';
import { requireTicket, TICKET } from './trying/try-client.ts';
import type { ReadTicket } from './trying/try-client.ts';
import { createPolicy } from './policy.ts';
import { deriveSuccessors, refreshTokenLifetime, rotateRefreshToken } from './refresh-tokens.ts';

/** What the language of a page follows from. */
type Asking = Pick<IncomingMessage, 'headers'>;

/** The pages the OpenID Provider shows itself, made by the login door. */
export interface ProviderPages {
  /** A request that cannot be answered to the application: what is wrong, where to go on, and a reference. */
  error(request: Asking, error: RefusedPage): string;
  /** *Log out?* `formMarkup` is the library's hidden form with the id `op.logoutForm`. */
  logout(request: Asking, logout: { formMarkup: string; applicationName: string | null }): string;
  /** After a logout; `federated` when the identity provider's own session may live on. */
  loggedOut(request: Asking, after: { federated: boolean }): string;
  /** Logging in on another device. */
  device: DevicePages;
  /** For a login that another request ended first. */
  expired(request: Asking): string;
  /** For a request that was refused or could not be written; the cause is in the log under the reference. */
  fault(request: Asking, error: AppError, reference: string): string;
}

export interface ProviderOptions {
  clock: Clock;
  publicUrl: URL;
  adapter: (name: string) => Adapter;
  /** An application's metadata as the database has it now, with a limit of its own. */
  readClientAgain: (clientId: string) => Promise<Payload | undefined>;
  keys: { keys: ExternalSigningKey[] };
  /** Keys that sign cookies, the newest first. */
  cookieKeys: Buffer[];
  /** Derives the successors of refresh tokens, 32 bytes. */
  successorKey: Buffer;
  /** Outgoing requests (back-channel logout): guarded and limited in time. */
  fetch: typeof fetch;
  pages: ProviderPages;
  /** Whose ticket to try an application it is. */
  readTicket: ReadTicket;
}

/** Name of the cookie that tells the page after a logout that the identity provider's session may live on. */
export const AFTER_LOGOUT_COOKIE = 'after_logout';

/**
 * The cookie of a session. Its id is 258 random bits, found by its digest: whoever forges one would have to guess it, signed or
 * not.
 */
export function sessionCookie(https: boolean) {
  return { httpOnly: true, secure: https, sameSite: 'lax', signed: false, path: '/' } as const;
}

/** The one configuration of oidc-provider. */
export function createProvider(options: ProviderOptions): Provider {
  const { publicUrl } = options;
  const https = publicUrl.protocol === 'https:';
  const configuration: Configuration = {
    adapter: options.adapter,
    clients: builtInClients(publicUrl) as unknown as NonNullable<Configuration['clients']>,
    jwks: options.keys,
    cookies: {
      names: { session: cookieName('session', https), interaction: 'login', resume: 'login_resume' },
      // Key objects, which the types do not know: from raw bytes Node makes one for each signature, six times as dear.
      keys: options.cookieKeys.map((key) => createSecretKey(key)) as unknown as Buffer[],
      long: sessionCookie(https),
      // A login's handle stands in its address: signed, a browser that only saw it does not resume it.
      short: { httpOnly: true, secure: https, sameSite: 'lax', signed: true },
    },
    routes: {
      authorization: '/oauth2/authorize',
      token: '/oauth2/token',
      userinfo: '/oauth2/userinfo',
      jwks: '/oauth2/keys',
      introspection: '/oauth2/introspect',
      revocation: '/oauth2/revoke',
      pushed_authorization_request: '/oauth2/par',
      device_authorization: '/oauth2/device',
      code_verification: DEVICE_PATH,
      end_session: '/logout',
    },
    scopes: SCOPES,
    claims: CLAIMS_BY_SCOPE,
    conformIdTokenClaims: false,
    responseTypes: ['code'],
    subjectTypes: ['public'],
    clientAuthMethods: ['client_secret_basic', 'client_secret_post', 'private_key_jwt', 'none'],
    clientDefaults: {
      id_token_signed_response_alg: 'RS256',
      response_types: ['code'],
      grant_types: ['authorization_code'],
    },
    enabledJWA: {
      idTokenSigningAlgValues: ['ES256', 'RS256'],
      clientAuthSigningAlgValues: ['ES256', 'RS256', 'PS256', 'EdDSA'],
      dPoPSigningAlgValues: ['ES256', 'PS256', 'Ed25519', 'EdDSA'],
    },
    pkce: { required: (_ctx, client) => client[WITHOUT_PKCE] !== true },
    allowOmittingSingleRegisteredRedirectUri: false,
    assertJwtClientAuthClaimsAndHeader: assertClientAssertion,
    acrValues: [...ACR_VALUES],
    extraParams: {
      scope: requireScope,
      [TICKET]: requireTicket(options.readTicket),
      organization(_ctx: KoaContextWithOIDC, value: string | undefined) {
        if (value !== undefined && readId('org', value) === undefined) {
          throw new errors.InvalidRequest('organization is not the id of an organization');
        }
      },
    },
    extraClientMetadata: { properties: [...EXTRA_CLIENT_METADATA] },
    features: {
      devInteractions: { enabled: false },
      userinfo: { enabled: true },
      claimsParameter: { enabled: true, assertClaimsParameter: assertAcrRequest },
      introspection: { enabled: true, allowedPolicy: mayIntrospect },
      clientCredentials: { enabled: true },
      deviceFlow: deviceFlow(options.pages.device) as NonNullable<Configuration['features']>['deviceFlow'],
      revocation: { enabled: true, allowedPolicy: ownToken },
      pushedAuthorizationRequests: { enabled: true },
      dPoP: { enabled: true, requireNonce: refuseProofAhead },
      externalSigningSupport: { enabled: true, ack: 'experimental-01' }, // `signing-key.ts`
      fapi: { enabled: true, profile: fapiProfile },
      backchannelLogout: { enabled: true },
      // Not in use (RFC 9396); the library asks all the same where a stored code has some.
      richAuthorizationRequests: {
        enabled: false,
        authorizationDetailsForAccessToken: async () => {
          throw new errors.InvalidGrant('authorization details are not in use');
        },
      },
      rpInitiatedLogout: {
        enabled: true,
        logoutSource: async (ctx, formMarkup) => {
          ctx.body = options.pages.logout(ctx.req, { formMarkup, applicationName: nameOf(ctx.oidc.client) });
        },
        postLogoutSuccessSource: async (ctx) => {
          ctx.body = options.pages.loggedOut(ctx.req, {
            federated: ctx.cookies.get(AFTER_LOGOUT_COOKIE) === 'federated',
          });
        },
      },
      resourceIndicators: {
        enabled: true,
        defaultResource,
        useGrantedResource: async () => true,
        getResourceServerInfo: findResourceServer,
      },
    },
    extraTokenClaims: rightsInToken,
    findAccount,
    loadExistingGrant,
    issueRefreshToken: async (_ctx, client) => client.grantTypeAllowed('refresh_token'),
    expiresWithSession: async (ctx) => ctx.oidc.client?.['offline'] !== true,
    rotateRefreshToken,
    interactions: {
      policy: createPolicy(options.readTicket),
      url: async (_ctx, interaction) => `/login/${interaction.uid}`,
    },
    clientBasedCORS: (_ctx, origin, client) => isOriginOf(client, origin),
    renderError: async (ctx, _out, error) => {
      ctx.type = 'html';
      ctx.body = options.pages.error(ctx.req, refusedPage(ctx, error));
    },
    fetch: options.fetch,
    ttl: {
      AuthorizationCode: CODE_LIFETIME,
      AccessToken: accessTokenLifetime,
      ClientCredentials: accessTokenLifetime,
      IdToken: HOUR,
      Interaction: LOGIN_LIFETIME,
      Session: SESSION_LIFETIME,
      Grant: SESSION_LIFETIME,
      RefreshToken: refreshTokenLifetime,
      PushedAuthorizationRequest: MINUTE,
      DeviceCode: DEVICE_CODE_LIFETIME,
      ReplayDetection: HOUR,
    },
  };
  const provider = new Provider(publicUrl.href.replace(/\/$/, ''), configuration);
  provider.proxy = true; // host and protocol are put into the headers by `mount.ts`, from the settings
  compareClientSecrets(provider, options.readClientAgain);
  // Every application is told the session's id: it needs it to understand a logout token.
  provider.Client.prototype['includeSid'] = () => true;
  deriveSuccessors(provider, options.successorKey);
  registerTokenExchange(provider);
  return provider;
}

/** A token may be revoked by the application it was given to (RFC 7009 2.1). */
async function ownToken(
  _ctx: KoaContextWithOIDC,
  client: Client,
  token: { clientId?: string | undefined },
): Promise<boolean> {
  return token.clientId === client.clientId;
}

/** Lifetime of an access token in seconds: as its API resource says; of an exchanged one no longer than the one presented. */
function accessTokenLifetime(_ctx: KoaContextWithOIDC, token: AccessToken | ClientCredentials): Seconds {
  const usual = token.resourceServer?.accessTokenTTL ?? ACCESS_TOKEN_LIFETIME;
  const work = UnitOfWork.current();
  const presented = work.presentedToken();
  if (presented?.kind !== 'AccessToken') return usual;
  return Math.max(1, Math.min(usual, epochSeconds(presented.expiresAt) - epochSeconds(work.now)));
}

function nameOf(client: Client | undefined): string | null {
  return client?.clientName ?? null;
}

/** Whether a page of this origin belongs to an application: it has a redirect URI there. */
export function isOriginOf(client: Client, origin: string): boolean {
  return (client.redirectUris ?? []).some((uri) => URL.parse(uri)?.origin === origin);
}
