import 'reflect-metadata'; // what @peculiar/x509 stands on; must come before it
import { ExtendedKeyUsageExtension, KeyUsageFlags, KeyUsagesExtension, X509CertificateGenerator } from '@peculiar/x509';
import type { JWK } from 'jose';
import type { Seconds } from '../../base/clock.ts';
import { DAY, after } from '../../base/clock.ts';
import { randomUuid } from '../../base/random.ts';

/** A certificate is valid for two years: Entra ID takes longer ones, and advises against them. */
const CERTIFICATE_FOR: Seconds = 730 * DAY;
/** Clocks of providers may be behind. */
const VALID_BEFORE: Seconds = DAY;
const CLIENT_AUTHENTICATION = '1.3.6.1.5.5.7.3.2';

/** A key pair and its certificate (PEM). */
export interface Certified {
  privateKey: JWK;
  publicKey: JWK;
  certificate: string;
  expiresAt: Date;
}

/** An RSA key of so many bits in a self-signed certificate, as Entra ID expects it, good for client authentication only. */
export async function makeCertificate(now: Date, bits: number): Promise<Certified> {
  const signingAlgorithm = { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256' };
  const keys = await crypto.subtle.generateKey(
    { ...signingAlgorithm, modulusLength: bits, publicExponent: new Uint8Array([1, 0, 1]) },
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
    privateKey: plain(privateKey),
    publicKey: plain(publicKey),
    certificate: `${certificate.toString('pem')}\n`,
    expiresAt,
  };
}
