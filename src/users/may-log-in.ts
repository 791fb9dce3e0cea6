import type { User } from './user.ts';

/**
 * Whether a user may log in, and use what a login gave: not disabled, access not over, and neither its organization nor
 * one above it suspended. `may-log-in-sql.ts` says the same in SQL; a test compares the two.
 */
export function mayLogIn(user: Pick<User, 'status' | 'accessUntil' | 'suspended'>, now: Date): boolean {
  const over = user.accessUntil !== null && user.accessUntil <= now;
  return user.status !== 'disabled' && !over && !user.suspended;
}
