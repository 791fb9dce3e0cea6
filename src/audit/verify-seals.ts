import { digestSeal, hashAt, hashEvent } from './seal.ts';
import { openSealKeys } from './seal-key.ts';
import type { SealKey } from './seal-key.ts';
import { selectNewestSeals, selectSeals, selectStoredEvents, selectWaiting } from './seal-store.ts';
import type { StoredSeal } from './seal-store.ts';
import { searchUnsealed } from './unsealed-events.ts';
import { HOUR, after } from '../base/clock.ts';
import type { Clock, Seconds } from '../base/clock.ts';
import type { AuditEventId, OrganizationId } from '../base/ids.ts';
import type { SecretBox } from '../base/secret-box.ts';
import { timeOfUuid } from '../base/random.ts';
import type { Database } from '../db/database.ts';
import { retainedSince } from '../db/retention.ts';

/** Why a seal or event is not as it was sealed. */
export type SealFault =
  /** A number or segment is missing: a seal was removed. */
  | 'seal-missing'
  /** Digest or link to the segment before is not what the seal says: it was changed or moved. */
  | 'seal-changed'
  /** The signature is not by a key of this service. */
  | 'seal-forged'
  /** An event is gone. */
  | 'event-missing'
  /** An event differs from what was sealed; two that changed places are two of these. */
  | 'event-changed'
  /** An event was inserted without being noted for its seal. */
  | 'event-inserted'
  /** An event claims to be older than seals made before it. */
  | 'event-backdated';

/** The first place where the log is not as it was sealed. */
export interface BrokenSeal {
  fault: SealFault;
  organizationId: OrganizationId | null;
  segment: number | null;
  eventId: AuditEventId | null;
}

/** What a verification found. */
export interface Verification {
  broken: BrokenSeal | null;
  seals: number;
  events: number;
  /** Sealed events that the retention policy deleted since. */
  retired: number;
  /** Events that are not sealed yet. */
  waiting: { count: number; since: Date | null };
  /** The last seal: kept outside, it shows whether the newest seals were cut off. */
  last: { number: number; digest: string } | null;
}

const PAGE = 100;
/** An event is sealed seconds after it is committed; no transaction is open for so long. */
const LATEST: Seconds = HOUR;

/**
 * Verifies every seal and every sealed event, in the order they were sealed, and stops at the first that is not as it was
 * sealed. Needs the master key: it alone says which signing keys are this service's. An event older than the retention
 * policy keeps may be gone: its seal stays, signed, and its id tells its time (UUIDv7, RFC 9562 5.7).
 */
export async function verifySeals(deps: { db: Database; clock: Clock; secrets: SecretBox }): Promise<Verification> {
  const keys = await openSealKeys(deps);
  const chains = new Map<OrganizationId, StoredSeal>();
  let last: StoredSeal | undefined;
  let seals = 0;
  let events = 0;
  let retired = 0;
  let broken: BrokenSeal | null = null;
  const keptSince = await retainedSince(deps, 'audit');
  const unsealed = searchUnsealed(deps.db);
  for (;;) {
    const page = await selectSeals(deps.db, last?.number ?? 0, PAGE);
    for (const seal of page) {
      const before = chains.get(seal.organizationId);
      broken = faultOfSeal(keys, seal, last, before);
      if (broken !== null) break;
      const found = await verifyEvents(deps.db, seal, before, keptSince);
      broken = found.broken;
      if (broken !== null) break;
      retired += found.retired;
      chains.set(seal.organizationId, seal);
      last = seal;
      seals += 1;
      events += seal.eventIds.length;
    }
    if (broken !== null) break;
    await unsealed.pass(page);
    if (page.length < PAGE) break;
  }
  if (broken === null) {
    const inserted = await unsealed.finish();
    if (inserted !== undefined) {
      broken = {
        fault: 'event-inserted',
        organizationId: inserted.organizationId,
        segment: null,
        eventId: inserted.id,
      };
    }
  }
  const head = last === undefined ? null : { number: last.number, digest: last.digest.toString('hex') };
  return { broken, seals, events, retired, waiting: await selectWaiting(deps.db), last: head };
}

function faultOfSeal(
  keys: ReadonlyMap<string, SealKey>,
  seal: StoredSeal,
  last: StoredSeal | undefined,
  before: StoredSeal | undefined,
): BrokenSeal | null {
  const broken = (fault: SealFault): BrokenSeal => ({
    fault,
    organizationId: seal.organizationId,
    segment: seal.segment,
    eventId: null,
  });
  const digest = digestSeal(seal);
  if (!digest.equals(seal.digest)) return broken('seal-changed');
  if (keys.get(seal.keyId)?.verify(digest, seal.signature) !== true) return broken('seal-forged');
  if (seal.number !== (last?.number ?? 0) + 1 || seal.segment !== (before?.segment ?? 0) + 1) {
    return broken('seal-missing');
  }
  const linked = before === undefined ? seal.previous === null : seal.previous?.equals(before.digest) === true;
  return linked ? null : broken('seal-changed');
}

async function verifyEvents(
  db: Database,
  seal: StoredSeal,
  before: StoredSeal | undefined,
  keptSince: Date,
): Promise<{ broken: BrokenSeal | null; retired: number }> {
  const { organizationId, segment } = seal;
  const stored = await selectStoredEvents(db, organizationId, seal.eventIds);
  const oldest = before === undefined ? undefined : after(before.sealedAt, -LATEST).toISOString();
  let retired = 0;
  for (const [place, eventId] of seal.eventIds.entries()) {
    const event = stored.get(eventId);
    const broken = (fault: SealFault) => ({ broken: { organizationId, segment, eventId, fault }, retired });
    if (event === undefined) {
      if (timeOfUuid(eventId) >= keptSince) return broken('event-missing');
      retired += 1;
    } else {
      if (!hashEvent(organizationId, event).equals(hashAt(seal, place))) return broken('event-changed');
      if (oldest !== undefined && event.occurredAt < oldest) return broken('event-backdated');
    }
  }
  return { broken: null, retired };
}

/** Where the audit log of an organization stands. Kept outside, it shows whether the newest seals were cut off since. */
export interface AuditCheckpoint {
  organizationId: OrganizationId;
  /** Of its newest seal, among those of all organizations. */
  number: number;
  /** SHA-256 of that seal, hexadecimal. */
  digest: string;
}

/** Where the audit logs of all organizations stand. */
export async function findCheckpoints(deps: { db: Database }): Promise<AuditCheckpoint[]> {
  const seals = await selectNewestSeals(deps.db);
  return seals.map(({ organizationId, number, digest }) => ({
    organizationId,
    number,
    digest: digest.toString('hex'),
  }));
}
