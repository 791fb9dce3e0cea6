import { sql } from 'kysely';
import type { RawBuilder } from 'kysely';

/**
 * Rows of `connection` that people can log in by, as `find-login-method` decides it: those in force, and the one before while
 * that is a pilot, or unconfirmed.
 */
export function inUseSql(now: Date): RawBuilder<boolean> {
  return sql<boolean>`(connection.state in ('unconfirmed', 'active') or connection.id in (
    select before.id from connection in_force
      join organization on organization.id = in_force.organization_id
      cross join lateral (
        select kept.id, kept.method from connection kept
        where kept.organization_id = in_force.organization_id and kept.state = 'previous'
          and kept.previous_until >
            case when in_force.pilot_percent is null and in_force.pilot_user_ids is null then ${now}::timestamptz else in_force.configured_at end
        order by kept.previous_until desc, kept.configured_at desc limit 1
      ) before
    where in_force.state in ('unconfirmed', 'active') and before.method = organization.previous_method
      and (in_force.pilot_percent is not null or in_force.pilot_user_ids is not null
        or (in_force.state = 'unconfirmed' and in_force.unconfirmed_until > ${now}::timestamptz))))`;
}
