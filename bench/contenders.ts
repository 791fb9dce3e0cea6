import { randomBytes } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import pg from 'pg';
import { projectFolder } from '../tools/project.ts';
import { startProgram, type Program } from '../demo/start-program.ts';
import type { PasswordPerson } from './load/password-login.ts';
import type { Plan } from './load/planned-login.ts';
import type { Machines } from './machines/machines.ts';
import { processTree, type ProcessTree } from './load/process-tree.ts';
import { startGatehouseUnderLoad } from './gatehouse.ts';
import type { Inspected } from './profile/inspect.ts';
import { toolsOf } from './rivals/gatehouse-tools.ts';

/** Where codes are sent; nothing listens there. */
export const REDIRECT = 'http://127.0.0.1:9/callback';
const CLIENT = { id: 'bench', secret: 'a secret of the bench', redirectUri: REDIRECT };
/** That a rival may have to its database: as many as Gatehouse takes. */
export const CONNECTIONS = 12;

/** An application on a server that the load pretends to be. */
export interface Application {
  clientId: string;
  secret: string;
}

/** An implementation under load: where it is, who it is, and how to count what it sends. */
export interface Contender {
  name: string;
  issuer: string;
  clientId: string;
  secret: string;
  /** Beside the one above, which has ID tokens by ES256 and no refresh token: one by RS256, one that refreshes with rotation. */
  applications: { rs256: Application; refresh: Application };
  plan: Plan;
  /** Adds people with a password and an authenticator app; undefined where it has none. */
  addPeople: ((count: number) => Promise<PasswordPerson[]>) | undefined;
  /** Undefined where it has none, as a build of before them. */
  machines: Machines | undefined;
  federates: boolean;
  tree: () => ProcessTree;
  /** The process that can be profiled; undefined where it is not ours. */
  inspected: (() => Inspected) | undefined;
  /** Starts it again on another way to its database; undefined without one. */
  restart: ((databaseUrl: string) => Promise<void>) | undefined;
  databaseUrl: string;
  stop: () => Promise<void>;
}

/** Gatehouse of this checkout, or of another folder with a built one. */
export async function gatehouse(
  name: string,
  folder: string,
  databaseUrl: string,
  checkout?: string,
): Promise<Contender> {
  const masterKey = randomBytes(32).toString('base64');
  const tools = await toolsOf(checkout ?? projectFolder);
  await mkdir(folder, { recursive: true });
  const running = await startGatehouseUnderLoad({ databaseUrl, masterKey, folder, redirectUri: REDIRECT, tools });
  return {
    name,
    issuer: running.issuer,
    ...running.application,
    applications: running.applications,
    plan: running.plan,
    addPeople: running.addPeople,
    machines: running.machines,
    federates: true,
    tree: () => processTree(running.service.pid),
    inspected: () => ({ pid: running.service.pid, port: running.inspectPort }),
    databaseUrl,
    restart: running.restart,
    stop: running.stop,
  };
}

/** How oidc-provider is kept: in a map, in one table, or in one table by statements that requests share. */
export interface RivalSettings {
  adapter: 'map' | 'table' | 'batching';
  /** Empty for a map. */
  databaseUrl: string;
  /** Keeps statements prepared. */
  prepared?: boolean;
  /** Where its applications without a browser are; without it has none. */
  machines?: 'in settings' | 'in table';
}

/** oidc-provider alone, as its own documentation starts it. */
export async function rival(name: string, settings: RivalSettings): Promise<Contender> {
  const { adapter, databaseUrl, machines } = settings;
  const start = (url: string, port: number): Promise<Program> =>
    startProgram('bench/rivals/provider.ts', {
      ...settings,
      databaseUrl: url,
      connections: CONNECTIONS,
      client: CLIENT,
      port,
    });
  let program = await start(databaseUrl, 0);
  const issuer = String(program.ready['issuer']);
  return {
    name,
    issuer,
    clientId: CLIENT.id,
    secret: CLIENT.secret,
    applications: {
      rs256: { clientId: 'rs256', secret: CLIENT.secret },
      refresh: { clientId: 'refresh', secret: CLIENT.secret },
    },
    plan: { people: 1, steps: [], ownAddresses: false },
    addPeople: undefined,
    machines:
      machines === undefined
        ? undefined
        : { machine: { clientId: 'machine', secret: CLIENT.secret }, device: { clientId: 'device' } },
    federates: false,
    tree: () => processTree(program.pid),
    inspected: undefined,
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
