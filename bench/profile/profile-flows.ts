import { fixed, table } from '../figures.ts';
import type { Flow } from '../load/flow.ts';
import { runLoad } from '../load/closed-loop.ts';
import { profileWhile, type Inspected } from './inspect.ts';
import { IDLE, timeByLayer } from './layers.ts';
import { createSources } from './sources.ts';

/** Layers below this share of every flow are one line. */
const LEAST_SHARE = 0.01;

/**
 * Profiles a server flow by flow and tells where its time goes, as a table in Markdown: microseconds for each flow by
 * layer, without the time it was idle.
 */
export async function profileFlows(
  server: Inspected,
  flows: readonly { name: string; flow: Flow; atOnce: number }[],
  seconds: number,
): Promise<string> {
  const columns: { name: string; times: Map<string, number>; flows: number }[] = [];
  const sourceOf = createSources();
  for (const { name, flow, atOnce } of flows) {
    await flow.prepare();
    let done = 0;
    const profile = await profileWhile(server, async () => {
      const run = async (worker: number): Promise<void> => {
        await flow.run(worker);
        done += 1;
      };
      await runLoad({ concurrency: atOnce, seconds, warmUpSeconds: 0, flow: run });
    });
    const times = timeByLayer(profile, sourceOf);
    times.delete(IDLE);
    columns.push({ name: `${name}, ${atOnce} at once`, times, flows: done });
  }
  const total = ({ times }: (typeof columns)[number]): number =>
    [...times.values()].reduce((sum, time) => sum + time, 0);
  const shareIn = (layer: string, column: (typeof columns)[number]): number =>
    (column.times.get(layer) ?? 0) / (total(column) || 1);
  const layers = [...new Set(columns.flatMap(({ times }) => [...times.keys()]))]
    .map((layer) => ({ layer, most: Math.max(...columns.map((column) => shareIn(layer, column))) }))
    .toSorted((one, other) => other.most - one.most);
  const [large, small] = [
    layers.filter(({ most }) => most >= LEAST_SHARE),
    layers.filter(({ most }) => most < LEAST_SHARE),
  ];
  const cell = (names: readonly string[], column: (typeof columns)[number]): string => {
    const time = names.reduce((sum, name) => sum + (column.times.get(name) ?? 0), 0);
    return `${fixed(time / (column.flows || 1))} (${fixed((100 * time) / (total(column) || 1))} %)`;
  };
  const rows = [
    ...large.map(({ layer }) => [layer, ...columns.map((column) => cell([layer], column))]),
    [
      `${small.length} more`,
      ...columns.map((column) =>
        cell(
          small.map(({ layer }) => layer),
          column,
        ),
      ),
    ],
  ];
  return `Where Gatehouse's server spends its time, microseconds for each flow and share, by V8's profile in a pass of its own. V8 goes by
the clock, so on a busy machine the shares count and the microseconds do not. What Node does for a package counts with that package; *own* is
our code by room.

${table(['layer', ...columns.map(({ name }) => name)], rows)}
`;
}
