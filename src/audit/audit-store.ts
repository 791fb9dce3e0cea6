import { sql } from 'kysely';
import type { Actor, AuditEvent, AuditKind, NewAuditEvent } from './audit-event.ts';
import { currentOrigin } from './origin.ts';
import type { AuditEventId, OrganizationId, UserId } from '../base/ids.ts';
import { timeOrderedUuid } from '../base/random.ts';
import type { Database } from '../db/database.ts';

/** Appends one event, with the origin of the request as the organization's policy lets it be kept. */
export async function insertEvent(db: Database, event: NewAuditEvent, now: Date): Promise<void> {
  const { network, browser } = currentOrigin();
  await db
    .insertInto('audit_event')
    .values({
      id: timeOrderedUuid(now) as AuditEventId,
      organization_id: event.organizationId,
      occurred_at: now,
      kind: event.kind,
      actor_kind: event.actor.kind,
      actor_id: event.actor.id,
      actor_name: event.actor.name,
      user_id: event.userId ?? null,
      login_id: event.loginId ?? null,
      details: JSON.stringify(event.details ?? {}),
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
    .selectFrom('audit_event')
    .select([
      'id',
      'organization_id',
      'occurred_at',
      'kind',
      'actor_kind',
      'actor_id',
      'actor_name',
      'user_id',
      'login_id',
      'details',
      'browser',
    ])
    .select(sql<string | null>`abbrev(network)`.as('network'))
    .where('organization_id', '=', filter.organizationId);
  const { userId, kind, before } = filter;
  if (userId !== undefined) {
    query = query.where((eb) => eb.or([eb('user_id', '=', userId), eb('actor_id', '=', userId)]));
  }
  if (kind !== undefined) query = query.where('kind', '=', kind);
  if (before !== undefined) query = query.where('id', '<', before);
  const rows = await query.orderBy('id', 'desc').limit(filter.limit).execute();
  return rows.map((row) => ({
    id: row.id,
    organizationId: row.organization_id,
    occurredAt: row.occurred_at,
    kind: row.kind as AuditKind,
    actor: { kind: row.actor_kind, id: row.actor_id, name: row.actor_name } satisfies Actor,
    userId: row.user_id,
    loginId: row.login_id,
    details: row.details as Record<string, unknown>,
    network: row.network,
    browser: row.browser,
  }));
}
