import type { Clock } from '../../base/clock.ts';
import { timeOrderedUuid } from '../../base/random.ts';
import { inTransaction } from '../../db/database.ts';
import type { Database } from '../../db/database.ts';
import type { BackupRun } from './backup-run.ts';
import { deleteOldRuns, insertRun } from './run-store.ts';

/** So many of each kind are kept: a year of nights. */
const KEPT = 366;

/** Keeps what became of a backup or of a verification where the service finds it. */
export async function recordRun(deps: { db: Database; clock: Clock }, run: BackupRun): Promise<void> {
  await inTransaction(deps, async ({ db }) => {
    await insertRun(db, { id: timeOrderedUuid(run.startedAt), ...run });
    await deleteOldRuns(db, run.kind, KEPT);
  });
}
