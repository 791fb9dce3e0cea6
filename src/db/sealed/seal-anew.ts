import { countSealedValues, selectSealedAfter, selectSealedColumns, updateSealedValues } from './sealed-value-store.ts';
import type { SealedColumn, SealedValue } from './sealed-value-store.ts';
import type { SecretBox } from '../../base/secret-box.ts';
import type { Database } from '../database.ts';

export type { SealedColumn } from './sealed-value-store.ts';

/** Every column of sealed values. */
export async function findSealedColumns({ db }: { db: Database }): Promise<SealedColumn[]> {
  return selectSealedColumns(db);
}

/** How many values each master key sealed, by the first two digits of its fingerprint. Counts whole tables. */
export async function countSealed({ db }: { db: Database }): Promise<Map<string, number>> {
  const counts = new Map<string, number>();
  for (const column of await selectSealedColumns(db)) {
    for (const { version, count } of await countSealedValues(db, column)) {
      counts.set(version, (counts.get(version) ?? 0) + count);
    }
  }
  return counts;
}

/**
 * Seals the values of a column anew under the newest master key, in the `most` rows that follow a row. One that somebody writes
 * or holds meanwhile is left to them, and so is one that no listed master key opens.
 * @returns the last of these rows, null at the end of the table, and how many values were sealed anew
 */
export async function sealAnew(
  { db, secrets }: { db: Database; secrets: SecretBox },
  column: SealedColumn,
  rows: { after: string | null; most: number },
): Promise<{ last: string | null; count: number }> {
  const except = secrets.fingerprints[0]!.slice(0, 2);
  const { values, last } = await selectSealedAfter(db, column, { ...rows, except });
  const changes = values.flatMap((value) => {
    const resealed = reseal(secrets, value);
    return resealed === undefined ? [] : [{ row: value.place.row, sealed: value.sealed, resealed }];
  });
  return { last, count: await updateSealedValues(db, column, changes) };
}

function reseal(secrets: SecretBox, { place, sealed }: SealedValue): Buffer | undefined {
  try {
    return secrets.seal(secrets.open(sealed, place), place);
  } catch {
    return undefined;
  }
}
