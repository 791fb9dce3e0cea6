import { metricsOf } from '../src/metrics/metrics.ts';
import type { Metric } from '../src/metrics/metrics.ts';

/** Stands for the kinds of jobs, which `src/background-jobs.ts` lists. */
const KIND = 'each kind of job';

/** `docs/reference/metrics.md`. */
export function metricsPage(generated: string): { file: string; content: string } {
  const metrics = Object.entries<Metric>(metricsOf([KIND]));
  const rows = metrics.map(([name, { type, help, isFact }]) => {
    return `| \`${name}\` | ${type}${isFact === true ? ', read' : ''} | ${help} |`;
  });
  const labels = metrics.flatMap(([name, metric]) =>
    Object.entries(metric.labels).map(([label, values]) => {
      const listed = values.map((value) => (value === KIND ? value : `\`${value}\``)).join(' ');
      return `| \`${name}\` | \`${label}\` | ${values.length === 0 ? 'its version' : listed} |`;
    }),
  );
  const buckets = metrics.flatMap(([name, metric]) =>
    metric.buckets === undefined ? [] : [`- \`${name}\`: ${metric.buckets.join(', ')}`],
  );
  return {
    file: 'docs/reference/metrics.md',
    content: `# Metrics

${generated}

What \`/metrics\` tells, in the text format of Prometheus. How to scrape it: [Watching it](../guides/operate.md#watching-it). Alert
rules and a dashboard that use these metrics are in \`deploy/prometheus/\`.

Several server processes (\`GATEHOUSE_WORKERS\`) answer with their sum, of the event loop with the worst. *Read* ones are read from
the database or the disk when somebody scrapes, at most every five seconds, and but for readiness and disk are the same for all servers on
one database: take \`max\` of them, not \`sum\`. Where one cannot be read it is absent and \`gatehouse_reading_success\` is 0. Counters begin at 0 with each
process.

| metric | type | |
|---|---|---|
${rows.join('\n')}

## Labels

Every value a label can have. There are no others whatever is sent to the service: no names, addresses, client IDs or paths.

| metric | label | values |
|---|---|---|
${labels.join('\n')}

## Buckets

${buckets.join('\n')}
`,
  };
}
