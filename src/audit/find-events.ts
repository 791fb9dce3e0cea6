import { AUDIT_KINDS } from './audit-event.ts';
import type { AuditEvent, AuditKind } from './audit-event.ts';
import { selectEvents } from './audit-store.ts';
import type { AuditEventId, OrganizationId, UserId } from '../base/ids.ts';
import type { Database } from '../db/database.ts';

/** A page of an organization's events, the newest first. Callers check who may read them. */
export async function findEvents(
  deps: { db: Database },
  filter: {
    organizationId: OrganizationId;
    /** About this user, or by it. */
    userId?: UserId | undefined;
    kind?: AuditKind | undefined;
    /** The last event of the page before. */
    before?: AuditEventId | undefined;
    limit: number;
  },
): Promise<AuditEvent[]> {
  return selectEvents(deps.db, filter);
}

/** Reads the name of a kind of event; undefined when there is none of that name. */
export function readAuditKind(text: string): AuditKind | undefined {
  return AUDIT_KINDS.find((kind) => kind === text);
}
