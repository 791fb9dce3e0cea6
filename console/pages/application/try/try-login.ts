import * as oauth from 'oauth4webapi';
import type { Api } from '../../../api/api-client.ts';

/** What is kept in this window while its browser is at the authorization endpoint: of no use without the code. */
interface Attempt {
  organizationId: string;
  applicationId: string;
  clientId: string;
  redirectUri: string;
  verifier: string;
  nonce: string;
}

/** What an application would be told of the person; no token is kept. */
export interface ToldToApplication {
  algorithm: string;
  keyId: string;
  idToken: Readonly<Record<string, unknown>>;
  userinfo: Readonly<Record<string, unknown>>;
}

/** What became of a try. */
export type TryOutcome =
  | { kind: 'told'; applicationId: string; told: ToldToApplication }
  | { kind: 'refused'; applicationId: string; error: string; description: string }
  /** The answer is of another window, or was read already. */
  | { kind: 'not-begun-here' };

const SCOPE = 'openid profile email';
const NO_SECRET = oauth.None();

/** Leaves for the authorization endpoint, as the application would send a browser there. */
export async function beginTry(api: Api, organizationId: string, applicationId: string): Promise<void> {
  const verifier = oauth.generateRandomCodeVerifier();
  const codeChallenge = await oauth.calculatePKCECodeChallenge(verifier);
  const { clientId, redirectUri, ticket } = await api.call('tryApplication', {
    params: { organizationId, applicationId },
    body: { codeChallenge },
  });
  const state = oauth.generateRandomState();
  const nonce = oauth.generateRandomNonce();
  const attempt: Attempt = { organizationId, applicationId, clientId, redirectUri, verifier, nonce };
  sessionStorage.setItem(`try.${state}`, JSON.stringify(attempt));
  const { server } = await discover();
  const url = new URL(server.authorization_endpoint ?? '');
  url.search = new URLSearchParams({
    client_id: clientId,
    response_type: 'code',
    scope: SCOPE,
    redirect_uri: redirectUri,
    state,
    nonce,
    code_challenge: codeChallenge,
    code_challenge_method: 'S256',
    try_ticket: ticket,
  }).toString();
  location.assign(url);
}

/** Reads the answer in an address, once: redeems the code, asks userinfo, and gives the access token back. */
export async function finishTry(address: URL): Promise<TryOutcome> {
  const state = address.searchParams.get('state') ?? '';
  const kept = sessionStorage.getItem(`try.${state}`);
  sessionStorage.removeItem(`try.${state}`);
  if (kept === null) return { kind: 'not-begun-here' };
  const { applicationId, clientId, redirectUri, verifier, nonce } = JSON.parse(kept) as Attempt;
  const client: oauth.Client = { client_id: clientId };
  const { server, http } = await discover();
  let answer: URLSearchParams;
  try {
    answer = oauth.validateAuthResponse(server, client, address, state);
  } catch (error) {
    if (!(error instanceof oauth.AuthorizationResponseError)) throw error;
    return { kind: 'refused', applicationId, error: error.error, description: error.error_description ?? '' };
  }
  const redeemed = await oauth.authorizationCodeGrantRequest(
    server,
    client,
    NO_SECRET,
    answer,
    redirectUri,
    verifier,
    http,
  );
  const tokens = await oauth.processAuthorizationCodeResponse(server, client, redeemed, {
    expectedNonce: nonce,
    requireIdToken: true,
  });
  const idToken: Record<string, unknown> = { ...oauth.getValidatedIdTokenClaims(tokens) };
  const asked = await oauth.userInfoRequest(server, client, tokens.access_token, http);
  const userinfo = await oauth.processUserInfoResponse(server, client, String(idToken['sub']), asked);
  await oauth.revocationRequest(server, client, NO_SECRET, tokens.access_token, http);
  const { alg, kid } = headerOf(tokens.id_token ?? '');
  return { kind: 'told', applicationId, told: { algorithm: alg, keyId: kid, idToken, userinfo } };
}

async function discover() {
  const issuer = new URL(location.origin);
  // Plain http exists on this machine alone: the service refuses any other public URL without https.
  // oxlint-disable-next-line typescript/no-deprecated -- marked so by the library to make it stand out
  const http = { [oauth.allowInsecureRequests]: issuer.protocol === 'http:' };
  return { server: await oauth.processDiscoveryResponse(issuer, await oauth.discoveryRequest(issuer, http)), http };
}

/** The header of a JWT (RFC 7515 4.1) that was verified before. */
function headerOf(token: string): { alg: string; kid: string } {
  const [part = ''] = token.split('.');
  const header = JSON.parse(atob(part.replaceAll('-', '+').replaceAll('_', '/'))) as {
    alg?: string;
    kid?: string;
  };
  return { alg: header.alg ?? '', kid: header.kid ?? '' };
}
