import type { Database } from '../database.ts';
import { selectSealedValues } from './sealed-value-store.ts';
import type { SealedValue } from './sealed-value-store.ts';

/** One value of each kind for each master key that sealed some: whoever restores a copy needs the keys that open them. */
export async function findSealedValues(deps: { db: Database }): Promise<SealedValue[]> {
  return selectSealedValues(deps.db);
}
