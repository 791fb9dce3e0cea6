import { runLoad, type LoadResult } from './load/closed-loop.ts';
import type { SentCount } from './load/count-statements.ts';
import type { ProcessTree } from './load/process-tree.ts';

/** One load run with what it cost. */
export interface Measurement extends LoadResult {
  /** Microseconds of processor time for each flow, of the server's processes; undefined where it cannot be read. */
  serverCpu: number | undefined;
  databaseCpu: number | undefined;
}

/** What one implementation did in all rounds. */
export interface Measured {
  name: string;
  silent: Measurement[];
  federated: Measurement[];
  /** For each silent login; undefined without a database. */
  silentSent: SentCount | undefined;
  federatedSent: SentCount | undefined;
}

export interface Load {
  concurrency: number;
  seconds: number;
  warmUpSeconds: number;
}

/** Runs a flow under load and reads the processor time of both sides from the operating system. */
export async function measure(
  flow: (worker: number) => Promise<void>,
  load: Load,
  trees: { server: ProcessTree | undefined; database: ProcessTree | undefined },
): Promise<Measurement> {
  const before: (number | undefined)[] = [];
  const after: (number | undefined)[] = [];
  const read = (): (number | undefined)[] => [trees.server?.cpu(), trees.database?.cpu()];
  const result = await runLoad({
    ...load,
    flow,
    atStart: () => void before.push(...read()),
    atEnd: () => void after.push(...read()),
  });
  const perFlow = (index: number): number | undefined => {
    const [from, to] = [before[index], after[index]];
    return from === undefined || to === undefined || result.flows === 0 ? undefined : (to - from) / result.flows;
  };
  return { ...result, serverCpu: perFlow(0), databaseCpu: perFlow(1) };
}

/** The middle one; undefined of none. */
export function median(values: readonly (number | undefined)[]): number | undefined {
  const known = values
    .filter((value) => value !== undefined && !Number.isNaN(value))
    .toSorted((a, b) => Number(a) - Number(b));
  return known[Math.floor((known.length - 1) / 2)];
}
