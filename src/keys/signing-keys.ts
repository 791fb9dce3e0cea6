/**
 * Signing keys: what ID tokens, logout tokens and access tokens of APIs are signed with. Two algorithms, RS256 and ES256,
 * each with keys of its own:
 *
 *     next ──> signing ──> old ──> removed, its public half kept for hints ──> gone
 *       a day      90 days    two hours          30 days
 *
 *     rotate-signing-keys.ts   begins a rotation, takes what is due one step on, replaces a key that somebody else has
 *     read-signing-keys.ts     all of them opened, for a server; make-signing-key.ts: the pair itself
 *     signing-key-store.ts     the SQL
 *     seal-over.ts             values under an older master key are sealed anew; read-status.ts: `gatehouse keys status`
 *     kept-keys.ts             what is derived from a master key and outlives it
 *
 * The rows say who signs; servers read them every five seconds, and at once when they hear of a change. So no server signs
 * by a key that another one does not publish:
 *
 *   - A server goes on by what it read for an hour at most ({@link KNOWN_FOR}); then it neither publishes nor signs before it
 *     has read again.
 *   - A next key is published for longer than that and the time that others keep what they read here.
 *   - An old key is published until the last token has ended that a server signed by it which knew no better.
 */
import { DAY, HOUR, MINUTE, after } from '../base/clock.ts';
import type { Seconds } from '../base/clock.ts';
import type { SealedPlace } from '../base/secret-box.ts';

/** RS256 by default, ES256 for applications and APIs registered so. */
export const ALGORITHMS = ['RS256', 'ES256'] as const;
export type SigningAlgorithm = (typeof ALGORITHMS)[number];

export type SigningKeyState = 'next' | 'signing' | 'old';

/** A signing key as stored. */
export interface SigningKeyRow {
  id: string;
  /** RFC 7638 thumbprint. */
  kid: string;
  algorithm: SigningAlgorithm;
  state: SigningKeyState;
  sealedPrivateJwk: Buffer;
  createdAt: Date;
  /** When it came into its state. */
  changedAt: Date;
  /** When it leaves its state; null while nothing ends it. */
  changesAt: Date | null;
}

/** Days from taking a key into use to publishing the next one, where `rotation_policy` has no row. */
export const ROTATION_DAYS = 90;

/** So long others may keep the published keys (`max-age`). */
export const KEPT_BY_OTHERS: Seconds = 5 * MINUTE;
/** Servers read the keys again after so long. */
export const READ_EVERY: Seconds = 5;
/** The longest time that a server goes on by what it read. */
export const KNOWN_FOR: Seconds = HOUR;
/** The longest life of a token that is signed here: of ID tokens, and the most that an API may ask for. */
export const LONGEST_TOKEN: Seconds = HOUR;
/** Clocks that differ, and requests under way. */
export const SKEW: Seconds = 5 * MINUTE;

/** So long a next key is published before it signs: a day, because many libraries keep keys for longer than they are told. */
export const PUBLISHED_BEFORE: Seconds = DAY;
/** So long an old key is published after it signed. */
export const PUBLISHED_AFTER: Seconds = KNOWN_FOR + LONGEST_TOKEN + SKEW;
/**
 * So long the public half of a removed key verifies hints at a logout (RP-Initiated Logout 1.0, section 2: also of an ID token
 * that has expired): as long as an application may stay logged in by refresh tokens.
 */
export const HINTS_FOR: Seconds = 30 * DAY;
/** Between publishing and signing where a key is replaced at once: every server that has the database has read twice by then. */
export const SETTLES: Seconds = 2 * READ_EVERY;

/** When a key leaves its state. An old one of the version before has no such time. */
export function endOf(key: Pick<SigningKeyRow, 'state' | 'changedAt' | 'changesAt'>): Date | null {
  return key.changesAt ?? (key.state === 'old' ? after(key.changedAt, PUBLISHED_AFTER) : null);
}

export function placeOfSigningKey(row: string): SealedPlace {
  return { table: 'signing_key', column: 'sealed_private_jwk', row, organization: '' };
}
