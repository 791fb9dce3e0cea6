import { deleteLoginsBefore, deleteUnopenedLogins } from './login-store.ts';
import { DAY, after } from '../base/clock.ts';
import type { Clock, Seconds } from '../base/clock.ts';
import type { Database } from '../db/database.ts';

/** How long a login and its trace are kept for the administrator who asks why. */
const KEPT: Seconds = 30 * DAY;

/**
 * Removes logins older than that, and sooner those in which nobody gave an address: anybody can begin any number of them.
 * Run hourly.
 */
export async function deleteExpiredLogins(deps: { db: Database; clock: Clock }): Promise<void> {
  const now = deps.clock.now();
  await deleteUnopenedLogins(deps.db, now);
  await deleteLoginsBefore(deps.db, after(now, -KEPT));
}
