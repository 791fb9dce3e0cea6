import { setTimeout as pause } from 'node:timers/promises';
import { percentile } from './closed-loop.ts';

/** What a run at a fixed rate saw. Times are milliseconds from when a flow was due, so waiting for a start counts. */
export interface OpenLoopResult {
  /** Flows that were due in each second. */
  rate: number;
  flows: number;
  errors: number;
  p50: number;
  p99: number;
}

/** Flows in flight at most: a server that falls behind makes the next ones wait, and their waiting counts. */
const MOST_AT_ONCE = 256;

/**
 * Starts flows at a fixed rate, whether or not those before have ended, as people do. The first second is not counted.
 * @param options.rate flows a second
 */
export async function runOpenLoop(options: {
  rate: number;
  seconds: number;
  flow: (worker: number) => Promise<void>;
}): Promise<OpenLoopResult> {
  const { rate, seconds, flow } = options;
  const times: number[] = [];
  const going = new Set<Promise<void>>();
  const spacing = 1000 / rate;
  const begun = performance.now();
  const countsFrom = begun + 1000;
  const end = begun + (seconds + 1) * 1000;
  let errors = 0;
  for (let number = 0; ; number += 1) {
    const due = begun + number * spacing;
    if (due >= end) break;
    const early = due - performance.now();
    if (early > 0) await pause(early);
    if (going.size >= MOST_AT_ONCE) await Promise.race(going);
    const one = flow(number % MOST_AT_ONCE)
      .then(() => {
        if (due >= countsFrom) times.push(performance.now() - due);
      })
      .catch(() => void (errors += 1))
      .finally(() => going.delete(one));
    going.add(one);
  }
  await Promise.all(going);
  times.sort((a, b) => a - b);
  return { rate, flows: times.length, errors, p50: percentile(times, 0.5), p99: percentile(times, 0.99) };
}
