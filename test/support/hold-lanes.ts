import { setTimeout as pause } from 'node:timers/promises';
import type { Database } from '../../src/db/database.ts';
import type { SharedStatement } from '../../src/db/sharing/lane.ts';
import { lanesOf } from '../../src/db/sharing/lanes.ts';

/** Statements that never end, in the way of the others: requests wait, and then go on together. */
export interface HeldLane {
  /** Until so many requests wait; at once where nothing is shared. */
  untilWaiting(requests: number): Promise<void>;
  release(): Promise<void>;
}

/** As many statements as a lane lets out at once and as long as it likes: two and one, and three that are out for long. */
const MOST_OUT = { reads: 5, writes: 4 } as const;

/** Holds up what a pool reads or writes. */
export async function holdLane(db: Database, which: 'reads' | 'writes'): Promise<HeldLane> {
  const lane = lanesOf(db)?.[which];
  if (lane === undefined) return { untilWaiting: async () => {}, release: async () => {} };
  const { promise: held, resolve: release } = Promise.withResolvers<undefined>();
  let out = 0;
  const statement: SharedStatement<null, undefined> = {
    most: 1,
    async alone() {
      out += 1;
      return held;
    },
    together: async () => [],
  };
  const holding = Array.from({ length: MOST_OUT[which] }, async () => lane.ask(statement, null));
  while (out < holding.length) await pause(20);
  return {
    async untilWaiting(requests) {
      while (lane.waiting < requests) await pause(5);
    },
    async release() {
      release(undefined);
      await Promise.all(holding);
    },
  };
}
