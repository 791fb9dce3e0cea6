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

/** Redeems an authorization code (RFC 6749 4.1.3, `client_secret_basic`) and returns the ID token. */
export async function redeemCode(
  dispatcher: Dispatcher,
  target: Target,
  redeemed: { code: string; verifier: string },
): Promise<string> {
  const credentials = Buffer.from(`${encodeURIComponent(target.clientId)}:${encodeURIComponent(target.secret)}`);
  const answer = await request(target.token, {
    method: 'POST',
    dispatcher,
    headers: {
      authorization: `Basic ${credentials.toString('base64')}`,
      'content-type': 'application/x-www-form-urlencoded',
    },
    body: new URLSearchParams({
      grant_type: 'authorization_code',
      code: redeemed.code,
      code_verifier: redeemed.verifier,
      redirect_uri: target.redirectUri,
    }).toString(),
  });
  const body = (await answer.body.json()) as { id_token?: string; error?: string };
  if (body.id_token === undefined) throw new Error(`no ID token but ${answer.statusCode} ${body.error ?? ''}`);
  return body.id_token;
}
