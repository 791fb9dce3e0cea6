import { sql } from 'kysely';
import type { RawBuilder } from 'kysely';

/** SQL for a client ID that is the URL of a document; those of registered applications have no colon. */
export function isOfDocument(clientId: RawBuilder<unknown>): RawBuilder<boolean> {
  return sql<boolean>`${clientId} like 'https://%'`;
}

/**
 * SQL for whether people of the organization `home` may log in to an application that nobody registered, for a statement that
 * has the organization in scope as `scope`: the switch is on, it is not blocked, and the token is about their own organization.
 */
export function isTakenAtHome(clientId: RawBuilder<unknown>): RawBuilder<boolean> {
  return sql<boolean>`(home.unregistered_applications and scope.id = home.id and not exists (
    select 1 from unregistered_application ua
    where ua.organization_id = home.id and ua.client_id = ${clientId} and ua.blocked_at is not null))`;
}
