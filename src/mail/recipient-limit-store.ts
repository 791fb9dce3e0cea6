import { sql } from 'kysely';
import type { Transaction } from '../db/database.ts';

/** Adds one to a counter, which starts anew when its time is over, and returns its value. Over all organizations. */
export async function countMail(tx: Transaction, key: string, now: Date, ends: Date): Promise<number> {
  const expired = sql`counter.expire <= ${now.getTime()}::bigint`;
  const { rows } = await sql<{ points: number }>`insert into rate_limit as counter (key, points, expire)
    values (${key}, 1, ${ends.getTime()}::bigint)
    on conflict (key) do update set
      points = case when ${expired} then 1 else counter.points + 1 end,
      expire = case when ${expired} then excluded.expire else counter.expire end
    returning points`.execute(tx);
  return rows[0]?.points ?? 0;
}
