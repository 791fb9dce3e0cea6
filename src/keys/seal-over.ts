import { keepOldKeys } from './kept-keys.ts';
import { recordMasterKey } from './record-master-key.ts';
import { deleteOtherSealing, restartSealing, saveSealingProgress, selectSealingProgress } from './sealing-store.ts';
import type { SealingProgress } from './sealing-store.ts';
import { SERVICE } from '../audit/audit-event.ts';
import { HOUR, MINUTE, after } from '../base/clock.ts';
import type { Clock, Seconds } from '../base/clock.ts';
import type { SecretBox } from '../base/secret-box.ts';
import { inTransaction } from '../db/database.ts';
import type { Database } from '../db/database.ts';
import { countSealed, findSealedColumns, sealAnew } from '../db/sealed/seal-anew.ts';
import type { SealedColumn } from '../db/sealed/seal-anew.ts';

/** Rows looked at by one statement, and statements of one run of the job. */
const ROWS = 125;
const BATCHES = 40;
/** Servers that were not started anew yet go on sealing under the older key: it is looked again after so long. */
const LOOKED_AGAIN: Seconds = HOUR;
/** What others held while it was looked at is tried again after so long. */
const TRIED_AGAIN: Seconds = 5 * MINUTE;
const NOT_BEGUN = { lastRow: null, sealedCount: 0, endedAt: null, complete: false };

interface Deps {
  db: Database;
  clock: Clock;
  secrets: SecretBox;
}

/**
 * Seals a part of what older master keys sealed anew under the newest, from where the last run ended: a background job, as long
 * as several master keys are listed. A value that somebody writes meanwhile is left as they wrote it.
 * @returns whether nothing is left under an older key
 */
export async function sealOver(deps: Deps): Promise<boolean> {
  const { db, clock, secrets } = deps;
  const [newest = '', ...older] = secrets.fingerprints;
  if (older.length === 0) return true;
  await keepOldKeys(deps);
  await deleteOtherSealing(db, newest);
  const known = new Map((await selectSealingProgress(db, newest)).map((progress) => [progress.place, progress]));
  const whole = known.get('');
  const lookedAt = whole?.endedAt ?? null;
  const isComplete = whole?.complete === true;
  if (lookedAt !== null && clock.now() < after(lookedAt, isComplete ? LOOKED_AGAIN : TRIED_AGAIN)) return isComplete;
  let batches = BATCHES;
  for (const column of await findSealedColumns(deps)) {
    const place = `${column.table}.${column.column}`;
    let progress: SealingProgress = known.get(place) ?? { ...NOT_BEGUN, fingerprint: newest, place };
    while (progress.endedAt === null) {
      if (batches === 0) return false;
      batches -= 1;
      progress = await sealOverBatch(deps, column, progress);
      await saveSealingProgress(db, progress);
    }
  }
  const complete = (await countUnder(deps, older)) === 0;
  await inTransaction(deps, async (deps) => {
    await restartSealing(deps.db, newest);
    await saveSealingProgress(deps.db, {
      ...NOT_BEGUN,
      fingerprint: newest,
      place: '',
      endedAt: clock.now(),
      complete,
    });
    if (complete && !isComplete) await recordMasterKey(deps, SERVICE, 'master-key.sealed-over', newest);
  });
  return complete;
}

async function sealOverBatch(deps: Deps, column: SealedColumn, progress: SealingProgress): Promise<SealingProgress> {
  const { last, count } = await sealAnew(deps, column, { after: progress.lastRow, most: ROWS });
  return {
    ...progress,
    sealedCount: progress.sealedCount + count,
    lastRow: last ?? progress.lastRow,
    endedAt: last === null ? deps.clock.now() : null,
  };
}

/** How many values the master keys with these fingerprints sealed. */
async function countUnder(deps: Deps, fingerprints: readonly string[]): Promise<number> {
  const counts = await countSealed(deps);
  const versions = new Set(fingerprints.map((fingerprint) => fingerprint.slice(0, 2)));
  return [...versions].reduce((sum, version) => sum + (counts.get(version) ?? 0), 0);
}
