import { createHmac, createSecretKey, timingSafeEqual } from 'node:crypto';

/** What the library's cookies ask of its Keygrip. */
interface CookieSignatures {
  sign(data: string): string;
  /** Which key made a signature, the newest is 0; -1 when none did. */
  index(data: string, signature: string): number;
  verify(data: string, signature: string): boolean;
}

/**
 * Signatures of the library's cookies as its own Keygrip makes them (HMAC-SHA-1, base64url). The keys become key objects
 * once: from raw bytes Node makes one for each signature, at six times what signing costs, and a request has a dozen.
 * @param keys the newest first
 */
export function createCookieSignatures(keys: readonly Buffer[]): CookieSignatures {
  const objects = keys.map((key) => createSecretKey(key));
  const [newest] = objects;
  if (newest === undefined) throw new Error('cookies need a key');
  const digest = (data: string, key: typeof newest): Buffer => createHmac('sha1', key).update(data).digest();
  const index = (data: string, signature: string): number => {
    const presented = Buffer.from(signature, 'base64url');
    // Decoding is lenient; only the one spelling that we sign with counts.
    if (presented.toString('base64url') !== signature) return -1;
    return objects.findIndex((key) => {
      const own = digest(data, key);
      return own.length === presented.length && timingSafeEqual(own, presented);
    });
  };
  return {
    sign: (data) => digest(data, newest).toString('base64url'),
    index,
    verify: (data, signature) => index(data, signature) !== -1,
  };
}
