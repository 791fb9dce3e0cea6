import { cpus, loadavg } from 'node:os';
import type { Figure } from './measure-lists.ts';
import type { Amount } from './seed.ts';

/** docs/reference/lists.md. */
export function listsPage(figures: readonly Figure[], amounts: { small: Amount; large: Amount }): string {
  const { small, large } = amounts;
  const missed = figures.filter((one) => !isReached(one));
  return `# Lists and searches

Written by \`node bench/scale/run.ts\`; do not edit. Every list and every search of the API (the console asks the same ones), on a
small and on a large installation in turns, one request at a time, in pages of 50: ${amountOf(small)}; ${amountOf(large)}.
Milliseconds of processor time for one request, server and PostgreSQL together, in the middle of the rounds; *p50* is the time
from the request to its answer on the large one, without the network. ${machine()}: with a load
above the number of processors only the processor time counts. A test holds that no list of the API is left out, nor a filter of
one.

The aim is at most twice the small one and under 30 ms. It is ${missed.length === 0 ? 'reached everywhere' : `missed where the last column says so (${missed.length} of ${figures.length})`}.
*By* is how the dearest statement of a request is read. Why lists are built so: [decision 35](../decisions/0035-a-search-finds-beginnings.md).

| list | asked for | small | large |  | p50 | by | |
| --- | --- | ---: | ---: | ---: | ---: | --- | --- |
${figures.map(rowOf).join('\n')}
`;
}

function isReached({ small, large }: Figure): boolean {
  return large.processor <= 2 * small.processor && large.processor < 30;
}

function rowOf(figure: Figure): string {
  const { route, what, small, large, plan } = figure;
  if (Number.isNaN(large.processor))
    return `| \`${route}\` | ${what} | | | | | | missed: a statement reached its deadline |`;
  const ratio = `${(large.processor / small.processor).toFixed(1)}×`;
  return `| \`${route}\` | ${what} | ${small.processor.toFixed(1)} | ${large.processor.toFixed(1)} | ${ratio} | ${large.wall.toFixed(1)} | ${plan} | ${isReached(figure) ? '' : 'missed'} |`;
}

function amountOf({ organizations, users, largest }: Amount): string {
  const number = (count: number): string => count.toLocaleString('en-US');
  return `${number(organizations)} organizations and ${number(users)} users, ${number(largest)} of them in the one that is asked`;
}

function machine(): string {
  const [first] = cpus();
  const load = loadavg()[0] ?? 0;
  return `${cpus().length} × ${first?.model.trim() ?? 'processor'}, load average at the end ${load.toFixed(1)}`;
}
