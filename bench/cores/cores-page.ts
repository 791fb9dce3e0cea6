import { writeFileSync } from 'node:fs';
import { loadavg } from 'node:os';
import { join } from 'node:path';
import { projectFolder } from '../../tools/project.ts';
import { fixed, middle, ratio, table, together } from '../figures.ts';
import { median, type Measurement } from '../measure.ts';
import { commitOf, machine } from '../performance-page.ts';
import { FLOWS, type CoresFigures, type CoresOptions } from './cores-figures.ts';
import { spread } from './full-queue.ts';

const FILE = 'docs/reference/cores.md';
const CORES = 64;
/** How much of the processors a service is planned to use: beyond it, waits grow faster than flows. */
const PLANNED = 0.7;

/** Writes docs/reference/cores.md from the figures, or prints it. */
export async function writeCoresPage(figures: CoresFigures, options: CoresOptions): Promise<void> {
  const page = coresPage(figures, options);
  if (options.print) {
    console.log(page);
    return;
  }
  writeFileSync(join(projectFolder, FILE), page);
  console.log(`${FILE} written`);
}

function coresPage(figures: CoresFigures, { rounds, seconds }: CoresOptions): string {
  const { queue } = figures;
  return `# Cores and servers

Written by \`npm run bench -- --cores\`; do not edit. Medians of ${rounds} rounds of ${seconds} seconds, the setups in turns within
one run, each on a database of its own in one PostgreSQL (18, from npm, fsync on). ${machine()}; commit
${commitOf(projectFolder)}; load average at the end ${(loadavg()[0] ?? 0).toFixed(1)}. Load generator, load balancer, servers and
PostgreSQL share the processors, so **flows per second are a lower bound** and processor time per flow is what can be compared.
Where the load average is above the number of processors, other programs ran beside: two processes then get more of the machine
than one, which flatters their flows per second, and not their processor time.

## The same load on one process and on two

The ratios are the middle of those round by round, with the lowest and the highest.

${table(
  [
    '',
    'at once',
    '',
    'per second',
    'to one process',
    'server µs',
    'PostgreSQL µs',
    'together',
    'to one process',
    'errors',
  ],
  FLOWS.flatMap((flow, place) =>
    figures.setups.map(({ name, flows }, index) => {
      const own = flows[place] ?? [];
      const ofOne = figures.setups[0]?.flows[place] ?? [];
      return [
        flow.name,
        String(flow.at),
        name,
        fixed(middle(own, ({ perSecond }) => perSecond)),
        index === 0 ? '' : between(own, ofOne, ({ perSecond }) => perSecond),
        fixed(middle(own, ({ serverCpu }) => serverCpu)),
        fixed(middle(own, ({ databaseCpu }) => databaseCpu)),
        fixed(middle(own, together)),
        index === 0 ? '' : between(own, ofOne, together),
        String(own.reduce((sum, { errors }) => sum + errors, 0)),
      ];
    }),
  ),
)}

Wanted: two processes on two processors are never slower than one (1.00× per second or more). Less is missed. Two cost more for
each flow, likely (this was not measured apart) since fewer requests of one process wait at the same moment, so that fewer share a
statement, and each process warms up by half of the flows.

## While passwords queue

${queue.posted} passwords at once from 40 networks, to one process; ${queue.refused} were refused with 429 or 503 and \`Retry-After\`.
Meanwhile login pages were opened (a link, two redirects, the form) and silent logins made (authorization request, token request),
one after the other; milliseconds, p50 / p99.

${table(
  ['', 'nothing else', 'while the queue was full', 'measured'],
  [
    ['login page', spread(queue.page.idle), spread(queue.page.full), String(queue.page.full.length)],
    ['silent login', spread(queue.token.idle), spread(queue.token.full), String(queue.token.full.length)],
  ],
)}

Wanted: under 100 ms. Where the first column is above it already, the run says nothing but how the two columns stand to each other;
of few measurements p99 is the slowest.

## On paper: ${CORES} cores

What the figures above come to on ${CORES} cores of this kind, PostgreSQL among them, of which ${PLANNED * 100} % are used. Reckoned,
not measured: it supposes that the disk takes the writes, and that nothing but processor time and the disk limits.

${onPaper(figures)}

Flows per second are cores × ${PLANNED} × 1,000,000 ÷ µs together, for one process at its highest load; WAL, statements and commits
are those of one flow times flows per second. Commits that wait at the same time share one write of the disk. A password login is
a login through a provider's place taken by one Argon2id of ${figures.hashMs.toFixed(1)} ms (19 MiB, two passes):
${fixed((CORES * PLANNED * 1000) / figures.hashMs)} hashes per second if ${CORES} cores did nothing else.
How to choose servers, workers and connections: [sizing](../guides/sizing.md).
`;
}

function onPaper({ setups, sent }: CoresFigures): string {
  const [one] = setups;
  const rows = [
    { name: 'silent login', place: FLOWS.findIndex(({ at }) => at === 64), each: sent.silent },
    { name: 'federated login', place: FLOWS.findIndex(({ kind }) => kind === 'planned'), each: sent.planned },
  ].map(({ name, place, each }) => {
    const runs = one?.flows[place] ?? [];
    const cpu = middle(runs, together) ?? Number.NaN;
    const server = middle(runs, ({ serverCpu }) => serverCpu) ?? Number.NaN;
    const wal = middle(runs, (run) => run.wal) ?? Number.NaN;
    const perSecond = (CORES * PLANNED * 1_000_000) / cpu;
    return [
      name,
      fixed(cpu),
      fixed(perSecond),
      `${fixed((perSecond * server) / 1_000_000)} / ${fixed((perSecond * (cpu - server)) / 1_000_000)}`,
      `${fixed(wal / 1000, 1)} kB`,
      `${fixed((perSecond * wal) / 1_000_000)} MB`,
      fixed(each.statements, 1),
      fixed(perSecond * each.statements),
      fixed(each.commits, 1),
      fixed(perSecond * each.commits),
    ];
  });
  const head = [
    '',
    'µs together',
    'flows per second',
    'cores busy: servers / PostgreSQL',
    'WAL of one',
    'WAL per second',
  ];
  return table([...head, 'statements of one', 'per second', 'commits of one', 'per second'], rows);
}

/** The middle of the ratios round by round, with the lowest and the highest. */
function between(
  own: readonly Measurement[],
  other: readonly Measurement[],
  read: (run: Measurement) => number | undefined,
): string {
  const ratios = own.flatMap((run, round) => {
    const [one, base] = [read(run), other[round] && read(other[round])];
    return one === undefined || base === undefined || base === 0 ? [] : [one / base];
  });
  if (ratios.length === 0) return '–';
  return `${ratio(median(ratios), 1)} (${Math.min(...ratios).toFixed(2)}–${Math.max(...ratios).toFixed(2)})`;
}
