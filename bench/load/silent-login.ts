import { createHash, randomBytes } from 'node:crypto';
import { createRemoteJWKSet, decodeJwt, jwtVerify } from 'jose';
import { Agent, request, type Dispatcher } from 'undici';
import type { Target } from './target.ts';

/**
 * A login that asks nothing: the browser has a session, the application sends it to the OpenID Provider and redeems the
 * authorization code that comes back. Two requests. Each worker is a browser with a session of its own.
 */
export function createSilentLogin(
  target: Target,
  sessions: readonly string[],
): { flow: (worker: number) => Promise<void>; close: () => Promise<void> } {
  const agent = new Agent({ connections: 256, pipelining: 1 });
  const credentials = Buffer.from(`${encodeURIComponent(target.clientId)}:${encodeURIComponent(target.secret)}`);
  const authorization = `Basic ${credentials.toString('base64')}`;
  const keys = createRemoteJWKSet(new URL(target.keys));
  let verified = false;

  const flow = async (worker: number): Promise<void> => {
    const cookie = sessions[worker % sessions.length] ?? '';
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
    const answer = await request(url, { dispatcher: agent, headers: { cookie, accept: 'text/html' } });
    await answer.body.dump();
    const callback = URL.parse(String(answer.headers['location'] ?? ''));
    const code = callback?.searchParams.get('code');
    if (!code || callback?.searchParams.get('state') !== state) {
      throw new Error(`no code but ${answer.statusCode} ${callback?.href ?? ''}`);
    }
    const token = await redeem(agent, code, verifier);
    if (decodeJwt(token).nonce !== nonce) throw new Error('an ID token for another nonce');
    if (verified) return;
    await jwtVerify(token, keys, { issuer: target.issuer, audience: target.clientId });
    verified = true;
  };

  async function redeem(dispatcher: Dispatcher, code: string, verifier: string): Promise<string> {
    const answer = await request(target.token, {
      method: 'POST',
      dispatcher,
      headers: { authorization, 'content-type': 'application/x-www-form-urlencoded' },
      body: new URLSearchParams({
        grant_type: 'authorization_code',
        code,
        code_verifier: verifier,
        redirect_uri: target.redirectUri,
      }).toString(),
    });
    const body = (await answer.body.json()) as { id_token?: string; error?: string };
    if (body.id_token === undefined) throw new Error(`no ID token but ${answer.statusCode} ${body.error ?? ''}`);
    return body.id_token;
  }

  return { flow, close: async () => agent.close() };
}
