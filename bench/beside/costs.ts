import { generateKeyPairSync, sign, type KeyObject } from 'node:crypto';
import { createPasswordHasher } from '../../src/authenticators/password.ts';

/** What single steps cost alone on this machine, microseconds of processor time. */
export interface Costs {
  /** One password hash at the cost that Gatehouse has. */
  argon2id: number;
  rs256: number;
  es256: number;
}

/** As Gatehouse hashes unless `GATEHOUSE_ARGON2` says otherwise. */
const PASSWORD_COST = { memoryKib: 19 * 1024, passes: 2, lanes: 1 };
const HASHES = 24;
const SIGNATURES = 400;

/** Measures them in this process, one after the other, while nothing else is loaded. */
export async function measureCosts(): Promise<Costs> {
  const hasher = createPasswordHasher(PASSWORD_COST);
  await hasher.hash('a calm harbour at dawn');
  const argon2id = await cpuOf(HASHES, async () => void (await hasher.hash('a calm harbour at dawn')));
  const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey;
  const ec = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey;
  return { argon2id, rs256: await signing(rsa), es256: await signing(ec) };
}

async function signing(key: KeyObject): Promise<number> {
  const text = Buffer.alloc(600, 'a');
  return cpuOf(SIGNATURES, () => {
    sign('sha256', text, { key, dsaEncoding: 'ieee-p1363' });
    return Promise.resolve();
  });
}

async function cpuOf(times: number, work: () => Promise<void>): Promise<number> {
  const before = process.cpuUsage();
  for (let done = 0; done < times; done += 1) await work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / times;
}
