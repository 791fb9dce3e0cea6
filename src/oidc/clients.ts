import { CONSOLE_CLIENT, START_CLIENT } from '../applications/built-in.ts';
import type { Clock } from '../base/clock.ts';
import type { Application } from '../applications/application.ts';
import type { UsableSecret } from '../applications/credentials/client-secret.ts';
import { ROTATE_REFRESH_TOKENS } from './refresh-tokens.ts';
import type { Payload } from './storage/write.ts';

type ApplicationWithSecrets = Application & { secrets: UsableSecret[] };

export { CONSOLE_CLIENT, START_CLIENT } from '../applications/built-in.ts';

/** Client metadata of ours: takes authorization requests without a code challenge. */
export const WITHOUT_PKCE = 'without_pkce';

/** Client metadata of ours: its client secrets (`UsableSecret`). */
export const SECRETS = 'secrets';

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
 * OAuth metadata (RFC 7591 section 2) of a registered application. The `client_secret` of one that has secrets stands for
 * them and is never compared: `credentials/client-secrets.ts` does it with {@link SECRETS}.
 */
export function clientMetadata(application: ApplicationWithSecrets): Payload {
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
    response_types: application.redirectUris.length === 0 ? [] : ['code'],
    grant_types: grantTypesOf(application),
    id_token_signed_response_alg: application.signingAlgorithm,
    ...(confidential ? { client_secret: 'digests', [SECRETS]: application.secrets } : {}),
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

/** RFC 8693 2.1. */
export const TOKEN_EXCHANGE = 'urn:ietf:params:oauth:grant-type:token-exchange';
/** RFC 8628 3.4. */
export const DEVICE_GRANT = 'urn:ietf:params:oauth:grant-type:device_code';

/** What an application may present at the token endpoint. */
function grantTypesOf({ kind, refreshTokens, deviceLogin, actsForUsers, redirectUris }: Application): string[] {
  const acting = actsForUsers ? [TOKEN_EXCHANGE] : [];
  if (kind === 'machine') return ['client_credentials', ...acting];
  return [
    ...(redirectUris.length === 0 ? [] : ['authorization_code']),
    ...(refreshTokens ? ['refresh_token'] : []),
    ...(deviceLogin ? [DEVICE_GRANT] : []),
    ...acting,
  ];
}

/** Metadata the library does not know; it keeps them on the client under these names. */
export const EXTRA_CLIENT_METADATA = [
  WITHOUT_PKCE,
  ROTATE_REFRESH_TOKENS,
  HIGH_SECURITY,
  SECRETS,
  'offline',
  'first_party',
  'unproven_addresses',
  'owner_id',
  'owner_name',
  'log_in_at',
] as const;

/** Applications' metadata as this process keeps it. */
export interface ClientCache {
  find(clientId: string): Promise<Payload | undefined>;
  /** Reads one again, because it may have changed: at most once in five seconds, however often strangers make us ask. */
  readAgain(clientId: string): Promise<Payload | undefined>;
  /** It changed: the next one who asks reads it. */
  forget(clientId: string): void;
}

const KEPT_MS = 5000;

/**
 * Applications' metadata, each read again after five seconds: a change reaches every server process by then, and at once
 * where the database's notification arrives.
 */
export function createClientCache(deps: {
  clock: Clock;
  findApplication: (clientId: string) => Promise<ApplicationWithSecrets | undefined>;
}): ClientCache {
  const kept = new Map<string, { readAt: number; metadata: Promise<Payload | undefined>; again: boolean }>();
  const read = async (clientId: string, again: boolean): Promise<Payload | undefined> => {
    const metadata = deps
      .findApplication(clientId)
      .then((found) => (found === undefined ? undefined : clientMetadata(found)));
    const entry = { readAt: deps.clock.now().getTime(), metadata, again };
    kept.set(clientId, entry);
    // Strangers may ask for any id: only what exists is kept.
    const drop = (): void => {
      if (kept.get(clientId) === entry) kept.delete(clientId);
    };
    metadata.then((found) => found ?? drop(), drop);
    return metadata;
  };
  const fresh = (clientId: string): { metadata: Promise<Payload | undefined>; again: boolean } | undefined => {
    const known = kept.get(clientId);
    return known !== undefined && deps.clock.now().getTime() - known.readAt < KEPT_MS ? known : undefined;
  };
  return {
    find: async (clientId) => fresh(clientId)?.metadata ?? read(clientId, false),
    readAgain: async (clientId) => {
      const known = fresh(clientId);
      return known?.again === true ? known.metadata : read(clientId, true);
    },
    forget: (clientId) => void kept.delete(clientId),
  };
}
