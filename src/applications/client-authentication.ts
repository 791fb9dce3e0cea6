import { createPublicKey } from 'node:crypto';
import type { Application, ApplicationKind, ClientAuthentication } from './application.ts';
import { AppError } from '../base/errors.ts';
import { fieldError } from '../base/field-errors.ts';
import type { FieldErrorCode } from '../base/field-errors.ts';
import { randomPlainSecret, sha256 } from '../base/random.ts';

/** What an administrator chooses; what is left out stays as it is. */
export interface ChosenAuthentication {
  clientAuthentication?: Exclude<ClientAuthentication, 'none'> | undefined;
  jwks?: Record<string, unknown> | undefined;
}

type Credentials = Pick<Application, 'clientAuthentication' | 'clientSecretHash' | 'clientKeys'>;

/**
 * The credentials of an application after a choice, and the client secret when one is made for it: when it is registered or
 * leaves `private_key_jwt`. Browser and native applications are public clients (RFC 6749 2.1).
 * @throws input.malformed
 */
export function chooseCredentials(
  kind: ApplicationKind,
  chosen: ChosenAuthentication,
  before: Credentials | undefined,
): Credentials & { clientSecret: string | null } {
  if (kind !== 'web' && kind !== 'machine') {
    if (chosen.clientAuthentication !== undefined) throw wrong('clientAuthentication', 'no-place-for-a-secret');
    if (chosen.jwks !== undefined) throw wrong('jwks', 'keys-without-use');
    return { clientAuthentication: 'none', clientSecretHash: null, clientKeys: null, clientSecret: null };
  }
  const clientAuthentication =
    chosen.clientAuthentication ?? before?.clientAuthentication ?? ('client_secret_basic' as const);
  if (clientAuthentication === 'private_key_jwt') {
    const kept = chosen.jwks === undefined ? (before?.clientKeys ?? null) : null;
    const clientKeys = kept ?? readPublicKeys(chosen.jwks);
    return { clientAuthentication, clientSecretHash: null, clientKeys, clientSecret: null };
  }
  if (chosen.jwks !== undefined) throw wrong('jwks', 'keys-without-use');
  const kept = before?.clientSecretHash ?? null;
  const clientSecret = kept === null ? randomPlainSecret() : null;
  const clientSecretHash = clientSecret === null ? kept : sha256(clientSecret);
  return { clientAuthentication, clientSecretHash, clientKeys: null, clientSecret };
}

const MOST_KEYS = 10;
const LEAST_RSA_BITS = 2048;
const CURVES = new Set(['P-256', 'P-384', 'P-521', 'Ed25519']);
/** Members of a public key (RFC 7517 4, RFC 7518 6, RFC 8037 2); a key is stored with these alone. */
const PUBLIC_MEMBERS = ['kty', 'crv', 'x', 'y', 'n', 'e', 'kid', 'alg', 'use'] as const;
const PRIVATE_MEMBERS = ['d', 'p', 'q', 'dp', 'dq', 'qi', 'oth', 'k'] as const;

/** Accepts public keys alone: a private key sent by mistake must not be stored. */
function readPublicKeys(jwks: Record<string, unknown> | undefined): Record<string, unknown> {
  const given = jwks?.['keys'];
  if (!Array.isArray(given) || given.length === 0 || given.length > MOST_KEYS) throw wrong('jwks', 'public-keys');
  const keys = given.map((key: unknown) => readPublicKey(key));
  if (keys.some((key) => key === undefined)) throw wrong('jwks', 'public-keys');
  return { keys };
}

function readPublicKey(given: unknown): Record<string, string> | undefined {
  if (typeof given !== 'object' || given === null || PRIVATE_MEMBERS.some((member) => member in given))
    return undefined;
  const key: Record<string, string> = {};
  for (const member of PUBLIC_MEMBERS) {
    const value = (given as Record<string, unknown>)[member];
    if (value === undefined) continue;
    if (typeof value !== 'string' || !/^[\u0021-\u007e]{1,2000}$/.test(value)) return undefined;
    key[member] = value;
  }
  if (key['kty'] !== 'RSA' && !CURVES.has(key['crv'] ?? '')) return undefined;
  try {
    const { asymmetricKeyDetails } = createPublicKey({ key, format: 'jwk' });
    return key['kty'] === 'RSA' && (asymmetricKeyDetails?.modulusLength ?? 0) < LEAST_RSA_BITS ? undefined : key;
  } catch {
    return undefined;
  }
}

function wrong(field: string, code: FieldErrorCode): AppError {
  return new AppError('input.malformed', { fields: [fieldError(field, code)] });
}
