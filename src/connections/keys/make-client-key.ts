import 'reflect-metadata'; // what @peculiar/x509 stands on; must come before it
import { ExtendedKeyUsageExtension, KeyUsageFlags, KeyUsagesExtension, X509CertificateGenerator } from '@peculiar/x509';
import { calculateJwkThumbprint, exportJWK, generateKeyPair } from 'jose';
import type { JWK } from 'jose';
import type { KeyCredential } from './client-keys.ts';
import type { Seconds } from '../../base/clock.ts';
import { DAY, after } from '../../base/clock.ts';
import { randomUuid } from '../../base/random.ts';

/** A certificate is valid for two years: Entra ID takes longer ones, and advises against them. */
const CERTIFICATE_FOR: Seconds = 730 * DAY;
/** Clocks of providers may be behind. */
const VALID_BEFORE: Seconds = DAY;
const RSA_BITS = 2048;
const CLIENT_AUTHENTICATION = '1.3.6.1.5.5.7.3.2';

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
  if (credential === 'certificate') return makeCertificate(now);
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

async function makeCertificate(now: Date): Promise<MadeKey> {
  const signingAlgorithm = { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256' };
  const keys = await crypto.subtle.generateKey(
    { ...signingAlgorithm, modulusLength: RSA_BITS, publicExponent: new Uint8Array([1, 0, 1]) },
    true,
    ['sign', 'verify'],
  );
  const expiresAt = after(now, CERTIFICATE_FOR);
  expiresAt.setUTCMilliseconds(0); // X.509 knows whole seconds (RFC 5280 4.1.2.5)
  const certificate = await X509CertificateGenerator.createSelfSigned(
    {
      // RFC 5280 4.1.2.2: positive, at most 20 octets.
      serialNumber: `01${randomUuid().replaceAll('-', '')}`,
      name: 'CN=Single sign-on client',
      notBefore: after(now, -VALID_BEFORE),
      notAfter: expiresAt,
      keys,
      signingAlgorithm,
      extensions: [
        new KeyUsagesExtension(KeyUsageFlags.digitalSignature, true),
        new ExtendedKeyUsageExtension([CLIENT_AUTHENTICATION]),
      ],
    },
    crypto,
  );
  const [privateKey, publicKey] = await Promise.all([
    crypto.subtle.exportKey('jwk', keys.privateKey),
    crypto.subtle.exportKey('jwk', keys.publicKey),
  ]);
  const plain = ({ kty, n, e, d, p, q, dp, dq, qi }: JWK): JWK =>
    JSON.parse(JSON.stringify({ kty, n, e, d, p, q, dp, dq, qi })) as JWK;
  return {
    privateKeys: [plain(privateKey)],
    publicKeys: [plain(publicKey)],
    certificate: `${certificate.toString('pem')}\n`,
    expiresAt,
  };
}
