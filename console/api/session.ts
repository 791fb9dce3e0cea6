import * as oauth from 'oauth4webapi';

/** The console is an application like any other: public client, authorization code with PKCE (RFC 7636). */
const CLIENT: oauth.Client = { client_id: 'console' };
const NO_SECRET = oauth.None();
/** A token is renewed this long before it expires, so that none expires on the way. */
const MARGIN_MS = 30_000;

/** Nobody is logged in in this browser any more: only a page of the service can help. */
export class LoginNeeded extends Error {
  constructor(cause?: unknown) {
    super('a login is needed', { cause });
    this.name = 'LoginNeeded';
  }
}

/** The service refuses to let this user into the console. */
export class LoginRefused extends Error {
  constructor(cause: oauth.AuthorizationResponseError) {
    super(cause.error, { cause });
    this.name = 'LoginRefused';
  }
}

/** What the service answers without a page when it would have to show one (OpenID Connect Core 3.1.2.6). */
const PAGE_NEEDED = new Set([
  'login_required',
  'interaction_required',
  'consent_required',
  'account_selection_required',
]);

/** What is kept while the browser is at the login page. */
interface Attempt {
  verifier: string;
  nonce: string;
  returnTo: string;
}

/** The console's access token: in memory only, fetched without leaving the page while the browser's session lives. */
export interface Session {
  /** A token good for the next request. @throws LoginNeeded, LoginRefused */
  token(): Promise<string>;
  /** The API refused this token: discard it. */
  drop(token: string): void;
  /** Leaves for the login page and returns to the same page; `fresh` asks for a fresh login. */
  logIn(options?: { fresh?: boolean; returnTo?: string }): Promise<void>;
  /** Takes the answer to {@link logIn} from the address; returns where to go on. @throws LoginNeeded, LoginRefused */
  finishLogIn(url: URL): Promise<string>;
}

export const CALLBACK_PATH = '/console/callback';

/** @param origin public URL of the service, which is also the issuer. */
export function createSession(origin: string): Session {
  const redirectUri = `${origin}${CALLBACK_PATH}`;
  const resource = `${origin}/api/v1`;
  // Plain http exists on this machine alone: the service refuses any other public URL without https.
  // oxlint-disable-next-line typescript/no-deprecated -- marked so by the library to make it stand out
  const http = { [oauth.allowInsecureRequests]: origin.startsWith('http:') };
  let known: Promise<oauth.AuthorizationServer> | undefined;
  let current: { value: string; endsAt: number } | undefined;
  let renewal: Promise<string> | undefined;

  function server(): Promise<oauth.AuthorizationServer> {
    const issuer = new URL(origin);
    known ??= oauth
      .discoveryRequest(issuer, http)
      .then((answer) => oauth.processDiscoveryResponse(issuer, answer))
      .catch((error: unknown) => {
        known = undefined;
        throw error;
      });
    return known;
  }

  async function authorizationUrl(state: string, attempt: Attempt, prompt: 'none' | 'login' | undefined): Promise<URL> {
    const { authorization_endpoint: endpoint } = await server();
    if (endpoint === undefined) throw new Error('the service announces no authorization endpoint');
    const url = new URL(endpoint);
    url.search = new URLSearchParams({
      client_id: CLIENT.client_id,
      response_type: 'code',
      scope: 'openid',
      redirect_uri: redirectUri,
      resource,
      state,
      nonce: attempt.nonce,
      code_challenge: await oauth.calculatePKCECodeChallenge(attempt.verifier),
      code_challenge_method: 'S256',
      ...(prompt === undefined ? {} : { prompt }),
    }).toString();
    return url;
  }

  async function redeem(url: URL, state: string, attempt: Attempt): Promise<string> {
    const issuer = await server();
    const answer = readAnswer(issuer, url, state);
    const options = { ...http, additionalParameters: { resource } };
    const response = await oauth.authorizationCodeGrantRequest(
      issuer,
      CLIENT,
      NO_SECRET,
      answer,
      redirectUri,
      attempt.verifier,
      options,
    );
    const tokens = await oauth.processAuthorizationCodeResponse(issuer, CLIENT, response, {
      expectedNonce: attempt.nonce,
      requireIdToken: true,
    });
    current = { value: tokens.access_token, endsAt: Date.now() + (tokens.expires_in ?? 600) * 1000 };
    return current.value;
  }

  /** Asks for an authorization code with `prompt=none`: same origin, so the session cookie is sent and the final URL is readable. */
  async function renew(): Promise<string> {
    const state = oauth.generateRandomState();
    const attempt = newAttempt('');
    const answer = await fetch(await authorizationUrl(state, attempt, 'none'), { credentials: 'same-origin' });
    await answer.body?.cancel(); // only the final URL is needed
    const landed = new URL(answer.url);
    if (landed.pathname !== CALLBACK_PATH || landed.origin !== origin) throw new LoginNeeded();
    return redeem(landed, state, attempt);
  }

  return {
    token() {
      if (current !== undefined && current.endsAt - MARGIN_MS > Date.now()) return Promise.resolve(current.value);
      renewal ??= renew().finally(() => {
        renewal = undefined;
      });
      return renewal;
    },

    drop(token) {
      if (current?.value === token) current = undefined;
    },

    async logIn({ fresh = false, returnTo = location.href.slice(location.origin.length) } = {}) {
      const state = oauth.generateRandomState();
      const attempt = newAttempt(returnTo);
      // The browser leaves the page, so the PKCE verifier (RFC 7636) is kept in sessionStorage: for this tab, used once, of no
      // use without the authorization code.
      sessionStorage.setItem(`login.${state}`, JSON.stringify(attempt));
      location.assign(await authorizationUrl(state, attempt, fresh ? 'login' : undefined));
    },

    async finishLogIn(url) {
      const state = url.searchParams.get('state') ?? '';
      const kept = sessionStorage.getItem(`login.${state}`);
      sessionStorage.removeItem(`login.${state}`);
      if (kept === null) return '/console/'; // a callback URL that was opened again; the session decides
      const attempt = JSON.parse(kept) as Attempt;
      await redeem(url, state, attempt);
      return attempt.returnTo.startsWith('/console/') ? attempt.returnTo : '/console/';
    },
  };
}

/** The code in the address the service sent the browser to. @throws LoginNeeded, LoginRefused */
function readAnswer(issuer: oauth.AuthorizationServer, url: URL, state: string): URLSearchParams {
  try {
    return oauth.validateAuthResponse(issuer, CLIENT, url, state);
  } catch (error) {
    if (!(error instanceof oauth.AuthorizationResponseError)) throw error;
    if (PAGE_NEEDED.has(error.error)) throw new LoginNeeded(error);
    throw error.error === 'access_denied' ? new LoginRefused(error) : error;
  }
}

function newAttempt(returnTo: string): Attempt {
  return { verifier: oauth.generateRandomCodeVerifier(), nonce: oauth.generateRandomNonce(), returnTo };
}
