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
import { authenticate } from './client-authentication.ts';
import { FetchRefused } from '../outgoing/fetch-refused.ts';
import type { ProviderSettings } from './settings.ts';

/** What calls to a provider use. */
export interface CallDeps {
  fetch: GuardedFetch;
  clock: Clock;
}

/** Has the provider's keys read again, and gives those stored after that. */
export type ReadKeysAgain = () => Promise<ProviderKeys>;

/** The largest answer of a token endpoint that is read, bytes: more than an ID token may have, to name what is too large. */
const TOKEN_LIMIT = 512 * 1024;

/** The library, set up for one connection. */
export interface Calls {
  config: client.Configuration;
  /** The keys that verified: those stored, or as read again in between. */
  keys(): ProviderKeys;
  /** Whether the token endpoint was called. */
  askedForTokens(): boolean;
  /** Checks the form of an ID token and gives the library the keys for it. @throws ProviderFailure */
  receive(idToken: string, endpoint: string): Promise<void>;
}

/** The library's configuration from what we stored: metadata and keys are not fetched, calls pass our guard. */
export function configureClient(
  deps: CallDeps,
  settings: ProviderSettings,
  toleranceSeconds: Seconds,
  readKeysAgain: ReadKeysAgain = async () => settings.keys,
): Calls {
  const { metadata } = settings;
  const config = new client.Configuration(
    // Only the listed algorithms are taken: the library holds the token's header against the server's list.
    { ...metadata } as client.ServerMetadata,
    settings.clientId,
    {
      [client.clockTolerance]: toleranceSeconds,
      [client.clockSkew]: epochSeconds(deps.clock.now()) - epochSeconds(systemClock.now()),
    },
    authenticate(settings),
  );
  client.enableNonRepudiationChecks(config);
  if (settings.flow === 'id-token') client.useIdTokenResponseType(config);
  // openid-client refuses http; the guarded fetch lets it through for loopback hosts the operator named, for nothing else.
  // oxlint-disable-next-line typescript/no-deprecated -- marked deprecated by its author so that it stands out
  if ([metadata.issuer, metadata.jwks_uri].some((url) => url.startsWith('http:'))) client.allowInsecureRequests(config);
  let current = settings.keys;
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
      current = await readKeysAgain();
      return Response.json({ keys: await keysFor(current) });
    }
    const forTokens = url === metadata.token_endpoint;
    asked ||= forTokens;
    const response = await call(deps.fetch, url, options);
    if (!forTokens) return response;
    const { idToken, accessToken } = await readTokenAnswer(response, url);
    await receive(idToken, url);
    // What we read of it alone: the library refuses answers for members that nobody uses.
    return Response.json({ id_token: idToken, access_token: accessToken, token_type: 'Bearer' });
  };
  return { config, keys: () => current, askedForTokens: () => asked, receive };
}

/** A call to an endpoint, named in its failure. */
async function call(fetch: GuardedFetch, url: string, options: GuardedRequest): Promise<Response> {
  try {
    return await fetch(url, options, { bodyBytes: TOKEN_LIMIT });
  } catch (error) {
    throw error instanceof FetchRefused ? ofFetch(error, url) : error;
  }
}
