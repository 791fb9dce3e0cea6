import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { openDatabase } from '../../src/db/open-database.ts';
import { silentLog } from '../../src/base/log.ts';
import { projectFolder } from '../../tools/project.ts';
import { commitOf } from '../performance-page.ts';
import { AIMS } from './aims.ts';
import { measureCosts } from './costs.ts';
import { writeSection } from './page.ts';
import { profileFlows } from '../profile/profile-flows.ts';
import { AT_ONCE, FLOW_NAMES, RIVAL_KEYS, type Rival, type RivalKey } from './rival.ts';
import { runRounds } from './rounds.ts';
import { besideSection } from './section.ts';
import { STARTERS } from './start-rivals.ts';

export interface BesideOptions {
  /** Flows, of {@link FLOW_NAMES}; all when empty. */
  only: readonly string[];
  /** Rivals, of {@link RIVAL_KEYS}; all when empty. Gatehouse is always there. */
  among: readonly string[];
  concurrencies: readonly number[] | undefined;
  seconds: number;
  rounds: number;
  /** Only what an aim compares, printed. */
  aimsOnly: boolean;
  against: string | undefined;
  /** Prints the section instead of writing it; a run of a part is printed always. */
  print: boolean;
  /** Also profiles Gatehouse, flow by flow. */
  profile: boolean;
}

const PROFILED_SECONDS = 4;

/**
 * Gatehouse and its rivals by the same load in one run, on one PostgreSQL with a database for each, in turns. What a machine
 * lacks for one of them is said, and the others run.
 */
export async function runBeside(options: BesideOptions): Promise<void> {
  const say = (text: string): void => console.error(text);
  const flows = new Set(pick(FLOW_NAMES, options.only));
  const named = pick(RIVAL_KEYS, options.among).filter((key) => !options.aimsOnly || AIMS.some(({ to }) => to === key));
  const wanted = new Set<RivalKey>(['gatehouse', ...named]);
  await using stack = new AsyncDisposableStack();
  // Whoever ends the bench ends what it started, too.
  const end = (): void => void stack.disposeAsync().finally(() => process.exit(1));
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, end);
    stack.defer(() => void process.off(signal, end));
  }
  const folder = await mkdtemp(join(tmpdir(), 'gatehouse-bench-'));
  stack.defer(async () => rm(folder, { recursive: true, force: true }));
  const database = await openDatabase({
    source: { dataFolder: join(folder, 'database'), mayCreateDatabases: true },
    log: silentLog,
    poolSize: 1,
  });
  stack.defer(async () => database.close());
  const { pid } = JSON.parse(await readFile(join(folder, 'database/postgres.json'), 'utf8')) as { pid: number };
  const client = new pg.Client(database.ownerUrl);
  await client.connect();
  stack.defer(async () => client.end());

  const costs = await measureCosts();
  const rivals: Rival[] = [];
  const leftOut: string[] = [];
  const ground = { serverUrl: database.ownerUrl, folder, against: options.against, wanted: flows, say };
  for (const { keys, start } of STARTERS) {
    if (!keys.some((key) => wanted.has(key))) continue;
    say(`Starting ${keys.join(', ')} …`);
    try {
      for (const rival of await start(ground)) {
        stack.defer(rival.stop);
        if (wanted.has(rival.key)) rivals.push(rival);
      }
    } catch (error) {
      leftOut.push(`${keys.join(', ')}: ${error instanceof Error ? error.message : 'unknown'}`);
      say(`LEFT OUT: ${leftOut.at(-1)}`);
    }
  }
  let profile = '';
  const rounds = await runRounds(rivals, {
    ...options,
    flows,
    databasePid: pid,
    say,
    async afterwards(open) {
      const [own, opened] = [...open].find(([{ key }]) => key === 'gatehouse') ?? [];
      if (!options.profile || own?.inspected === undefined || opened === undefined) return;
      say('Profiling …');
      const profiled = [...opened.flows].map(([name, flow]) => ({
        name,
        flow,
        atOnce: Math.max(...(options.concurrencies ?? AT_ONCE[name])),
      }));
      profile = await profileFlows(own.inspected(), profiled, PROFILED_SECONDS).catch((error: unknown) => {
        say(`no profile: ${error instanceof Error ? error.message : 'unknown'}`);
        return '';
      });
    },
    walPosition: async () => {
      const { rows } = await client.query<{ at: string }>(
        "select pg_wal_lsn_diff(pg_current_wal_insert_lsn(), '0/0')::text as at",
      );
      return Number(rows[0]?.at);
    },
  });
  const about = { ...options, commit: commitOf(projectFolder), leftOut, costs, profile };
  const section = besideSection(rounds, about);
  const isWhole =
    !options.aimsOnly && options.only.length === 0 && options.among.length === 0 && options.concurrencies === undefined;
  if (options.print || !isWhole) console.log(section);
  else writeSection(section);
}

function pick<Name extends string>(names: readonly Name[], asked: readonly string[]): readonly Name[] {
  const unknown = asked.filter((name) => !names.includes(name as Name));
  if (unknown.length > 0) throw new Error(`not known: ${unknown.join(', ')}; known are ${names.join(', ')}`);
  return asked.length === 0 ? names : names.filter((name) => asked.includes(name));
}
