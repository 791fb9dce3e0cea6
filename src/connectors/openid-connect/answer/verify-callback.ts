import * as client from 'openid-client';
import { z } from 'zod';
import type { Seconds } from '../../../base/clock.ts';
import type { Callback } from '../../connector.ts';
import { foundValue } from '../../found-value.ts';
import { ProviderFailure } from '../../provider-failure.ts';
import { configureClient } from '../client-configuration.ts';
import type { CallDeps, Calls, ReadKeysAgain } from '../client-configuration.ts';
import { checkClaims, readToken } from './id-token.ts';
import type { ReadToken } from './id-token.ts';
import { storedKeys } from '../documents/keys.ts';
import type { ProviderKeys } from '../documents/keys.ts';
import { failureOf } from './library-failure.ts';
import type { Origin } from './library-failure.ts';
import type { ProviderSettings, RequestState } from '../settings.ts';
import { readUserInfo } from './user-info.ts';
import type { UserInfo } from './user-info.ts';

/** A verified ID token and, for a code, the access token that came with it. */
export interface Verified {
  token: ReadToken;
  /** The token itself; it goes to no place but the provider that made it. */
  idToken: string;
  claims: Record<string, unknown>;
  /** Whether the login is shown to be as fresh as asked. */
  fresh: boolean;
  /** The set the signature was verified with. */
  keys: ProviderKeys;
  /** Further claims from the provider's userinfo endpoint, asked when this is called; null when it cannot be asked. */
  userInfo(): Promise<UserInfo | null>;
}

const readStored = z.object({ keys: storedKeys });

/**
 * Verifies a callback and, for a code, redeems it at the token endpoint of this very connection. Our own checks come
 * after the library's, which verifies the signature in both flows.
 */
export async function verifyCallback(
  deps: CallDeps,
  settings: ProviderSettings,
  callback: Callback<RequestState>,
  toleranceSeconds: Seconds,
): Promise<Verified> {
  checkParameters(settings, callback);
  const readKeysAgain: ReadKeysAgain = async () => readStored.parse(await callback.readAgain()).keys;
  const clientAuthentication = callback.state.adapted.clientAuthentication ?? settings.clientAuthentication;
  const calls = configureClient(deps, { ...settings, clientAuthentication }, toleranceSeconds, readKeysAgain);
  const answer =
    settings.flow === 'code' ? await redeem(calls, settings, callback) : await takeIdToken(calls, settings, callback);
  const origin = originOf(settings);
  try {
    const token = readToken(answer.idToken, settings.metadata.id_token_signing_alg_values_supported);
    const { fresh } = checkClaims(token.payload, {
      issuer: settings.issuer,
      clientId: settings.clientId,
      trustedAudiences: settings.trustedAudiences ?? [],
      now: deps.clock.now(),
      toleranceSeconds,
      maxAge: callback.maxAge,
      startedAt: callback.startedAt,
    });
    const keys = calls.keys();
    return {
      token,
      idToken: answer.idToken,
      claims: token.payload,
      fresh,
      keys,
      async userInfo() {
        const { userinfo_endpoint: endpoint } = settings.metadata;
        const { accessToken } = answer;
        if (accessToken === null || endpoint === undefined) return null;
        const subject = String(token.payload['sub']);
        return readUserInfo(deps, { ...settings, keys, readKeysAgain }, { endpoint, accessToken, subject });
      },
    };
  } catch (error) {
    throw failureOf(error, origin);
  }
}

/** Where an ID token comes from: the token endpoint, or the authorization endpoint through the browser. */
function originOf({ flow, metadata }: ProviderSettings): Origin {
  return flow === 'code'
    ? { serverToServer: true, endpoint: metadata.token_endpoint ?? metadata.issuer }
    : { serverToServer: false, endpoint: metadata.authorization_endpoint };
}

/** What must hold of a callback before anything is sent anywhere (RFC 9207 2.4, mix-up). */
function checkParameters(settings: ProviderSettings, { posted, parameters }: Callback<RequestState>): void {
  // An ID token in an address would stand in histories and logs; a posted code is not what we asked for.
  if (posted !== (settings.flow === 'id-token') && !parameters.has('error')) {
    const code = posted ? 'login.posted-code' : 'login.token-in-address';
    throw new ProviderFailure('wrong-response', posted ? 'posted' : 'in the address', { code });
  }
  checkIssuer(settings, parameters.get('iss'));
  if (parameters.has('error')) return;
  const wanted = settings.flow === 'code' ? 'code' : 'id_token';
  const found = ['code', 'id_token', 'token', 'access_token'].filter((name) => parameters.has(name));
  // An ID token beside the code is the hybrid flow (Core 3.3), which nobody asked for.
  if (!found.includes(wanted) || (wanted === 'code' && found.length > 1)) {
    const values = { found: found.length === 0 ? '–' : found.join(' '), wanted };
    throw new ProviderFailure('wrong-response', `${values.found} in the answer`, {
      code: 'login.response-type',
      values,
    });
  }
}

/** Anybody can write it into an address: its sentence offers no value that was found. */
function checkIssuer({ issuer, metadata, flow }: ProviderSettings, stated: string | null): void {
  const announced = metadata.authorization_response_iss_parameter_supported === true;
  if (stated === issuer || (stated === null && !(announced && flow === 'code'))) return;
  const values = { found: stated === null ? '–' : foundValue(stated), wanted: issuer };
  throw new ProviderFailure('issuer', `iss parameter is ${values.found}`, { code: 'login.issuer-parameter', values });
}

interface Answer {
  idToken: string;
  accessToken: string | null;
}

async function redeem(calls: Calls, settings: ProviderSettings, callback: Callback<RequestState>): Promise<Answer> {
  if (callback.state.codeVerifier === null) throw new Error('the transaction has no PKCE code verifier');
  // The library takes the redirect URI from here: ours as configured, not as a proxy in front of us tells it.
  const url = new URL(settings.redirectUri);
  url.search = callback.parameters.toString();
  try {
    const tokens = await client.authorizationCodeGrant(calls.config, url, {
      pkceCodeVerifier: callback.state.codeVerifier,
      expectedNonce: callback.state.nonce,
      expectedState: callback.parameters.get('state') ?? '', // the transaction was found by it
      idTokenExpected: true,
    });
    if (tokens.id_token === undefined) throw new ProviderFailure('unusable-answer', 'no ID token');
    return { idToken: tokens.id_token, accessToken: tokens.access_token };
  } catch (error) {
    // Until the provider was asked, all there is came through the browser: anybody's nonsense.
    const { authorization_endpoint: endpoint } = settings.metadata;
    throw failureOf(error, calls.askedForTokens() ? originOf(settings) : { serverToServer: false, endpoint });
  }
}

async function takeIdToken(
  calls: Calls,
  settings: ProviderSettings,
  callback: Callback<RequestState>,
): Promise<Answer> {
  const idToken = callback.parameters.get('id_token') ?? '';
  try {
    if (!callback.parameters.has('error')) await calls.receive(idToken, settings.metadata.authorization_endpoint);
    const request = new Request(settings.redirectUri, { method: 'POST', body: callback.parameters });
    await client.implicitAuthentication(calls.config, request, callback.state.nonce, {
      expectedState: callback.parameters.get('state') ?? '',
    });
    return { idToken, accessToken: null };
  } catch (error) {
    throw failureOf(error, originOf(settings));
  }
}
