/*
 * The seal of the audit log: nobody changes, removes, inserts or reorders events unseen, not even with the rights of the
 * database's superuser, unless they also have the master key.
 *
 *   audit_event ── trigger ──> audit_pending ── sealPending (job, every 3 s) ──> audit_seal
 *
 * An event is not chained where it is recorded: that would make logins of one organization wait for each other. A seal covers
 * one segment: the events of one organization that were committed since the seal before. Its digest covers number,
 * organization, segment, previous digest, time, ids and hashes, and is signed (Ed25519, RFC 8032). Segments of an organization
 * are a chain by `previous`; numbers count all seals without a gap, so that the end of a chain cannot be cut off unseen. The
 * newest seals of the whole service can be: compare what `audit verify` prints with what it printed before.
 *
 * seal.ts         hashes and digests: what exactly is sealed
 * seal-key.ts     the signing key, private part sealed under the master key
 * seal-store.ts   the SQL
 * seal-events.ts  sealPending: seals what waits
 * verify-seals.ts verifySeals: finds the first event or seal that is not as it was sealed
 * unsealed-events.ts searchUnsealed: finds the event that no seal covers
 */
import { createHash } from 'node:crypto';
import type { AuditEventId, OrganizationId } from '../base/ids.ts';

/** An event exactly as the database has it, each value as text. */
export interface StoredEvent {
  id: AuditEventId;
  /** ISO 8601, UTC, microseconds. */
  occurredAt: string;
  kind: string;
  actorKind: string;
  actorId: string | null;
  actorName: string | null;
  userId: string | null;
  loginId: string | null;
  network: string | null;
  browser: string | null;
  details: unknown;
}

/** What one seal says. */
export interface Seal {
  /** From 1, without a gap over all organizations. */
  number: number;
  organizationId: OrganizationId;
  /** From 1, without a gap in the organization. */
  segment: number;
  eventIds: AuditEventId[];
  /** SHA-256 of each event, 32 bytes each. */
  eventHashes: Buffer;
  /** Digest of the segment before; null for the first. */
  previous: Buffer | null;
  sealedAt: Date;
}

/** Bytes of a hash. */
export const HASH_LENGTH = 32;

/** SHA-256 of an event of an organization: a JSON array of every column in a fixed order, names inside objects sorted. */
export function hashEvent(organizationId: OrganizationId, event: StoredEvent): Buffer {
  const { id, occurredAt, kind, actorKind, actorId, actorName, userId, loginId, network, browser } = event;
  const columns = [
    id,
    organizationId,
    occurredAt,
    kind,
    actorKind,
    actorId,
    actorName,
    userId,
    loginId,
    network,
    browser,
  ];
  return createHash('sha256')
    .update(JSON.stringify(['event 1', ...columns, sorted(event.details)]))
    .digest();
}

/** The digest that is signed. */
export function digestSeal(seal: Seal): Buffer {
  const { number, organizationId, segment, eventIds, eventHashes, previous, sealedAt } = seal;
  const hashes = eventHashes.toString('hex');
  const facts = [number, organizationId, segment, previous?.toString('hex') ?? null, sealedAt.toISOString()];
  return createHash('sha256')
    .update(JSON.stringify(['seal 1', ...facts, eventIds, hashes]))
    .digest();
}

/** The hash of the event at a place in the seal. */
export function hashAt(seal: Pick<Seal, 'eventHashes'>, place: number): Buffer {
  return seal.eventHashes.subarray(place * HASH_LENGTH, (place + 1) * HASH_LENGTH);
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  const names = Object.keys(value).toSorted();
  return names.map((name) => [name, sorted((value as Record<string, unknown>)[name])]).concat([['{}', names.length]]);
}
