import { setTimeout as pause } from 'node:timers/promises';
import { AppError } from '../../base/errors.ts';
import type { Database, Transaction } from '../../db/database.ts';
import { nextTransaction, selectSight } from './moment-store.ts';

const TRIES = 4000;
const MOST_PAUSE_MS = 20;

/**
 * Finds a moment at which a snapshot and a place in the log are the same: nobody was writing, and nobody began between
 * looking at the rows and at the log. Then what `work` counts is exactly what a restore up to that place has. Nobody waits
 * for it; on a busy service such moments are short and come many times a second.
 *
 * @param db whose pool has other connections than the one of `owner`.
 * @returns what `work` gives, and the place (LSN). Throws `backup.busy` when there is no such moment for a minute.
 */
export async function atStillMoment<T>(
  { owner, db }: { owner: Database; db: Database },
  work: (tx: Transaction) => Promise<T>,
): Promise<{ result: T; until: string }> {
  for (let round = 0; round < TRIES; round += 1) {
    const found = await owner
      .transaction()
      .setIsolationLevel('repeatable read')
      .execute(async (tx) => {
        const sight = await selectSight(tx);
        if (!sight.still || (await nextTransaction(db)) !== sight.id + 1n) return undefined;
        return { result: await work(tx), until: sight.until };
      });
    if (found !== undefined) return found;
    await pause(1 + ((round * 7) % MOST_PAUSE_MS));
  }
  throw new AppError('backup.busy');
}
