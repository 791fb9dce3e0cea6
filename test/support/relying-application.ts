import { createHash } from 'node:crypto';
import type { HttpBrowser } from './http-browser.ts';
import type { Page } from './page.ts';
import type { TestService } from './start-service.ts';

/** An application as an attacker may drive it: every request by hand, nothing checked for it. */
export interface RelyingApplication {
  clientId: string;
  clientSecret: string | null;
  redirectUri: string;
}

/** A code verifier of RFC 7636's least length. */
export const VERIFIER = 'a-code-verifier-of-forty-three-characters-x';

/** The address that begins a login for an application; `more` replaces or adds parameters, undefined takes one out. */
export function authorizeUrl(
  service: TestService,
  application: RelyingApplication,
  more: Record<string, string | undefined> = {},
): URL {
  const url = new URL('/oauth2/authorize', service.url);
  const parameters = {
    client_id: application.clientId,
    response_type: 'code',
    scope: 'openid profile email',
    redirect_uri: application.redirectUri,
    state: 'state-of-the-application',
    code_challenge: createHash('sha256').update(VERIFIER).digest('base64url'),
    code_challenge_method: 'S256',
    ...more,
  };
  for (const [name, value] of Object.entries(parameters)) if (value !== undefined) url.searchParams.set(name, value);
  return url;
}

/** The answer of the token endpoint. */
export interface TokenAnswer {
  status: number;
  body: Record<string, unknown> & { access_token?: string; refresh_token?: string; id_token?: string; error?: string };
}

/** Posts to the token endpoint as the application, authenticated as it is registered; `further`: headers beside that. */
export async function askForTokens(
  service: TestService,
  application: RelyingApplication,
  form: Record<string, string>,
  further: Record<string, string> = {},
): Promise<TokenAnswer> {
  const secret = application.clientSecret;
  const answer = await fetch(new URL('/oauth2/token', service.url), {
    method: 'POST',
    headers: {
      ...further,
      ...(secret === null ? {} : { authorization: `Basic ${btoa(`${application.clientId}:${secret}`)}` }),
    },
    body: new URLSearchParams({ ...(secret === null ? { client_id: application.clientId } : {}), ...form }),
  });
  return { status: answer.status, body: (await answer.json()) as TokenAnswer['body'] };
}

/** Pushes an authorization request (RFC 9126); answers its `request_uri`. */
export async function push(
  service: TestService,
  application: RelyingApplication,
  more: Record<string, string | undefined> = {},
): Promise<string> {
  const answer = await fetch(new URL('/oauth2/par', service.url), {
    method: 'POST',
    headers: { authorization: `Basic ${btoa(`${application.clientId}:${application.clientSecret}`)}` },
    body: authorizeUrl(service, application, more).searchParams,
  });
  const body = (await answer.json()) as { request_uri?: string };
  if (body.request_uri === undefined) throw new Error(`the request was not taken: ${JSON.stringify(body)}`);
  return body.request_uri;
}

/** Redeems an authorization code. */
export async function redeem(
  service: TestService,
  application: RelyingApplication,
  code: string,
  further: Record<string, string> = {},
): Promise<TokenAnswer> {
  const form = { code, redirect_uri: application.redirectUri, code_verifier: VERIFIER };
  return askForTokens(service, application, { grant_type: 'authorization_code', ...form }, further);
}

/** Uses a refresh token. */
export async function refresh(
  service: TestService,
  application: RelyingApplication,
  token: string,
): Promise<TokenAnswer> {
  return askForTokens(service, application, { grant_type: 'refresh_token', refresh_token: token });
}

/** A new authorization code for whoever is logged in in this browser, without a question. */
export async function codeFor(
  browser: HttpBrowser,
  service: TestService,
  application: RelyingApplication,
  more: Record<string, string | undefined> = {},
): Promise<string> {
  return codeIn(await browser.open(authorizeUrl(service, application, more)), application);
}

/** The authorization code with which a browser came back to an application. */
export function codeIn(page: Page, application: RelyingApplication): string {
  const back = page.stoppedAt ?? page.url;
  const code = back.searchParams.get('code');
  if (!back.href.startsWith(application.redirectUri) || code === null) {
    throw new Error(`the browser did not come back with a code: ${back.href} ${page.text.slice(0, 300)}`);
  }
  return code;
}

/** The claims of a JWT, unverified. */
export function claimsOf(token: string | undefined): Record<string, unknown> {
  return JSON.parse(Buffer.from(token?.split('.')[1] ?? '', 'base64url').toString()) as Record<string, unknown>;
}
