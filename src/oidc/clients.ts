import { CONSOLE_CLIENT, START_CLIENT } from '../applications/built-in.ts';
import type { Clock } from '../base/clock.ts';
import type { Application } from '../applications/application.ts';
import { ROTATE_REFRESH_TOKENS } from './refresh-tokens.ts';
import type { Payload } from './storage/write.ts';

export { CONSOLE_CLIENT, START_CLIENT } from '../applications/built-in.ts';

/** Client metadata of ours: takes authorization requests without a code challenge. */
export const WITHOUT_PKCE = 'without_pkce';

/** Client metadata of ours: held to the FAPI 2.0 Security Profile. */
export const HIGH_SECURITY = 'high_security';

/** The resource (RFC 8707) that the console's access tokens are for. */
export function apiResource(publicUrl: URL): string {
  return new URL('/api/v1', publicUrl).href;
}

/**
 * OAuth metadata of the built-in applications. *start* never redeems its authorization codes: its pages read the
 * session itself, and its code challenge has no verifier.
 */
export function builtInClients(publicUrl: URL): Payload[] {
  const at = (path: string): string => new URL(path, publicUrl).href;
  const base = {
    token_endpoint_auth_method: 'none',
    response_types: ['code'],
    grant_types: ['authorization_code'],
    id_token_signed_response_alg: 'ES256',
    require_auth_time: false,
  };
  return [
    { ...base, client_id: START_CLIENT, client_name: START_CLIENT, redirect_uris: [at('/login/done')] },
    {
      ...base,
      client_id: CONSOLE_CLIENT,
      client_name: CONSOLE_CLIENT,
      application_type: 'web',
      redirect_uris: [at('/console/callback')],
      post_logout_redirect_uris: [at('/')],
    },
  ];
}

/**
 * OAuth metadata (RFC 7591 section 2) of a registered application. A confidential one's `client_secret` here is the
 * digest that is stored: `compareClientSecret` digests what is presented.
 */
export function clientMetadata(application: Application): Payload {
  const confidential =
    application.clientAuthentication === 'client_secret_basic' ||
    application.clientAuthentication === 'client_secret_post';
  return {
    client_id: application.clientId,
    client_name: application.name,
    application_type: application.kind === 'native' ? 'native' : 'web',
    token_endpoint_auth_method: application.clientAuthentication,
    redirect_uris: application.redirectUris,
    post_logout_redirect_uris: application.postLogoutRedirectUris,
    response_types: ['code'],
    grant_types: ['authorization_code', ...(application.refreshTokens ? ['refresh_token'] : [])],
    id_token_signed_response_alg: application.signingAlgorithm,
    ...(confidential ? { client_secret: application.clientSecretHash?.toString('base64url') } : {}),
    ...(application.clientKeys === null ? {} : { jwks: application.clientKeys }),
    // Not as `initiate_login_uri`, of which the library takes https alone: an application in development has http.
    log_in_at: application.initiateLoginUri,
    ...(application.backchannelLogoutUri === null
      ? {}
      : { backchannel_logout_uri: application.backchannelLogoutUri, backchannel_logout_session_required: true }),
    offline: application.offline,
    first_party: application.firstParty,
    [WITHOUT_PKCE]: application.withoutPkce,
    [ROTATE_REFRESH_TOKENS]: application.rotateRefreshTokens,
    ...(application.highSecurity
      ? { [HIGH_SECURITY]: true, require_pushed_authorization_requests: true, dpop_bound_access_tokens: true }
      : {}),
    unproven_addresses: application.unprovenAddresses,
    owner_id: application.organizationId,
    owner_name: application.ownerName,
  };
}

/** Metadata the library does not know; it keeps them on the client under these names. */
export const EXTRA_CLIENT_METADATA = [
  WITHOUT_PKCE,
  ROTATE_REFRESH_TOKENS,
  HIGH_SECURITY,
  'offline',
  'first_party',
  'unproven_addresses',
  'owner_id',
  'owner_name',
  'log_in_at',
] as const;

/** Applications' metadata, each read again after five seconds: a change reaches every server process by then. */
export function createClientCache(deps: {
  clock: Clock;
  findApplication: (clientId: string) => Promise<Application | undefined>;
}): (clientId: string) => Promise<Payload | undefined> {
  const kept = new Map<string, { readAt: number; metadata: Promise<Payload | undefined> }>();
  return async (clientId) => {
    const now = deps.clock.now().getTime();
    const known = kept.get(clientId);
    if (known !== undefined && now - known.readAt < 5000) return known.metadata;
    const metadata = deps
      .findApplication(clientId)
      .then((found) => (found === undefined ? undefined : clientMetadata(found)));
    kept.set(clientId, { readAt: now, metadata });
    // Strangers may ask for any id: only what exists is kept.
    const drop = (): boolean => kept.delete(clientId);
    metadata.then((found) => found ?? drop(), drop);
    return metadata;
  };
}
