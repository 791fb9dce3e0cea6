import { AppError } from '../../base/errors.ts';

/** Who waits for a turn. */
export interface Visitor {
  /** Where it comes from (`base/network.ts`): networks take turns. */
  network: string;
  /** Whether nobody waits for the answer any more. */
  isGone(): boolean;
}

export interface QueueBounds {
  /** Works that run at the same time. */
  atOnce: number;
  /** Visitors of one network that wait. */
  ofOneNetwork: number;
  /** Visitors that wait in all. */
  inAll: number;
}

/** Runs works a few at a time, so that a burst from one network costs every other network no more than its turn. */
export interface FairQueue {
  /**
   * Runs `work` when its turn comes. One whose visitor has left meanwhile is not run.
   * @throws request.too-many where its own network fills the queue; service.busy where many networks do
   */
  run<T>(visitor: Visitor, work: () => Promise<T>): Promise<T>;
  load(): QueueLoad;
}

/** How full the queue is, and how many it refused since the start. */
export interface QueueLoad {
  running: number;
  waiting: number;
  refused: number;
}

interface Waiter {
  visitor: Visitor;
  begin(): void;
  refuse(error: AppError): void;
}

/** What a client is told to wait: the queue is empty again long before. */
const RETRY_SECONDS = 5;

export function createFairQueue(bounds: QueueBounds): FairQueue {
  /** A line for each network that waits, the one whose turn is next first. */
  const lines = new Map<string, Waiter[]>();
  let running = 0;
  let refused = 0;
  const waiting = (): number => lines.values().reduce((sum, line) => sum + line.length, 0);

  /** The next one of the network whose turn it is, which then goes behind all others. */
  const takeNext = (): Waiter | undefined => {
    for (const [network, line] of lines) {
      lines.delete(network);
      const next = line.shift();
      if (line.length > 0) lines.set(network, line);
      if (next !== undefined) return next;
    }
    return undefined;
  };

  const dropThoseGone = (): void => {
    for (const [network, line] of lines) {
      const left = line.filter(({ visitor }) => !visitor.isGone());
      for (const waiter of line) if (!left.includes(waiter)) waiter.refuse(gone());
      if (left.length === 0) lines.delete(network);
      else lines.set(network, left);
    }
  };

  /** Makes room for one of `network`: in a full queue the longest line gives up its last place to a shorter one. */
  const makeRoom = (network: string): void => {
    const own = (): number => lines.get(network)?.length ?? 0;
    if (own() < bounds.ofOneNetwork && waiting() < bounds.inAll) return;
    dropThoseGone();
    if (own() >= bounds.ofOneNetwork) {
      refused += 1;
      throw tooMany('too many passwords of one network at once');
    }
    if (waiting() < bounds.inAll) return;
    refused += 1;
    const longest = [...lines.values()].reduce((most, line) => (line.length > most.length ? line : most));
    if (longest.length <= own() + 1) {
      throw new AppError('service.busy', { values: { seconds: RETRY_SECONDS }, detail: 'too many passwords at once' });
    }
    longest.pop()?.refuse(tooMany('gave its place to another network'));
  };

  const enter = async (visitor: Visitor): Promise<void> => {
    if (running < bounds.atOnce) {
      running += 1;
      return;
    }
    makeRoom(visitor.network);
    await new Promise<void>((begin, refuse) => {
      const line = lines.get(visitor.network) ?? [];
      line.push({ visitor, begin, refuse });
      lines.set(visitor.network, line);
    });
  };

  /** Hands its place over, so that nobody slips in between. */
  const leave = (): void => {
    for (let next = takeNext(); next !== undefined; next = takeNext()) {
      if (!next.visitor.isGone()) {
        next.begin();
        return;
      }
      next.refuse(gone());
    }
    running -= 1;
  };

  return {
    async run(visitor, work) {
      await enter(visitor);
      try {
        return await work();
      } finally {
        leave();
      }
    },
    load: () => ({ running, waiting: waiting(), refused }),
  };
}

function tooMany(detail: string): AppError {
  return new AppError('request.too-many', { values: { seconds: RETRY_SECONDS }, detail });
}

function gone(): AppError {
  return tooMany('left before its turn');
}
