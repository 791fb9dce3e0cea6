import { deleteExpiredTransactions } from './transaction-store.ts';
import type { Clock } from '../../base/clock.ts';
import type { Database } from '../../db/database.ts';

/**
 * Deletes authorization requests whose ten minutes are over. Those that never came back are counted at their connection:
 * what fails on the provider's own page (a Redirect URL that is not registered, a person who is not assigned) leaves no
 * other trace with us.
 */
export async function expireTransactions(deps: { db: Database; clock: Clock }): Promise<number> {
  return deleteExpiredTransactions(deps.db, deps.clock.now());
}
