import { sql } from 'kysely';
import type { RawBuilder } from 'kysely';

/**
 * Whether an organization or one above it is suspended.
 * @param path SQL for the organization's path (`/<id>/<id>/`)
 */
export function isSuspended(path: RawBuilder<unknown>): RawBuilder<boolean> {
  return sql<boolean>`exists (
    select 1 from organization above
    where above.id = any (string_to_array(trim(both '/' from ${path}), '/')::uuid[]) and above.suspended_at is not null)`;
}
