import { sql } from 'kysely';
import type { RawBuilder } from 'kysely';
import type { NewAuditEvent } from './audit-event.ts';
import { currentOrigin } from './origin.ts';
import { toStorableJson } from '../base/outside-text.ts';
import { timeOrderedUuid } from '../base/random.ts';

/** Part of a larger statement: inserts an audit event, with the origin of the request, where `onlyIf` holds. */
export function insertEvent(now: Date, event: NewAuditEvent, onlyIf: RawBuilder<unknown>): RawBuilder<unknown> {
  const { network, browser } = currentOrigin();
  return sql`insert into audit_event
    (id, organization_id, occurred_at, kind, actor_kind, actor_id, actor_name, user_id, login_id, details,
      network, browser)
    select ${timeOrderedUuid(now)}::uuid, ${event.organizationId}::uuid, ${now}::timestamptz, ${event.kind},
      ${event.actor.kind}, ${event.actor.id}::uuid, ${event.actor.name}, ${event.userId ?? null}::uuid,
      ${event.loginId ?? null}::uuid, ${toStorableJson(event.details ?? {})}::jsonb,
      gatehouse_audit_network(${event.organizationId}::uuid, ${network}::inet), ${browser}
    where ${onlyIf}`;
}
