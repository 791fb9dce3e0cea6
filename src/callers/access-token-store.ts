import { sql } from 'kysely';
import { DAY, after, utcDay } from '../base/clock.ts';
import type { OrganizationId, UserId } from '../base/ids.ts';
import type { Database } from '../db/database.ts';
import { mayLogInSql } from '../users/may-log-in-sql.ts';
import type { ConsoleRole } from '../organizations/access.ts';

/** The user of an access token of the console, with session and role as they are now. */
export interface TokenHolder {
  userId: UserId;
  email: string;
  name: string | null;
  consoleRole: ConsoleRole | null;
  organizationId: OrganizationId;
  organizationPath: string;
  factorAt: Date | null;
}

/**
 * Resolves an access token and enters the api role at the holder's organization, in one statement: the first of the
 * request's transaction. Rights are read, never taken from the token: an ended session, a disabled user, a lowered role and
 * a suspended organization count at once. Looked up by token hash; the row names the organization.
 */
export async function enterAsTokenHolder(
  tx: Database,
  token: { hash: Buffer; clientId: string; audience: string },
  now: Date,
): Promise<TokenHolder | undefined> {
  const days = [utcDay(now), utcDay(after(now, -DAY))];
  const { rows } = await sql<TokenHolder>`
    with holder as materialized (
      select u.id as user_id, u.email, u.name, u.console_role, home.id as organization_id,
        home.path as organization_path, s.factor_at
      from oidc_access_token t
        join session s on s.uid = t.session_uid and s.user_id = t.user_id
        join app_user u on u.id = t.user_id
        join organization home on home.id = u.organization_id
      where t.created_on = any (${days}::date[]) and t.token_hash = ${token.hash} and t.expires_at > ${now}
        and t.client_id = ${token.clientId} and t.payload ->> 'aud' = ${token.audience}
        and s.expires_at > ${now} and s.idle_expires_at > ${now}
        and u.status = 'verified' and ${mayLogInSql('u', sql`home.path`, now)}
        and not exists (select from oidc_ended ended where ended.subject_id = t.family_id)
    )
    select holder.*, set_config('gatehouse.organization_path', holder.organization_path, true) as path,
      set_config('role', current_setting('gatehouse.api_role'), true) as role
    from holder`.execute(tx);
  return rows[0];
}
