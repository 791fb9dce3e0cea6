import type { Database } from '../db/database.ts';

// Master keys belong to the service, not to an organization.

/** How far one column is sealed over to a master key; `place` is empty for all columns together. */
export interface SealingProgress {
  fingerprint: string;
  place: string;
  lastRow: string | null;
  sealedCount: number;
  endedAt: Date | null;
  /** Of all columns together: no value was left under an older key. */
  complete: boolean;
}

export async function selectSealingProgress(db: Database, fingerprint: string): Promise<SealingProgress[]> {
  const rows = await db.selectFrom('sealingProgress').selectAll().where('fingerprint', '=', fingerprint).execute();
  return rows.map((row) => ({ ...row, sealedCount: Number(row.sealedCount) }));
}

export async function saveSealingProgress(db: Database, progress: SealingProgress): Promise<void> {
  const { lastRow, sealedCount, endedAt, complete } = progress;
  await db
    .insertInto('sealingProgress')
    .values(progress)
    .onConflict((conflict) =>
      conflict.columns(['fingerprint', 'place']).doUpdateSet({ lastRow, sealedCount, endedAt, complete }),
    )
    .execute();
}

/** The next turn begins at the first row of each column again. */
export async function restartSealing(db: Database, fingerprint: string): Promise<void> {
  await db
    .updateTable('sealingProgress')
    .set({ lastRow: null, endedAt: null })
    .where('fingerprint', '=', fingerprint)
    .where('place', '!=', '')
    .execute();
}

/** Progress towards master keys that are not the newest any longer tells nothing. */
export async function deleteOtherSealing(db: Database, fingerprint: string): Promise<void> {
  await db.deleteFrom('sealingProgress').where('fingerprint', '!=', fingerprint).execute();
}

export async function selectKeptKeys(db: Database): Promise<{ id: string; sealedKey: Buffer }[]> {
  return db.selectFrom('keptKey').select(['id', 'sealedKey']).execute();
}

/** Keeps a key, unless it is kept already. */
export async function insertKeptKey(
  db: Database,
  key: { id: string; sealedKey: Buffer; createdAt: Date },
): Promise<void> {
  await db
    .insertInto('keptKey')
    .values(key)
    .onConflict((conflict) => conflict.doNothing())
    .execute();
}
