import { sql } from 'kysely';
import type { RawBuilder } from 'kysely';

/**
 * Adds one to a counter of `rate_limit`, as part of a larger statement; returns its `points` and when it expires
 * (milliseconds since 1970). One that has expired starts anew and lives until `ends`. Over all organizations.
 */
export function addToCounter(key: string, now: Date, ends: Date): RawBuilder<{ points: number; expire: string }> {
  const expired = sql`counter.expire <= ${now.getTime()}::bigint`;
  return sql`insert into rate_limit as counter (key, points, expire)
    values (${key}, 1, ${ends.getTime()}::bigint)
    on conflict (key) do update set
      points = case when ${expired} then 1 else counter.points + 1 end,
      expire = case when ${expired} then excluded.expire else counter.expire end
    returning points, expire`;
}
