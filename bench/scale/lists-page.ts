import { cpus, loadavg } from 'node:os';
import type { Figure } from './measure-lists.ts';
import type { Amount } from './seed.ts';
import type { SilentFigure } from './silent-logins.ts';

/** How it was measured. */
interface Measuring {
  small: Amount;
  large: Amount;
  /** Of each list. */
  rounds: number;
  /** Load average of the machine before anything was done. */
  loadBefore: number;
}

/** docs/reference/lists.md. */
export function listsPage(
  measured: { figures: readonly Figure[]; silent: SilentFigure | undefined },
  how: Measuring,
): string {
  const { figures, silent } = measured;
  const missed = figures.filter((one) => !isReached(one));
  return `# Lists and searches

Written by one run of \`node bench/scale/run.ts\`; do not edit. Every list and every search of the API (the console asks the same
ones), on a small and on a large installation in turns, one request at a time, in pages of 50: ${amountOf(how.small)}; ${amountOf(how.large)}.
Milliseconds of processor time for one request, server and PostgreSQL together, in the middle of ${how.rounds} rounds; *p50* is the
time from the request to its answer on the large one, without the network. ${machine(how.loadBefore)} A test holds that no list
of the API is left out, nor a filter of one.

The aim is at most twice the small one and under 30 ms. It is ${missed.length === 0 ? 'reached everywhere' : `missed where the last column says so (${missed.length} of ${figures.length})`}.
*By* is how the dearest statement of a request is read. Why lists are built so: [decision 35](../decisions/0035-a-search-finds-beginnings.md).

| list | asked for | small | large |  | p50 | by | |
| --- | --- | ---: | ---: | ---: | ---: | --- | --- |
${figures.map(rowOf).join('\n')}
${silent === undefined ? '' : silentPart(silent)}`;
}

function silentPart({ small, large, ratio, rounds }: SilentFigure): string {
  const reached = ratio <= 1.1 ? 'reached' : 'missed';
  return `
## A login that asks nothing

The same two installations, each with a server process of its own, 16 logins at once of people of the largest organization who
have a session: ${small.toFixed(0)} µs of processor time for one login on the small one, ${large.toFixed(0)} µs on the large one, server
and PostgreSQL together, in the middle of ${rounds} rounds in turns; ${ratio.toFixed(2)} × in the middle of the rounds. The aim is at most
1.1 ×: ${reached}.
`;
}

function isReached({ small, large }: Figure): boolean {
  return large.processor <= 2 * small.processor && large.processor < 30;
}

function rowOf(figure: Figure): string {
  const { route, what, small, large, plan, failure } = figure;
  if (failure !== undefined) {
    const why = failure.includes(' 503 ') ? 'a statement reached its deadline' : 'it was not answered';
    return `| \`${route}\` | ${what} | | | | | | missed: ${why} |`;
  }
  const ratio = `${(large.processor / small.processor).toFixed(1)}×`;
  return `| \`${route}\` | ${what} | ${small.processor.toFixed(1)} | ${large.processor.toFixed(1)} | ${ratio} | ${large.wall.toFixed(1)} | ${plan} | ${isReached(figure) ? '' : 'missed'} |`;
}

function amountOf({ organizations, users, largest }: Amount): string {
  const number = (count: number): string => count.toLocaleString('en-US');
  return `${number(organizations)} organizations and ${number(users)} users, ${number(largest)} of them in the one that is asked`;
}

function machine(before: number): string {
  const [first] = cpus();
  const after = loadavg()[0] ?? 0;
  const busy =
    before > cpus().length || after > cpus().length
      ? ' Other work ran beside it: only ratios of processor time count, and that is dearer as well.'
      : '';
  return `${cpus().length} × ${first?.model.trim() ?? 'processor'}, load average ${before.toFixed(1)} before and ${after.toFixed(1)} at the end.${busy}`;
}
