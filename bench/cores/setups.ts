import { randomBytes } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { freePort } from '../../demo/free-port.ts';
import { startBalancer } from '../../test/faults/balancer.ts';
import { projectFolder } from '../../tools/project.ts';
import { gatehouse, REDIRECT, type Contender } from '../contenders.ts';
import { startGatehouseUnderLoad } from '../gatehouse.ts';
import { processTree, type ProcessTree } from '../load/process-tree.ts';
import { toolsOf, type GatehouseTools } from '../rivals/gatehouse-tools.ts';

/** Gatehouse in so many processes: where it is, who loads it, and whose processor time it takes. */
export type Setup = Pick<Contender, 'name' | 'issuer' | 'clientId' | 'secret' | 'plan' | 'tree' | 'stop'>;

/** One process on a database: what the others are compared with. */
export async function oneProcess(folder: string, databaseUrl: string): Promise<Contender> {
  return gatehouse('one process', folder, databaseUrl);
}

/** Two workers of one `serve`. */
export async function twoWorkers(folder: string, databaseUrl: string): Promise<Setup> {
  await mkdir(folder, { recursive: true });
  const running = await startGatehouseUnderLoad({
    ...(await installation(folder, databaseUrl)),
    tools: withSettings(await toolsOf(projectFolder), { GATEHOUSE_WORKERS: '2' }),
  });
  return {
    name: 'two workers',
    ...running,
    ...running.application,
    tree: () => processTree(running.service.pid),
  };
}

/** Two servers behind a load balancer; the balancer's own time is the load generator's. */
export async function twoServers(folder: string, databaseUrl: string): Promise<Setup> {
  await mkdir(folder, { recursive: true });
  const ports = [await freePort(), await freePort(), await freePort()] as const;
  const url = { GATEHOUSE_URL: `http://localhost:${ports[2]}` };
  const shared = await installation(folder, databaseUrl);
  const balancer = await startBalancer(ports[2], [ports[0], ports[1]]);
  const tools = await toolsOf(projectFolder);
  const running = await startGatehouseUnderLoad({
    ...shared,
    tools: withSettings(tools, { ...url, PORT: String(ports[0]) }, async () => isReady(balancer.ready, 1)),
  });
  const second = await tools.startGatehouse({
    settings: {
      ...url,
      PORT: String(ports[1]),
      DATABASE_URL: databaseUrl,
      GATEHOUSE_MASTER_KEY: shared.masterKey,
      GATEHOUSE_DATA: join(folder, 'second'),
      GATEHOUSE_ALLOWED_PROVIDER_HOSTS: '127.0.0.0/8,127.0.0.1,127.0.0.2,127.0.0.3',
      TRUSTED_PROXIES: '127.0.0.0/8',
    },
    logFile: join(folder, 'second.log'),
  });
  await isReady(balancer.ready, 2);
  const trees = (): ProcessTree[] => [processTree(running.service.pid), processTree(second.pid)];
  return {
    name: 'two servers behind a load balancer',
    ...running,
    ...running.application,
    tree: () => ({
      cpu: () => sum(trees().map((tree) => tree.cpu())),
      residentMib: () => sum(trees().map((tree) => tree.residentMib())),
    }),
    async stop() {
      await balancer.stop();
      await Promise.all([running.stop(), second.stop()]);
    },
  };
}

async function installation(folder: string, databaseUrl: string) {
  return { databaseUrl, folder, masterKey: randomBytes(32).toString('base64'), redirectUri: REDIRECT };
}

/** Tools whose service starts with further settings, and counts as started once `ready` settles. */
function withSettings(
  tools: GatehouseTools,
  more: Readonly<Record<string, string>>,
  ready: () => Promise<void> = async () => {},
): GatehouseTools {
  return {
    ...tools,
    async startGatehouse(options) {
      const service = await tools.startGatehouse({ ...options, settings: { ...options.settings, ...more } });
      await ready();
      return service;
    },
  };
}

async function isReady(ready: () => number[], count: number): Promise<void> {
  while (ready().length < count) await new Promise((resolve) => void setTimeout(resolve, 100));
}

function sum(values: readonly (number | undefined)[]): number | undefined {
  return values.reduce<number | undefined>(
    (all, value) => (all === undefined || value === undefined ? undefined : all + value),
    0,
  );
}
