import { readOutsideText } from '../../../base/outside-text.ts';
import { ProviderFailure } from '../../provider-failure.ts';
import type { FailureCategory } from '../../provider-failure.ts';

const DOWN = new Set(['server_error', 'temporarily_unavailable']);

/** Whether an OAuth error code tells of a fault of the provider's own (RFC 6749 4.1.2.1). */
export function isDown(code: string): boolean {
  return DOWN.has(code);
}

/** Errors of the authorization endpoint that speak of the registration or of our request (RFC 6749 4.1.2.1, OpenID Connect Core 3.1.2.6). */
const REGISTRATION = new Set([
  'unauthorized_client',
  'unsupported_response_type',
  'unsupported_response_mode',
  'invalid_redirect_uri',
  'invalid_scope',
  'invalid_request',
  'invalid_client',
  'invalid_request_uri',
  'invalid_request_object',
  'request_not_supported',
  'request_uri_not_supported',
  'registration_not_supported',
]);

/** What an error of the authorization endpoint is about; one in no list is taken as *refused*, which blames no settings. */
function categoryOfError(code: string): FailureCategory {
  return isDown(code) ? 'provider-fault' : REGISTRATION.has(code) ? 'registration' : 'refused';
}

/** An error of the authorization endpoint. It came through the browser, which can write anything. */
export function authorizationFailure(
  { code, description, endpoint }: { code: string; description: string; endpoint: string },
  cause?: unknown,
): ProviderFailure {
  return new ProviderFailure(categoryOfError(code), `authorization endpoint: ${shortCode(code)}`, {
    serverToServer: false,
    ...providerCodeOf(code, description),
    values: { endpoint: endpointText(endpoint), status: shortCode(code) },
    cause,
  });
}

/** An OAuth error code as far as it has the form of one: it may come from anybody. */
export function shortCode(code: string): string {
  return /^[a-z_]{1,64}$/.test(code) ? code : 'unknown_error';
}

/** Longest text of a provider that is kept, in code points. */
const MAX_SAID = 300;

/** What the provider calls its error and says of it, and what its support asks for: Entra ID's number (AADSTS…) and correlation id. */
export function providerCodeOf(
  code: string,
  description: string,
  body: Record<string, unknown> = {},
): { providerCode: string; correlationId: string | null; said: string | null } {
  const numbers: unknown = body['error_codes'];
  const first: unknown = Array.isArray(numbers) ? numbers[0] : undefined;
  const number = typeof first === 'number' ? String(first) : /^AADSTS(\d{5,7})/.exec(description)?.[1];
  const stated: unknown = body['correlation_id'] ?? /Correlation ID: ([0-9a-f-]{36})/i.exec(description)?.[1];
  const correlationId = typeof stated === 'string' && /^[0-9a-f-]{36}$/i.test(stated) ? stated : null;
  const said = readOutsideText(description, MAX_SAID);
  return { providerCode: number ?? shortCode(code), correlationId, said: said === '' ? null : said };
}

/** An endpoint's address as a sentence may show it. */
export function endpointText(endpoint: string): string {
  return readOutsideText(endpoint, 200);
}
