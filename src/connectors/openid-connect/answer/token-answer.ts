import { foundKind, foundValue } from '../../found-value.ts';
import { ProviderFailure } from '../../provider-failure.ts';
import type { FailureCategory } from '../../provider-failure.ts';
import { memberFailure } from './library-failure.ts';
import { isJsonObject } from '../json-object.ts';
import { endpointText, isDown, providerCodeOf, shortCode } from './provider-codes.ts';

/** The members of a token answer that are used (RFC 6749 5.1, OpenID Connect Core 3.1.3.3). */
export interface TokenAnswer {
  idToken: string;
  accessToken: string;
}

/**
 * Reads what a token endpoint answered, before the library does. `error` is read whatever the status and headers:
 * RFC 6749 5.2 demands `WWW-Authenticate` of a server that refuses a client, and some send it with status 400. Members that
 * are not used (`refresh_token`, `expires_in`, `scope`) are not looked at; a missing `token_type` is taken as Bearer.
 * @throws ProviderFailure
 */
export async function readTokenAnswer(response: Response, endpoint: string): Promise<TokenAnswer> {
  const body = readObject(await response.text());
  const error = body?.['error'];
  if (body !== undefined && typeof error === 'string' && error !== '') throw ofError(body, error, response, endpoint);
  if (response.status >= 500) throw ofStatus('provider-fault', response.status, endpoint);
  if (body === undefined || response.status >= 300) {
    const basic = response.status === 401 && /^basic\b/i.test(response.headers.get('www-authenticate') ?? '');
    throw ofStatus(basic ? 'credential' : 'unusable-answer', response.status, endpoint);
  }
  const type = body['token_type'];
  if (type !== undefined && type !== null && (typeof type !== 'string' || type.toLowerCase() !== 'bearer')) {
    throw wrong('token_type', type, '"Bearer"', endpoint, foundValue);
  }
  return { idToken: tokenIn(body, 'id_token', endpoint), accessToken: tokenIn(body, 'access_token', endpoint) };
}

function tokenIn(body: Record<string, unknown>, member: string, endpoint: string): string {
  const value = body[member] ?? undefined;
  if (typeof value === 'string' && value !== '') return value;
  throw wrong(member, value, 'string', endpoint, foundKind);
}

function wrong(
  member: string,
  value: unknown,
  wanted: string,
  endpoint: string,
  shown: (value: unknown) => string,
): ProviderFailure {
  return memberFailure('unusable-answer', { member, value, wanted, endpoint }, shown);
}

function ofError(
  body: Record<string, unknown>,
  error: string,
  { status }: Response,
  endpoint: string,
): ProviderFailure {
  const description = body['error_description'];
  return new ProviderFailure(categoryOf(error, status), `token endpoint: ${status} ${shortCode(error)}`, {
    serverToServer: true,
    ...providerCodeOf(error, typeof description === 'string' ? description : '', body),
    values: { endpoint: endpointText(endpoint), status: `${status} ${shortCode(error)}` },
  });
}

/** Errors of a token endpoint (RFC 6749 5.2). */
function categoryOf(error: string, status: number): FailureCategory {
  switch (error) {
    case 'invalid_client':
    case 'unauthorized_client':
      return 'credential';
    case 'invalid_grant':
      return 'code-refused';
    default:
      return isDown(error) || status >= 500 ? 'provider-fault' : 'registration';
  }
}

function ofStatus(category: FailureCategory, status: number, endpoint: string): ProviderFailure {
  const values = { endpoint: endpointText(endpoint), status: String(status) };
  return new ProviderFailure(category, `token endpoint: ${status}`, { serverToServer: true, values });
}

function readObject(text: string): Record<string, unknown> | undefined {
  try {
    const read: unknown = JSON.parse(text);
    return isJsonObject(read) ? read : undefined;
  } catch {
    return undefined;
  }
}
