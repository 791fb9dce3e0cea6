import { deleteLoginsBefore } from './login-store.ts';
import { DAY, after } from '../base/clock.ts';
import type { Clock, Seconds } from '../base/clock.ts';
import type { Database } from '../db/database.ts';

/** How long a login and its trace are kept for the administrator who asks why. */
const KEPT: Seconds = 30 * DAY;

/** Removes logins older than that; run hourly. */
export async function forgetOldLogins(deps: { db: Database; clock: Clock }): Promise<void> {
  await deleteLoginsBefore(deps.db, after(deps.clock.now(), -KEPT));
}
