import * as client from 'openid-client';
import type { Clock, Seconds } from '../base/clock.ts';
import { after, epochSeconds, systemClock } from '../base/clock.ts';
import type { ProviderSettings, WayBack, WayOut } from './connector.ts';
import type { GuardedFetch } from './outgoing/guarded-fetch.ts';
import { checkClaims, readToken } from './id-token.ts';
import type { ReadToken } from './id-token.ts';
import type { ProviderKeys } from './keys.ts';
import { failureOf } from './library-failure.ts';
import { ProviderFailure } from './provider-failure.ts';
import { KEYS_AGE } from './provider-keys.ts';
import type { KeySource } from './provider-keys.ts';

/** What the calls use. */
export interface CallDeps {
  fetch: GuardedFetch;
  clock: Clock;
  keySource: KeySource;
}

/** What differs between kinds of provider. */
export interface CallRules {
  toleranceSeconds: Seconds;
}

/** A verified ID token and, for a code, the access token that came with it. */
export interface Verified {
  token: ReadToken;
  claims: Record<string, unknown>;
  /** The set the signature was verified with. */
  keys: ProviderKeys;
  refreshedKeys: ProviderKeys | null;
  /** Further claims from the provider's userinfo endpoint, asked when this is called; null when there are none. */
  userInfo(): Promise<Record<string, unknown> | null>;
}

const TOKEN_LIMIT = 128 * 1024;
const USERINFO_LIMIT = 256 * 1024;

/** The authorization request (OpenID Connect Core 3.1.2.1 and 3.2.2.1). Nothing is fetched. */
export async function authorizationUrl(deps: CallDeps, settings: ProviderSettings, out: WayOut): Promise<URL> {
  const { config } = configure(deps, settings, { toleranceSeconds: 0 });
  const parameters: Record<string, string> = {
    redirect_uri: settings.redirectUri,
    scope: 'openid profile email',
    state: out.state,
    nonce: out.nonce,
  };
  if (settings.flow === 'code') {
    if (out.codeVerifier === null) throw new Error('a code is never asked without PKCE');
    parameters['code_challenge'] = await client.calculatePKCECodeChallenge(out.codeVerifier);
    parameters['code_challenge_method'] = 'S256';
  } else {
    parameters['response_mode'] = 'form_post'; // a fragment never reaches a server, and a query is logged
  }
  if (out.chooseAccount) parameters['prompt'] = 'select_account';
  else if (out.loginHint !== null) parameters['login_hint'] = out.loginHint;
  if (out.maxAge !== null) parameters['max_age'] = String(out.maxAge);
  if (out.maxAge === 0) parameters['prompt'] = 'login';
  return client.buildAuthorizationUrl(config, parameters);
}

/**
 * Verifies the answer and, for a code, redeems it at the token endpoint of this very connection. Our own checks come
 * after the library's, which verifies the signature in both flows.
 */
export async function verifyAnswer(
  deps: CallDeps,
  settings: ProviderSettings,
  back: WayBack,
  rules: CallRules,
): Promise<Verified> {
  checkParameters(settings, back.parameters);
  const answeringKeys = await currentKeys(deps, settings);
  const calls = configure(deps, { ...settings, keys: answeringKeys.keys }, rules);
  const answer =
    settings.flow === 'code' ? await redeem(calls, settings, back) : await takeIdToken(calls, settings, back);
  const serverToServer = settings.flow === 'code';
  try {
    const token = readToken(answer.idToken, settings.metadata.id_token_signing_alg_values_supported);
    checkClaims(token.payload, {
      issuer: settings.issuer,
      clientId: settings.clientId,
      now: deps.clock.now(),
      toleranceSeconds: rules.toleranceSeconds,
      maxAge: back.maxAge,
      startedAt: back.startedAt,
    });
    const refreshedKeys = calls.refreshedKeys() ?? answeringKeys.refreshed;
    return {
      token,
      claims: token.payload,
      keys: refreshedKeys ?? settings.keys,
      refreshedKeys,
      userInfo: () => fetchUserInfo(calls.config, settings, answer.accessToken, String(token.payload['sub'])),
    };
  } catch (error) {
    throw failureOf(error, { serverToServer });
  }
}

/** Keys too old are fetched again first; when that fails the last good ones serve on (they survive an outage). */
async function currentKeys(
  deps: CallDeps,
  settings: ProviderSettings,
): Promise<{ keys: ProviderKeys; refreshed: ProviderKeys | null }> {
  if (after(settings.keysReadAt, KEYS_AGE) > deps.clock.now()) return { keys: settings.keys, refreshed: null };
  const refreshed = await deps.keySource.refetch(settings.metadata.jwks_uri);
  return { keys: refreshed ?? settings.keys, refreshed };
}

/** What must hold of an answer before anything is sent anywhere (RFC 9207 2.4, mix-up). */
function checkParameters(settings: ProviderSettings, parameters: URLSearchParams): void {
  const issuer = parameters.get('iss');
  if (issuer !== null && issuer !== settings.issuer) throw new ProviderFailure('issuer', 'iss parameter of another');
  const announced = settings.metadata.authorization_response_iss_parameter_supported === true;
  if (announced && settings.flow === 'code' && issuer === null) {
    throw new ProviderFailure('issuer', 'iss parameter missing though announced');
  }
  if (parameters.has('error')) return;
  if (settings.flow === 'code' && parameters.has('id_token'))
    throw new ProviderFailure('unusable-answer', 'unasked ID token');
  if (!parameters.has(settings.flow === 'code' ? 'code' : 'id_token')) {
    throw new ProviderFailure('unusable-answer', `no ${settings.flow} in the answer`);
  }
}

interface Answer {
  idToken: string;
  accessToken: string | null;
}

async function redeem(calls: Calls, settings: ProviderSettings, back: WayBack): Promise<Answer> {
  if (back.codeVerifier === null) throw new Error('a code is never redeemed without PKCE');
  // The library takes the redirect URI from here: ours as configured, not as a proxy in front of us tells it.
  const url = new URL(settings.redirectUri);
  url.search = back.parameters.toString();
  try {
    const tokens = await client.authorizationCodeGrant(calls.config, url, {
      pkceCodeVerifier: back.codeVerifier,
      expectedNonce: back.nonce,
      expectedState: back.parameters.get('state') ?? '', // the transaction was found by it
      idTokenExpected: true,
    });
    if (tokens.id_token === undefined) throw new ProviderFailure('unusable-answer', 'no ID token');
    return { idToken: tokens.id_token, accessToken: tokens.access_token };
  } catch (error) {
    // Until the provider was asked, all there is came through the browser: anybody's nonsense.
    throw failureOf(error, { serverToServer: calls.askedForTokens() });
  }
}

async function takeIdToken(calls: Calls, settings: ProviderSettings, back: WayBack): Promise<Answer> {
  const idToken = back.parameters.get('id_token') ?? '';
  try {
    if (!back.parameters.has('error')) readToken(idToken, settings.metadata.id_token_signing_alg_values_supported);
    const request = new Request(settings.redirectUri, { method: 'POST', body: back.parameters });
    await client.implicitAuthentication(calls.config, request, back.nonce, {
      expectedState: back.parameters.get('state') ?? '',
    });
    return { idToken, accessToken: null };
  } catch (error) {
    throw failureOf(error, { serverToServer: false });
  }
}

interface Calls {
  config: client.Configuration;
  /** Keys fetched anew in between. */
  refreshedKeys(): ProviderKeys | null;
  /** Whether the token endpoint was called. */
  askedForTokens(): boolean;
}

/** The library's configuration from what we stored: metadata and keys are not fetched, calls pass our guard. */
function configure(deps: CallDeps, settings: ProviderSettings, rules: CallRules): Calls {
  const { metadata } = settings;
  const config = new client.Configuration(
    // Only the listed algorithms are taken: the library holds the token's header against the server's list.
    { ...metadata } as client.ServerMetadata,
    settings.clientId,
    {
      [client.clockTolerance]: rules.toleranceSeconds,
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
    : client.ClientSecretBasic(settings.clientSecret);
}

async function fetchUserInfo(
  config: client.Configuration,
  settings: ProviderSettings,
  accessToken: string | null,
  subject: string,
): Promise<Record<string, unknown> | null> {
  if (accessToken === null || settings.metadata.userinfo_endpoint === undefined) return null;
  try {
    return await client.fetchUserInfo(config, accessToken, subject);
  } catch (error) {
    throw failureOf(error, { serverToServer: true });
  }
}
