import { selectEventIds, selectUnsealed } from './seal-store.ts';
import type { StoredSeal } from './seal-store.ts';
import type { AuditEventId, OrganizationId } from '../base/ids.ts';
import type { Database } from '../db/database.ts';

/** An event by its id, and whose log it stands in. */
export interface PlacedEvent {
  id: AuditEventId;
  organizationId: OrganizationId;
}

/** Looks for events that no seal covers, while the seals are read in order. */
export interface UnsealedSearch {
  /** Takes the next page of seals. */
  pass(seals: readonly StoredSeal[]): Promise<void>;
  /** The oldest event that no seal covers and that does not wait for one either: it was inserted past the trigger. */
  finish(): Promise<PlacedEvent | undefined>;
}

const PAGE = 5000;
const FIRST = '00000000-0000-0000-0000-000000000000' as AuditEventId;
const LAST = 'ffffffff-ffff-ffff-ffff-ffffffffffff' as AuditEventId;

/**
 * Reads the log beside its seals, both a page at a time: a log of many million events fits neither in memory nor in one
 * statement. Both are in the order of time but for transactions that were open while others were sealed; only those are
 * kept in between.
 */
export function searchUnsealed(db: Database): UnsealedSearch {
  /** Events read, of which no seal was seen yet. */
  const uncovered = new Map<AuditEventId, OrganizationId>();
  let readTo = FIRST;
  let lastSeal = 0;

  async function readOn(to: AuditEventId, covered: ReadonlyMap<AuditEventId, OrganizationId>): Promise<void> {
    while (readTo < to) {
      const page = await selectEventIds(db, { after: readTo, to }, PAGE);
      for (const { id, organizationId } of page) {
        if (covered.get(id) !== organizationId) uncovered.set(id, organizationId);
      }
      readTo = page.length < PAGE ? to : page.at(-1)!.id;
    }
  }

  return {
    async pass(seals) {
      const covered = new Map<AuditEventId, OrganizationId>();
      let newest = readTo;
      for (const { organizationId, eventIds, number } of seals) {
        for (const id of eventIds) {
          if (uncovered.get(id) === organizationId) uncovered.delete(id);
          covered.set(id, organizationId);
          if (id > newest) newest = id;
        }
        lastSeal = number;
      }
      await readOn(newest, covered);
    },

    async finish() {
      await readOn(LAST, new Map());
      const ids = [...uncovered.keys()].toSorted();
      for (let start = 0; start < ids.length; start += PAGE) {
        const found = await selectUnsealed(db, ids.slice(start, start + PAGE), lastSeal);
        if (found !== undefined) return found;
      }
      return undefined;
    },
  };
}
