import { createRemoteJWKSet, decodeJwt, jwtVerify } from 'jose';
import { Agent, request } from 'undici';
import { newCodeRequest, redeemCode, type Tokens } from './code-flow.ts';
import type { Target } from './target.ts';

/**
 * A login that asks nothing: the browser has a session, the application sends it to the OpenID Provider and redeems the
 * authorization code that comes back. Two requests. Each worker is a browser with a session of its own.
 */
export function createSilentLogin(
  target: Target,
  sessions: readonly string[],
): {
  flow: (worker: number) => Promise<void>;
  /** The same, for what is done with the tokens. */
  logIn: (worker: number) => Promise<Tokens>;
  close: () => Promise<void>;
} {
  const agent = new Agent({ connections: 256, pipelining: 1 });
  const keys = createRemoteJWKSet(new URL(target.keys));
  let verified = false;

  const logIn = async (worker: number): Promise<Tokens> => {
    const cookie = sessions[worker % sessions.length] ?? '';
    const { url, state, nonce, verifier } = newCodeRequest(target);
    const answer = await request(url, { dispatcher: agent, headers: { cookie, accept: 'text/html' } });
    await answer.body.dump();
    const callback = URL.parse(String(answer.headers['location'] ?? ''));
    const code = callback?.searchParams.get('code');
    if (!code || callback?.searchParams.get('state') !== state) {
      throw new Error(`no code but ${answer.statusCode} ${callback?.href ?? ''}`);
    }
    const tokens = await redeemCode(agent, target, { code, verifier });
    if (decodeJwt(tokens.idToken).nonce !== nonce) throw new Error('an ID token for another nonce');
    if (verified) return tokens;
    await jwtVerify(tokens.idToken, keys, { issuer: target.issuer, audience: target.clientId });
    verified = true;
    return tokens;
  };

  return { flow: async (worker) => void (await logIn(worker)), logIn, close: async () => agent.close() };
}
