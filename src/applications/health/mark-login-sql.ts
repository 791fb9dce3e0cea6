import { sql } from 'kysely';
import type { RowPart } from '../../db/sharing/given-rows.ts';

/**
 * Part of a larger statement: logins into applications worked. Of the applications alone, whoever owns them; of several
 * logins into one the last counts.
 */
export const LOGIN_MARK_PART: RowPart<{ clientId: 'text'; now: 'timestamptz' }> = {
  types: { clientId: 'text', now: 'timestamptz' },
  write: ({ clientId, now }, rows, onlyIf) => sql`
    insert into application_health as health (application_id, organization_id, last_login_at)
    select application.id, application.organization_id, marked.at
    from application, (select ${clientId} as client_id, max(${now}) as at
      from ${rows ?? sql`(select 1) one`} where ${onlyIf} group by 1) marked
    where application.client_id = marked.client_id order by application.id for key share of application
    on conflict (application_id) do update set last_login_at = excluded.last_login_at
    where health.last_login_at < excluded.last_login_at`,
};
