import { readOutsideText } from '../../base/outside-text.ts';
import { AuthorizationResponseError, ClientError, ResponseBodyError } from 'openid-client';
import { FetchRefused } from '../outgoing/fetch-refused.ts';
import type { FetchCategory } from '../outgoing/fetch-refused.ts';
import { ProviderFailure } from '../provider-failure.ts';
import type { FailureCategory } from '../provider-failure.ts';

/** Whatever reading a callback threw, as a {@link ProviderFailure}. Decides on codes alone, never on a provider's sentences. */
export function failureOf(error: unknown, origin: { serverToServer: boolean }): ProviderFailure {
  for (let cause: unknown = error; cause instanceof Error; cause = cause.cause) {
    if (cause instanceof ProviderFailure) return withOrigin(cause, origin.serverToServer);
    if (cause instanceof FetchRefused) return ofFetch(cause);
    if (cause instanceof AuthorizationResponseError) return ofAuthorizationError(cause);
    if (cause instanceof ResponseBodyError) return ofTokenError(cause);
  }
  const { serverToServer } = origin;
  if (error instanceof ClientError) {
    return new ProviderFailure(categoryOf(error), detailOf(error), { serverToServer, cause: error });
  }
  // TypeErrors of the library tell of input that has not the form it must have.
  return new ProviderFailure('unusable-answer', detailOf(error), { serverToServer, cause: error });
}

const UNUSABLE: ReadonlySet<FetchCategory> = new Set(['not-json', 'too-large', 'redirected']);

function ofFetch(refused: FetchRefused): ProviderFailure {
  const category = UNUSABLE.has(refused.category) ? 'unusable-answer' : 'unreachable';
  return new ProviderFailure(category, refused.message, { serverToServer: true, cause: refused });
}

/** Errors of the authorization endpoint that speak of the registration or of our request (RFC 6749 4.1.2.1). */
const REGISTRATION = new Set([
  'unauthorized_client',
  'unsupported_response_type',
  'unsupported_response_mode',
  'invalid_scope',
  'invalid_request',
  'invalid_client',
]);
const DOWN = new Set(['server_error', 'temporarily_unavailable']);

function ofAuthorizationError(error: AuthorizationResponseError): ProviderFailure {
  const description = error.error_description ?? '';
  const code = error.error;
  const category = DOWN.has(code) ? 'unreachable' : REGISTRATION.has(code) ? 'registration' : 'refused';
  return new ProviderFailure(category, `authorization endpoint: ${shortCode(code)}`, {
    // It came through the browser, which can write anything.
    serverToServer: false,
    providerCode: entraNumber(description) ?? shortCode(code),
    correlationId: /Correlation ID: ([0-9a-f-]{36})/i.exec(description)?.[1] ?? null,
    cause: error,
  });
}

function ofTokenError(error: ResponseBodyError): ProviderFailure {
  const body: Record<string, unknown> = error.cause;
  const numbers: unknown = body['error_codes'];
  const first = Array.isArray(numbers) && typeof numbers[0] === 'number' ? String(numbers[0]) : undefined;
  const code = error.error;
  const category: FailureCategory =
    error.status >= 500 || DOWN.has(code)
      ? 'unreachable'
      : code === 'invalid_client' || code === 'unauthorized_client'
        ? 'credential'
        : code === 'invalid_grant'
          ? 'code-refused'
          : 'registration';
  const correlation = body['correlation_id'];
  return new ProviderFailure(category, `token endpoint: ${error.status} ${shortCode(code)}`, {
    serverToServer: true,
    providerCode: first ?? entraNumber(error.error_description ?? '') ?? shortCode(code),
    correlationId: typeof correlation === 'string' && /^[0-9a-f-]{36}$/i.test(correlation) ? correlation : null,
    cause: error,
  });
}

function categoryOf(error: ClientError): FailureCategory {
  const cause = error.cause instanceof Error ? error.cause : error;
  const claim = claimOf(cause);
  switch (error.code) {
    case 'OAUTH_KEY_SELECTION_FAILED':
      return 'signature';
    case 'OAUTH_JWT_CLAIM_COMPARISON_FAILED':
      return claim === 'iss' ? 'issuer' : claim === 'nonce' ? 'nonce' : 'audience';
    case 'OAUTH_JWT_TIMESTAMP_CHECK_FAILED':
      return 'times';
    case 'OAUTH_TIMEOUT':
    case 'OAUTH_ABORT':
      return 'unreachable';
    case 'OAUTH_RESPONSE_IS_NOT_CONFORM':
      return error.cause instanceof Response && error.cause.status >= 500 ? 'unreachable' : 'unusable-answer';
    default:
      // Wrong signatures and algorithms share one code with other faults of an answer; only the library's own message
      // tells them apart. A text that changes costs a less helpful sentence, nothing else.
      if (/signature|"alg"/.test(cause.message)) return 'signature';
      if (/"iss"/.test(cause.message)) return 'issuer';
      if (/"nonce"/.test(cause.message)) return 'nonce';
      return /claim missing/.test(cause.message) ? 'claim-missing' : 'unusable-answer';
  }
}

function claimOf(error: Error): string | undefined {
  const { cause } = error;
  if (typeof cause !== 'object' || cause === null || !('claim' in cause)) return undefined;
  return typeof cause.claim === 'string' ? cause.claim : undefined;
}

function withOrigin(failure: ProviderFailure, serverToServer: boolean): ProviderFailure {
  const { category, detail, providerCode, correlationId, cause } = failure;
  const ofServer = failure.serverToServer || serverToServer;
  return new ProviderFailure(category, detail, { serverToServer: ofServer, providerCode, correlationId, cause });
}

function entraNumber(description: string): string | null {
  const number = /^AADSTS(\d{5,7})/.exec(description)?.[1];
  return number === undefined ? null : number;
}

/** An OAuth error code as far as it has the form of one: it may come from anybody. */
function shortCode(code: string): string {
  return /^[a-z_]{1,64}$/.test(code) ? code : 'unknown_error';
}

function detailOf(error: unknown): string {
  if (!(error instanceof Error)) return 'unknown';
  const cause = error.cause instanceof Error ? `: ${error.cause.message}` : '';
  return readOutsideText(`${error.message}${cause}`, 300);
}
