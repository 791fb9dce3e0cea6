import { runLoad, type LoadResult } from './load/closed-loop.ts';
import type { SentCount } from './load/count-statements.ts';
import type { ProcessTree } from './load/process-tree.ts';

/** One load run with what it cost. */
export interface Measurement extends LoadResult {
  /** Microseconds of processor time for each flow, of the server's processes; undefined where it cannot be read. */
  serverCpu: number | undefined;
  databaseCpu: number | undefined;
  /** Bytes of PostgreSQL's write-ahead log for each flow; undefined where nobody asked. */
  wal: number | undefined;
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

/**
 * Runs a flow under load and reads the processor time of both sides from the operating system.
 * @param walPosition where PostgreSQL's write-ahead log is, in bytes
 */
export async function measure(
  flow: (worker: number) => Promise<void>,
  load: Load,
  trees: { server: ProcessTree | undefined; database: ProcessTree | undefined },
  walPosition?: () => Promise<number>,
): Promise<Measurement> {
  const before: (number | undefined)[] = [];
  const after: (number | undefined)[] = [];
  const read = (): (number | undefined)[] => [trees.server?.cpu(), trees.database?.cpu()];
  // Asked for while flows run on: a few milliseconds of seconds.
  const positions: Promise<number>[] = [];
  const note = (into: (number | undefined)[]): void => {
    into.push(...read());
    if (walPosition !== undefined) positions.push(walPosition());
  };
  const result = await runLoad({ ...load, flow, atStart: () => note(before), atEnd: () => note(after) });
  const [began, ended] = await Promise.all(positions);
  const perFlow = (index: number): number | undefined => {
    const [from, to] = [before[index], after[index]];
    return from === undefined || to === undefined || result.flows === 0 ? undefined : (to - from) / result.flows;
  };
  const wal = began === undefined || ended === undefined || result.flows === 0 ? undefined : ended - began;
  return {
    ...result,
    serverCpu: perFlow(0),
    databaseCpu: perFlow(1),
    wal: wal === undefined ? undefined : wal / result.flows,
  };
}

/** The middle one; undefined of none. */
export function median(values: readonly (number | undefined)[]): number | undefined {
  const known = values
    .filter((value) => value !== undefined && !Number.isNaN(value))
    .toSorted((a, b) => Number(a) - Number(b));
  return known[Math.floor((known.length - 1) / 2)];
}
