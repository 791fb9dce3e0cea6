import { sql } from 'kysely';
import type { Actor, AuditEvent, AuditKind, NewAuditEvent } from './audit-event.ts';
import { currentOrigin } from './origin.ts';
import type { AuditEventId, OrganizationId, UserId } from '../base/ids.ts';
import { timeOrderedUuid } from '../base/random.ts';
import { toStorableJson } from '../base/outside-text.ts';
import type { Database, Transaction } from '../db/database.ts';

const COLUMNS = [
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
] as const;

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
  const { userId, kind, before, limit } = filter;
  let query = db
    .selectFrom('auditEvent')
    .select(COLUMNS)
    .select(sql<string | null>`abbrev(network)`.as('network'))
    .where('organizationId', '=', filter.organizationId);
  if (kind !== undefined) query = query.where('kind', '=', kind);
  // Written out, as the index of kinds has it: the one kind of every silent login is not in there.
  if (kind !== undefined && kind !== 'token.issued') query = query.where(sql<boolean>`kind <> 'token.issued'`);
  if (before !== undefined) query = query.where('id', '<', before);
  query = query.orderBy('id', 'desc').limit(limit);
  // Two indexes in their order, each read as far as the page: of one condition with "or" every event would be read.
  const about = db.selectFrom(query.where('userId', '=', userId ?? null).as('about')).selectAll();
  const by = db.selectFrom(
    query
      .where('actorId', '=', userId ?? null)
      .where(sql<boolean>`actor_id is distinct from user_id`)
      .as('by'),
  );
  const either = db.selectFrom(about.unionAll(by.selectAll()).as('either')).selectAll().orderBy('id', 'desc');
  const rows = await (userId === undefined ? query : either.limit(limit)).execute();
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

/** Deletes at most so many of the oldest events before an instant, over all organizations; returns how many. */
export async function deleteEventsBefore(db: Database, before: Date, most: number): Promise<number> {
  // The service may only read and append: the function deletes with its owner's rights, and never the last 90 days.
  const { rows } = await sql<{ deleted: number }>`
    select gatehouse_delete_audit_events(${before}, ${most}::int) as deleted`.execute(db);
  return rows[0]?.deleted ?? 0;
}
