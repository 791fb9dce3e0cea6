import * as client from 'openid-client';
import type { Clock, Seconds } from '../../base/clock.ts';
import { epochSeconds, systemClock } from '../../base/clock.ts';
import type { GuardedFetch } from '../outgoing/guarded-fetch.ts';
import type { ProviderKeys } from './keys.ts';
import type { KeySource } from './provider-keys.ts';
import type { ProviderSettings } from './settings.ts';

/** What calls to a provider use. */
export interface CallDeps {
  fetch: GuardedFetch;
  clock: Clock;
  keySource: KeySource;
}

const TOKEN_LIMIT = 128 * 1024;
const USERINFO_LIMIT = 256 * 1024;

/** The library, set up for one connection. */
export interface Calls {
  config: client.Configuration;
  /** Keys fetched anew in between. */
  refreshedKeys(): ProviderKeys | null;
  /** Whether the token endpoint was called. */
  askedForTokens(): boolean;
}

/** The library's configuration from what we stored: metadata and keys are not fetched, calls pass our guard. */
export function configureClient(deps: CallDeps, settings: ProviderSettings, toleranceSeconds: Seconds): Calls {
  const { metadata } = settings;
  const config = new client.Configuration(
    // Only the listed algorithms are taken: the library holds the token's header against the server's list.
    { ...metadata } as client.ServerMetadata,
    settings.clientId,
    {
      [client.clockTolerance]: toleranceSeconds,
      [client.clockSkew]: epochSeconds(deps.clock.now()) - epochSeconds(systemClock.now()),
    },
    authentication(settings),
  );
  client.enableNonRepudiationChecks(config);
  if (settings.flow === 'id-token') client.useIdTokenResponseType(config);
  // openid-client refuses http; the guarded fetch lets it through for loopback hosts the operator named, for nothing else.
  // oxlint-disable-next-line typescript/no-deprecated -- marked deprecated by its author so that it stands out
  if ([metadata.issuer, metadata.jwks_uri].some((url) => url.startsWith('http:'))) client.allowInsecureRequests(config);
  let refreshed: ProviderKeys | null = null;
  let asked = false;
  config[client.customFetch] = async (url, options) => {
    if (url !== metadata.jwks_uri) {
      asked ||= url === metadata.token_endpoint;
      const bodyBytes = url === metadata.token_endpoint ? TOKEN_LIMIT : USERINFO_LIMIT;
      return deps.fetch(url, options, { bodyBytes });
    }
    refreshed = await deps.keySource.refetch(url);
    return Response.json(refreshed ?? settings.keys);
  };
  // A minute old by the library's count: it uses these keys, and asks again once when a token names none of them.
  const uat = epochSeconds(systemClock.now()) - 61;
  client.setJwksCache(config, { jwks: { keys: settings.keys.keys.map((key) => ({ ...key })) }, uat } as never);
  return { config, refreshedKeys: () => refreshed, askedForTokens: () => asked };
}

function authentication(settings: ProviderSettings): client.ClientAuth {
  if (settings.clientSecret === null) return client.None();
  const methods = settings.metadata.token_endpoint_auth_methods_supported ?? ['client_secret_basic'];
  // In the body there is one way to encode a secret; for Basic some providers decode once too few (RFC 6749 2.3.1).
  return methods.includes('client_secret_post')
    ? client.ClientSecretPost(settings.clientSecret)
    : basicAuthentication(settings.clientSecret);
}

/**
 * `client_secret_basic` (RFC 6749 2.3.1) that providers understand whether they decode or not, as far as that can be: letters,
 * digits and `-`, `_`, `.`, `~` stand for themselves, which openid-client encodes, too, and a blank is `%20`, never `+`.
 */
function basicAuthentication(clientSecret: string): client.ClientAuth {
  return (_server, { client_id: clientId }, _body, headers) => {
    const credentials = `${encodeURIComponent(clientId)}:${encodeURIComponent(clientSecret)}`;
    headers.set('authorization', `Basic ${Buffer.from(credentials).toString('base64')}`);
  };
}
