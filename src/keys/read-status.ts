import { isKept } from './kept-keys.ts';
import { selectSealingProgress } from './sealing-store.ts';
import { selectSigningKeys } from './signing-key-store.ts';
import { endOf } from './signing-keys.ts';
import type { SigningAlgorithm, SigningKeyState } from './signing-keys.ts';
import type { SecretBox } from '../base/secret-box.ts';
import type { Database } from '../db/database.ts';
import { countSealed } from '../db/sealed/seal-anew.ts';

export interface SigningKeyStatus {
  kid: string;
  algorithm: SigningAlgorithm;
  state: SigningKeyState;
  /** When it came into that state. */
  since: Date;
  /** When it leaves it: a next key signs, an old one is removed; null where that is not set. */
  until: Date | null;
}

export interface KeyStatus {
  signingKeys: SigningKeyStatus[];
  masterKeys: MasterKeyStatus[];
  /** Values that none of the listed master keys sealed. */
  closed: number;
}

export interface MasterKeyStatus {
  fingerprint: string;
  newest: boolean;
  /** How many values it sealed; null where it cannot be told from another listed key (one pair in 256). */
  values: number | null;
  /** Whether nothing needs it any longer: it may be removed. */
  unused: boolean;
  /** Of the newest: how many values the job sealed over to it so far. */
  sealedOver: number;
}

/** The signing keys there are, with their times; without a secret. */
export async function readSigningKeyStatus({ db }: { db: Database }): Promise<SigningKeyStatus[]> {
  return (await selectSigningKeys(db)).map((key) => ({
    kid: key.kid,
    algorithm: key.algorithm,
    state: key.state,
    since: key.changedAt,
    until: endOf(key),
  }));
}

/** Signing keys with their times, and how many values each master key still holds. Counts whole tables: for commands. */
export async function readKeyStatus(deps: { db: Database; secrets: SecretBox }): Promise<KeyStatus> {
  const { db, secrets } = deps;
  const signingKeys = await readSigningKeyStatus(deps);
  const counts = await countSealed(deps);
  const versions = secrets.fingerprints.map((fingerprint) => fingerprint.slice(0, 2));
  const newest = secrets.fingerprints[0]!;
  const progress = await selectSealingProgress(db, newest);
  const masterKeys: MasterKeyStatus[] = [];
  for (const [place, fingerprint] of secrets.fingerprints.entries()) {
    const version = versions[place]!;
    const isAlone = versions.filter((one) => one === version).length === 1;
    const values = isAlone ? (counts.get(version) ?? 0) : null;
    masterKeys.push({
      fingerprint,
      newest: place === 0,
      values,
      unused: place > 0 && values === 0 && (await isKept(deps, fingerprint)),
      sealedOver: place > 0 ? 0 : progress.reduce((sum, { sealedCount }) => sum + sealedCount, 0),
    });
  }
  const closed = [...counts]
    .filter(([version]) => !versions.includes(version))
    .reduce((sum, [, count]) => sum + count, 0);
  return { signingKeys, masterKeys, closed };
}
