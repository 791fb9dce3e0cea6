import 'reflect-metadata'; // what @peculiar/x509 stands on; must come before it
import { createHash, KeyObject, randomBytes, webcrypto } from 'node:crypto';
import { X509CertificateGenerator } from '@peculiar/x509';
import { exportJWK, type JWK } from 'jose';
import type { SigningKey } from '../faults/token-faults.ts';

/** The directory of personal accounts; its key stands in everybody's key set. */
export const PERSONAL_DIRECTORY = '9188040d-6c67-4c5b-b112-36a304b66dad';

interface CertifiedKey extends SigningKey {
  jwk: JWK;
  /** Whose key it is: `{tenantid}` is replaced by the directory that is asked. */
  issuerPath: string;
  cloud: string;
}

/** The published keys: two of the service, one of another cloud, one of personal accounts. */
export interface KeySet {
  /** Signs; the first of the service's own. */
  current(): SigningKey;
  foreign: ReadonlyMap<string, SigningKey>;
  /** The document at `discovery/v2.0/keys`, in random order. */
  published(origin: string): { keys: JWK[] };
  /** A new key signs from now on; the ones before stay published only if asked. */
  rotate(keepOld: boolean): Promise<void>;
}

const RSA = {
  name: 'RSASSA-PKCS1-v1_5',
  hash: 'SHA-256',
  modulusLength: 2048,
  publicExponent: new Uint8Array([1, 0, 1]),
};

async function makeKey(subject: string, issuerPath: string, cloud: string): Promise<CertifiedKey> {
  const keys = await webcrypto.subtle.generateKey(RSA, true, ['sign', 'verify']);
  const notBefore = new Date();
  const notAfter = new Date(notBefore.getTime() + 5 * 365 * 86_400_000);
  const name = `CN=${subject}`;
  const serialNumber = `01${randomBytes(15).toString('hex')}`;
  const certificate = await X509CertificateGenerator.createSelfSigned(
    { serialNumber, name, notBefore, notAfter, keys, signingAlgorithm: RSA },
    webcrypto,
  );
  const der = Buffer.from(certificate.rawData);
  const thumbprint = createHash('sha1').update(der).digest('base64url');
  const { n, e } = await exportJWK(keys.publicKey);
  return {
    kid: thumbprint,
    privateKey: KeyObject.from(keys.privateKey),
    // no `alg` member, as at Microsoft
    jwk: {
      kty: 'RSA',
      use: 'sig',
      kid: thumbprint,
      x5t: thumbprint,
      ...(n === undefined ? {} : { n }),
      ...(e === undefined ? {} : { e }),
      x5c: [der.toString('base64')],
    },
    issuerPath,
    cloud,
  };
}

export async function createKeySet(): Promise<KeySet> {
  const makeOwn = (): Promise<CertifiedKey> =>
    makeKey('accounts.accesscontrol.windows.net', '{tenantid}', 'microsoftonline.com');
  let own: CertifiedKey[] = await Promise.all([makeOwn(), makeOwn()]);
  const personal = await makeKey('Live ID STS Signing Public Key', PERSONAL_DIRECTORY, 'microsoftonline.com');
  const foreignCloud = await makeKey('login.microsoftonline.us', '{tenantid}', 'microsoftonline.us');
  return {
    current: () => {
      const [first] = own;
      if (first === undefined) throw new Error('no signing key');
      return first;
    },
    foreign: new Map([
      ['personal', personal],
      ['foreign-cloud', foreignCloud],
    ]),
    published: (origin) => ({
      keys: [...own, personal, foreignCloud]
        .map(({ jwk, issuerPath, cloud }) => ({
          ...jwk,
          issuer: `${origin}/${issuerPath}/v2.0`,
          cloud_instance_name: cloud,
        }))
        .sort(() => Math.random() - 0.5),
    }),
    async rotate(keepOld) {
      own = [await makeOwn(), ...(keepOld ? own : [await makeOwn()])];
    },
  };
}
