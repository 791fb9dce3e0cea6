import type { Client, KoaContextWithOIDC, errors } from 'oidc-provider';
import type { Failure, FailureCause } from '../../applications/health/failure-causes.ts';
import { nearestAddress } from '../../applications/health/nearest-address.ts';
import { readAddressThatCame, readWhatCame } from '../../applications/health/what-came.ts';
import { createPolicy } from '../policy.ts';

/** A refusal as the library throws it; `error_detail` is for the log and never leaves. */
export type Refusal = Pick<errors.OIDCProviderError, 'error' | 'error_description' | 'error_detail'> & {
  /** What an `invalid_scope` is about. */
  scope?: string | undefined;
};

/** Answers that a sound request may get, too: nobody logged in with `prompt=none`, consent denied, a session that ended. */
const NO_FAULT: ReadonlySet<string> = new Set([
  'login_required',
  'consent_required',
  'interaction_required',
  'account_selection_required',
  'access_denied',
  'authorization_pending',
  'slow_down',
  'expired_token',
  'invalid_token',
  'use_dpop_nonce',
  'temporarily_unavailable',
]);

/** As {@link NO_FAULT}, by their sentence: what was presented ended, or its user may not go there. */
const NO_FAULT_SENTENCES: ReadonlySet<string> = new Set([
  'subject_token is invalid',
  'the user may not use the application that acts',
]);

/** The library's sentences, by what they begin with, where each stands for one cause. */
const BY_SENTENCE: readonly (readonly [starts: string, cause: FailureCause])[] = [
  ['Authorization Server policy requires PKCE', 'pkce-missing'],
  ['code_challenge', 'pkce-malformed'],
  ['not supported value of code_challenge_method', 'pkce-malformed'],
  ['unsupported prompt value', 'prompt'],
  ['prompt none must only be used alone', 'prompt'],
  ['post_logout_redirect_uri not registered', 'post-logout-uri'],
  ['could not decode id_token_hint', 'id-token-hint'],
  ['could not validate id_token_hint', 'id-token-hint'],
  ['unrecognized id_token_hint', 'id-token-hint'],
  ['client_id does not match the provided id_token_hint', 'id-token-hint'],
  ['requested grant type is not allowed', 'grant-type'],
  ['client authentication must only be provided using one mechanism', 'authentication-way'],
  ['client_secret must be provided', 'secret-missing'],
  ['client_id and client_secret in the authorization header', 'secret-wrong'],
  ['invalid authorization header', 'authentication-way'],
  ['client_assertion', 'assertion'],
  ['invalid client_assertion', 'assertion'],
  ['code_verifier', 'pkce-verifier'],
  ['DPoP', 'dpop'],
  ['authorization code already consumed', 'code-reused'],
  ['refresh token already used', 'refresh-reused'],
  ['authorization code redirect_uri mismatch', 'code-redirect-uri'],
  ['authorization code is expired', 'code-unknown'],
  ['authorization code not found', 'code-unknown'],
  ['failed jkt verification', 'dpop'],
  ['invalid secret provided', 'secret-wrong'],
];

/** Whether the request names an application that is none. */
export function namesNobody({ error_detail: detail }: Refusal): boolean {
  return detail === 'client not found';
}

/** What an application's request failed by; null for what is no fault of it: an ended session, a login that is still to come. */
export function findFailure(ctx: KoaContextWithOIDC, refusal: Refusal, client: Client): Failure | null {
  if (NO_FAULT.has(refusal.error)) return null;
  const cause = causeOf(ctx, refusal, client);
  return cause === null ? null : { cause, ...told(ctx, refusal, client, cause) };
}

function causeOf(ctx: KoaContextWithOIDC, refusal: Refusal, client: Client): FailureCause | null {
  const { error, error_description: description = '', error_detail: detail = '' } = refusal;
  const param = (name: string): unknown => ctx.oidc.params?.[name];
  if (error === 'invalid_redirect_uri') return 'redirect-uri';
  if (error === 'invalid_dpop_proof') return 'dpop';
  if (error === 'unsupported_response_type') return 'response-type';
  if (error === 'unsupported_grant_type') return 'grant-type';
  if (description.includes('redirect_uri did not match')) return 'redirect-uri'; // PAR answers it as invalid_request
  if (NO_FAULT_SENTENCES.has(description)) return null;
  if (description.startsWith('openid scope must') || description === 'scope must contain openid') {
    return param('scope') === undefined ? 'scope-missing' : 'scope-without-openid';
  }
  if (description === 'scope contains invalid characters') return 'request';
  if (error === 'invalid_scope') return 'scope-not-allowed';
  if (isOfDevices(ctx) && description.endsWith('is not allowed for this client')) return 'grant-type';
  if (detail.startsWith('the provided authentication mechanism'))
    return wayOf(ctx) === 'none' ? noneGiven(client) : 'authentication-way';
  const sentence = error === 'invalid_client' || error === 'invalid_grant' ? detail : description;
  const known = BY_SENTENCE.find(([starts]) => sentence.startsWith(starts))?.[1];
  if (known !== undefined) return known;
  if (error === 'invalid_client') return 'assertion';
  if (error === 'invalid_grant') {
    // Of a code of another application nothing more is said. A refresh token ends with its session: no fault.
    return param('grant_type') === 'authorization_code' && detail === 'client mismatch' ? 'code-unknown' : null;
  }
  return 'request';
}

function isOfDevices(ctx: KoaContextWithOIDC): boolean {
  return ctx.oidc.route === 'device_authorization';
}

function noneGiven(client: Client): FailureCause {
  return client.clientAuthMethod === 'private_key_jwt' ? 'assertion' : 'secret-missing';
}

/** How the request authenticated its application, in the words of the registration. */
function wayOf(ctx: KoaContextWithOIDC): string {
  const { params } = ctx.oidc;
  const ways = [
    ...(ctx.headers.authorization === undefined ? [] : ['client_secret_basic']),
    ...(params?.['client_secret'] === undefined ? [] : ['client_secret_post']),
    ...(params?.['client_assertion'] === undefined ? [] : ['private_key_jwt']),
  ];
  return ways.length === 0 ? 'none' : ways.join(' + ');
}

function told(
  ctx: KoaContextWithOIDC,
  { error_description: description, error_detail: detail, scope }: Refusal,
  client: Client,
  cause: FailureCause,
): { came: string | null; wanted: string | null } {
  const param = (name: string): string | undefined => {
    const value: unknown = ctx.oidc.params?.[name];
    return typeof value === 'string' ? value : undefined;
  };
  const text = (name: string): string | null => readOrNull(param(name));
  const address = (name: string, registered: readonly string[] | undefined) => {
    const came = param(name) ?? '';
    return { came: readAddressThatCame(came), wanted: readOrNull(nearestAddress(came, registered ?? []) ?? undefined) };
  };
  switch (cause) {
    case 'redirect-uri':
      return address('redirect_uri', client.redirectUris);
    case 'post-logout-uri':
      return address('post_logout_redirect_uri', client.postLogoutRedirectUris);
    case 'code-redirect-uri':
      return { ...address('redirect_uri', client.redirectUris) };
    case 'authentication-way':
      return { came: wayOf(ctx), wanted: client.clientAuthMethod ?? null };
    case 'secret-missing':
      return { came: null, wanted: client.clientAuthMethod ?? null };
    case 'secret-wrong':
      return { came: lengthOfSecret(ctx), wanted: null };
    case 'scope-missing':
    case 'scope-without-openid':
      return { came: text('scope'), wanted: 'openid' };
    case 'scope-not-allowed':
      return { came: readOrNull(scope) ?? text('scope'), wanted: null };
    case 'prompt':
      return { came: text('prompt'), wanted: prompts() };
    case 'response-type':
      return { came: text('response_type'), wanted: 'code' };
    case 'grant-type':
      return { came: isOfDevices(ctx) ? 'device_code' : text('grant_type'), wanted: null };
    case 'pkce-missing':
      return { came: null, wanted: 'S256' };
    case 'assertion':
      return { came: readOrNull(detail) ?? readOrNull(description), wanted: null };
    case 'dpop':
    case 'pkce-malformed':
    case 'id-token-hint':
    case 'request':
      return { came: readOrNull(detail) ?? readOrNull(description), wanted: null };
    default:
      return { came: null, wanted: null };
  }
}

function readOrNull(text: string | undefined): string | null {
  const read = readWhatCame(text ?? '');
  return read === '' ? null : read;
}

function prompts(): string {
  const policy = createPolicy(() => undefined);
  return ['none', ...policy.flatMap(({ name, requestable }) => (requestable ? [name] : []))].join(', ');
}

/** How long the secret is that came: a line end or an encoding too many shows. Nothing of the secret itself is kept. */
function lengthOfSecret(ctx: KoaContextWithOIDC): string | null {
  const posted: unknown = ctx.oidc.params?.['client_secret'];
  if (typeof posted === 'string') return String(posted.length);
  const basic = basicOf(ctx);
  return basic === undefined ? null : String(basic.secret.length);
}

/** The client id that a request states: a parameter, or the user of its Basic authentication. */
export function statedClientId(ctx: KoaContextWithOIDC): string | undefined {
  const stated: unknown = ctx.oidc.params?.['client_id'];
  return typeof stated === 'string' ? stated : basicOf(ctx)?.user;
}

/** HTTP Basic (RFC 7617) with both parts form-encoded (RFC 6749 2.3.1); undefined when it is none. */
function basicOf(ctx: KoaContextWithOIDC): { user: string; secret: string } | undefined {
  const value = /^basic ([a-z0-9+/=]{1,4000})$/i.exec(ctx.headers.authorization ?? '')?.[1];
  const decoded = value === undefined ? undefined : Buffer.from(value, 'base64').toString();
  const colon = decoded?.indexOf(':') ?? -1;
  if (decoded === undefined || colon < 0) return undefined;
  return { user: plain(decoded.slice(0, colon)), secret: plain(decoded.slice(colon + 1)) };
}

function plain(encoded: string): string {
  try {
    return decodeURIComponent(encoded.replaceAll('+', '%20'));
  } catch {
    return encoded;
  }
}
