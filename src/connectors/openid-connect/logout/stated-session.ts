import type { Seconds } from '../../../base/clock.ts';
import { epochSeconds, fromEpochSeconds } from '../../../base/clock.ts';
import type { StatedSession } from '../../connector.ts';
import { ProviderFailure } from '../../provider-failure.ts';
import { timeText } from '../answer/id-token.ts';

/** Longest `sid`, characters. */
const MAX_SID = 255;
/** Longest hint, characters: it travels in an address, of which HTTP servers take 8 kB (RFC 9110 4.1). */
const MAX_HINT = 4000;
/** Seconds that a date can hold: until the year 9999. */
const MAX_TIME: Seconds = 253_402_300_799;

/**
 * What a verified ID token says of the provider's own session: `sid` (OpenID Connect Front-Channel Logout 1.0, 3) and
 * `session_expiry` (OpenID Connect Enterprise Extensions 1.0). Claims of another type count as not stated.
 * @throws ProviderFailure (`times`) when the session there is over already
 */
export function statedSession(
  { claims }: { claims: Record<string, unknown> },
  now: Date,
  { hint, toleranceSeconds }: { hint: unknown; toleranceSeconds: Seconds },
): StatedSession {
  return {
    sid: readSid(claims['sid']),
    endsAt: readEnd(claims['session_expiry'], now, toleranceSeconds),
    logoutHint: typeof hint === 'string' && hint !== '' && hint.length <= MAX_HINT && hint.isWellFormed() ? hint : null,
  };
}

/** A `sid` that can be stored and compared; null for any other value. */
export function readSid(value: unknown): string | null {
  if (typeof value !== 'string' || value === '' || value.length > MAX_SID || !value.isWellFormed()) return null;
  return /\p{Cc}/u.test(value) ? null : value;
}

function readEnd(value: unknown, now: Date, toleranceSeconds: Seconds): Date | null {
  if (typeof value !== 'number' || !Number.isFinite(value)) return null;
  if (value + toleranceSeconds <= epochSeconds(now)) {
    const values = { member: 'session_expiry', found: timeText(value), wanted: timeText(epochSeconds(now)) };
    throw new ProviderFailure('times', 'session_expiry is past', { values });
  }
  return fromEpochSeconds(Math.min(Math.trunc(value), MAX_TIME));
}
