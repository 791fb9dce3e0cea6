import { median, type Measurement } from './measure.ts';

/** The rounds at one concurrency. */
export function at(runs: readonly Measurement[], concurrency: number): Measurement[] {
  return runs.filter((run) => run.concurrency === concurrency);
}

/** Processor time of server and PostgreSQL for each flow; undefined where it cannot be read. */
export function together({ serverCpu, databaseCpu }: Measurement): number | undefined {
  return serverCpu === undefined ? undefined : serverCpu + (databaseCpu ?? 0);
}

/** The middle of one figure over several rounds. */
export function middle(
  runs: readonly Measurement[],
  read: (run: Measurement) => number | undefined,
): number | undefined {
  return median(runs.map(read));
}

/** What a load run is told by, for a table: flows a second, both latencies, errors, processor time of both sides and together. */
export function cells(runs: readonly Measurement[]): string[] {
  return [
    fixed(middle(runs, (run) => run.perSecond)),
    fixed(
      middle(runs, (run) => run.p50),
      1,
    ),
    fixed(
      middle(runs, (run) => run.p99),
      1,
    ),
    String(runs.reduce((sum, run) => sum + run.errors, 0)),
    fixed(middle(runs, (run) => run.serverCpu)),
    fixed(middle(runs, (run) => run.databaseCpu)),
    fixed(middle(runs, together)),
  ];
}

/** A figure in a table, a dash where there is none. */
export function fixed(value: number | undefined, digits = 0): string {
  return value === undefined || Number.isNaN(value) ? '–' : value.toFixed(digits);
}

/** How many times as dear as the usual. */
export function ratio(cpu: number | undefined, ofUsual: number | undefined): string {
  return cpu === undefined || ofUsual === undefined ? '–' : `${(cpu / ofUsual).toFixed(2)}×`;
}

/** A table in Markdown, the first column words and the others figures. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  return [head, head.map((_, index) => (index === 0 ? '---' : '---:')), ...rows]
    .map((row) => `| ${row.join(' | ')} |`)
    .join('\n');
}
