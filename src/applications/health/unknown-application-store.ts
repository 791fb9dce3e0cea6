import { sql } from 'kysely';
import { after, DAY, HOUR } from '../../base/clock.ts';
import type { Seconds } from '../../base/clock.ts';
import type { Database } from '../../db/database.ts';

/** How long the hours are kept. */
const KEPT: Seconds = 30 * DAY;

/** Counts requests with a client ID of no application, and deletes the hours that are too old. Of nobody's organization. */
export async function upsertUnknown(
  db: Database,
  about: { clientId: string; count: number },
  now: Date,
): Promise<number> {
  const { rows } = await sql<{ count: number }>`
    with old as (delete from unknown_application where hour < ${after(now, -KEPT)})
    insert into unknown_application as unknown (hour, count, last_at, client_id)
    values (${hourOf(now)}, ${about.count}, ${now}, ${about.clientId})
    on conflict (hour) do update set count = least(unknown.count::bigint + excluded.count, 2000000000),
      last_at = excluded.last_at, client_id = excluded.client_id
    returning count`.execute(db);
  return rows[0]!.count;
}

/** Of the newest and of the most frequent, so many each are kept: strangers who name another one each time push out neither. */
const MOST_NEWEST = 10;
const MOST_FREQUENT = 10;

/**
 * Counts one request under the client ID that it named, and lets go what is neither among the newest nor among the most
 * frequent, or is too old. Of nobody's organization.
 */
export async function upsertUnknownId(db: Database, clientId: string, now: Date): Promise<void> {
  await sql`insert into unknown_client_id as known (client_id, count, first_at, last_at)
    values (${clientId}, 1, ${now}, ${now})
    on conflict (client_id) do update set count = least(known.count::bigint + 1, 2000000000),
      last_at = excluded.last_at`.execute(db);
  await sql`delete from unknown_client_id where last_at < ${after(now, -KEPT)} or client_id in (
    select client_id from (select client_id, row_number() over (order by last_at desc, client_id) as newest,
      row_number() over (order by count desc, last_at desc, client_id) as frequent from unknown_client_id) ranked
    where newest > ${MOST_NEWEST} and frequent > ${MOST_FREQUENT})`.execute(db);
}

/** A client ID of no application that requests named. */
export interface UnknownClientId {
  /** As it may be kept: whole only where it has the form of ours. */
  clientId: string;
  /** At least so many requests. */
  count: number;
  firstAt: Date;
  lastAt: Date;
}

/** All that are kept, the newest first: at most 20. Of nobody's organization. */
export async function selectUnknownIds(db: Database, now: Date): Promise<UnknownClientId[]> {
  return db
    .selectFrom('unknownClientId')
    .select(['clientId', 'count', 'firstAt', 'lastAt'])
    .where('lastAt', '>=', after(now, -KEPT))
    .orderBy('lastAt', 'desc')
    .orderBy('clientId')
    .execute();
}

/** How many came since an instant, when the last one did, and with which client ID. Of nobody's organization. */
export async function selectUnknown(
  db: Database,
  since: Date,
): Promise<{ count: number; lastAt: Date | null; clientId: string | null }> {
  const row = await db
    .selectFrom('unknownApplication')
    .select((eb) => [
      sql<number>`coalesce(sum(count), 0)::integer`.as('count'),
      eb.fn.max('lastAt').as('lastAt'),
      sql<string | null>`(array_agg(client_id order by hour desc))[1]`.as('clientId'),
    ])
    .where('hour', '>', after(since, -HOUR))
    .where('lastAt', '>', since)
    .executeTakeFirstOrThrow();
  return { ...row, lastAt: row.lastAt === null ? null : new Date(row.lastAt) };
}

function hourOf(now: Date): Date {
  return new Date(Math.floor(now.getTime() / (HOUR * 1000)) * HOUR * 1000);
}
