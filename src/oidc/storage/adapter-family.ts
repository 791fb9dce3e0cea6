import { sql } from 'kysely';
import { eventPart } from './adapter-events.ts';
import type { RequestScope } from './request-scope.ts';
import { STRANGER } from '../../audit/audit-event.ts';
import type { Database } from '../../db/database.ts';

/**
 * Ends a code and every token that followed from it, each table after the one before (a part waits for the count it asks
 * for): two who end the same one at once would otherwise lock its rows crosswise.
 * @param replayed a code or token came a second time (RFC 6749 4.1.2 and 10.4): recorded, once for whoever ends it first
 */
export async function endFamily(db: Database, scope: RequestScope, familyId: string, replayed: boolean): Promise<void> {
  const { source, standing } = scope;
  const event =
    replayed && source !== null && standing !== null
      ? eventPart(
          scope.now,
          {
            organizationId: standing.home.id,
            kind: 'token.replayed',
            actor: STRANGER,
            userId: standing.userId,
            details: { application: source.clientId, presented: PRESENTED[source.kind] },
          },
          sql`(select count(*) from family_refresh) + (select count(*) from family_access)
            + (select count(*) from family_code) > 0`,
        )
      : sql`select 1`;
  await sql`with
    family_refresh as (delete from oidc_refresh_token where family_id = ${familyId} returning 1),
    family_access as (delete from oidc_access_token where family_id = ${familyId}
      and (select count(*) from family_refresh) >= 0 returning 1),
    family_code as (delete from oidc_code where family_id = ${familyId}
      and (select count(*) from family_access) >= 0 returning 1)
    ${event}`.execute(db);
}

const PRESENTED = {
  AuthorizationCode: 'authorization code',
  AccessToken: 'access token',
  RefreshToken: 'refresh token',
} as const;
