import { compactVerify, importJWK } from 'jose';
import type { JWK } from 'jose';
import type { ProviderKey } from '../documents/keys.ts';
import type { ReadToken } from './id-token.ts';

/**
 * The keys that may verify a token. One that names its key: the whole set, of which the library takes that key. One that
 * names none, which is allowed while a set has several keys (RFC 7515 4.1.4): every fitting key is tried, and the one that
 * verifies it is left. An id that is a number names none.
 */
export async function keysForToken(
  idToken: string,
  { header }: ReadToken,
  keys: readonly ProviderKey[],
): Promise<ProviderKey[]> {
  const { kid, alg } = header;
  if (typeof kid === 'string') return [...keys];
  for (const key of keys) {
    if (fits(key, String(alg)) && (await verifies(idToken, key, String(alg)))) {
      return [{ ...key, kid: kid as string | undefined }];
    }
  }
  return [];
}

const CURVES: Readonly<Record<string, string>> = { ES256: 'P-256', ES384: 'P-384', ES512: 'P-521' };

function fits(key: ProviderKey, algorithm: string): boolean {
  if (key.alg !== undefined && key.alg !== algorithm) return false;
  if (/^[RP]S/.test(algorithm)) return key.kty === 'RSA';
  return algorithm.startsWith('ES') ? key.kty === 'EC' && key.crv === CURVES[algorithm] : key.kty === 'OKP';
}

async function verifies(token: string, key: ProviderKey, algorithm: string): Promise<boolean> {
  try {
    await compactVerify(token, await importJWK(key as JWK, algorithm), { algorithms: [algorithm] });
    return true;
  } catch {
    return false;
  }
}
