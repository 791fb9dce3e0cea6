import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from '../../../demo/free-port.ts';
import type { Figure } from '../figures.ts';
import { LOGIN_SETTINGS, setUpForLogins } from '../ground/logins.ts';
import { underFault } from '../ground/under-fault.ts';
import { start, tellCrashes } from '../installation.ts';
import { startCluster } from './patroni.ts';

const AFTER_LOSS_MS = 30_000;
const AFTER_SWITCH_MS = 5000;

/** Patroni's primary is killed under load, then comes back; then Patroni is asked for a switchover. */
export async function losePrimary(): Promise<Figure[]> {
  await using cluster = await startCluster();
  const folder = await mkdtemp(join(tmpdir(), 'faults-failover-'));
  const logFile = join(folder, 'service.log');
  const settings = {
    ...LOGIN_SETTINGS,
    PORT: String(await freePort()),
    DATABASE_URL: cluster.url,
    GATEHOUSE_MASTER_KEY: randomBytes(32).toString('base64'),
    GATEHOUSE_DATA: folder,
    LOG_LEVEL: 'error',
  };
  const service = await start(settings, logFile);
  await using ground = await setUpForLogins(service);
  const place = { ground, url: service.url, pid: service.pid, databaseUrl: cluster.superuserUrl };
  const lost = await underFault(place, {
    name: 'primary lost',
    begin: cluster.losePrimary,
    end: () => undefined,
    lastsMs: 2000,
    mostGapMs: AFTER_LOSS_MS,
  });
  console.error('the lost node comes back …');
  const back = await underFault(place, {
    name: 'it comes back',
    begin: cluster.bringBack,
    end: () => undefined,
    lastsMs: 2000,
    mostGapMs: AFTER_SWITCH_MS,
  });
  const switched = await underFault(place, {
    name: 'switchover',
    begin: cluster.switchOver,
    end: () => undefined,
    lastsMs: 2000,
    mostGapMs: AFTER_SWITCH_MS,
  });
  await service.stop();
  await tellCrashes(logFile);
  await rm(folder, { recursive: true });
  return [{ what: 'Patroni', measured: cluster.version }, ...lost, ...back, ...switched];
}
