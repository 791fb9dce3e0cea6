import { digestSeal, hashEvent } from './seal.ts';
import type { Seal } from './seal.ts';
import { loadSealKey } from './seal-key.ts';
import type { SealKey } from './seal-key.ts';
import {
  insertSeal,
  lockSealing,
  selectLastSeal,
  selectPendingOrganizations,
  takePendingEvents,
} from './seal-store.ts';
import type { Clock } from '../base/clock.ts';
import type { OrganizationId } from '../base/ids.ts';
import type { SecretBox } from '../base/secret-box.ts';
import { inTransaction } from '../db/database.ts';
import type { Database, Inside } from '../db/database.ts';

/** Most events of one segment: 1,000 are hashed in about 10 ms. */
const LONGEST_SEGMENT = 1000;
/** Most organizations of one transaction. */
const MOST_AT_ONCE = 100;

interface Deps {
  db: Database;
  clock: Clock;
  secrets: SecretBox;
}

/** Seals every event that waits; one segment for each organization and transaction. For a job that recurs. */
export async function sealPending(deps: Deps): Promise<void> {
  for (;;) {
    const sealed = await inTransaction(deps, sealSome);
    if (sealed === 0) return;
  }
}

/** @returns how many segments were sealed; 0 also while another process seals */
async function sealSome(deps: Inside<Deps>): Promise<number> {
  const waiting = await selectPendingOrganizations(deps.db, MOST_AT_ONCE);
  if (waiting.length === 0 || !(await lockSealing(deps.db))) return 0;
  const key = await loadSealKey(deps);
  let sealed = 0;
  for (const organizationId of waiting) sealed += (await sealSegment(deps, key, organizationId)) ? 1 : 0;
  return sealed;
}

async function sealSegment(deps: Inside<Deps>, key: SealKey, organizationId: OrganizationId): Promise<boolean> {
  const events = await takePendingEvents(deps.db, organizationId, LONGEST_SEGMENT);
  if (events.length === 0) return false;
  const last = await selectLastSeal(deps.db, organizationId);
  const seal: Seal = {
    number: last.number + 1,
    organizationId,
    segment: last.segment + 1,
    eventIds: events.map(({ id }) => id),
    eventHashes: Buffer.concat(events.map((event) => hashEvent(organizationId, event))),
    previous: last.digest,
    sealedAt: deps.clock.now(),
  };
  const digest = digestSeal(seal);
  await insertSeal(deps.db, { ...seal, digest, keyId: key.id, signature: key.sign(digest) });
  return true;
}
