import { addToCounter } from '../db/limits/counter-sql.ts';
import type { Transaction } from '../db/database.ts';

/** Adds one to a counter, which starts anew when its time is over, and returns its value. Over all organizations. */
export async function countMail(tx: Transaction, key: string, now: Date, ends: Date): Promise<number> {
  const { rows } = await addToCounter(key, now, ends).execute(tx);
  return rows[0]?.points ?? 0;
}
