import type { LiveLogin } from './login-row.ts';
import { CONSOLE_CLIENT, START_CLIENT } from '../applications/built-in.ts';
import { namesOfClaims, scopesToAllow } from '../applications/consent/scope-claims.ts';
import { isDocumentUrl } from '../applications/unregistered/client-document.ts';
import { formatId, readId } from '../base/ids.ts';
import type { ConnectionId, OrganizationId, SessionId, UserId } from '../base/ids.ts';
import { randomSecret, sha256 } from '../base/random.ts';
import { essentialAcr } from '../sessions/authentication-context.ts';

/** The authorization request (OpenID Connect Core 3.1.2.1) a login belongs to. */
export interface AuthorizationRequest {
  /** Id in `/login/<handle>` and in the browser's cookie; stored as a hash. */
  handle: string;
  application: {
    clientId: string;
    name: string;
    /** The built-in applications `start` (Your applications) and `console`, or a registered one. */
    kind: 'start' | 'console' | 'registered';
    firstParty: boolean;
    /** Nobody registered it: its client ID is the URL of a document, its name here the host of that. */
    unregistered: boolean;
    ownerName: string;
    /** Host and port of the redirect URI, for the consent page. */
    redirectHost: string;
    /** Where a login can be started again. */
    initiateLoginUri: string | null;
  };
  /** What the library asks for, and why (`no_session`, `max_age`, `login_prompt`, …). */
  prompt: { name: 'login' | 'consent' | 'select_account'; reasons: string[] };
  /** A device without a browser asks (RFC 8628); it gets the answer itself, at no redirect URI. */
  device: boolean;
  /** Of the request, and those that bring the single claims it names. */
  requestedScopes: string[];
  /** The API resource its access token is for (RFC 8707). */
  resource: string | null;
  loginHint: string | null;
  /** The `organization` parameter. */
  organizationHint: OrganizationId | null;
  /** Greatest age of the authentication in seconds; null when not asked. */
  maxAge: number | null;
  /** The application asks for credentials whoever is logged in (`prompt=login`). */
  forced: boolean;
  /** The values of `acr` of which the application demands one (Core 5.5.1.1); null where it demands none. */
  essentialAcr: string[] | null;
  /** Who is logged in in this browser now. */
  session: {
    id: SessionId;
    userId: UserId;
    organizationId: OrganizationId;
    /** What its login had proved (RFC 8176). */
    amr: string[];
    emergency: boolean;
    /** Of a session made through a connection: which, and what the provider stated in that login. */
    connectionId: ConnectionId | null;
    acr: string | null;
    authTime: Date | null;
  } | null;
}

/** What the library stores of a request, as far as the login's pages read it. */
interface Stored {
  params?: Record<string, string | undefined>;
  prompt?: { name?: string; reasons?: string[] };
  session?: { uid?: string; accountId?: string };
  /** Names the code that the login decides. */
  deviceCode?: string;
}

/**
 * The request of a live login; undefined when its application is gone, or the session it came from has ended or belongs
 * to another user by now.
 */
export function toAuthorizationRequest(login: LiveLogin, handle: string): AuthorizationRequest | undefined {
  const { params = {}, prompt = {}, session: origin, deviceCode } = login.request as Stored;
  const session = toSession(login.session);
  // The library keeps a session there only when somebody was logged in in it.
  if (
    origin?.uid !== undefined &&
    origin.accountId !== (session === null ? undefined : formatId('usr', session.userId))
  ) {
    return undefined;
  }
  const { clientId } = login;
  const kind = clientId === START_CLIENT ? 'start' : clientId === CONSOLE_CLIENT ? 'console' : 'registered';
  const { application } = login;
  const unregistered = isDocumentUrl(clientId);
  if (kind === 'registered' && application === null && !unregistered) return undefined;
  return {
    handle,
    application: {
      clientId,
      // What it calls itself is a stranger's word: the page that asks for consent quotes it, no other.
      name: unregistered ? (URL.parse(clientId)?.host ?? clientId) : (application?.name ?? clientId),
      kind,
      firstParty: application?.firstParty ?? !unregistered,
      unregistered,
      ownerName: application?.ownerName ?? '',
      redirectHost: URL.parse(params['redirect_uri'] ?? '')?.host ?? '',
      initiateLoginUri: application?.initiateLoginUri ?? null,
    },
    prompt: { name: nameOfPrompt(prompt.name), reasons: prompt.reasons ?? [] },
    device: deviceCode !== undefined,
    requestedScopes: scopesToAllow(
      (params['scope'] ?? '').split(' ').filter((scope) => scope !== ''),
      namesOfClaims(params['claims']),
    ),
    // The library keeps an empty list where none was asked for.
    resource: typeof params['resource'] === 'string' ? params['resource'] : null,
    loginHint: params['login_hint'] ?? null,
    organizationHint: readId('org', params['organization'] ?? '') ?? null,
    maxAge: params['max_age'] === undefined ? null : Number(params['max_age']),
    forced: (params['prompt'] ?? '').split(' ').includes('login'),
    essentialAcr: essentialAcr(params['claims']),
    session,
  };
}

function nameOfPrompt(name: string | undefined): AuthorizationRequest['prompt']['name'] {
  return name === 'consent' || name === 'select_account' ? name : 'login';
}

/** Who is logged in in a session; nobody in one that was made before a login. */
function toSession(session: LiveLogin['session']): AuthorizationRequest['session'] {
  if (session === null || session.userId === null || session.organizationId === null) return null;
  const { id, userId, organizationId, amr, emergency, connectionId, authTime, payload } = session;
  const acr = typeof payload['acr'] === 'string' ? payload['acr'] : null;
  return { id, userId, organizationId, amr, emergency, connectionId, acr, authTime };
}

/**
 * Where to send the browser once result, consent or refusal stand in the row: the OpenID Provider reads them there, makes
 * the session and answers the application.
 */
export function resumeUrl(publicUrl: URL, { handle, device }: Pick<AuthorizationRequest, 'handle' | 'device'>): string {
  return new URL(`${device ? '/device' : '/oauth2/authorize'}/${handle}`, publicUrl).href;
}

/** What a login for *Your applications* is asked with. */
export interface StartHints {
  loginHint?: string;
  /** As `org_…`. */
  organization?: string;
  /** Ask even when somebody is logged in (`prompt=login`). */
  fresh?: boolean;
}

/**
 * Address of an authorization request that begins a login for *Your applications*. Its code challenge (RFC 7636) has no
 * known verifier, so its authorization code cannot be redeemed.
 */
export function startLoginUrl(publicUrl: URL, hints: StartHints): string {
  const url = new URL('/oauth2/authorize', publicUrl);
  url.search = new URLSearchParams({
    client_id: START_CLIENT,
    response_type: 'code',
    scope: 'openid',
    redirect_uri: new URL('/login/done', publicUrl).href,
    code_challenge: sha256(randomSecret()).toString('base64url'),
    code_challenge_method: 'S256',
    ...(hints.loginHint === undefined ? {} : { login_hint: hints.loginHint }),
    ...(hints.organization === undefined ? {} : { organization: hints.organization }),
    ...(hints.fresh === true ? { prompt: 'login' } : {}),
  }).toString();
  return url.href;
}
