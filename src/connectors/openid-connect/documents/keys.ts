import { z } from 'zod';

/** One public key of a provider's key set (RFC 7517), as checked; further members are dropped. */
export interface ProviderKey {
  kty: 'RSA' | 'EC' | 'OKP';
  kid?: string | undefined;
  use?: string | undefined;
  alg?: string | undefined;
  key_ops?: string[] | undefined;
  n?: string | undefined;
  e?: string | undefined;
  crv?: string | undefined;
  x?: string | undefined;
  y?: string | undefined;
  /** Entra ID: whose tokens this key signs, perhaps with `{tenantid}` in it. */
  issuer?: string | undefined;
  /** Entra ID: the cloud it belongs to. */
  cloud_instance_name?: string | undefined;
}

/** A provider's key set, checked; stored as it is. */
export interface ProviderKeys {
  keys: ProviderKey[];
}

/** What is wrong with a key set. */
export type KeysFault = 'malformed' | 'too-many' | 'private-key' | 'no-usable-key';

const MAX_KEYS = 100;
/** Members of private and symmetric keys (RFC 7518 6.2.2, 6.3.2, 6.4). */
const PRIVATE_MEMBERS = ['d', 'p', 'q', 'dp', 'dq', 'qi', 'oth', 'k'];

const base64url = z
  .string()
  .max(4096)
  .regex(/^[A-Za-z0-9_-]+$/);
const text = z
  .string()
  .max(512)
  .refine((value) => value.isWellFormed() && !value.includes('\0'));
const keyShape = z.object({
  kty: z.enum(['RSA', 'EC', 'OKP']),
  kid: text.optional(),
  use: text.optional(),
  alg: text.optional(),
  key_ops: z.array(text).max(20).optional(),
  n: base64url.optional(),
  e: base64url.optional(),
  crv: text.optional(),
  x: base64url.optional(),
  y: base64url.optional(),
  issuer: text.optional(),
  cloud_instance_name: text.optional(),
});

/** A stored key set; it was checked before it was stored. */
export const storedKeys = z.object({ keys: z.array(keyShape) });
const publishedKeys = z.object({ keys: z.array(z.record(z.string(), z.unknown())) });

/**
 * Checks a key set. One private or symmetric key spoils it: whoever publishes that has lost control of it. Keys we
 * cannot use (other types, for encryption, too short) are left out.
 */
export function checkKeys(document: unknown): ProviderKeys | KeysFault {
  const parsed = publishedKeys.safeParse(document);
  if (!parsed.success) return 'malformed';
  const published = parsed.data.keys;
  if (published.length > MAX_KEYS) return 'too-many';
  if (published.some((key) => key['kty'] === 'oct' || PRIVATE_MEMBERS.some((member) => member in key))) {
    return 'private-key';
  }
  const keys = published.flatMap((key) => {
    const read = keyShape.safeParse(key);
    return read.success && isUsable(read.data) ? [read.data] : [];
  });
  return keys.length === 0 ? 'no-usable-key' : { keys };
}

function isUsable(key: ProviderKey): boolean {
  if (key.use !== undefined && key.use !== 'sig') return false;
  if (key.key_ops?.includes('verify') === false) return false;
  if (key.kty === 'RSA') {
    const bits = bitsOf(key.n);
    return bits >= 2048 && bits <= 8192 && bitsOf(key.e) > 1 && bitsOf(key.e) <= 32;
  }
  if (key.kty === 'EC') return key.x !== undefined && key.y !== undefined && /^P-(?:256|384|521)$/.test(key.crv ?? '');
  return key.x !== undefined && key.crv === 'Ed25519';
}

/** Length of a big-endian number in base64url, in bits. */
function bitsOf(value: string | undefined): number {
  const bytes = Buffer.from(value ?? '', 'base64url');
  const first = bytes.findIndex((byte) => byte !== 0);
  return first === -1 ? 0 : (bytes.length - first) * 8 - Math.clz32(bytes[first]!) + 24;
}
