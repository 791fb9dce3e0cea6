import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { projectFolder } from '../tools/project.ts';
import { silentLog } from '../src/base/log.ts';
import { openDatabase } from '../src/db/open-database.ts';
import { runLoad } from './load/closed-loop.ts';
import { createPlannedLogin } from './load/planned-login.ts';
import { processTree } from './load/process-tree.ts';
import { createSilentLogin } from './load/silent-login.ts';
import { discoverTarget } from './load/target.ts';
import { createDatabase, gatehouse, REDIRECT, rival, type Contender } from './contenders.ts';
import { throughProxy } from './counted-flows.ts';
import { measureMachines, startMachineRivals } from './machines/machine-rounds.ts';
import { machineSection } from './machines/machine-section.ts';
import { measure, type Measured, type Measurement } from './measure.ts';
import { againstBefore, BEFORE } from './against-before.ts';
import { commitOf, writePage } from './performance-page.ts';
import { measureStartUp } from './start-up.ts';

export interface ComparisonOptions {
  concurrencies: readonly number[];
  seconds: number;
  rounds: number;
  /** Prints the page instead of writing it. */
  print: boolean;
  /** Folder of another built checkout, measured in the same rounds. */
  against: string | undefined;
  /** Measures the two builds alone and prints how they stand to each other. */
  buildsOnly: boolean;
  /** Measures machines and devices alone and prints what was seen. */
  machinesOnly: boolean;
}

const SCOPE = 'openid profile email';
/** Warm-up before the first round, so that hot code is compiled for all of them. */
const WARM_UP_SECONDS = 4;

/**
 * Gatehouse, oidc-provider on the usual table and oidc-provider on a map, on one PostgreSQL, in turns: what the machine
 * does meanwhile reaches all of them. Then start-up. Writes docs/performance.md.
 */
export async function compare(options: ComparisonOptions): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'gatehouse-bench-'));
  const say = (text: string): void => console.error(text);
  const contenders: Contender[] = [];
  const database = await openDatabase({
    source: { dataFolder: join(folder, 'database'), mayCreateDatabases: true },
    log: silentLog,
    poolSize: 1,
  });
  try {
    const { pid } = JSON.parse(await readFile(join(folder, 'database/postgres.json'), 'utf8')) as { pid: number };
    say('Starting Gatehouse and what it is compared with …');
    const own = await gatehouse('Gatehouse', folder, database.ownerUrl);
    contenders.push(own);
    const machines = async (): Promise<string> => {
      const rivals = await startMachineRivals(database.ownerUrl);
      contenders.push(...rivals);
      const seen = await measureMachines([own, ...rivals], { ...options, databasePid: pid, say });
      return machineSection(seen, { ...options, commit: commitOf(projectFolder) });
    };
    if (options.machinesOnly) {
      console.log(await machines());
      return;
    }
    if (!options.buildsOnly) {
      const rivalUrl = await createDatabase(database.ownerUrl, 'rival');
      contenders.push(await rival('oidc-provider, one-table adapter', { adapter: 'table', databaseUrl: rivalUrl }));
      contenders.push(await rival('oidc-provider, in-process map', { adapter: 'map', databaseUrl: '' }));
    }
    if (options.against !== undefined) {
      const name = `${BEFORE} (${commitOf(options.against)})`;
      const before = await createDatabase(database.ownerUrl, 'before');
      contenders.push(await gatehouse(name, join(folder, 'before'), before, options.against));
    }
    const measured: Measured[] = [];
    const runs = await Promise.all(contenders.map(async (contender) => prepare(contender, options.concurrencies)));
    for (const { contender } of runs) {
      measured.push({
        name: contender.name,
        silent: [],
        federated: [],
        silentSent: undefined,
        federatedSent: undefined,
      });
    }
    say('Warming up …');
    for (const { contender, silent, planned } of runs) {
      const load = { concurrency: 8, seconds: 0, warmUpSeconds: WARM_UP_SECONDS };
      await runLoad({ ...load, flow: silent.flow });
      if (contender.federates) await runLoad({ ...load, flow: planned.flow });
    }
    for (let round = 1; round <= options.rounds; round += 1) {
      for (const concurrency of options.concurrencies) {
        const load = { concurrency, seconds: options.seconds, warmUpSeconds: 1 };
        // Back and forth: what the machine does meanwhile falls on the first as on the last.
        const turns = [...runs.entries()];
        for (const [index, run] of round % 2 === 0 ? turns.toReversed() : turns) {
          const trees = { server: run.contender.tree(), database: processTree(pid) };
          const silent = await measure(run.silent.flow, load, trees);
          say(line(round, run.contender.name, 'silent', silent));
          measured[index]?.silent.push(silent);
          if (!run.contender.federates) continue;
          const federated = await measure(run.planned.flow, load, trees);
          say(line(round, run.contender.name, 'federated', federated));
          measured[index]?.federated.push(federated);
        }
      }
    }
    for (const [index, run] of runs.entries()) {
      if (run.contender.restart === undefined) continue;
      say(`Counting the statements of ${run.contender.name} …`);
      Object.assign(measured[index] ?? {}, await countSent(run));
    }
    for (const { silent, planned } of runs) await Promise.all([silent.close(), planned.close()]);
    const section = options.buildsOnly ? '' : await machines();
    await Promise.all(contenders.splice(0).map(async ({ stop }) => stop()));
    if (options.buildsOnly) {
      console.log(againstBefore(measured, options.concurrencies));
      return;
    }
    say('Starting and stopping the service …');
    await writePage({ measured, machines: section, startUp: await measureStartUp({ cold: 3, warm: 3 }), ...options });
  } finally {
    await Promise.all(contenders.map(async ({ stop }) => stop()));
    await database.close();
    await rm(folder, { recursive: true, force: true });
  }
}

interface Run {
  contender: Contender;
  silent: ReturnType<typeof createSilentLogin>;
  planned: ReturnType<typeof createPlannedLogin>;
}

async function prepare(contender: Contender, concurrencies: readonly number[]): Promise<Run> {
  const target = await discoverTarget(contender.issuer, { ...contender, redirectUri: REDIRECT, scope: SCOPE });
  const planned = createPlannedLogin(target, contender.plan);
  const sessions: string[] = [];
  // People of their own: the federated logins of the others use up the sessions that a user may have.
  const most = Math.max(...concurrencies);
  while (sessions.length < most) sessions.push(await planned.openSession(most + sessions.length));
  return { contender, planned, silent: createSilentLogin(target, sessions) };
}

/** What its flows send to PostgreSQL. */
async function countSent({ contender, silent, planned }: Run): Promise<Partial<Measured>> {
  return throughProxy(contender, async (count) => ({
    silentSent: await count(silent.flow),
    ...(contender.federates ? { federatedSent: await count(planned.flow) } : {}),
  }));
}

function line(round: number, name: string, flow: string, result: Measurement): string {
  const cpu = (result.serverCpu ?? Number.NaN) + (result.databaseCpu ?? 0);
  return `round ${round}: ${name}, ${flow}, ${result.concurrency} at once: ${result.perSecond.toFixed(0)} per second, ${cpu.toFixed(0)} µs, ${result.errors} errors${result.errors > 0 ? ` (${result.complaints[0]})` : ''}`;
}
