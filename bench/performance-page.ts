import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { cpus, loadavg, release } from 'node:os';
import { join } from 'node:path';
import { projectFolder } from '../tools/project.ts';
import type { SentCount } from './load/count-statements.ts';
import { againstBefore } from './against-before.ts';
import { keptSection } from './beside/page.ts';
import { at, cells, fixed, middle, ratio, table, together } from './figures.ts';
import type { Measured } from './measure.ts';
import type { StartUp } from './start-up.ts';

export interface Figures {
  measured: readonly Measured[];
  /** The part about machines and devices. */
  machines: string;
  startUp: StartUp;
  concurrencies: readonly number[];
  seconds: number;
  rounds: number;
  print: boolean;
}

const FILE = 'docs/performance.md';

/** Writes the page from the figures: medians of the rounds, and ratios to the usual way. */
export async function writePage(figures: Figures): Promise<void> {
  const page = performancePage(figures, { load: loadavg()[0] ?? 0, commit: commitOf(projectFolder) });
  if (figures.print) {
    console.log(page);
    return;
  }
  writeFileSync(join(projectFolder, FILE), page);
  console.log(`${FILE} written`);
}

function performancePage(figures: Figures, where: { load: number; commit: string }): string {
  const { measured, machines, startUp, concurrencies, seconds, rounds } = figures;
  const [own] = measured;
  if (own === undefined) throw new Error('nothing was measured');
  return `# Performance

Written by \`npm run bench\`; do not edit. Medians of ${rounds} rounds of ${seconds} seconds each, the implementations in turns within
one run, on the same PostgreSQL (18, from npm, fsync on). ${machine()}; commit ${where.commit}; load average at the end
${where.load.toFixed(1)}. The load generator, the server and PostgreSQL share the processors, so flows per second are a
lower bound. **The figure to trust is processor time per flow** (server and PostgreSQL, read from the operating system);
it moves with whatever else the machine does, so compare within one page only.

## Silent login

A second application, in a browser with a session: authorization request, then the code redeemed with PKCE, \`openid profile
email\`, ES256. Nobody is asked anything. Gatehouse also checks the user, the organization and the access on each of
them, and writes its audit event.

${table(
  ['', 'at once', 'per second', 'p50 ms', 'p99 ms', 'errors', 'server µs', 'PostgreSQL µs', 'together', 'to one-table'],
  concurrencies.flatMap((concurrency) =>
    measured.map((one) => [
      one.name,
      String(concurrency),
      ...cells(at(one.silent, concurrency)),
      ratio(cpuAt(one, concurrency), cpuAt(measured[1], concurrency)),
    ]),
  ),
)}

| for each silent login | statements | commits | round trips to PostgreSQL |
|---|---|---|---|
${measured.map((one) => sentRow(one.name, one.silentSent)).join('\n')}

Statements are counted on the wire, one flow at a time, in a pass of its own; commits are what had to reach the disk. The suite holds Gatehouse to its budget of four statements and two commits.

## Federated login

From nothing to tokens: authorization request, email address, away to an OpenID provider (Contoso, where the person has a
session), callback, authorization code redeemed. Contoso's own work is not counted.

${table(
  ['', 'at once', 'per second', 'p50 ms', 'p99 ms', 'errors', 'server µs', 'PostgreSQL µs', 'together'],
  concurrencies.flatMap((concurrency) =>
    measured
      .filter(({ federated }) => federated.length > 0)
      .map((one) => [one.name, String(concurrency), ...cells(at(one.federated, concurrency))]),
  ),
)}

| for each federated login | statements | commits | round trips to PostgreSQL |
|---|---|---|---|
${measured
  .filter(({ federated }) => federated.length > 0)
  .map((one) => sentRow(one.name, one.federatedSent))
  .join('\n')}

${machines}${againstBefore(measured, concurrencies)}${keptSection()}## Start-up and size

\`gatehouse serve\` from \`dist/\` on its embedded PostgreSQL, from the start of the process until it says it is ready (and
\`/readyz\` agrees). Resident memory is that of the server process, 10 seconds later, without PostgreSQL's processes.

| | measured | wanted |
|---|---|---|
| cold: empty data folder, nothing compiled | ${(startUp.coldMs / 1000).toFixed(2)} s | under 3 s |
| warm | ${(startUp.warmMs / 1000).toFixed(2)} s | under 1.2 s |
| resident memory, warm | ${megabytes(startUp.residentMib)} | under 150 MB |
| resident memory, cold: the process that compiled everything | ${megabytes(startUp.coldResidentMib)} | |
`;
}

function cpuAt(one: Measured | undefined, concurrency: number): number | undefined {
  return middle(at(one?.silent ?? [], concurrency), together);
}

function sentRow(name: string, sent: SentCount | undefined): string {
  if (sent === undefined) return `| ${name} | none | none | none |`;
  return `| ${name} | ${fixed(sent.statements, 1)} | ${fixed(sent.commits, 1)} | ${fixed(sent.roundTrips, 1)} |`;
}

/** The processors, system and Node that figures are from. */
export function machine(): string {
  const all = cpus();
  const model = all[0]?.model.replaceAll(/\s+/g, ' ').trim() || 'processors of an unknown kind';
  return `${all.length} × ${model}, Linux ${release()}, Node ${process.version}`;
}

/** The commit that a folder stands at. */
export function commitOf(folder: string): string {
  try {
    return execFileSync('git', ['rev-parse', '--short', 'HEAD'], { cwd: folder, encoding: 'utf8' }).trim();
  } catch {
    return 'unknown';
  }
}

function megabytes(mib: number | undefined): string {
  return mib === undefined ? '' : `${Math.round(mib * 1.048576)} MB`;
}
