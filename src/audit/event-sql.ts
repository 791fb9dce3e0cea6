import { sql } from 'kysely';
import type { RawBuilder } from 'kysely';
import type { NewAuditEvent } from './audit-event.ts';
import { currentOrigin } from './origin.ts';
import { toStorableJson } from '../base/outside-text.ts';
import { timeOrderedUuid } from '../base/random.ts';
import { parametersFor } from '../db/compiled-statement.ts';
import type { Values } from '../db/compiled-statement.ts';
import { fromRows } from '../db/sharing/given-rows.ts';
import type { RowPart } from '../db/sharing/given-rows.ts';

const EVENT = {
  id: 'uuid',
  organizationId: 'uuid',
  occurredAt: 'timestamptz',
  kind: 'text',
  actorKind: 'text',
  actorId: 'uuid',
  actorName: 'text',
  userId: 'uuid',
  loginId: 'uuid',
  details: 'jsonb',
  network: 'inet',
  browser: 'text',
} as const;

/** Part of a larger statement: inserts audit events. */
export const EVENT_PART: RowPart<typeof EVENT> = {
  types: EVENT,
  write: (v, rows, onlyIf) => sql`insert into audit_event
    (id, organization_id, occurred_at, kind, actor_kind, actor_id, actor_name, user_id, login_id, details,
      network, browser)
    select ${v.id}, ${v.organizationId}, ${v.occurredAt}, ${v.kind}, ${v.actorKind}, ${v.actorId}, ${v.actorName},
      ${v.userId}, ${v.loginId}, ${v.details}, gatehouse_audit_network(${v.organizationId}, ${v.network}), ${v.browser}
    ${fromRows(rows)} where ${onlyIf}`,
};

/** The row of an event, with the origin of the running request. */
export function eventRow(now: Date, event: NewAuditEvent): Values<typeof EVENT> {
  const { network, browser } = currentOrigin();
  return {
    id: timeOrderedUuid(now),
    organizationId: event.organizationId,
    occurredAt: now,
    kind: event.kind,
    actorKind: event.actor.kind,
    actorId: event.actor.id,
    actorName: event.actor.name,
    userId: event.userId ?? null,
    loginId: event.loginId ?? null,
    details: toStorableJson(event.details ?? {}),
    network,
    browser,
  };
}

/** Part of a larger statement: inserts an audit event where `onlyIf` holds. */
export function insertEvent(now: Date, event: NewAuditEvent, onlyIf: RawBuilder<unknown>): RawBuilder<unknown> {
  return EVENT_PART.write({ ...parametersFor(EVENT, eventRow(now, event)), n: sql`1` }, null, onlyIf);
}
