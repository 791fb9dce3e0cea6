import { cpus } from 'node:os';
import { cells, fixed, middle, table, together } from '../figures.ts';
import { median, type Measurement } from '../measure.ts';
import { AIMS, STEADY_AT_MOST, type Aim } from './aims.ts';
import type { Costs } from './costs.ts';
import { WHAT, WHO } from './who.ts';
import { MOST_WARM_UP_SECONDS, ROUNDS_OF_OTHERS, WARM_UP_FLOWS } from './rounds.ts';
import type { Rounds, Turns } from './rounds.ts';
import type { RivalKey } from './rival.ts';

/** What is told of a run beside its figures. */
export interface AboutRun {
  rounds: number;
  seconds: number;
  commit: string;
  /** Rivals that did not run, and why, a sentence each. */
  leftOut: readonly string[];
  costs: Costs;
  /** The profile by layer, in Markdown; empty without. */
  profile: string;
}

export const BESIDE = '## Beside others';

/** The part of the page about the rivals: aims and what came of them, then every figure. */
export function besideSection(seen: Rounds, about: AboutRun): string {
  const { turns } = seen;
  return `${BESIDE}

Written by \`npm run bench -- --rivals\`: everybody on the same PostgreSQL, each with a database of its own, loaded by the same
generator in turns, back and forth from round to round, after ${WARM_UP_FLOWS} flows of each kind, or ${MOST_WARM_UP_SECONDS} seconds of them. ${about.rounds} rounds of ${about.seconds} seconds
(of what no aim names, ${ROUNDS_OF_OTHERS}), commit ${about.commit}. A ratio is that of the
processor time (server and PostgreSQL) of Gatehouse to that of the other **in the same round**; measured is the middle of the rounds,
spread the least and the greatest. ${loadSentence(seen.loadAverage)} PostgreSQL took ${fixed(seen.idleDatabase)} µs a second while nobody was
loaded: that much of it is not the flows'.

${table(['flow', 'at most', 'measured', 'spread', 'reached?'], aimRows(turns, about.costs))}

${notesOf(seen, about)}${peopleOf(turns)}

${[...new Set(turns.map(({ flow }) => flow))].map((flow) => `- *${flow}*: ${WHAT[flow]}.`).join('\n')}

Processor time by flow, medians of the rounds. *WAL* is what PostgreSQL wrote to its log for each flow; *70 %* is the same flow begun at
70 % of the greatest rate, evenly, whether or not those before have ended.

${table(
  [
    'flow',
    'at once',
    'who',
    'per second',
    'p50 ms',
    'p99 ms',
    'errors',
    'server µs',
    'PostgreSQL µs',
    'together',
    'Gatehouse to it',
    'WAL bytes',
    '70 %: p50 ms',
    'p99 ms',
  ],
  turns.map((one) => figures(one, turns)),
)}

${about.profile}`;
}

function loadSentence(load: number): string {
  const cores = cpus().length;
  const said = `The load average at the end was ${load.toFixed(1)} on ${cores} processors`;
  return load > cores ? `**${said}: more work than processors, so take these figures with care.**` : `${said}.`;
}

function aimRows(turns: readonly Turns[], costs: Costs): string[][] {
  // A run of a part tells of that part.
  const ran = AIMS.filter(({ flow, atOnce }) => turns.some((one) => one.flow === flow && one.atOnce === atOnce));
  const rows = ran.map((aim) => {
    const measured = ratiosOf(aim, turns, costs).filter((ratio) => ratio !== undefined);
    const name = aim.to === 'one Argon2id' ? aim.to : nameOf(aim.to, turns);
    const words = `${aim.what}, ${aim.atOnce} at once${aim.byDirectWay === true ? ', with a direct way' : ''}`;
    return [words, `${aim.atMost.toFixed(2)} × ${name}`, ...judged(measured, aim.atMost)];
  });
  const own = turns.filter(({ rival }) => rival.key === 'gatehouse').flatMap(({ steady }) => steady);
  const tails = own.flatMap((run) => (run === undefined ? [] : [run.p99 / run.p50]));
  return [
    ...rows,
    [
      'silent login at 70 % of the greatest rate, p99',
      `${STEADY_AT_MOST.toFixed(1)} × p50`,
      ...judged(tails, STEADY_AT_MOST),
    ],
  ];
}

/** Middle, spread, and whether it is reached. */
function judged(measured: readonly number[], atMost: number): string[] {
  const mid = median(measured);
  if (mid === undefined) return ['not measured', '–', '–'];
  const spread = `${Math.min(...measured).toFixed(2)} to ${Math.max(...measured).toFixed(2)}`;
  return [mid.toFixed(2), spread, mid <= atMost ? 'yes' : '**missed**'];
}

/** The ratio of each round. */
function ratiosOf(aim: Aim, turns: readonly Turns[], costs: Costs): (number | undefined)[] {
  const own = runsOf('gatehouse', aim, turns);
  const read = (run: Measurement | undefined): number | undefined => {
    if (run === undefined) return undefined;
    if (aim.of === 'wal') return run.wal;
    const cpu = together(run);
    return aim.of === 'cpu' || cpu === undefined ? cpu : cpu - costs.argon2id;
  };
  if (aim.to === 'one Argon2id') return own.map((run) => over(read(run), costs.argon2id));
  const others = runsOf(aim.to, aim, turns);
  return own.map((run, round) => over(read(run), read(others[round])));
}

function runsOf(key: RivalKey, aim: Aim, turns: readonly Turns[]): (Measurement | undefined)[] {
  const { flow, atOnce } = aim;
  return turns.find((one) => one.rival.key === key && one.flow === flow && one.atOnce === atOnce)?.runs ?? [];
}

function over(one: number | undefined, other: number | undefined): number | undefined {
  return one === undefined || other === undefined || other <= 0 ? undefined : one / other;
}

function nameOf(key: RivalKey, turns: readonly Turns[]): string {
  return turns.find(({ rival }) => rival.key === key)?.rival.name ?? key;
}

function notesOf({ failures, requests, turns }: Rounds, { leftOut, costs }: AboutRun): string {
  const counted = [...requests].map(([key, count]) => `${nameOf(key as RivalKey, turns)} ${count}`);
  const notes = [
    `Alone, in the same run: one Argon2id ${fixed(costs.argon2id)} µs, which *without the hash* takes off; one signature by RS256 ${fixed(costs.rs256)} µs and by ES256 ${fixed(costs.es256)} µs, of which a silent login at Gatehouse has one.`,
    ...(counted.length === 0
      ? []
      : [`Requests of one federated login at each, the token request among them: ${counted.join(', ')}.`]),
    ...(leftOut.length === 0 ? [] : [`Left out: ${leftOut.join('; ')}.`]),
    ...(failures.length === 0 ? [] : [`Failed: ${failures.join('; ')}.`]),
  ];
  return notes.map((note) => `- ${note}\n`).join('') + '\n';
}

/** Who was measured, a line each. */
function peopleOf(turns: readonly Turns[]): string {
  const met = new Map(turns.map(({ rival }) => [rival.key, rival.name]));
  return [...met].map(([key, name]) => `- **${name}**: ${WHO[key]}`).join('\n');
}

function figures(one: Turns, turns: readonly Turns[]): string[] {
  const runs = one.runs.filter((run) => run !== undefined);
  const steady = one.steady.filter((run) => run !== undefined);
  const aim = { flow: one.flow, atOnce: one.atOnce, of: 'cpu', what: '', to: one.rival.key, atMost: 0 } as const;
  const ratio = median(ratiosOf(aim, turns, NO_COSTS));
  return [
    one.flow,
    String(one.atOnce),
    one.rival.name,
    ...cells(runs),
    one.rival.key === 'gatehouse' ? '1' : fixed(ratio, 2),
    fixed(middle(runs, (run) => run.wal)),
    fixed(median(steady.map(({ p50 }) => p50)), 1),
    fixed(median(steady.map(({ p99 }) => p99)), 1),
  ];
}

const NO_COSTS: Costs = { argon2id: 0, rs256: 0, es256: 0 };
