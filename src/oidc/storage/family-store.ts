import { sql } from 'kysely';
import type { RawBuilder } from 'kysely';
import { STRANGER } from '../../audit/audit-event.ts';
import type { Database } from '../../db/database.ts';
import { insertEvent } from '../../audit/event-sql.ts';
import type { PresentedToken } from './token-record-store.ts';

const PRESENTED = {
  AuthorizationCode: 'authorization code',
  AccessToken: 'access token',
  RefreshToken: 'refresh token',
  DeviceCode: 'device code',
} as const;

/** Part of a larger statement: ends a code and every token that follows from it; a row comes back only for the first. */
export function endFamily(familyId: string, now: Date): RawBuilder<unknown> {
  return sql`insert into oidc_ended (subject_id, started_before, ended_at)
    values (${familyId}::uuid, 'infinity', ${now}) on conflict do nothing returning 1`;
}

/**
 * Part of a larger statement with `ended`, an {@link endFamily}: records that a code or token came a second time (RFC 6749
 * 4.1.2 and 10.4), once, for the request that ends the family first.
 */
export function recordReplay(
  now: Date,
  token: Pick<PresentedToken, 'kind' | 'clientId'>,
  access: NonNullable<PresentedToken['access']>,
): RawBuilder<unknown> {
  return insertEvent(
    now,
    {
      organizationId: access.home.id,
      kind: 'token.replayed',
      actor: STRANGER,
      userId: access.userId,
      details: { application: token.clientId, presented: PRESENTED[token.kind] },
    },
    sql`exists (select 1 from ended)`,
  );
}

/** Ends the family of a code that another request presented at the same moment. */
export async function endReplayedFamily(db: Database, token: PresentedToken, now: Date): Promise<void> {
  const record = token.access === null ? sql`select 1` : recordReplay(now, token, token.access);
  await sql`with ended as (${endFamily(token.familyId, now)}) ${record}`.execute(db);
}
