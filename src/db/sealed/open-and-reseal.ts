import type { SealedPlace, SecretBox } from '../../base/secret-box.ts';
import type { Database } from '../database.ts';
import { updateSealedValue } from './sealed-value-store.ts';

/**
 * Opens a sealed value that lives long. One that an older master key sealed is written anew under the newest, so that a
 * key which was replaced can be left out once everything was used. What is kept for days alone (mails, jobs, kept
 * answers, logins under way) is not rewritten: it goes by itself.
 */
export async function openAndReseal(
  deps: { db: Database; secrets: SecretBox },
  sealed: Buffer,
  place: SealedPlace,
): Promise<string> {
  const plain = deps.secrets.open(sealed, place);
  if (!deps.secrets.isNewest(sealed, place)) {
    await updateSealedValue(deps.db, { place, sealed }, deps.secrets.seal(plain, place));
  }
  return plain;
}
