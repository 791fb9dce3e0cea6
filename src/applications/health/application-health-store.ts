import { sql } from 'kysely';
import type { Failure } from './failure-causes.ts';
import { WINDOW } from './health-memory.ts';
import { after } from '../../base/clock.ts';
import type { ApplicationId } from '../../base/ids.ts';
import type { Database } from '../../db/database.ts';

/**
 * Counts refused requests of an application by their cause; what a login that worked has ended begins anew. Of the
 * application alone, because the wire does not say whose it is.
 * @returns how many of the cause are counted in the running window, over all server processes; undefined when the
 *   application is gone
 */
export async function upsertFailure(
  db: Database,
  about: Failure & { clientId: string; count: number; reference: string; proved: boolean },
  now: Date,
): Promise<number | undefined> {
  const ended = sql`failure.last_at <= (select last_login_at from application_health health
    where health.application_id = failure.application_id)`;
  const over = sql`failure.window_at <= ${after(now, -WINDOW)}`;
  const { rows } = await sql<{ windowCount: number }>`
    insert into application_failure as failure (application_id, organization_id, cause, count, first_at, last_at, came,
      wanted, reference, window_at, window_count, proved_at)
    select id, organization_id, ${about.cause}, ${about.count}::integer, ${now}::timestamptz, ${now}::timestamptz,
      ${about.came}, ${about.wanted}, ${about.reference}, ${now}::timestamptz, 1,
      case when ${about.proved} then ${now}::timestamptz end
    from application where client_id = ${about.clientId} for key share
    on conflict (application_id, cause) do update set
      count = case when ${ended} then excluded.count else least(failure.count::bigint + excluded.count, 2000000000) end,
      first_at = case when ${ended} then excluded.first_at else failure.first_at end,
      last_at = excluded.last_at, came = excluded.came, wanted = excluded.wanted, reference = excluded.reference,
      proved_at = coalesce(excluded.proved_at, failure.proved_at),
      window_at = case when ${over} then excluded.window_at else failure.window_at end,
      window_count = case when ${over} then 1 else failure.window_count + 1 end
    returning window_count`.execute(db);
  return rows[0]?.windowCount;
}

/** When logins into some applications last worked; by the applications, which the caller found. */
export async function selectLastLogins(
  db: Database,
  ids: readonly ApplicationId[],
): Promise<{ applicationId: ApplicationId; lastLoginAt: Date }[]> {
  if (ids.length === 0) return [];
  return db
    .selectFrom('applicationHealth')
    .select(['applicationId', 'lastLoginAt'])
    .where('applicationId', 'in', ids)
    .execute();
}

/** What requests of some applications were refused for since an instant, the newest first; by the applications, which the caller found. */
export async function selectFailures(db: Database, ids: readonly ApplicationId[], since: Date) {
  if (ids.length === 0) return [];
  return db
    .selectFrom('applicationFailure')
    .select(['applicationId', 'cause', 'count', 'firstAt', 'lastAt', 'came', 'wanted', 'reference', 'provedAt'])
    .where('applicationId', 'in', ids)
    .where('lastAt', '>=', since)
    .orderBy('lastAt', 'desc')
    .orderBy('cause')
    .execute();
}
