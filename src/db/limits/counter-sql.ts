import { sql } from 'kysely';
import type { RawBuilder } from 'kysely';

/** Of a counter in `rate_limit`: its key, the time, and until when one lives that starts anew (milliseconds since 1970). */
interface CounterValues {
  key: RawBuilder<unknown>;
  now: RawBuilder<unknown>;
  ends: RawBuilder<unknown>;
}

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
  const values = {
    key: sql`${key}::text`,
    now: sql`${now.getTime()}::bigint`,
    ends: sql`${ends.getTime()}::bigint`,
  };
  return countOne(values, onlyIf);
}

/** As {@link addToCounter}, of values that a statement names. */
export function countOne(
  { key, now, ends }: CounterValues,
  onlyIf: RawBuilder<unknown> = sql`true`,
): RawBuilder<{ points: number; expire: string }> {
  const expired = sql`counter.expire <= ${now}`;
  return sql`insert into rate_limit as counter (key, points, expire)
    select ${key}, 1, ${ends} where ${onlyIf}
    on conflict (key) do update set
      points = case when ${expired} then 1 else counter.points + 1 end,
      expire = case when ${expired} then excluded.expire else counter.expire end
    returning points, expire`;
}

/**
 * Deletes the counters `keys` (`text[]`) where `onlyIf` holds, as part of a larger statement. It locks them in the order
 * given: requests that count them do so in the same order, and nobody waits in a circle.
 */
export function deleteCounters(
  keys: RawBuilder<unknown>,
  onlyIf: RawBuilder<unknown> = sql`true`,
): RawBuilder<unknown> {
  return sql`delete from rate_limit where key = any (array (
    select key from rate_limit where key = any (${keys}) and ${onlyIf}
    order by array_position(${keys}, key) for update))`;
}
