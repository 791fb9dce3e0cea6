import { randomBytes } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import pg from 'pg';
import { startProgram, type Program } from '../demo/start-program.ts';
import type { Plan } from './load/planned-login.ts';
import type { Machines } from './machines/machines.ts';
import { processTree, type ProcessTree } from './load/process-tree.ts';
import { startGatehouseUnderLoad } from './gatehouse.ts';

/** Where codes are sent; nothing listens there. */
export const REDIRECT = 'http://127.0.0.1:9/callback';
const CLIENT = { id: 'bench', secret: 'a secret of the bench', redirectUri: REDIRECT };
const CONNECTIONS = 12;

/** An implementation under load: where it is, who it is, and how to count what it sends. */
export interface Contender {
  name: string;
  issuer: string;
  clientId: string;
  secret: string;
  plan: Plan;
  /** Undefined where it has none, as a build of before them. */
  machines: Machines | undefined;
  federates: boolean;
  tree: () => ProcessTree;
  /** Starts it again on another way to its database; undefined without one. */
  restart: ((databaseUrl: string) => Promise<void>) | undefined;
  databaseUrl: string;
  stop: () => Promise<void>;
}

/**
 * Gatehouse of this checkout, or of another folder with a built one: that one is started and filled by its own `bench/`,
 * through the API it has itself.
 */
export async function gatehouse(
  name: string,
  folder: string,
  databaseUrl: string,
  checkout?: string,
): Promise<Contender> {
  const masterKey = randomBytes(32).toString('base64');
  const start = checkout === undefined ? startGatehouseUnderLoad : await starterOf(checkout);
  await mkdir(folder, { recursive: true });
  const running = await start({ databaseUrl, masterKey, folder, redirectUri: REDIRECT });
  return {
    name,
    issuer: running.issuer,
    ...running.application,
    plan: running.plan,
    machines: running.machines,
    federates: true,
    tree: () => processTree(running.service.pid),
    databaseUrl,
    restart: running.restart,
    stop: running.stop,
  };
}

async function starterOf(checkout: string): Promise<typeof startGatehouseUnderLoad> {
  const file = join(resolve(checkout), 'bench/gatehouse.ts');
  const module = (await import(pathToFileURL(file).href)) as {
    startGatehouseUnderLoad: typeof startGatehouseUnderLoad;
  };
  return module.startGatehouseUnderLoad;
}

/**
 * oidc-provider alone, as its own documentation starts it.
 * @param machines where its applications without a browser are; without it has none, and prepares no statement
 */
export async function rival(
  name: string,
  adapter: 'map' | 'table',
  databaseUrl: string,
  machines?: 'in settings' | 'in table',
): Promise<Contender> {
  const start = (url: string, port: number): Promise<Program> =>
    startProgram('bench/rivals/provider.ts', {
      adapter,
      databaseUrl: url,
      connections: CONNECTIONS,
      client: CLIENT,
      port,
      ...(machines === undefined ? {} : { machines, prepared: true }),
    });
  let program = await start(databaseUrl, 0);
  const issuer = String(program.ready['issuer']);
  return {
    name,
    issuer,
    clientId: CLIENT.id,
    secret: CLIENT.secret,
    plan: { people: 1, steps: [], ownAddresses: false },
    machines:
      machines === undefined
        ? undefined
        : { machine: { clientId: 'machine', secret: CLIENT.secret }, device: { clientId: 'device' } },
    federates: false,
    tree: () => processTree(program.pid),
    databaseUrl,
    restart:
      adapter === 'map'
        ? undefined
        : async (url) => {
            await program.stop();
            program = await start(url, Number(new URL(issuer).port));
          },
    stop: async () => program.stop(),
  };
}

/** Makes an empty database beside the others and gives its address. */
export async function createDatabase(serverUrl: string, name: string): Promise<string> {
  const client = new pg.Client(serverUrl);
  await client.connect();
  await client.query(`create database ${pg.escapeIdentifier(name)}`);
  await client.end();
  const url = new URL(serverUrl);
  url.pathname = `/${name}`;
  return url.href;
}
