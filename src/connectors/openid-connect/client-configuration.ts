import * as client from 'openid-client';
import type { Clock, Seconds } from '../../base/clock.ts';
import { epochSeconds, systemClock } from '../../base/clock.ts';
import type { GuardedFetch, GuardedRequest } from '../outgoing/guarded-fetch.ts';
import type { ProviderKey, ProviderKeys } from './documents/keys.ts';
import { checkClaimTypes } from './answer/claim-types.ts';
import { readToken } from './answer/id-token.ts';
import { keysForToken } from './answer/keys-for-token.ts';
import { ofFetch } from './answer/library-failure.ts';
import { readTokenAnswer } from './answer/token-answer.ts';
import { FetchRefused } from '../outgoing/fetch-refused.ts';
import type { KeySource } from './documents/provider-keys.ts';
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
  /** Checks the form of an ID token and gives the library the keys for it. @throws ProviderFailure */
  receive(idToken: string, endpoint: string): Promise<void>;
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
  let keysFor = async ({ keys }: ProviderKeys): Promise<ProviderKey[]> => keys;
  const useKeys = async (): Promise<void> => {
    // A minute old by the library's count: it uses these keys, and asks again once when a token names none of them.
    const uat = epochSeconds(systemClock.now()) - 61;
    const keys = (await keysFor(settings.keys)).map((key) => ({ ...key }));
    client.setJwksCache(config, { jwks: { keys }, uat } as never);
  };
  const receive = async (idToken: string, endpoint: string): Promise<void> => {
    const token = readToken(idToken, metadata.id_token_signing_alg_values_supported);
    checkClaimTypes(token.payload, endpoint);
    keysFor = async ({ keys }) => keysForToken(idToken, token, keys);
    await useKeys();
  };
  config[client.customFetch] = async (url, options) => {
    if (url === metadata.jwks_uri) {
      refreshed = await deps.keySource.refetch(url);
      return Response.json({ keys: await keysFor(refreshed ?? settings.keys) });
    }
    const forTokens = url === metadata.token_endpoint;
    asked ||= forTokens;
    const response = await call(deps.fetch, url, options, forTokens ? TOKEN_LIMIT : USERINFO_LIMIT);
    if (!forTokens) return response;
    const { idToken, accessToken } = await readTokenAnswer(response, url);
    await receive(idToken, url);
    // What we read of it alone: the library refuses answers for members that nobody uses.
    return Response.json({ id_token: idToken, access_token: accessToken, token_type: 'Bearer' });
  };
  return { config, refreshedKeys: () => refreshed, askedForTokens: () => asked, receive };
}

/** A call to an endpoint, named in its failure. */
async function call(fetch: GuardedFetch, url: string, options: GuardedRequest, bodyBytes: number): Promise<Response> {
  try {
    return await fetch(url, options, { bodyBytes });
  } catch (error) {
    throw error instanceof FetchRefused ? ofFetch(error, url) : error;
  }
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
