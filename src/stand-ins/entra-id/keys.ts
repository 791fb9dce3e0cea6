import { createHash, generateKeyPair } from 'node:crypto';
import { promisify } from 'node:util';
import { exportJWK, type JWK } from 'jose';
import { after, DAY, systemClock } from '../../base/clock.ts';
import { randomUint16 } from '../../base/random.ts';
import { selfSignedCertificate } from '../self-signed-certificate.ts';
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

const generateKey = promisify(generateKeyPair);

async function makeKey(subject: string, issuerPath: string, cloud: string): Promise<CertifiedKey> {
  const { privateKey, publicKey } = await generateKey('rsa', { modulusLength: 2048 });
  const from = systemClock.now();
  const certificate = selfSignedCertificate(privateKey, subject, { from, until: after(from, 5 * 365 * DAY) });
  const thumbprint = createHash('sha1').update(certificate.raw).digest('base64url');
  const { n = '', e = '' } = await exportJWK(publicKey);
  // no `alg` member, as at Microsoft
  const x5c = [certificate.raw.toString('base64')];
  const jwk = { kty: 'RSA', use: 'sig', kid: thumbprint, x5t: thumbprint, n, e, x5c };
  return { kid: thumbprint, privateKey, jwk, issuerPath, cloud };
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
        .toSorted(() => randomUint16() - randomUint16()),
    }),
    async rotate(keepOld) {
      own = [await makeOwn(), ...(keepOld ? own : [await makeOwn()])];
    },
  };
}
