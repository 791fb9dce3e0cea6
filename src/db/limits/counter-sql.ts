import { sql } from 'kysely';
import type { RawBuilder } from 'kysely';

/**
 * Adds one to a counter of `rate_limit`, as part of a larger statement; returns its `points` and when it expires
 * (milliseconds since 1970). One that has expired starts anew and lives until `ends`. Where `onlyIf` does not hold nothing is
 * counted, and no row comes back. Over all organizations.
 */
export function addToCounter(
  key: string,
  now: Date,
  ends: Date,
  onlyIf: RawBuilder<unknown> = sql`true`,
): RawBuilder<{ points: number; expire: string }> {
  const expired = sql`counter.expire <= ${now.getTime()}::bigint`;
  return sql`insert into rate_limit as counter (key, points, expire)
    select ${key}::text, 1, ${ends.getTime()}::bigint where ${onlyIf}
    on conflict (key) do update set
      points = case when ${expired} then 1 else counter.points + 1 end,
      expire = case when ${expired} then excluded.expire else counter.expire end
    returning points, expire`;
}
