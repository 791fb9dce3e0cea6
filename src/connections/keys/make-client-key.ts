import { calculateJwkThumbprint, exportJWK, generateKeyPair } from 'jose';
import type { JWK } from 'jose';
import type { KeyCredential } from './client-keys.ts';

const RSA_BITS = 2048;

/** A key pair as it was made. */
export interface MadeKey {
  privateKeys: JWK[];
  publicKeys: JWK[];
  certificate: string | null;
  expiresAt: Date | null;
}

/**
 * Makes the keys of one generation. For `private_key_jwt` one RSA and one P-256 key, so that whatever algorithm a provider
 * states (RS256, PS256, ES256) can be signed; a federated credential takes RS256 alone. A certificate is self-signed, as
 * Entra ID expects it, and good for client authentication only.
 */
export async function makeClientKey(credential: KeyCredential, now: Date): Promise<MadeKey> {
  if (credential === 'certificate') {
    // A library of half a megabyte for what is needed once in two years: loaded then.
    const { makeCertificate } = await import('./make-certificate.ts');
    const { privateKey, publicKey, certificate, expiresAt } = await makeCertificate(now, RSA_BITS);
    return { privateKeys: [privateKey], publicKeys: [publicKey], certificate, expiresAt };
  }
  const algorithms = credential === 'private-key' ? (['RS256', 'ES256'] as const) : (['RS256'] as const);
  const pairs = await Promise.all(
    algorithms.map(async (algorithm) => {
      const pair = await generateKeyPair(algorithm, { extractable: true, modulusLength: RSA_BITS });
      const [privateKey, publicKey] = await Promise.all([exportJWK(pair.privateKey), exportJWK(pair.publicKey)]);
      const kid = await calculateJwkThumbprint(publicKey);
      // An RSA key of `private_key_jwt` signs RS256 and PS256: it names no algorithm (RFC 7517 4.4).
      const named = algorithm === 'RS256' && credential === 'private-key' ? {} : { alg: algorithm };
      const about = { kid, use: 'sig', ...named };
      return { privateKey: { ...privateKey, ...about }, publicKey: { ...publicKey, ...about } };
    }),
  );
  return {
    privateKeys: pairs.map(({ privateKey }) => privateKey),
    publicKeys: pairs.map(({ publicKey }) => publicKey),
    certificate: null,
    expiresAt: null,
  };
}
