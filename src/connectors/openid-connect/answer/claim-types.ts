import { foundValue } from '../../found-value.ts';
import { ProviderFailure } from '../../provider-failure.ts';
import { memberFailure } from './library-failure.ts';

/** Claims of an ID token that are used, and their JSON types (OpenID Connect Core 2, RFC 7519 4.1). */
const TYPES = {
  iss: 'string',
  sub: 'string',
  aud: 'string | string[]',
  exp: 'number',
  iat: 'number',
  nbf: 'number',
  auth_time: 'number',
  nonce: 'string',
} as const;
const REQUIRED: ReadonlySet<string> = new Set(['iss', 'sub', 'aud', 'exp', 'iat']);

/**
 * Checks that the claims of an ID token are there and of their types, so that a failure can name the one that is not. A
 * number is no subject: large ones lose digits when they are read, and two people would be one.
 * @throws ProviderFailure
 */
export function checkClaimTypes(claims: Record<string, unknown>, endpoint: string): void {
  // Without it the token answers another request than ours (Core 3.1.3.7).
  if ((claims['nonce'] ?? undefined) === undefined) throw new ProviderFailure('nonce', 'nonce missing');
  for (const [member, wanted] of Object.entries(TYPES)) {
    const value = claims[member] ?? undefined;
    if (value === undefined) {
      if (REQUIRED.has(member)) throw memberFailure('claim-missing', { member, value, wanted, endpoint });
    } else if (!isOfType(value, wanted)) throw memberFailure('claim-wrong', { member, value, wanted, endpoint });
  }
  const { aud, azp } = claims;
  // Of several audiences `azp` names the one the token was issued to (Core 3.1.3.7, 4).
  if (Array.isArray(aud) && aud.length > 1 && (azp ?? undefined) === undefined) {
    const values = { member: 'azp', found: foundValue(aud) };
    throw new ProviderFailure('audience', 'azp missing', { code: 'login.azp-missing', values });
  }
}

function isOfType(value: unknown, wanted: string): boolean {
  if (wanted !== TYPES.aud) return typeof value === wanted;
  return typeof value === 'string' || (Array.isArray(value) && value.every((one) => typeof one === 'string'));
}
