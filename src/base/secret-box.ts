import { createCipheriv, createDecipheriv, createHmac, createSecretKey, hkdfSync, randomBytes } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import { sameDigest } from './random.ts';

/** Where a sealed value stands; part of what is authenticated, so that a sealed value moved elsewhere does not open. */
export interface SealedPlace {
  table: string;
  column: string;
  /** The row's id. */
  row: string;
  /** The organization the row belongs to, `''` where there is none. */
  organization: string;
}

/** Seals secrets at rest and derives keys, all from the master keys given at start. */
export interface SecretBox {
  /** AES-256-GCM under the newest master key: version byte, 12 bytes nonce, ciphertext, 16 bytes tag. */
  seal(plain: string, place: SealedPlace): Buffer;
  /** Opens what {@link SecretBox.seal} made at the same place; throws when anything differs. */
  open(sealed: Buffer, place: SealedPlace): string;
  /** Whether the newest master key opens what is sealed at a place; otherwise it is sealed anew when it is used. */
  isNewest(sealed: Buffer, place: SealedPlace): boolean;
  /**
   * HMAC-SHA-256 (RFC 2104) of a short code under a key of its own for each purpose and the newest master key: a stolen
   * table does not let codes be guessed.
   */
  mac(purpose: string, value: string): Buffer;
  /** As {@link SecretBox.mac} under each listed master key, the newest first: what an older one wrote is still found. */
  macs(purpose: string, value: string): Buffer[];
  /** Whether `digest` is the {@link SecretBox.mac} of the value under any listed master key; in constant time. */
  isMac(purpose: string, value: string, digest: Buffer): boolean;
  /** The fingerprint of each listed master key, two hexadecimal digits, the newest first. */
  readonly keyVersions: readonly string[];
  /** A key of `length` bytes for one purpose (HKDF-SHA-256, RFC 5869), the newest master key first. */
  deriveKeys(purpose: string, length: number): Buffer[];
}

/**
 * @param masterKeys 32 bytes each; the first seals, all open (rotation). The version byte is a key's fingerprint,
 *   so the order may change.
 */
export function createSecretBox(masterKeys: readonly Buffer[]): SecretBox {
  if (masterKeys.length === 0 || masterKeys.some((key) => key.length !== 32)) {
    throw new Error('a master key must have 32 bytes');
  }
  const derive = (master: Buffer, purpose: string, length: number): Buffer =>
    Buffer.from(hkdfSync('sha256', master, Buffer.alloc(0), `gatehouse ${purpose}`, length));
  const keys = masterKeys.map((master) => ({
    version: derive(master, 'fingerprint', 1)[0]!,
    seal: createSecretKey(derive(master, 'seal', 32)),
  }));
  const newest = keys[0]!;

  const additionalData = (place: SealedPlace, version: number): Buffer =>
    Buffer.from(JSON.stringify([place.table, place.column, place.row, place.organization, version]));

  const openUnder = (key: (typeof keys)[number], sealed: Buffer, place: SealedPlace): string => {
    const decipher = createDecipheriv('aes-256-gcm', key.seal, sealed.subarray(1, 13));
    decipher.setAAD(additionalData(place, key.version));
    decipher.setAuthTag(sealed.subarray(sealed.length - 16));
    return Buffer.concat([decipher.update(sealed.subarray(13, -16)), decipher.final()]).toString('utf8');
  };

  // Purposes are constants of the code; a key object made once is cheaper than the signature itself.
  const macKeys = masterKeys.map(() => new Map<string, KeyObject>());
  const macUnder = (index: number, purpose: string, value: string): Buffer => {
    const known = macKeys[index]!.get(purpose);
    const key = known ?? createSecretKey(derive(masterKeys[index]!, `mac ${purpose}`, 32));
    if (known === undefined) macKeys[index]!.set(purpose, key);
    return createHmac('sha256', key).update(value, 'utf8').digest();
  };

  return {
    seal(plain, place) {
      const nonce = randomBytes(12);
      const cipher = createCipheriv('aes-256-gcm', newest.seal, nonce);
      cipher.setAAD(additionalData(place, newest.version));
      const body = Buffer.concat([cipher.update(plain, 'utf8'), cipher.final()]);
      return Buffer.concat([Buffer.from([newest.version]), nonce, body, cipher.getAuthTag()]);
    },
    open(sealed, place) {
      const version = sealed[0];
      const candidates = keys.filter((key) => key.version === version);
      let failure: unknown = new Error('sealed under a master key that was not given');
      for (const key of candidates) {
        try {
          return openUnder(key, sealed, place);
        } catch (error) {
          failure = error;
        }
      }
      throw new Error(`cannot open ${place.table}.${place.column}`, { cause: failure });
    },
    isNewest(sealed, place) {
      if (sealed[0] !== newest.version) return false;
      try {
        openUnder(newest, sealed, place);
        return true;
      } catch {
        return false;
      }
    },
    mac: (purpose, value) => macUnder(0, purpose, value),
    macs: (purpose, value) => masterKeys.map((_, index) => macUnder(index, purpose, value)),
    isMac: (purpose, value, digest) =>
      masterKeys.map((_, index) => sameDigest(macUnder(index, purpose, value), digest)).includes(true),
    keyVersions: keys.map(({ version }) => version.toString(16).padStart(2, '0')),
    deriveKeys(purpose, length) {
      return masterKeys.map((master) => derive(master, purpose, length));
    },
  };
}
