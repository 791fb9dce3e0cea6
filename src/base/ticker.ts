import type { Seconds } from './clock.ts';
import type { Log } from './log.ts';

/** Something done again and again in the background. */
export interface Ticker {
  /** Stops; resolves when a running turn has ended. */
  stop(): Promise<void>;
}

/**
 * Does `work` now and then every `seconds` after it ended, until stopped. A failed turn is logged and the next one
 * comes as usual.
 */
export function startTicker(log: Log, name: string, seconds: Seconds, work: () => Promise<void>): Ticker {
  let timer: NodeJS.Timeout | undefined;
  let stopped = false;
  const turn = async (): Promise<void> => {
    try {
      await work();
    } catch (error) {
      log.error({ err: error }, `${name} failed; it is tried again`);
    }
    if (stopped) return;
    timer = setTimeout(() => {
      running = turn();
    }, seconds * 1000).unref();
  };
  let running = turn();
  return {
    async stop() {
      stopped = true;
      clearTimeout(timer);
      await running;
    },
  };
}
