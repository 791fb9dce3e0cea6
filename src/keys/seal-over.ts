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
import {
  countSealedValues,
  selectSealedAfter,
  selectSealedColumns,
  updateSealedValues,
} from '../db/sealed/sealed-value-store.ts';
import type { SealedColumn, SealedValue } from '../db/sealed/sealed-value-store.ts';

/** Rows looked at by one statement, and statements of one run of the job. */
const ROWS = 500;
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
  const columns = await selectSealedColumns(db);
  let batches = BATCHES;
  for (const column of columns) {
    const place = `${column.table}.${column.column}`;
    let progress: SealingProgress = known.get(place) ?? { ...NOT_BEGUN, fingerprint: newest, place };
    while (progress.endedAt === null) {
      if (batches === 0) return false;
      batches -= 1;
      progress = await sealOverBatch(deps, column, progress);
      await saveSealingProgress(db, progress);
    }
  }
  const complete = (await countUnder(deps, older, columns)) === 0;
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

async function sealOverBatch(
  { db, clock, secrets }: Deps,
  column: SealedColumn,
  progress: SealingProgress,
): Promise<SealingProgress> {
  const except = progress.fingerprint.slice(0, 2);
  const { values, last } = await selectSealedAfter(db, column, { after: progress.lastRow, most: ROWS, except });
  const changes = values.flatMap((value) => {
    const resealed = reseal(secrets, value);
    return resealed === undefined ? [] : [{ row: value.place.row, sealed: value.sealed, resealed }];
  });
  const sealedCount = progress.sealedCount + (await updateSealedValues(db, column, changes));
  return { ...progress, sealedCount, lastRow: last ?? progress.lastRow, endedAt: last === null ? clock.now() : null };
}

/** Undefined where no listed key opens it: it stays as it is, and `keys status` counts it. */
function reseal(secrets: SecretBox, { place, sealed }: SealedValue): Buffer | undefined {
  try {
    return secrets.seal(secrets.open(sealed, place), place);
  } catch {
    return undefined;
  }
}

/** How many values the master keys with these fingerprints sealed. */
async function countUnder({ db }: Deps, fingerprints: readonly string[], columns: SealedColumn[]): Promise<number> {
  const versions = new Set(fingerprints.map((fingerprint) => fingerprint.slice(0, 2)));
  let found = 0;
  for (const column of columns) {
    for (const { version, count } of await countSealedValues(db, column)) if (versions.has(version)) found += count;
  }
  return found;
}
