import { setTimeout as pause } from 'node:timers/promises';
import { actorOf } from '../../audit/record-event.ts';
import { MINUTE, utcMinute } from '../../base/clock.ts';
import { AppError } from '../../base/errors.ts';
import { recordMasterKey } from '../../keys/record-master-key.ts';
import { beginRotation, replaceSigningKeys } from '../../keys/rotate-signing-keys.ts';
import { KEPT_BY_OTHERS } from '../../keys/signing-keys.ts';
import { openInstallation, prepareDatabase } from '../installation/installation.ts';
import type { Installation, InstallationDeps } from '../installation/installation.ts';
import { addNextKey, masterKeyFile } from '../installation/master-key.ts';
import { operatorCaller } from '../operator.ts';
import type { Result } from '../terminal.ts';

/** Options of `gatehouse keys rotate`. */
export interface RotateOptions {
  now?: boolean;
  master?: boolean;
  confirm?: boolean;
}

/**
 * `gatehouse keys rotate`: begins a rotation of the signing keys; with `--now` replaces them at once; with `--master` makes a new
 * master key. Throws `key.unconfirmed`, `key.replaced-meanwhile`, `key.given`, `key.waiting`.
 */
export async function rotateKeys(deps: InstallationDeps, options: RotateOptions): Promise<Result> {
  const { config, t } = deps;
  const minutes = KEPT_BY_OTHERS / MINUTE;
  if (options.master === true && config.masterKeys !== undefined) {
    throw new AppError('key.given', { detail: t('cli.keys.given') });
  }
  if (options.now === true && options.master !== true && options.confirm !== true) {
    throw new AppError('key.unconfirmed', { detail: t('cli.keys.unconfirmed', { minutes }) });
  }
  await using installation = await openInstallation(deps);
  await prepareDatabase(deps, installation.database);
  // Awaited here: the installation is closed when this function ends.
  if (options.master === true) return await addMasterKey(deps, installation);
  const { db } = installation.database;
  const inside = { db, clock: deps.clock, secrets: installation.secrets };
  const caller = await operatorCaller({ db, t });
  if (options.now === true) {
    const wait = async (seconds: number): Promise<void> => pause(seconds * 1000);
    const { removed } = await replaceSigningKeys({ ...inside, pause: wait }, caller);
    return { data: { removed }, text: t('cli.keys.replaced', { removed, minutes }) };
  }
  const { begun, signsFrom, oldUntil } = await beginRotation(inside, caller);
  const times = { from: utcMinute(signsFrom), until: utcMinute(oldUntil) };
  return {
    data: { begun, signsFrom: signsFrom.toISOString(), oldUntil: oldUntil.toISOString() },
    text: t(begun ? 'cli.keys.begun' : 'cli.keys.under-way', times),
  };
}

async function addMasterKey(deps: InstallationDeps, { database: { db } }: Installation): Promise<Result> {
  const { config, clock, t } = deps;
  const caller = await operatorCaller({ db, t });
  const key = await addNextKey(config.dataFolder, t);
  await recordMasterKey({ db, clock }, actorOf(caller), 'master-key.added', key);
  return { data: { masterKey: key }, text: t('cli.keys.master', { key, file: masterKeyFile(config.dataFolder) }) };
}
