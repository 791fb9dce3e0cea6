import 'reflect-metadata'; // what @peculiar/x509 stands on; must come before it
import { createHash, KeyObject, randomBytes, webcrypto } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import {
  BasicConstraintsExtension,
  ExtendedKeyUsageExtension,
  KeyUsageFlags,
  KeyUsagesExtension,
  SubjectAlternativeNameExtension,
  type X509Certificate,
  X509CertificateGenerator,
} from '@peculiar/x509';

/** An authority of this run and its certificate for every host the tests use. Nothing of it outlives the run. */
export interface TestCertificates {
  /** PEM of the authority. */
  ca: string;
  /** The same in a file, for `NODE_EXTRA_CA_CERTS` of child processes. */
  caFile: string;
  /** PEM of the server's certificate. */
  certificate: string;
  key: string;
  /** SHA-256 of the server's public key, base64: what Chromium is told to accept. */
  spki: string;
  remove(): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
}

const HOSTS = ['localhost'];
const ADDRESSES = ['127.0.0.1', '127.0.0.2', '127.0.0.3', '127.0.0.4'];
const EC = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' };
const DAY = 86_400_000;
const SERVER_AUTHENTICATION = '1.3.6.1.5.5.7.3.1';

/** Makes an authority and a certificate for `localhost`, the loopback addresses and these names. */
export async function makeTestCertificates(names: readonly string[] = []): Promise<TestCertificates> {
  const validity = { notBefore: new Date(Date.now() - DAY), notAfter: new Date(Date.now() + 30 * DAY) };
  const serialNumber = (): string => `01${randomBytes(15).toString('hex')}`;
  const authorityKeys = await webcrypto.subtle.generateKey(EC, true, ['sign', 'verify']);
  const authority = await X509CertificateGenerator.createSelfSigned(
    {
      ...validity,
      serialNumber: serialNumber(),
      // A name of its own: of two authorities of one name that a process trusts, the first is asked, and fits one alone.
      name: `CN=Tests of Gatehouse ${randomBytes(4).toString('hex')}`,
      keys: authorityKeys,
      signingAlgorithm: EC,
      extensions: [
        new BasicConstraintsExtension(true, 0, true),
        new KeyUsagesExtension(KeyUsageFlags.keyCertSign | KeyUsageFlags.cRLSign, true),
      ],
    },
    webcrypto,
  );
  const keys = await webcrypto.subtle.generateKey(EC, true, ['sign', 'verify']);
  const certificate = await X509CertificateGenerator.create(
    {
      ...validity,
      serialNumber: serialNumber(),
      subject: 'CN=localhost',
      issuer: authority.subject,
      publicKey: keys.publicKey,
      signingKey: authorityKeys.privateKey,
      signingAlgorithm: EC,
      extensions: [
        new BasicConstraintsExtension(false, undefined, true),
        new KeyUsagesExtension(KeyUsageFlags.digitalSignature, true),
        new ExtendedKeyUsageExtension([SERVER_AUTHENTICATION]),
        new SubjectAlternativeNameExtension([
          ...[...HOSTS, ...names].map((value) => ({ type: 'dns' as const, value })),
          ...ADDRESSES.map((value) => ({ type: 'ip' as const, value })),
        ]),
      ],
    },
    webcrypto,
  );
  const folder = await mkdtemp(join(tmpdir(), 'test-authority-'));
  const caFile = join(folder, 'authority.pem');
  await writeFile(caFile, pem(authority));
  const remove = (): Promise<void> => rm(folder, { recursive: true, force: true });
  const privateKey = KeyObject.from(keys.privateKey);
  const publicKey = KeyObject.from(keys.publicKey).export({ type: 'spki', format: 'der' });
  return {
    ca: pem(authority),
    caFile,
    certificate: pem(certificate),
    key: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    spki: createHash('sha256').update(publicKey).digest('base64'),
    remove,
    [Symbol.asyncDispose]: remove,
  };
}

/** From now on this process trusts the authority, as child processes do through `NODE_EXTRA_CA_CERTS`. */
export function trustInThisProcess(certificates: Pick<TestCertificates, 'ca'>): void {
  setDefaultCACertificates([...getCACertificates('default'), certificates.ca]);
}

function pem(certificate: X509Certificate): string {
  return `${certificate.toString('pem')}\n`;
}
