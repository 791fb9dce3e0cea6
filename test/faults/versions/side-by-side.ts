import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { toolsOf } from '../../../bench/rivals/gatehouse-tools.ts';
import { freePort } from '../../../demo/free-port.ts';
import type { ServiceProcess } from '../../../demo/gatehouse/service-process.ts';
import { startExternalPostgres } from '../../support/external-postgres.ts';
import { startBalancer } from '../balancer.ts';
import type { Figure } from '../figures.ts';
import { countReasons, LOGIN_SETTINGS, setUpForLogins, startLogins } from '../ground/logins.ts';
import { lostOf, start, startLoad } from '../installation.ts';
import type { Settings } from '../installation.ts';
import { makePreviousBuild } from './previous-build.ts';

/**
 * The version before this one and this one on one database, behind a balancer, while people log in: two servers of the
 * version before; one of this version joins and migrates; it leaves again; it comes back, and the others are replaced.
 */
export async function sideBySide(logins: number): Promise<Figure[]> {
  const previous = await makePreviousBuild();
  const tools = await toolsOf(previous.folder);
  const folder = await mkdtemp(join(tmpdir(), 'faults-versions-'));
  await using server = await startExternalPostgres();
  const front = await freePort();
  const ports = [await freePort(), await freePort(), await freePort()] as const;
  const common: Settings = {
    ...LOGIN_SETTINGS,
    GATEHOUSE_URL: `http://localhost:${front}`,
    DATABASE_URL: server.url,
    GATEHOUSE_MASTER_KEY: randomBytes(32).toString('base64'),
    GATEHOUSE_DATA: folder,
    LOG_LEVEL: 'warn',
  };
  const startOld = async (port: number): Promise<ServiceProcess> =>
    tools.startGatehouse({ settings: { ...common, PORT: String(port) }, logFile: join(folder, 'old.log') });
  const startNew = async (port: number): Promise<ServiceProcess> => start({ ...common, PORT: String(port) });

  let [one, two] = [await startOld(ports[0]), await startOld(ports[1])];
  const balancer = await startBalancer(front, ports);
  await using ground = await setUpForLogins({ ...one, url: balancer.url }, tools);
  const load = startLogins(ground, { atOnce: 6, pauseMs: 0, every: 20 });
  const writes = startLoad(balancer.url, ground.writer);
  const say = (what: string): void =>
    console.error(`${what}: ${load.done()} logins, failed: ${countReasons(load.failed)}`);
  const reach = async (share: number): Promise<void> => {
    while (load.done() < logins * share) await pause(100);
  };
  const ready = async (port: number): Promise<void> => {
    while (!balancer.ready().includes(port)) await pause(100);
  };

  await reach(0.1);
  say('two of the version before');
  let three = await startNew(ports[2]);
  await ready(ports[2]);
  say('one of this version joined and migrated');
  await reach(0.4);
  await three.stop();
  say('it left');
  await reach(0.55);
  const refused = await startOld(await freePort()).then(
    async (started) => started.stop().then(() => 'starts'),
    (error: Error) => /database\.[a-z-]+/.exec(error.message)?.[0] ?? error.message.slice(0, 200),
  );
  three = await startNew(ports[2]);
  await ready(ports[2]);
  await one.stop();
  one = await startNew(ports[0]);
  await ready(ports[0]);
  await two.stop();
  two = await startNew(ports[1]);
  await ready(ports[1]);
  say('all of this version');
  await reach(1);
  await Promise.all([load.stop(), writes.stop()]);
  const database = Object.assign(new URL(server.superuserUrl), { pathname: new URL(server.url).pathname }).href;
  const lost = await lostOf(database, writes.acknowledged);
  await Promise.all([one.stop(), two.stop(), three.stop()]);
  await balancer.stop();
  await rm(folder, { recursive: true });
  const refusedWrites = [...writes.statuses].filter(([status]) => status !== 201).map(([, n]) => n);
  return [
    { what: 'the version before', measured: previous.commit },
    { what: 'logins, of these from nothing', measured: `${load.done()}, ${load.whole()}` },
    {
      what: `logins failed${load.failed.length > 0 ? ` (${countReasons(load.failed)})` : ''}`,
      measured: load.failed.length,
      wanted: 0,
    },
    { what: 'slowest login', measured: `${load.slowest()} ms` },
    { what: 'writes acknowledged', measured: writes.acknowledged.length },
    { what: 'writes refused', measured: refusedWrites.reduce((sum, n) => sum + n, 0), wanted: 0 },
    { what: 'acknowledged writes lost', measured: lost.length, wanted: 0 },
    { what: 'a server of the version before that starts after the migration', measured: refused },
  ];
}
