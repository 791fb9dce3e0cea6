import type { Actor, AuditEvent, AuditKind, NewAuditEvent } from './audit-event.ts';
import type { AuditEventId, OrganizationId, UserId } from '../base/ids.ts';
import { timeOrderedUuid } from '../base/random.ts';
import type { Database, Transaction } from '../db/database.ts';

/** Appends one event. */
export async function insertEvent(tx: Transaction, event: NewAuditEvent, now: Date): Promise<void> {
  await tx
    .insertInto('auditEvent')
    .values({
      id: timeOrderedUuid(now) as AuditEventId,
      organizationId: event.organizationId,
      occurredAt: now,
      kind: event.kind,
      actorKind: event.actor.kind,
      actorId: event.actor.id,
      actorName: event.actor.name,
      userId: event.userId ?? null,
      loginId: event.loginId ?? null,
      details: JSON.stringify(event.details ?? {}),
    })
    .execute();
}

/** A page of an organization's events, newest first, at most `limit`, older than the event `before`. */
export async function selectEvents(
  db: Database,
  filter: {
    organizationId: OrganizationId;
    userId?: UserId | undefined;
    kind?: AuditKind | undefined;
    before?: AuditEventId | undefined;
    limit: number;
  },
): Promise<AuditEvent[]> {
  let query = db
    .selectFrom('auditEvent')
    .select([
      'id',
      'organizationId',
      'occurredAt',
      'kind',
      'actorKind',
      'actorId',
      'actorName',
      'userId',
      'loginId',
      'details',
    ])
    .where('organizationId', '=', filter.organizationId);
  const { userId, kind, before } = filter;
  if (userId !== undefined) {
    query = query.where((eb) => eb.or([eb('userId', '=', userId), eb('actorId', '=', userId)]));
  }
  if (kind !== undefined) query = query.where('kind', '=', kind);
  if (before !== undefined) query = query.where('id', '<', before);
  const rows = await query.orderBy('id', 'desc').limit(filter.limit).execute();
  return rows.map((row) => ({
    id: row.id,
    organizationId: row.organizationId,
    occurredAt: row.occurredAt,
    kind: row.kind as AuditKind,
    actor: { kind: row.actorKind, id: row.actorId, name: row.actorName } satisfies Actor,
    userId: row.userId,
    loginId: row.loginId,
    details: row.details as Record<string, unknown>,
  }));
}
