import { sql } from 'kysely';
import type { RawBuilder } from 'kysely';
import type { OrganizationId, UserId } from '../base/ids.ts';

/** Part of a larger statement: whether a user has a reset or recovery link that a login would revoke. */
export function hasOpenLink(user: { organizationId: OrganizationId; id: UserId }): RawBuilder<boolean> {
  return sql<boolean>`exists (select 1 from reset_link where organization_id = ${user.organizationId}
    and user_id = ${user.id} and used_at is null and revoked_at is null)`;
}
