import { createRemoteJWKSet, decodeProtectedHeader, jwtVerify } from 'jose';
import { Agent, request } from 'undici';
import { basicAuthorization } from '../load/code-flow.ts';
import type { Target } from '../load/target.ts';
import { ORDERS, SCOPE, type Machines } from './machines.ts';

/**
 * A machine application gets an access token for an API (RFC 6749 4.4, RFC 8707): one request, answered with a JWT by
 * ES256. The first one is verified.
 */
export function createMachineToken(
  target: Target,
  { machine }: Machines,
): { flow: () => Promise<void>; close: () => Promise<void> } {
  const agent = new Agent({ connections: 256, pipelining: 1 });
  const asked = {
    method: 'POST',
    dispatcher: agent,
    headers: {
      authorization: basicAuthorization(machine),
      'content-type': 'application/x-www-form-urlencoded',
    },
    body: new URLSearchParams({ grant_type: 'client_credentials', resource: ORDERS, scope: SCOPE }).toString(),
  } as const;
  let verified = false;

  const flow = async (): Promise<void> => {
    const answer = await request(target.token, asked);
    const body = (await answer.body.json()) as { access_token?: string; error?: string };
    const token = body.access_token;
    if (token === undefined) throw new Error(`no access token but ${answer.statusCode} ${body.error ?? ''}`);
    if (decodeProtectedHeader(token).alg !== 'ES256') throw new Error('an access token by another algorithm');
    if (verified) return;
    const keys = createRemoteJWKSet(new URL(target.keys));
    await jwtVerify(token, keys, { issuer: target.issuer, audience: ORDERS, typ: 'at+jwt' });
    verified = true;
  };
  return { flow, close: async () => agent.close() };
}
