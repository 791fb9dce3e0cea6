import { AppError } from '../../base/errors.ts';
import type { SecretBox } from '../../base/secret-box.ts';
import type { Config } from '../../config.ts';
import type { Database } from '../../db/database.ts';
import { findClosedValues } from '../../db/sealed/find-closed-values.ts';
import type { Text } from '../../texts/catalog.ts';
import { masterKeyFile } from './master-key.ts';

/**
 * Opens one sealed value of each kind. Throws `data.other-master-key` when one does not open: everything else would run,
 * and the first login that needs the value would fail.
 */
export async function checkMasterKey(deps: {
  db: Database;
  secrets: SecretBox;
  config: Config;
  t: Text;
}): Promise<void> {
  const closed = await findClosedValues(deps);
  if (closed.length === 0) return;
  const kinds = closed.join(', ');
  const given = deps.config.masterKeys !== undefined;
  const detail = given
    ? deps.t('cli.key.other.given', { kinds })
    : deps.t('cli.key.other.file', { kinds, file: masterKeyFile(deps.config.dataFolder) });
  throw new AppError('data.other-master-key', { detail });
}
