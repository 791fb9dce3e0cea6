import type { Seconds } from '../../../base/clock.ts';
import { epochSeconds, fromEpochSeconds } from '../../../base/clock.ts';
import { readOutsideText } from '../../../base/outside-text.ts';
import { foundValue } from '../../found-value.ts';
import { ProviderFailure } from '../../provider-failure.ts';

/** Largest ID token, in characters: one with 200 groups has about 10,000. */
const MAX_TOKEN = 64 * 1024;
const KILOBYTE = 1024;
const MAX_SUBJECT = 255; // OpenID Connect Core 2
const MAX_NAME = 256;
const MAX_ADDRESS = 254; // RFC 5321 4.5.3.1.3, less the angle brackets
const MAX_METHODS = 10;
/** Audiences that are offered to be trusted at once. */
const MAX_OFFERED = 5;
/** Seconds that a date can hold: until the year 9999. */
const MAX_TIME: Seconds = 253_402_300_799;
/** How far a provider's clock may be ahead of ours where freshness counts. */
const MAX_CLOCK_DIFFERENCE: Seconds = 60;

/** A compact JWS, read but not verified. */
export interface ReadToken {
  header: Record<string, unknown>;
  payload: Record<string, unknown>;
}

/**
 * Reads an ID token's form: compact, three parts, at most 64 KiB, an algorithm of the list, no critical extensions.
 * Verifies nothing; keys that the header names (`jwk`, `jku`, `x5u`) are never looked at.
 */
export function readToken(token: string, algorithms: readonly string[]): ReadToken {
  const parts = token.split('.');
  if (token.length > MAX_TOKEN) throw tooLarge(token.length, parts[1]);
  if (parts.length !== 3) throw new ProviderFailure('signature', 'no compact JWS');
  const header = readPart(parts[0]!);
  const payload = readPart(parts[1]!);
  if (typeof header['alg'] !== 'string' || !algorithms.includes(header['alg'])) {
    const found = foundValue(header['alg']);
    throw new ProviderFailure('signature', `alg ${found} not accepted`, {
      code: 'login.algorithm',
      values: { found, wanted: algorithms.join(', ') },
    });
  }
  if ('crit' in header) throw new ProviderFailure('signature', 'critical header');
  return { header, payload };
}

/** A token that is too large: by its size, and by its largest claim where it can be read. */
function tooLarge(size: number, payload = ''): ProviderFailure {
  const kilobytes = (length: number): string => `${Math.ceil(length / KILOBYTE)} KB`;
  const values = { found: kilobytes(size), wanted: kilobytes(MAX_TOKEN), member: '–', count: '–' };
  try {
    const claims = Object.entries(readPart(payload)).map(([name, value]) => ({
      name,
      length: JSON.stringify(value).length,
    }));
    const [largest] = claims.toSorted((one, other) => other.length - one.length);
    if (largest !== undefined) {
      values.member = readOutsideText(largest.name, 100);
      values.count = kilobytes(largest.length);
    }
  } catch {
    // The size alone is told.
  }
  return new ProviderFailure('too-large', `ID token of ${size} characters, most of it ${values.member}`, { values });
}

/** What the claims of an ID token are held against. */
export interface ExpectedClaims {
  issuer: string;
  clientId: string;
  /** Audiences that an administrator trusts beside the Client ID. */
  trustedAudiences: readonly string[];
  now: Date;
  toleranceSeconds: Seconds;
  maxAge: number | null;
  startedAt: Date;
}

/**
 * The checks of OpenID Connect Core 3.1.3.7 that the library leaves to its caller or makes more mildly: audiences,
 * `azp`, `iat` not ahead, the form of `sub`, and `auth_time` where a fresh login was asked for.
 * @returns whether the login is shown to be as fresh as asked: false when one was asked for and there is no `auth_time`
 * @throws ProviderFailure
 */
export function checkClaims(claims: Record<string, unknown>, expected: ExpectedClaims): { fresh: boolean } {
  const { iss, aud, azp, iat, sub } = claims;
  if (iss !== expected.issuer) throw mismatch('issuer', 'iss', iss, expected.issuer);
  checkAudience(aud, azp, expected);
  const latest = epochSeconds(expected.now) + expected.toleranceSeconds;
  if (typeof iat !== 'number' || iat > latest) {
    const values = { member: 'iat', found: timeText(iat), wanted: timeText(epochSeconds(expected.now)) };
    throw new ProviderFailure('times', 'iat lies ahead', { values });
  }
  if (typeof sub !== 'string' || sub === '' || sub.length > MAX_SUBJECT || !isPlain(sub)) {
    const values = { member: 'sub', found: foundValue(sub), wanted: 'string' };
    throw new ProviderFailure('claim-missing', 'sub', { values });
  }
  if (expected.maxAge === null) return { fresh: true };
  const authTime = claims['auth_time'] ?? undefined;
  if (authTime === undefined) return { fresh: false };
  checkFreshness(authTime, expected, expected.maxAge);
  return { fresh: true };
}

/**
 * The audiences of an ID token: the Client ID, and beside it trusted ones alone. Where there are several, `azp` must say that
 * the token was issued to us (OpenID Connect Core 3.1.3.7, 3 to 5); that it is there checkClaimTypes saw to.
 */
function checkAudience(aud: unknown, azp: unknown, { clientId, trustedAudiences }: ExpectedClaims): void {
  const audiences: unknown[] = Array.isArray(aud) ? aud : [aud];
  if (!audiences.includes(clientId)) throw mismatch('audience', 'aud', aud, clientId);
  if (azp !== undefined && azp !== clientId) throw mismatch('audience', 'azp', azp, clientId);
  const further = audiences.filter((one) => one !== clientId);
  const untrusted = further.filter((one) => typeof one !== 'string' || !trustedAudiences.includes(one));
  if (untrusted.length === 0) return;
  const values = { member: 'aud', found: foundValue(aud), wanted: foundValue(clientId) };
  const key = untrusted.every(isAudience) && untrusted.length <= MAX_OFFERED ? { key: untrusted.join(' ') } : {};
  throw new ProviderFailure('audience', `aud is ${values.found}`, {
    code: 'login.further-audiences',
    values: { ...values, ...key },
  });
}

/** Whether an audience can be offered and entered: one word of plain characters. */
export function isAudience(value: unknown): value is string {
  return typeof value === 'string' && /^[\x21-\x7e]{1,255}$/.test(value);
}

function mismatch(category: 'issuer' | 'audience', member: string, found: unknown, wanted: string): ProviderFailure {
  const values = { member, found: foundValue(found), wanted: foundValue(wanted) };
  return new ProviderFailure(category, `${member} is ${values.found}`, { values });
}

/** A time of a token as a sentence may show it. */
export function timeText(seconds: unknown): string {
  const inRange = typeof seconds === 'number' && Math.abs(seconds) < MAX_TIME;
  return inRange ? fromEpochSeconds(Math.trunc(seconds)).toISOString() : foundValue(seconds);
}

/**
 * A subject is compared and stored byte for byte: two that differ in a lone surrogate alone would be the same in the
 * database, and U+0000 cannot be stored.
 */
function isPlain(subject: string): boolean {
  return subject.isWellFormed() && !/\p{Cc}/u.test(subject);
}

/** Only `auth_time` shows that the provider asked anew: the browser can drop `prompt` and `max_age` from the request. */
function checkFreshness(authTime: unknown, expected: ExpectedClaims, maxAge: number): void {
  if (typeof authTime !== 'number') throw new ProviderFailure('not-fresh', 'auth_time is no number');
  const clocksApart = Math.min(expected.toleranceSeconds, MAX_CLOCK_DIFFERENCE);
  if (authTime > epochSeconds(expected.now) + clocksApart)
    throw new ProviderFailure('not-fresh', 'auth_time lies ahead');
  const asked = maxAge === 0 ? expected.startedAt : expected.now;
  if (authTime + maxAge < epochSeconds(asked) - clocksApart)
    throw new ProviderFailure('not-fresh', 'auth_time too old');
}

/** A text claim as we store and show it; null when it is none. */
export function textClaim(value: unknown, limit = MAX_NAME): string | null {
  if (typeof value !== 'string') return null;
  const text = readOutsideText(value, limit);
  return text === '' ? null : text;
}

/** An address claim as stated; anything that is no short single line without invisible characters is left out. */
export function addressClaim(value: unknown): string | null {
  if (typeof value !== 'string' || value.length > MAX_ADDRESS || !value.isWellFormed()) return null;
  return /^[^\s\p{Cc}\p{Cf}]+@[^\s\p{Cc}\p{Cf}]+$/u.test(value) ? value : null;
}

/** `amr`, `acr` and `auth_time` as the provider stated them. */
export function statedAuthentication(
  claims: Record<string, unknown>,
  now: Date,
): {
  amr: string[];
  acr: string | null;
  authTime: Date | null;
} {
  const { amr, acr, auth_time: authTime } = claims;
  const methods = Array.isArray(amr) ? amr.slice(0, MAX_METHODS).map((one) => textClaim(one, 64)) : [];
  return {
    amr: methods.filter((method) => method !== null),
    acr: textClaim(acr),
    authTime: toAuthTime(authTime, now),
  };
}

/** `auth_time` ahead of our clock says nothing: a factor proved in the year 2100 would be fresh until then. */
function toAuthTime(value: unknown, now: Date): Date | null {
  if (typeof value !== 'number' || !Number.isFinite(value)) return null;
  if (value > epochSeconds(now) + MAX_CLOCK_DIFFERENCE) return null;
  return fromEpochSeconds(Math.min(value, epochSeconds(now)));
}

/** The claims a trace may hold, as short texts. */
export function shownClaims(claims: Record<string, unknown>, names: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    names.flatMap((name) => {
      const value = Object.hasOwn(claims, name) ? claims[name] : undefined;
      if (!['string', 'number', 'boolean'].includes(typeof value)) return [];
      const text = textClaim(String(value), 128);
      return text === null ? [] : [[name, text]];
    }),
  );
}

function readPart(part: string): Record<string, unknown> {
  let read: unknown;
  try {
    read = JSON.parse(Buffer.from(part, 'base64url').toString('utf8'));
  } catch {
    throw new ProviderFailure('signature', 'no JSON in the token');
  }
  if (typeof read !== 'object' || read === null || Array.isArray(read)) {
    throw new ProviderFailure('signature', 'no JSON object in the token');
  }
  return read as Record<string, unknown>;
}
