import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import pg from 'pg';
import { acceptSetup } from '../../demo/gatehouse/first-administrator.ts';
import { consoleToken, createApiClient } from '../../demo/gatehouse/api-client.ts';
import { startGatehouse } from '../../demo/gatehouse/service-process.ts';
import type { ServiceProcess } from '../../demo/gatehouse/service-process.ts';
import { processesIn } from '../../src/db/embedded/process-facts.ts';
import { openHttpBrowser } from '../support/http-browser.ts';

/** Settings of a service on its own data folder, by name. */
export type Settings = Readonly<Record<string, string>>;

/** What may create organizations: a token of the command line, and an organization for each writer to create them below. */
export interface Writer {
  token: string;
  parents: readonly string[];
}

/** Writers at once. */
const WRITERS = 8;

/** Sets a new service up through its setup link, as a person would; a token for programs afterwards. */
export async function setUp(service: ServiceProcess): Promise<Writer> {
  const browser = openHttpBrowser({ stopAt: (address) => address.pathname === '/console/callback' });
  await acceptSetup(browser, service.setupUrl ?? '', {
    organization: 'Northwind',
    email: 'anna@northwind.example',
    password: 'a calm harbour at dawn',
  });
  const api = createApiClient(service.url, await consoleToken(browser, service.url));
  const { organization } = await api.call('getMe');
  await browser[Symbol.asyncDispose]();
  const words = ['token', 'create', '--organization', organization.id, '--role', 'administrator'];
  const { token } = await service.command(...words);
  const parents: string[] = [];
  for (let number = 1; number <= WRITERS; number += 1) {
    const created = await api.call('createOrganization', { body: { name: `Fabrikam ${number}` } });
    parents.push(created.id);
  }
  return { token: String(token), parents };
}

/** Creates one organization below the first of the writers; the status of the answer, 0 where there was none. */
export async function write(url: string, writer: Writer, name: string): Promise<number> {
  return writingBelow(url, writer, writer.parents[0])(name);
}

/** A tree holds 1,000 organizations (decision 0048): so many are created below one, then it is the turn of another. */
const BELOW_ONE = 900;
/** Whose turn it is in the place of a writer's first, and how many are below it; one load follows the other. */
const turns = new Map<string | undefined, { parent: string | undefined; below: number }>();

/** Creates organizations by their names, one after the other; the status of each answer, 0 where there was none. */
export function writingBelow(
  url: string,
  writer: Writer,
  first: string | undefined,
): (name: string) => Promise<number> {
  const turn = turns.get(first) ?? { parent: first, below: 0 };
  turns.set(first, turn);
  return async (name) => {
    const isFull = turn.below >= BELOW_ONE;
    const managingOrganizationId = isFull ? undefined : turn.parent;
    const { status, id } = await createBelow(url, writer.token, { name, managingOrganizationId });
    turn.below += 1;
    if (isFull && id !== undefined) {
      turn.parent = id;
      turn.below = 0;
    }
    return status;
  };
}

async function createBelow(
  url: string,
  token: string,
  body: { name: string; managingOrganizationId?: string | undefined },
): Promise<{ status: number; id?: string | undefined }> {
  try {
    const answer = await fetch(`${url}/api/v1/organizations`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      body: JSON.stringify(body),
      signal: AbortSignal.timeout(30_000),
    });
    const { id } = (await answer.json().catch(() => ({}))) as { id?: string };
    return { status: answer.status, id };
  } catch {
    return { status: 0 };
  }
}

/** Several at once that create organizations until they are told to stop. */
export interface Load {
  /** Names whose creation was answered with 201. */
  acknowledged: string[];
  /** Answers by status; 0: none. */
  statuses: Map<number, number>;
  stop(): Promise<void>;
}

let written = 0;
const MOST_AT_FULL_SPEED = 12_000;

/** Begins to write with all writers at once. */
export function startLoad(url: string, writer: Writer): Load {
  const load = { acknowledged: [] as string[], statuses: new Map<number, number>() };
  let stopped = false;
  const work = async (first: string): Promise<void> => {
    const create = writingBelow(url, writer, first);
    while (!stopped) {
      written += 1;
      const name = `Contoso ${process.pid} ${written}`;
      const status = await create(name);
      load.statuses.set(status, (load.statuses.get(status) ?? 0) + 1);
      if (status === 201) load.acknowledged.push(name);
      // Nobody listens there: not as fast as we can.
      if (status === 0) await pause(20);
      // The whole installation holds 20,000.
      if (written > MOST_AT_FULL_SPEED) await pause(500);
    }
  };
  const workers = writer.parents.map(work);
  return {
    ...load,
    async stop() {
      stopped = true;
      await Promise.all(workers);
    },
  };
}

/** Which of the acknowledged names the database does not have. */
export async function lostOf(databaseUrl: string, acknowledged: readonly string[]): Promise<string[]> {
  const client = new pg.Client(databaseUrl);
  await client.connect();
  try {
    const { rows } = await client.query<{ name: string }>('select name from organization where name = any($1)', [
      acknowledged,
    ]);
    const kept = new Set(rows.map(({ name }) => name));
    return acknowledged.filter((name) => !kept.has(name));
  } finally {
    await client.end();
  }
}

/** The address of the embedded database that runs in a data folder. */
export async function embeddedUrl(dataFolder: string): Promise<string> {
  const { port, password } = JSON.parse(await readFile(join(dataFolder, 'postgres.json'), 'utf8')) as {
    port: number;
    password: string;
  };
  return `postgres://gatehouse:${password}@127.0.0.1:${port}/gatehouse`;
}

/** `kill -9` of the service and of every process of its database, in this order or the other. */
export async function killEverything(service: { pid: number }, dataFolder: string): Promise<void> {
  const database = (await processesIn(join(dataFolder, 'postgres'), 'postgres')) ?? [];
  const all = Math.random() < 0.5 ? [service.pid, ...database] : [...database, service.pid];
  for (const pid of all) {
    try {
      process.kill(pid, 'SIGKILL');
    } catch {
      // it ended meanwhile
    }
  }
}

/**
 * Starts `gatehouse serve` and measures; throws with what it said when it is refused.
 * @param logFile gets its log
 */
export async function start(settings: Settings, logFile?: string): Promise<ServiceProcess> {
  return startGatehouse({
    settings: { LOG_LEVEL: 'warn', ...settings },
    ...(logFile === undefined ? {} : { logFile }),
  });
}

/** Says which failures stand in a log, each message once: nothing may be answered with 500. */
export async function tellCrashes(logFile: string): Promise<void> {
  const lines = (await readFile(logFile, 'utf8').catch(() => '')).split('\n');
  const failures = new Map(
    lines.flatMap((line) => {
      const message = /"err":\{.*?"message":"(.*?)"/.exec(line)?.[1];
      return message === undefined ? [] : [[message, line] as const];
    }),
  );
  for (const line of failures.values()) console.error(line.slice(0, 1500));
}
