import { byKey, pageFrom, readCursor } from './cursor.ts';
import type { Handler } from './handler.ts';
import { userNameOut } from './present.ts';
import type { Actor } from '../../audit/audit-event.ts';
import { findEvents, readAuditKind } from '../../audit/find-events.ts';
import { AppError } from '../../base/errors.ts';
import { fieldError } from '../../base/field-errors.ts';
import { formatId, parseId } from '../../base/ids.ts';
import type { ApiTokenId, AuditEventId, UserId } from '../../base/ids.ts';
import { requireAccess } from '../../organizations/access.ts';
import { findOrganization } from '../../organizations/find-organization.ts';
import { findUsers } from '../../users/find-users.ts';

/** *Audit*, the newest first. */
export const listAuditEvents: Handler<'listAuditEvents'> = async ({ deps, caller, params, query }) => {
  const found = await findOrganization(deps, parseId('org', params.organizationId));
  const organization = requireAccess(caller, 'read-audit', found);
  const kind = query.kind === undefined ? undefined : readAuditKind(query.kind);
  if (query.kind !== undefined && kind === undefined) {
    throw new AppError('input.malformed', { fields: [fieldError('kind', 'event-kind')] });
  }
  const events = await findEvents(deps, {
    organizationId: organization.id,
    userId: query.userId === undefined ? undefined : parseId('usr', query.userId),
    kind,
    before: readCursor(byKey, query.cursor)?.[0] as AuditEventId | undefined,
    limit: query.limit + 1,
  });
  const about = events.map((event) => event.userId).filter((id) => id !== null);
  const users = await findUsers(deps, organization.id, [...new Set(about)]);
  return pageFrom(events, query.limit, {
    total: null,
    place: (event) => [event.id],
    item: (event) => {
      const user = event.userId === null ? undefined : users.get(event.userId);
      return {
        id: formatId('evt', event.id),
        occurredAt: event.occurredAt.toISOString(),
        kind: event.kind,
        actor: { kind: event.actor.kind, id: actorId(event.actor), name: event.actor.name },
        user: user === undefined ? null : userNameOut(user),
        network: event.network,
        browser: event.browser,
        details: event.details,
      };
    },
  });
};

function actorId(actor: Actor): string | null {
  if (actor.id === null) return null;
  if (actor.kind === 'user') return formatId('usr', actor.id as UserId);
  return actor.kind === 'api-token' ? formatId('tok', actor.id as ApiTokenId) : null;
}
