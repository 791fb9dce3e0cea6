/** What a load run saw. Times are milliseconds of wall clock, as a browser would see them. */
export interface LoadResult {
  concurrency: number;
  flows: number;
  errors: number;
  seconds: number;
  perSecond: number;
  p50: number;
  p99: number;
  /** The first few, in words. */
  complaints: readonly string[];
}

export interface LoadOptions {
  concurrency: number;
  seconds: number;
  /** Warm-up before anything is counted: compiled code, open connections. */
  warmUpSeconds: number;
  /** One flow from its first request to its last, by worker number; a throw counts as an error. */
  flow: (worker: number) => Promise<void>;
  /** Called when counting begins and when it ends. */
  atStart?: () => void;
  atEnd?: () => void;
}

const MOST_COMPLAINTS = 3;

/** Keeps `concurrency` flows going, each starting when the one before ended, and counts those that end in the window. */
export async function runLoad(options: LoadOptions): Promise<LoadResult> {
  const { concurrency, flow } = options;
  const times: number[] = [];
  const complaints: string[] = [];
  let errors = 0;
  let counting = false;
  let over = false;

  const work = async (worker: number): Promise<void> => {
    while (!over) {
      const startedAt = performance.now();
      try {
        await flow(worker);
        if (counting) times.push(performance.now() - startedAt);
      } catch (error) {
        if (counting) errors += 1;
        if (complaints.length < MOST_COMPLAINTS) complaints.push(error instanceof Error ? error.message : 'unknown');
        await pause(10); // a server that refuses everything is not hammered
      }
    }
  };
  const workers = Array.from({ length: concurrency }, (_, worker) => work(worker));
  await pause(options.warmUpSeconds * 1000);
  options.atStart?.();
  counting = true;
  const startedAt = performance.now();
  await pause(options.seconds * 1000);
  // A slow flow on a busy machine: at least one of each worker is waited for, within bounds.
  for (let extra = 0; times.length + errors < concurrency && extra < 3; extra += 1) {
    await pause(options.seconds * 1000);
  }
  const seconds = (performance.now() - startedAt) / 1000;
  counting = false;
  options.atEnd?.();
  over = true;
  await Promise.all(workers);

  times.sort((one, other) => one - other);
  return {
    concurrency,
    flows: times.length,
    errors,
    seconds,
    perSecond: times.length / seconds,
    p50: percentile(times, 0.5),
    p99: percentile(times, 0.99),
    complaints,
  };
}

/** Of sorted numbers; NaN of none. */
export function percentile(sorted: readonly number[], share: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}

function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, milliseconds);
  });
}
