import { utcMinute } from '../../base/clock.ts';
import { readKeyStatus } from '../../keys/read-status.ts';
import type { KeyStatus, MasterKeyStatus } from '../../keys/read-status.ts';
import type { Config } from '../../config.ts';
import type { Text } from '../../texts/catalog.ts';
import { openInstallation, prepareDatabase } from '../installation/installation.ts';
import type { InstallationDeps } from '../installation/installation.ts';
import { fingerprintOf, readFolderKeys } from '../installation/master-key.ts';
import type { Result } from '../terminal.ts';

/** A master key with where it stands in its rotation. */
export interface ShownMasterKey extends MasterKeyStatus {
  /** `next`: the newest from the next start of the service on. */
  state: 'next' | 'newest' | 'older';
}

/** `gatehouse keys status`: signing keys with their times, and how many values each master key holds. */
export async function showKeys(deps: InstallationDeps): Promise<Result> {
  const { config, t } = deps;
  await using installation = await openInstallation(deps);
  await prepareDatabase(deps, installation.database);
  const { db } = installation.database;
  const status = await readKeyStatus({ db, secrets: installation.secrets });
  const masterKeys = await withStates(deps, status.masterKeys);
  const signingKeys = status.signingKeys.map(({ since, until, ...key }) => ({
    ...key,
    since: since.toISOString(),
    until: until?.toISOString() ?? null,
  }));
  const lines = [
    t('cli.keys.signing'),
    ...status.signingKeys.map((key) => lineOf(t, key)),
    t('cli.keys.masters'),
    ...masterKeys.flatMap((key) => linesOf(t, key, config)),
    ...(status.closed === 0 ? [] : [t('cli.keys.closed', { count: status.closed })]),
  ];
  return { data: { signingKeys, masterKeys, closed: status.closed }, text: lines.join('\n') };
}

/** Of the data folder's keys one may wait for the next start. */
export async function withStates(
  { config, t }: InstallationDeps,
  keys: readonly MasterKeyStatus[],
): Promise<ShownMasterKey[]> {
  const { next } = config.masterKeys === undefined ? await readFolderKeys(config.dataFolder, t) : { next: undefined };
  const waiting = next === undefined ? undefined : fingerprintOf(next);
  return keys.map((key) => {
    if (key.fingerprint === waiting) return { ...key, unused: false, state: 'next' };
    return { ...key, state: key.newest ? 'newest' : 'older' };
  });
}

function lineOf(t: Text, { algorithm, kid, state, since, until }: KeyStatus['signingKeys'][number]): string {
  const values = { algorithm, kid, since: utcMinute(since), until: until === null ? '' : utcMinute(until) };
  return `  ${t(`cli.keys.state.${state}`, values)}`;
}

function linesOf(t: Text, key: ShownMasterKey, { masterKeys }: Config): string[] {
  const { fingerprint, values, unused, sealedOver, state } = key;
  const count = values ?? 0;
  const first = t(`cli.keys.master.${state}`, { key: fingerprint, count });
  if (values === null) return [`  ${first}`, `    ${t('cli.keys.master.alike')}`];
  if (state === 'newest' && sealedOver > 0)
    return [`  ${first}`, `    ${t('cli.keys.master.moved', { count: sealedOver })}`];
  if (state !== 'older') return [`  ${first}`];
  const where = masterKeys === undefined ? 'folder' : 'given';
  return [`  ${first}`, `    ${t(unused ? `cli.keys.master.unused.${where}` : 'cli.keys.master.used')}`];
}
