import { loadavg } from 'node:os';
import { setTimeout as pause } from 'node:timers/promises';
import type { Flow } from '../load/flow.ts';
import { runOpenLoop, type OpenLoopResult } from '../load/open-loop.ts';
import { processTree } from '../load/process-tree.ts';
import { measure, type Measurement } from '../measure.ts';
import { isAimed } from './aims.ts';
import { AT_ONCE, FLOW_NAMES, openFlows, type FlowName, type OpenFlows, type Rival } from './rival.ts';

/** What one rival did with one flow at one concurrency, round by round; undefined where a round of it failed. */
export interface Turns {
  rival: Rival;
  flow: FlowName;
  atOnce: number;
  runs: (Measurement | undefined)[];
  /** The same flow at 70 % of the rate that the round before it had; silent logins alone. */
  steady: (OpenLoopResult | undefined)[];
}

export interface RoundOptions {
  flows: ReadonlySet<FlowName>;
  /** Instead of {@link AT_ONCE}. */
  concurrencies: readonly number[] | undefined;
  seconds: number;
  /** Of what an aim compares; everything else runs in the first {@link ROUNDS_OF_OTHERS} of them. */
  rounds: number;
  /** Leaves everything else out. */
  aimsOnly: boolean;
  databasePid: number;
  walPosition: () => Promise<number>;
  say: (text: string) => void;
  /** Runs when all rounds are over and everything still stands. */
  afterwards?: (open: ReadonlyMap<Rival, OpenFlows>) => Promise<void>;
}

/** What was measured, and what failed, a sentence each. */
export interface Rounds {
  turns: readonly Turns[];
  failures: readonly string[];
  /** Requests of a federated login, by the rival's key. */
  requests: ReadonlyMap<string, number>;
  /** Processor time that PostgreSQL takes while nobody is loaded, microseconds in a second: all rivals keep connections. */
  idleDatabase: number | undefined;
  /** Load average of the last minute, when the last round ended. */
  loadAverage: number;
}

/** Flows of each kind before anything is measured, the same for everybody: what runs compiled after a while is compiled. */
export const WARM_UP_FLOWS = 3000;
/** For who is slow. */
export const MOST_WARM_UP_SECONDS = 60;
const WARM_UP_AT_ONCE = 8;
export const ROUNDS_OF_OTHERS = 3;
/** Flows of which a second holds few, or that are read by their slowest: their turns are so many times as long. */
const LONGER: Readonly<Partial<Record<FlowName, number>>> = { password: 3 };
const STEADY_LONGER = 2;
/** What one turn may take beside the time it is measured for. */
const TURN_SECONDS = 240;
/** Of the greatest rate: where a service is run that has room for a peak. */
const STEADY_SHARE = 0.7;
const IDLE_SECONDS = 2;

/**
 * Runs all rivals in turns, back and forth from round to round, so that what the machine does meanwhile falls on all of
 * them. A rival that fails loses that flow, with a sentence, and the run goes on.
 */
export async function runRounds(rivals: readonly Rival[], options: RoundOptions): Promise<Rounds> {
  const { flows: wanted, rounds, say } = options;
  await using stack = new AsyncDisposableStack();
  const failures: string[] = [];
  const fail = (rival: Rival, what: string, error: unknown): void => {
    failures.push(`${rival.name}, ${what}: ${error instanceof Error ? error.message : 'unknown'}`);
    say(`FAILED: ${failures.at(-1)}`);
  };
  const open = new Map<Rival, OpenFlows>();
  const gone = new Set<string>();
  const idOf = (rival: Rival, flow: FlowName): string => `${rival.key} ${flow}`;
  for (const rival of rivals) {
    say(`Opening sessions at ${rival.name} …`);
    try {
      const most = Math.max(1, ...[...wanted].flatMap((name) => options.concurrencies ?? AT_ONCE[name]));
      const opened = await within(300, openFlows(rival, wanted, most));
      stack.defer(async () => opened.close());
      open.set(rival, opened);
    } catch (error) {
      fail(rival, 'sessions', error);
    }
  }
  const idleDatabase = await cpuWhileIdle(options.databasePid);
  say(`PostgreSQL takes ${idleDatabase?.toFixed(0) ?? '–'} µs in an idle second`);
  const turns: Turns[] = [];
  for (const flow of FLOW_NAMES.filter((name) => wanted.has(name))) {
    for (const atOnce of options.concurrencies ?? AT_ONCE[flow]) {
      for (const rival of rivals) {
        if (options.aimsOnly && !isAimed(rival.key, flow, atOnce)) continue;
        if (open.get(rival)?.flows.has(flow)) turns.push({ rival, flow, atOnce, runs: [], steady: [] });
      }
    }
  }
  const attempt = async (one: Turns, what: string, work: (flow: Flow) => Promise<void>): Promise<void> => {
    const id = idOf(one.rival, one.flow);
    const flow = open.get(one.rival)?.flows.get(one.flow);
    if (flow === undefined || gone.has(id)) return;
    try {
      await within(TURN_SECONDS + options.seconds * 8, work(flow));
    } catch (error) {
      gone.add(id);
      fail(one.rival, `${one.flow}, ${what}`, error);
    }
  };
  say('Warming up …');
  for (const one of turns.filter((each, index) => turns.findIndex((other) => isSame(other, each)) === index)) {
    await attempt(one, 'warming up', async (flow) => {
      await flow.prepare();
      await warmUp(flow);
    });
  }
  for (let round = 1; round <= rounds; round += 1) {
    const ofRound = turns.filter((one) => round <= ROUNDS_OF_OTHERS || isAimed(one.rival.key, one.flow, one.atOnce));
    for (const one of inTurn(ofRound, round)) {
      let run: Measurement | undefined;
      let steady: OpenLoopResult | undefined;
      await attempt(one, `round ${round}`, async (flow) => {
        await flow.prepare();
        const seconds = options.seconds * (LONGER[one.flow] ?? 1);
        const load = { concurrency: one.atOnce, seconds, warmUpSeconds: 1 };
        const trees = { server: one.rival.tree(), database: processTree(options.databasePid) };
        run = await measure(flow.run, load, trees, options.walPosition);
        if (run.flows === 0) throw new Error(`nothing succeeded: ${run.complaints[0] ?? ''}`);
        say(line(round, one, run));
        if (one.flow === 'silent' && one.atOnce === lastOf(turns, one)) {
          const rate = run.perSecond * STEADY_SHARE;
          steady = await runOpenLoop({ rate, seconds: options.seconds * STEADY_LONGER, flow: flow.run });
          say(`  at ${steady.rate.toFixed(0)} a second: p50 ${steady.p50.toFixed(1)}, p99 ${steady.p99.toFixed(1)} ms`);
        }
      });
      one.runs.push(run);
      one.steady.push(steady);
    }
  }
  const loadAverage = loadavg()[0] ?? 0;
  const requests = new Map<string, number>();
  for (const [rival, opened] of open) {
    const made = opened.requests();
    if (made !== undefined) requests.set(rival.key, made);
  }
  await options.afterwards?.(open);
  return { turns, failures, requests, idleDatabase, loadAverage };
}

function isSame(one: Turns, other: Turns): boolean {
  return one.rival === other.rival && one.flow === other.flow;
}

/** The greatest concurrency at which the rival's flow runs. */
function lastOf(turns: readonly Turns[], one: Turns): number {
  return Math.max(...turns.filter((other) => isSame(one, other)).map(({ atOnce }) => atOnce));
}

/** Who fails always fails in the rounds. */
async function warmUp(flow: Flow): Promise<void> {
  const end = performance.now() + MOST_WARM_UP_SECONDS * 1000;
  let left = WARM_UP_FLOWS;
  const work = async (worker: number): Promise<void> => {
    while (left > 0 && performance.now() < end) {
      left -= 1;
      await flow.run(worker).catch(async () => pause(10));
    }
  };
  await Promise.all(Array.from({ length: WARM_UP_AT_ONCE }, (_, worker) => work(worker)));
}

/** Flow by flow in their order; the rivals of each forth in one round and back in the next. */
function inTurn(turns: readonly Turns[], round: number): Turns[] {
  const groups = Map.groupBy(turns, ({ flow, atOnce }) => `${flow} ${atOnce}`);
  return [...groups.values()].flatMap((group) => (round % 2 === 0 ? group.toReversed() : group));
}

function line(round: number, { rival, flow, atOnce }: Turns, run: Measurement): string {
  const figures = `${run.perSecond.toFixed(0)} per second, ${run.serverCpu?.toFixed(0)} + ${run.databaseCpu?.toFixed(0)} µs, ${run.wal?.toFixed(0)} bytes of WAL`;
  const wrong = run.errors > 0 ? `, ${run.errors} errors (${run.complaints[0]})` : '';
  return `round ${round}: ${flow}, ${atOnce} at once: ${rival.name}: ${figures}${wrong}`;
}

async function cpuWhileIdle(databasePid: number): Promise<number | undefined> {
  const tree = processTree(databasePid);
  const before = tree.cpu();
  await pause(IDLE_SECONDS * 1000);
  const after = tree.cpu();
  return before === undefined || after === undefined ? undefined : (after - before) / IDLE_SECONDS;
}

/** Waits so many seconds at most: a rival that hangs must not hold the run. */
async function within<T>(seconds: number, work: Promise<T>): Promise<T> {
  const over = new AbortController();
  const late = pause(seconds * 1000, undefined, { signal: over.signal }).then(() => {
    throw new Error(`nothing came of it in ${seconds} seconds`);
  });
  late.catch(() => undefined);
  try {
    return await Promise.race([work, late]);
  } finally {
    over.abort();
  }
}
