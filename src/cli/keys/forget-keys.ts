import { withStates } from './show-keys.ts';
import { actorOf } from '../../audit/record-event.ts';
import { AppError } from '../../base/errors.ts';
import { readKeyStatus } from '../../keys/read-status.ts';
import { recordMasterKey } from '../../keys/record-master-key.ts';
import { openInstallation, prepareDatabase } from '../installation/installation.ts';
import type { InstallationDeps } from '../installation/installation.ts';
import { dropOldKeys, masterKeyFile } from '../installation/master-key.ts';
import { operatorCaller } from '../operator.ts';
import type { Result } from '../terminal.ts';

/**
 * `gatehouse keys forget`: takes the older master keys out of the data folder when they hold nothing any longer. Throws
 * `key.given`, `key.nothing-old`, `key.still-used`.
 */
export async function forgetKeys(deps: InstallationDeps): Promise<Result> {
  const { config, clock, t } = deps;
  if (config.masterKeys !== undefined) throw new AppError('key.given', { detail: t('cli.keys.forget.given') });
  await using installation = await openInstallation(deps);
  await prepareDatabase(deps, installation.database);
  const { db } = installation.database;
  const status = await readKeyStatus({ db, secrets: installation.secrets });
  const old = (await withStates(deps, status.masterKeys)).filter(({ state }) => state === 'older');
  if (old.length === 0) throw new AppError('key.nothing-old');
  if (status.closed > 0 || old.some(({ unused }) => !unused)) {
    throw new AppError('key.still-used', { detail: t('cli.keys.still-used') });
  }
  const caller = await operatorCaller({ db, t });
  await dropOldKeys(config.dataFolder, t);
  for (const { fingerprint } of old) {
    await recordMasterKey({ db, clock }, actorOf(caller), 'master-key.forgotten', fingerprint);
  }
  const keys = old.map(({ fingerprint }) => fingerprint);
  const said = { keys: keys.join(', '), count: keys.length, file: masterKeyFile(config.dataFolder) };
  return { data: { forgotten: keys }, text: t('cli.keys.forgotten', said) };
}
