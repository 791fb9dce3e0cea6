import { sql } from 'kysely';
import type { RawBuilder } from 'kysely';

/** Part of a larger statement: a login into an application worked. Of the application alone, whoever owns it. */
export function markLogin(clientId: string, now: Date, onlyIf: RawBuilder<unknown>): RawBuilder<unknown> {
  return sql`insert into application_health as health (application_id, organization_id, last_login_at)
    select application.id, application.organization_id, ${now}::timestamptz
    from application where application.client_id = ${clientId} and ${onlyIf} for key share
    on conflict (application_id) do update set last_login_at = excluded.last_login_at
    where health.last_login_at < excluded.last_login_at`;
}
