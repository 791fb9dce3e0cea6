import { z } from 'zod';
import type { Finding } from '../../explanation-codes.ts';
import { foundValue } from '../../found-value.ts';
import { endpointText } from '../answer/provider-codes.ts';
import { isJsonObject } from '../json-object.ts';

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

const MAX_KEYS = 100;
/** Members of private and symmetric keys (RFC 7518 6.2.2, 6.3.2, 6.4). */
const PRIVATE_MEMBERS = ['d', 'p', 'q', 'dp', 'dq', 'qi', 'oth', 'k'];

const KEY_TYPES: ReadonlySet<unknown> = new Set(['RSA', 'EC', 'OKP']);
/** Members that are base64url (RFC 7518 6.2.1, 6.3.1). */
const ENCODED: ReadonlySet<string> = new Set(['n', 'e', 'x', 'y']);
/** Members each type must have. */
const NEEDED = { RSA: ['n', 'e'], EC: ['crv', 'x', 'y'], OKP: ['crv', 'x'] } as const;

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

/**
 * Checks a key set (RFC 7517 5). Keys that cannot be used (other types, for encryption, too short, with a member that is
 * not as it must be) are left out; a member that is null is absent, padding is stripped. One private or symmetric key
 * spoils the set: whoever publishes that has lost control of it. A set without a usable key names what its keys lack.
 */
export function checkKeys(document: unknown, endpoint = ''): ProviderKeys | Finding {
  const at = { endpoint: endpointText(endpoint) };
  const published: unknown = isJsonObject(document) ? document['keys'] : undefined;
  if (!Array.isArray(published)) {
    return { fault: 'keys.malformed', values: { ...at, found: foundValue(published ?? document) } };
  }
  const count = String(published.length);
  if (published.length > MAX_KEYS)
    return { fault: 'keys.too-many', values: { ...at, count, wanted: String(MAX_KEYS) } };
  const read = published.map((key: unknown, place) => readKey(key, place));
  const keys = read.filter((one): one is ProviderKey => !('fault' in one));
  const findings = read.filter((one): one is Finding => 'fault' in one);
  const spoiled = findings.find(({ fault }) => fault === 'keys.private');
  if (spoiled === undefined && keys.length > 0) return { keys };
  // The key that comes nearest: of one for encryption nobody expects a signature.
  const told = spoiled ?? findings.find(({ fault }) => fault !== 'keys.not-for-signing') ?? findings[0];
  return told === undefined
    ? { fault: 'keys.empty', values: at }
    : { fault: told.fault, values: { ...at, count, ...told.values } };
}

/** One key of a set, or why it cannot be used. */
function readKey(published: unknown, place: number): ProviderKey | Finding {
  if (!isJsonObject(published)) return wrong(`#${place + 1}`, 'kty', published);
  const members = Object.fromEntries(
    Object.entries(published)
      .filter(([, value]) => value !== null)
      .map(([member, value]) => [member, withoutPadding(member, value)]),
  );
  const key = members['kid'] === undefined ? `#${place + 1}` : foundValue(members['kid']);
  const secret = PRIVATE_MEMBERS.find((member) => member in members);
  if (members['kty'] === 'oct' || secret !== undefined) {
    return { fault: 'keys.private', values: { key, member: secret ?? 'kty' } };
  }
  if (!KEY_TYPES.has(members['kty'])) {
    return { fault: 'keys.wrong-type', values: { key, found: foundValue(members['kty']) } };
  }
  const read = keyShape.safeParse(members);
  if (!read.success) {
    const member = String(read.error.issues[0]?.path[0] ?? 'kty');
    return wrong(key, member, members[member]);
  }
  return whyUnusable(key, read.data) ?? read.data;
}

/** Base64url has no padding (RFC 7515 2), and some write it; a key id is text (RFC 7517 4.5), and some write a number. */
function withoutPadding(member: string, value: unknown): unknown {
  if (member === 'kid' && typeof value === 'number') return String(value);
  return ENCODED.has(member) && typeof value === 'string' ? value.replace(/={1,2}$/, '') : value;
}

function wrong(key: string, member: string, found: unknown): Finding {
  return { fault: 'keys.member-wrong', values: { key, member, found: found === undefined ? '–' : foundValue(found) } };
}

function whyUnusable(key: string, read: ProviderKey): Finding | undefined {
  const { use, key_ops: operations, crv } = read;
  if (use !== undefined && use !== 'sig') return notForSigning(key, 'use', use);
  if (operations?.includes('verify') === false) return notForSigning(key, 'key_ops', operations);
  for (const member of NEEDED[read.kty]) if (read[member] === undefined) return wrong(key, member, undefined);
  if (read.kty === 'RSA') {
    const bits = bitsOf(read.n);
    if (bits < 2048 || bits > 8192) return { fault: 'keys.size', values: { key, found: String(bits) } };
    return bitsOf(read.e) > 1 && bitsOf(read.e) <= 32 ? undefined : wrong(key, 'e', read.e);
  }
  const curves = read.kty === 'EC' ? /^P-(?:256|384|521)$/ : /^Ed25519$/;
  return curves.test(crv ?? '') ? undefined : { fault: 'keys.curve', values: { key, found: foundValue(crv) } };
}

function notForSigning(key: string, member: string, found: unknown): Finding {
  return { fault: 'keys.not-for-signing', values: { key, member, found: foundValue(found) } };
}

/** Length of a big-endian number in base64url, in bits. */
function bitsOf(value: string | undefined): number {
  const bytes = Buffer.from(value ?? '', 'base64url');
  const first = bytes.findIndex((byte) => byte !== 0);
  return first === -1 ? 0 : (bytes.length - first) * 8 - Math.clz32(bytes[first]!) + 24;
}
