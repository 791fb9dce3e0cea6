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
