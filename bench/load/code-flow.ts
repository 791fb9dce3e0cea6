import { createHash, randomBytes } from 'node:crypto';
import { request, type Dispatcher } from 'undici';
import type { Target } from './target.ts';

/** An authorization request with PKCE (RFC 7636), and what its answer is checked and redeemed with. */
export interface CodeRequest {
  url: URL;
  state: string;
  nonce: string;
  verifier: string;
}

/** Makes an authorization request of the target's application. */
export function newCodeRequest(target: Target): CodeRequest {
  const verifier = randomBytes(32).toString('base64url');
  const state = randomBytes(12).toString('base64url');
  const nonce = randomBytes(12).toString('base64url');
  const url = new URL(target.authorization);
  url.search = new URLSearchParams({
    client_id: target.clientId,
    response_type: 'code',
    scope: target.scope,
    redirect_uri: target.redirectUri,
    state,
    nonce,
    code_challenge: createHash('sha256').update(verifier).digest('base64url'),
    code_challenge_method: 'S256',
  }).toString();
  return { url, state, nonce, verifier };
}

/** What a token endpoint answered with (RFC 6749 5.1, OpenID Connect Core 1.0, 3.1.3.3). */
export interface Tokens {
  idToken: string;
  accessToken: string;
  /** Undefined where the application gets none. */
  refreshToken: string | undefined;
}

/** Redeems an authorization code (RFC 6749 4.1.3). Throws when there is no ID token. */
export async function redeemCode(
  dispatcher: Dispatcher,
  target: Target,
  redeemed: { code: string; verifier: string },
): Promise<Tokens> {
  return askForTokens(dispatcher, target, {
    grant_type: 'authorization_code',
    code: redeemed.code,
    code_verifier: redeemed.verifier,
    redirect_uri: target.redirectUri,
  });
}

/** Redeems a refresh token (RFC 6749 6). Throws when there is no new access token, or no ID token (every rival gives one). */
export async function redeemRefreshToken(dispatcher: Dispatcher, target: Target, token: string): Promise<Tokens> {
  return askForTokens(dispatcher, target, { grant_type: 'refresh_token', refresh_token: token });
}

/** The `Authorization` of an application with a secret (`client_secret_basic`). */
export function basicAuthorization({ clientId, secret }: Pick<Target, 'clientId' | 'secret'>): string {
  const credentials = Buffer.from(`${encodeURIComponent(clientId)}:${encodeURIComponent(secret)}`);
  return `Basic ${credentials.toString('base64')}`;
}

async function askForTokens(
  dispatcher: Dispatcher,
  target: Target,
  form: Readonly<Record<string, string>>,
): Promise<Tokens> {
  const answer = await request(target.token, {
    method: 'POST',
    dispatcher,
    headers: { authorization: basicAuthorization(target), 'content-type': 'application/x-www-form-urlencoded' },
    body: new URLSearchParams(form).toString(),
  });
  const body = (await answer.body.json()) as Record<string, string | undefined>;
  const { id_token: idToken, access_token: accessToken, refresh_token: refreshToken, error } = body;
  if (idToken === undefined || accessToken === undefined) {
    throw new Error(`no tokens but ${answer.statusCode} ${error ?? ''} ${body['error_description'] ?? ''}`);
  }
  return { idToken, accessToken, refreshToken };
}
