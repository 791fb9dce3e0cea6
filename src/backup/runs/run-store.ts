import type { Database } from '../../db/database.ts';
import type { BackupRun } from './backup-run.ts';

/** Stores a run. The installation's own: no organization's. */
export async function insertRun(db: Database, run: BackupRun & { id: string }): Promise<void> {
  const bytes = run.bytes === null ? null : String(run.bytes);
  await db
    .insertInto('backupRun')
    .values({ ...run, bytes })
    .execute();
}

/** Deletes all but the newest runs of a kind. The installation's own: no organization's. */
export async function deleteOldRuns(db: Database, kind: BackupRun['kind'], kept: number): Promise<void> {
  const newest = db
    .selectFrom('backupRun')
    .select('id')
    .where('kind', '=', kind)
    .orderBy('startedAt', 'desc')
    .limit(kept);
  await db.deleteFrom('backupRun').where('kind', '=', kind).where('id', 'not in', newest).execute();
}
