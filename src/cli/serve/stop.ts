import cluster from 'node:cluster';
import { setTimeout as pause } from 'node:timers/promises';
import type { Config } from '../../config.ts';

/** That the process was asked to stop, and by whom. */
export interface StopRequest {
  /** `SIGINT` is Ctrl+C: a person waits. */
  signal: NodeJS.Signals;
}

/** Requests that still run this long after the server closed are aborted. */
const CUT_OFF_MS = 25_000;

/** `npm start` hands on to us a Ctrl+C that the terminal sent us already: so soon after the first it is the same. */
export const SAME_SIGNAL_MS = 500;

/**
 * Settles at the first signal to stop, or when the launcher that started this process is gone: `gatehouse` on an older
 * Node hands over to another process and keeps a channel to it. `heard` is called at once. A second signal ends the
 * process without waiting, unless it is the first one again ({@link SAME_SIGNAL_MS}).
 */
export function stopRequested(heard: () => void): Promise<StopRequest> {
  return new Promise((resolve) => {
    let askedAt: number | undefined;
    const stop = (signal: NodeJS.Signals): void => {
      // A terminal sends Ctrl+C to all processes; the first one alone decides for its workers.
      if (askedAt !== undefined) {
        if (cluster.isPrimary && performance.now() - askedAt > SAME_SIGNAL_MS) process.exit(1);
        return;
      }
      askedAt = performance.now();
      heard();
      resolve({ signal });
    };
    for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.on(signal, stop);
    if (process.channel === undefined || cluster.isWorker) return;
    process.once('disconnect', () => stop('SIGTERM'));
    process.channel.unref(); // the channel alone keeps nothing running
  });
}

/**
 * Waits while load balancers notice that the service is unready (`GATEHOUSE_DRAIN_SECONDS`), not at Ctrl+C. What takes
 * too long afterwards is cut off by ending the process with 1.
 */
export async function waitForBalancers(config: Config, { signal }: StopRequest): Promise<void> {
  if (signal !== 'SIGINT') await pause(config.drainSeconds * 1000);
  setTimeout(() => process.exit(1), CUT_OFF_MS).unref();
}
