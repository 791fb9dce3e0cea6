import { sql } from 'kysely';
import type { Actor, AuditEvent, AuditKind, NewAuditEvent } from './audit-event.ts';
import { currentOrigin } from './origin.ts';
import type { AuditEventId, OrganizationId, UserId } from '../base/ids.ts';
import { timeOrderedUuid } from '../base/random.ts';
import { toStorableJson } from '../base/outside-text.ts';
import type { Database, Transaction } from '../db/database.ts';

/** Appends one event, with the origin of the request as the organization's policy lets it be kept. */
export async function insertEvent(tx: Transaction, event: NewAuditEvent, now: Date): Promise<void> {
  const { network, browser } = currentOrigin();
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
      details: toStorableJson(event.details ?? {}),
      network: sql`gatehouse_audit_network(${event.organizationId}::uuid, ${network}::inet)`,
      browser,
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
      'browser',
    ])
    .select(sql<string | null>`abbrev(network)`.as('network'))
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
    network: row.network,
    browser: row.browser,
  }));
}
