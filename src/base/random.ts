import { hash, randomBytes, randomInt, timingSafeEqual } from 'node:crypto';

/** A 256-bit secret as 43 characters of base64url: links, cookies, API tokens. */
export function randomSecret(): string {
  return randomBytes(32).toString('base64url');
}

/** 256 bits for a key. */
export function randomKey(): Buffer {
  return randomBytes(32);
}

const PLAIN = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';

/**
 * A 256-bit secret of letters and digits alone, 43 characters: client secrets. Libraries differ in how they encode other
 * characters for HTTP Basic (RFC 6749 2.3.1).
 */
export function randomPlainSecret(): string {
  return Array.from({ length: 43 }, () => PLAIN[randomInt(PLAIN.length)]).join('');
}

/** A random UUID (version 4). */
export function randomUuid(): string {
  const bytes = randomBytes(16);
  bytes[6] = (bytes[6]! & 0x0f) | 0x40;
  bytes[8] = (bytes[8]! & 0x3f) | 0x80;
  return formatUuid(bytes);
}

/** A time-ordered UUID (version 7, RFC 9562 section 5.7) for append-only tables. */
export function timeOrderedUuid(now: Date): string {
  const bytes = randomBytes(16);
  bytes.writeUIntBE(now.getTime(), 0, 6);
  bytes[6] = (bytes[6]! & 0x0f) | 0x70;
  bytes[8] = (bytes[8]! & 0x3f) | 0x80;
  return formatUuid(bytes);
}

/** The time of a {@link timeOrderedUuid}: its first 48 bits, milliseconds since 1970. */
export function timeOfUuid(uuid: string): Date {
  return new Date(Number.parseInt(uuid.replaceAll('-', '').slice(0, 12), 16));
}

const BASE32 = 'abcdefghijklmnopqrstuvwxyz234567';

/** A random 16-bit number: the id of a DNS question (RFC 5452 4.3). */
export function randomUint16(): number {
  return randomInt(65_536);
}

/** Random bytes in lower-case base32 without padding (RFC 4648 section 6); `bytes` is a multiple of 5. */
export function randomBase32(bytes: number): string {
  return Array.from({ length: (bytes / 5) * 8 }, () => BASE32[randomInt(32)]).join('');
}

/** `length` decimal digits, each equally likely: codes a person types from a mail. */
export function randomDigits(length: number): string {
  return String(randomInt(10 ** length)).padStart(length, '0');
}

// Without 0/O, 1/I/L and U, which are mistaken for others when read aloud or typed.
const READABLE = '23456789ABCDEFGHJKMNPQRSTVWXYZ';

/** `length` characters a person can read aloud: recovery codes, reference codes. */
export function randomReadable(length: number): string {
  return Array.from({ length }, () => READABLE[randomInt(READABLE.length)]).join('');
}

/** The SHA-256 of a redeemable value; only this is stored (32 bytes). */
export function sha256(value: string): Buffer {
  return hash('sha256', value, 'buffer');
}

/** Compares two digests of equal length in constant time. */
export function sameDigest(a: Buffer, b: Buffer): boolean {
  return a.length === b.length && timingSafeEqual(a, b);
}

function formatUuid(bytes: Buffer): string {
  const hex = bytes.toString('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}
