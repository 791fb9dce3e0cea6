import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sql } from 'kysely';
import { createPasswordHasher } from '../../src/authenticators/password.ts';
import { silentLog } from '../../src/base/log.ts';
import { openDatabase } from '../../src/db/open-database.ts';
import { createDatabase, REDIRECT } from '../contenders.ts';
import { throughProxy } from '../counted-flows.ts';
import { runLoad } from '../load/closed-loop.ts';
import { createPlannedLogin } from '../load/planned-login.ts';
import { processTree } from '../load/process-tree.ts';
import { createSilentLogin } from '../load/silent-login.ts';
import { discoverTarget } from '../load/target.ts';
import { measure } from '../measure.ts';
import { writeCoresPage } from './cores-page.ts';
import { FLOWS, type CoresOptions, type SetupFigures } from './cores-figures.ts';
import { measureFullQueue } from './full-queue.ts';
import { oneProcess, twoServers, twoWorkers, type Setup } from './setups.ts';

const SCOPE = 'openid profile email';
const SESSIONS = 64;
const HASHES = 40;
/** Of each flow, so that hot code is compiled for all rounds. */
const WARM_UP_SECONDS = 8;
const DEFAULT_COST = { memoryKib: 19 * 1024, passes: 2, lanes: 1 };

/**
 * One process, two workers and two servers behind a load balancer, in turns on one machine; then what a full queue of
 * passwords does to others, and what larger machines can be expected to do. Writes docs/reference/cores.md.
 */
export async function measureCores(options: CoresOptions): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'gatehouse-cores-'));
  const say = (text: string): void => console.error(text);
  const stops: (() => Promise<void>)[] = [];
  const database = await openDatabase({
    source: { dataFolder: join(folder, 'database'), mayCreateDatabases: true },
    log: silentLog,
    poolSize: 1,
  });
  try {
    const { pid } = JSON.parse(await readFile(join(folder, 'database/postgres.json'), 'utf8')) as { pid: number };
    const walPosition = async (): Promise<number> => {
      const { rows } = await sql<{ at: string }>`select pg_current_wal_insert_lsn() - '0/0'::pg_lsn as at`.execute(
        database.db,
      );
      return Number(rows[0]?.at);
    };
    say('Starting one process, two workers, two servers …');
    const one = await oneProcess(join(folder, 'one'), await createDatabase(database.ownerUrl, 'one'));
    stops.push(one.stop);
    const workers = await twoWorkers(join(folder, 'workers'), await createDatabase(database.ownerUrl, 'workers'));
    stops.push(workers.stop);
    const servers = await twoServers(join(folder, 'servers'), await createDatabase(database.ownerUrl, 'servers'));
    stops.push(servers.stop);

    const runs = [];
    for (const setup of [one, workers, servers]) runs.push(await prepare(setup));
    say('Warming up …');
    for (const run of runs) {
      const load = { concurrency: 16, seconds: 0, warmUpSeconds: WARM_UP_SECONDS };
      await runLoad({ ...load, flow: run.silent.flow });
      await runLoad({ ...load, flow: run.planned.flow });
    }
    const figures = runs.map(({ setup }): SetupFigures => ({ name: setup.name, flows: FLOWS.map(() => []) }));
    for (let round = 1; round <= options.rounds; round += 1) {
      for (const [place, flow] of FLOWS.entries()) {
        // Back and forth: what the machine does meanwhile falls on the first as on the last.
        const turns = [...runs.entries()];
        for (const [index, run] of round % 2 === 0 ? turns.toReversed() : turns) {
          const load = { concurrency: flow.at, seconds: options.seconds, warmUpSeconds: 1 };
          const trees = { server: run.setup.tree(), database: processTree(pid) };
          const result = await measure(run[flow.kind].flow, load, trees, walPosition);
          figures[index]?.flows[place]?.push(result);
          say(
            `round ${round}: ${run.setup.name}, ${flow.name}, ${flow.at} at once: ${result.perSecond.toFixed(0)} per second, ${result.errors} errors${result.errors > 0 ? ` (${result.complaints[0]})` : ''}`,
          );
        }
      }
    }
    const [first] = runs;
    if (first === undefined) throw new Error('nothing runs');
    say('Filling the queue of passwords …');
    const queue = await measureFullQueue(one.issuer, async () => first.silent.flow(0));
    say('Counting statements …');
    const sent = await throughProxy(one, async (count) => ({
      silent: await count(first.silent.flow),
      planned: await count(first.planned.flow),
    }));
    for (const { silent, planned } of runs) await Promise.all([silent.close(), planned.close()]);
    await writeCoresPage({ setups: figures, sent, hashMs: await costOfHash(), queue }, options);
  } finally {
    await Promise.all(stops.map(async (stop) => stop()));
    await database.close();
    await rm(folder, { recursive: true, force: true });
  }
}

async function prepare(setup: Setup) {
  const target = await discoverTarget(setup.issuer, { ...setup, redirectUri: REDIRECT, scope: SCOPE });
  const planned = createPlannedLogin(target, setup.plan);
  const sessions: string[] = [];
  // People of their own: the federated logins of the others use up the sessions that a user may have.
  while (sessions.length < SESSIONS) sessions.push(await planned.openSession(SESSIONS + sessions.length));
  return { setup, planned, silent: createSilentLogin(target, sessions) };
}

/** Milliseconds of processor time of one password hash. */
async function costOfHash(): Promise<number> {
  const passwords = createPasswordHasher(DEFAULT_COST);
  await passwords.verify(null, 'a first one');
  const before = process.cpuUsage();
  for (let count = 0; count < HASHES; count += 1) await passwords.verify(null, 'a calm harbour at dawn');
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000 / HASHES;
}
