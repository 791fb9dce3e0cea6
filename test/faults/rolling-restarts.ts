import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { freePort } from '../../demo/free-port.ts';
import type { ServiceProcess } from '../../demo/gatehouse/service-process.ts';
import { silentLog } from '../../src/base/log.ts';
import { openDatabase } from '../../src/db/open-database.ts';
import { startBalancer } from './balancer.ts';
import type { Balancer } from './balancer.ts';
import type { Figure } from './figures.ts';
import { lostOf, setUp, start, writingBelow } from './installation.ts';
import type { Writer } from './installation.ts';

const AT_ONCE = 6;

/** Restarts two servers in turn behind a balancer while requests come in; none may fail. */
export async function restartInTurn(restarts: number, requests: number): Promise<Figure[]> {
  const folder = await mkdtemp(join(tmpdir(), 'faults-rolling-'));
  const database = await openDatabase({ source: { dataFolder: join(folder, 'database') }, log: silentLog });
  const [front, ...ports] = [await freePort(), await freePort(), await freePort()];
  const masterKey = randomBytes(32).toString('base64');
  const startOn = async (port: number): Promise<ServiceProcess> =>
    start({
      GATEHOUSE_URL: `http://localhost:${front}`,
      PORT: String(port),
      DATABASE_URL: database.ownerUrl,
      GATEHOUSE_MASTER_KEY: masterKey,
      GATEHOUSE_DATA: join(folder, 'data'),
    });
  const servers = new Map<number, ServiceProcess>();
  for (const port of ports) servers.set(port, await startOn(port));
  const balancer = await startBalancer(front, ports);
  const [one] = servers.values();
  // The first server's link, with a URL that leads through the balancer.
  const writer = await setUp({ ...one!, url: balancer.url });

  const load = keepAsking(balancer, writer);
  for (let restart = 1; restart <= restarts; restart += 1) {
    const port = ports[restart % ports.length]!;
    await servers.get(port)?.stop();
    servers.set(port, await startOn(port));
    while (!balancer.ready().includes(port)) await pause(100);
    console.error(`restart ${restart} of ${restarts}: ${load.answered()} answered, ${load.failed.length} failed`);
  }
  while (load.answered() < requests) await pause(100);
  await load.stop();
  const lost = await lostOf(database.ownerUrl, load.acknowledged);
  await balancer.stop();
  await Promise.all([...servers.values()].map(async (server) => server.stop()));
  const failed = load.failed.length;
  const why = failed === 0 ? '' : ` (${load.failed[0]})`;
  const figures: Figure[] = [
    { what: 'restarts', measured: restarts },
    { what: 'requests', measured: load.answered() },
    { what: `requests failed${why}`, measured: failed, wanted: 0 },
    { what: 'writes acknowledged', measured: load.acknowledged.length },
    { what: 'acknowledged writes lost', measured: lost.length, wanted: 0 },
  ];
  await database.close();
  await rm(folder, { recursive: true });
  return figures;
}

interface Asking {
  acknowledged: string[];
  failed: string[];
  answered(): number;
  stop(): Promise<void>;
}

/** A page, a document, a list and a write in turn, without a pause. */
function keepAsking({ url }: Balancer, writer: Writer): Asking {
  const acknowledged: string[] = [];
  const failed: string[] = [];
  let [asked, answered, stopped] = [0, 0, false];
  const read = async (path: string): Promise<number> => {
    try {
      const answer = await fetch(`${url}${path}`, { headers: { authorization: `Bearer ${writer.token}` } });
      await answer.arrayBuffer();
      return answer.status;
    } catch {
      return 0;
    }
  };
  const work = async (number: number): Promise<void> => {
    const create = writingBelow(url, writer, writer.parents[number]);
    while (!stopped) {
      asked += 1;
      const name = `Contoso ${asked}`;
      const paths = ['/', '/.well-known/openid-configuration', '/api/v1/organizations?limit=20', 'write'];
      const path = paths[asked % paths.length]!;
      const status = path === 'write' ? await create(name) : await read(path);
      answered += 1;
      if (status === 201) acknowledged.push(name);
      if (status === 0 || status >= 400) failed.push(`${path}: ${status}`);
    }
  };
  const workers = Array.from({ length: AT_ONCE }, async (_, number) => work(number));
  return {
    acknowledged,
    failed,
    answered: () => answered,
    async stop() {
      stopped = true;
      await Promise.all(workers);
    },
  };
}
