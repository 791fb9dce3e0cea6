import { sql } from 'kysely';
import { STRANGER } from '../../audit/audit-event.ts';
import type { Database } from '../../db/database.ts';
import { insertEvent } from './audit-part-store.ts';
import type { PresentedToken } from './token-record-store.ts';

const PRESENTED = {
  AuthorizationCode: 'authorization code',
  AccessToken: 'access token',
  RefreshToken: 'refresh token',
} as const;

/**
 * Ends a code and every token that followed from it. Each table waits for the count of the one before: two that end the
 * same family at once would otherwise lock its rows crosswise.
 * @param replayed the code or token that came a second time (RFC 6749 4.1.2 and 10.4): recorded once, for whoever ends the
 *   family first
 */
export async function endFamily(
  db: Database,
  familyId: string,
  now: Date,
  replayed: Pick<PresentedToken, 'kind' | 'clientId' | 'access'> | null,
): Promise<void> {
  const access = replayed?.access ?? null;
  const event =
    replayed !== null && access !== null
      ? insertEvent(
          now,
          {
            organizationId: access.home.id,
            kind: 'token.replayed',
            actor: STRANGER,
            userId: access.userId,
            details: { application: replayed.clientId, presented: PRESENTED[replayed.kind] },
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
