import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { API_BASE, contract, type Contract, type RouteName } from '../../src/api/contract/all-routes.ts';
import type { BodyOf, OutputOf, ParamsOf, QueryOf, Route } from '../../src/api/contract/route.ts';
import type { HttpBrowser } from '../../test/support/http-browser.ts';

type Input<N extends RouteName> = {
  params?: ParamsOf<Contract[N]>;
  query?: QueryOf<Contract[N]>;
  body?: BodyOf<Contract[N]>;
};

interface Parts {
  params?: Record<string, string>;
  query?: Record<string, string>;
  body?: unknown;
}

/** The API, as a program uses it. */
export interface ApiClient {
  /** Throws with the problem's code and title. */
  call<N extends RouteName>(name: N, input?: Input<N>): Promise<OutputOf<Contract[N]>>;
}

/** @param token of `gatehouse token create`, or an access token of the console */
export function createApiClient(url: string, token: string): ApiClient {
  return {
    async call(name, input = {}) {
      const route = contract[name] as unknown as Route;
      const { params = {}, query = {}, body } = input as Parts;
      const path = route.path.replaceAll(/\{(\w+)\}/g, (_, part: string) => encodeURIComponent(params[part] ?? ''));
      const answer = await fetch(`${url}${API_BASE}${path}?${new URLSearchParams(query).toString()}`, {
        method: route.method,
        headers: {
          authorization: `Bearer ${token}`,
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
          ...(route.creates ? { 'idempotency-key': randomUUID() } : {}),
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
      const text = await answer.text();
      if (!answer.ok) throw new Error(`${name}: ${answer.status} ${text.slice(0, 500)}`);
      return (text === '' ? undefined : route.output.parse(JSON.parse(text))) as OutputOf<Contract[typeof name]>;
    },
  };
}

/** The access token that the console gets in a browser where an administrator is logged in (code + PKCE, RFC 8707). */
export async function consoleToken(browser: HttpBrowser, url: string): Promise<string> {
  const verifier = randomBytes(32).toString('base64url');
  const common = { client_id: 'console', redirect_uri: `${url}/console/callback`, resource: `${url}${API_BASE}` };
  const asked = new URL(`${url}/oauth2/authorize`);
  asked.search = new URLSearchParams({
    ...common,
    response_type: 'code',
    scope: 'openid api',
    code_challenge: createHash('sha256').update(verifier).digest('base64url'),
    code_challenge_method: 'S256',
  }).toString();
  const { stoppedAt, text } = await browser.open(asked);
  const code = stoppedAt?.searchParams.get('code');
  if (!code) throw new Error(`the console got no code: ${stoppedAt?.search ?? text.slice(0, 300)}`);
  const answer = await fetch(`${url}/oauth2/token`, {
    method: 'POST',
    body: new URLSearchParams({ ...common, grant_type: 'authorization_code', code, code_verifier: verifier }),
  });
  const tokens = (await answer.json()) as { access_token?: string };
  if (tokens.access_token === undefined) throw new Error(`the console got no token: ${JSON.stringify(tokens)}`);
  return tokens.access_token;
}
