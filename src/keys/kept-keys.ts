import { insertKeptKey, selectKeptKeys } from './sealing-store.ts';
import type { Clock } from '../base/clock.ts';
import type { SealedPlace, SecretBox } from '../base/secret-box.ts';
import type { Database } from '../db/database.ts';
import { openAndReseal } from '../db/sealed/open-and-reseal.ts';

/**
 * What is keyed by a key derived from the master key and lives for years, so that a replaced master key must not end it. It
 * cannot be keyed anew, for only the person has the code: so the derived key is kept, sealed. Everything else that is keyed
 * so lives for minutes, or is a cookie that is written anew when its browser comes back.
 */
const LASTING = ['recovery code'] as const;

/** Keeps the keys that the older ones of the listed master keys derived. */
export async function keepOldKeys(deps: { db: Database; clock: Clock; secrets: SecretBox }): Promise<void> {
  const { db, clock, secrets } = deps;
  const kept = new Set((await selectKeptKeys(db)).map(({ id }) => id));
  for (const fingerprint of secrets.fingerprints.slice(1)) {
    for (const purpose of LASTING) {
      const id = idOf(purpose, fingerprint);
      const key = secrets.macKey(purpose, fingerprint);
      if (key === undefined || kept.has(id)) continue;
      const sealedKey = secrets.seal(key.toString('base64'), placeOf(id));
      await insertKeptKey(db, { id, sealedKey, createdAt: clock.now() });
    }
  }
}

/** Gives the secrets what is kept of master keys that are listed no more. */
export async function addKeptKeys(deps: { db: Database; secrets: SecretBox }): Promise<void> {
  for (const { id, sealedKey } of await selectKeptKeys(deps.db)) {
    const purpose = LASTING.find((one) => id.startsWith(`${one}/`));
    if (purpose === undefined) continue;
    const key = await openAndReseal(deps, sealedKey, placeOf(id));
    deps.secrets.addMacKey(purpose, Buffer.from(key, 'base64'));
  }
}

/** Whether everything is kept that outlives the master key with this fingerprint. */
export async function isKept({ db }: { db: Database }, fingerprint: string): Promise<boolean> {
  const kept = new Set((await selectKeptKeys(db)).map(({ id }) => id));
  return LASTING.every((purpose) => kept.has(idOf(purpose, fingerprint)));
}

function idOf(purpose: string, fingerprint: string): string {
  return `${purpose}/${fingerprint}`;
}

function placeOf(row: string): SealedPlace {
  return { table: 'kept_key', column: 'sealed_key', row, organization: '' };
}
