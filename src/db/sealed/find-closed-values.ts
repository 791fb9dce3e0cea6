import type { SecretBox, SealedPlace } from '../../base/secret-box.ts';
import type { Database } from '../database.ts';
import { selectSealedValues } from './sealed-value-store.ts';

/**
 * The kinds of sealed values (`table.column`) of which one does not open under the given master keys; one value of each
 * kind and master key is tried.
 */
export async function findClosedValues(deps: { db: Database; secrets: SecretBox }): Promise<string[]> {
  const values = await selectSealedValues(deps.db);
  const closed = values.filter(({ place, sealed }) => !opens(deps.secrets, sealed, place));
  return [...new Set(closed.map(({ place }) => `${place.table}.${place.column}`))];
}

function opens(secrets: SecretBox, sealed: Buffer, place: SealedPlace): boolean {
  try {
    secrets.open(sealed, place);
    return true;
  } catch {
    return false;
  }
}
