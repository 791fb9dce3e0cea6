import { AsyncLocalStorage } from 'node:async_hooks';
import { breaksConnection, tookTooLong } from '../../base/database-failure.ts';
import { AppError } from '../../base/errors.ts';
import { traced } from '../../base/signals/spans.ts';
import type { Signal } from '../../base/signals/signals.ts';
import type { Database } from '../database.ts';

/** A statement that answers one request, and one that answers several. */
export interface SharedStatement<K, R> {
  /** Most requests in one statement. */
  most: number;
  alone(db: Database, key: K): Promise<R>;
  /** Answers in the order of the keys. */
  together(db: Database, keys: readonly K[]): Promise<R[]>;
  /** What no two requests of one statement may have in common: the rows both would change. */
  claims?(key: K): readonly string[];
}

export interface LaneOptions {
  /** Most statements at once; one that is out for long counts no more. */
  inFlight: number;
  /** After a lost connection: `again` for reads; nobody knows whether a write was committed, so it is not repeated. */
  afterLoss: 'again' | 'fail';
  /** Most requests that wait. */
  most?: number;
  later?: Later;
  /** Is told how many requests each statement answers. */
  sent?: Signal<number>;
}

/** Does something after so many milliseconds, unless what it returns is called before. */
export type Later = (milliseconds: number, work: () => void) => () => void;

const machinesTimer: Later = (milliseconds, work) => {
  const timer = setTimeout(work, milliseconds).unref();
  return () => clearTimeout(timer);
};

/** Requests that wait at most; each holds a socket and its parsed request. */
const MOST_WAITING = 5000;
/** A request that waited so many ticks is refused, as one that gets no connection is. */
const TICK_MS = 500;
const MOST_TICKS = 8;
/** A statement that waits so long for a lock of somebody else holds up nobody behind it any more, and nobody within it. */
export const LONG_MS = 250;
/** So many may be out for long. */
const MOST_LONG = 3;

/** A request on its way: its key, where its answer goes, and the asynchronous context it came in. */
interface Waiting {
  statement: SharedStatement<unknown, unknown>;
  key: unknown;
  order: number;
  tick: number;
  inContext: (work: () => void) => void;
  resolve(answer: unknown): void;
  reject(error: unknown): void;
}

/**
 * Lets requests of the same moment share a statement. While fewer statements than `inFlight` are out, a request's goes out
 * at once, alone. Otherwise it waits, first come first served over all statements of the lane, and the next one that goes
 * out takes as many requests of its kind along as wait.
 *
 * Nobody's answer depends on who shares its statement: a request is answered by its own key alone, and when the statement
 * fails each of its requests is sent again alone, so that an error is the answer to its own request only. Nothing is kept:
 * every answer was read after its question was asked. A request whose browser went away is still answered, to nobody.
 * Those that wait when the pool closes fail as its statements do.
 */
export class Lane {
  readonly #db: Database;
  readonly #options: Required<Omit<LaneOptions, 'sent'>> & Pick<LaneOptions, 'sent'>;
  readonly #queues = new Map<unknown, Waiting[]>();
  /** Requests of statements that failed: each goes alone, before the others. */
  #again: Waiting[] = [];
  #out = 0;
  #long = 0;
  #waiting = 0;
  #refused = 0;
  #order = 0;
  #tick = 0;
  #ticking = false;

  constructor(db: Database, options: LaneOptions) {
    this.#db = db;
    this.#options = { most: MOST_WAITING, later: machinesTimer, ...options };
  }

  /** How many requests wait. */
  get waiting(): number {
    return this.#waiting;
  }

  /** How many were refused since the start: too many waited, or their turn did not come in time. */
  get refused(): number {
    return this.#refused;
  }

  /** Answers a key. Throws `database.unavailable` when too many wait already, or when its turn does not come in time. */
  async ask<K, R>(statement: SharedStatement<K, R>, key: K): Promise<R> {
    if (this.#waiting >= this.#options.most) {
      this.#refused += 1;
      throw new AppError('database.unavailable', { detail: 'too many requests wait for the database' });
    }
    if (this.#out >= this.#options.inFlight) {
      const lane = this.#options.afterLoss === 'again' ? 'reads' : 'writes';
      return traced({ kind: 'wait', lane }, async () => this.#wait(statement, key));
    }
    return new Promise<R>((resolve, reject) => {
      const waiting = { statement, key, order: this.#order++, tick: this.#tick, resolve, reject } as unknown as Waiting;
      this.#send([waiting]);
    });
  }

  async #wait<K, R>(statement: SharedStatement<K, R>, key: K): Promise<R> {
    return new Promise<R>((resolve, reject) => {
      const waiting = { statement, key, order: this.#order++, tick: this.#tick, resolve, reject } as unknown as Waiting;
      waiting.inContext = AsyncLocalStorage.snapshot();
      const queue = this.#queues.get(statement);
      if (queue === undefined) this.#queues.set(statement, [waiting]);
      else queue.push(waiting);
      this.#waiting += 1;
      this.#watch();
    });
  }

  #next(): void {
    while (this.#out < this.#options.inFlight) {
      const batch = this.#take();
      const first = batch[0];
      if (first === undefined) return;
      first.inContext(() => this.#send(batch));
    }
  }

  #take(): Waiting[] {
    const failed = this.#again.shift();
    if (failed !== undefined) {
      this.#waiting -= 1;
      return [failed];
    }
    let oldest: Waiting[] = [];
    for (const queue of this.#queues.values()) {
      const order = queue[0]?.order;
      if (order !== undefined && (oldest[0] === undefined || order < oldest[0].order)) oldest = queue;
    }
    const batch = takeTogether(oldest);
    this.#waiting -= batch.length;
    return batch;
  }

  #send(batch: readonly Waiting[]): void {
    this.#out += 1;
    this.#options.sent?.tell(batch.length);
    let isLong = false;
    const look = (): void => {
      if (this.#long >= MOST_LONG) {
        stop = this.#options.later(LONG_MS, look);
        return;
      }
      isLong = true;
      this.#long += 1;
      this.#out -= 1;
      this.#next();
    };
    let stop = this.#options.later(LONG_MS, look);
    void this.#answer(batch).finally(() => {
      stop();
      if (isLong) this.#long -= 1;
      else this.#out -= 1;
      this.#next();
    });
  }

  async #answer(batch: readonly Waiting[]): Promise<void> {
    const [first] = batch;
    if (first === undefined) return;
    try {
      if (batch.length === 1) {
        first.resolve(await first.statement.alone(this.#db, first.key));
        return;
      }
      const answers = await first.statement.together(
        this.#db,
        batch.map(({ key }) => key),
      );
      if (answers.length !== batch.length) throw new Error('a shared statement left a request without an answer');
      for (const [i, { resolve }] of batch.entries()) resolve(answers[i]);
    } catch (error) {
      const final = batch.length === 1 || tookTooLong(error);
      if (final || (this.#options.afterLoss === 'fail' && breaksConnection(error))) {
        for (const { reject } of batch) reject(error);
        return;
      }
      this.#again.push(...batch);
      this.#waiting += batch.length;
      this.#watch();
    }
  }

  /** Refuses who waited too long. Runs while somebody waits. */
  #watch(): void {
    if (this.#ticking) return;
    this.#ticking = true;
    this.#options.later(TICK_MS, () => {
      this.#ticking = false;
      this.#tick += 1;
      const late: Waiting[] = [];
      const keep = (waiting: Waiting): boolean => {
        if (this.#tick - waiting.tick <= MOST_TICKS) return true;
        late.push(waiting);
        return false;
      };
      for (const [statement, queue] of this.#queues) this.#queues.set(statement, queue.filter(keep));
      this.#again = this.#again.filter(keep);
      this.#waiting -= late.length;
      this.#refused += late.length;
      const error = new AppError('database.unavailable', { detail: 'the request waited too long for the database' });
      for (const { reject } of late) reject(error);
      if (this.#waiting > 0) this.#watch();
    });
  }
}

/** Takes the first of a queue and those that can share its statement, in their order; nobody overtakes its own claims. */
function takeTogether(queue: Waiting[]): Waiting[] {
  const statement = queue[0]?.statement;
  if (statement === undefined) return [];
  const { most, claims } = statement;
  if (claims === undefined) return queue.splice(0, most);
  const claimed = new Set<string>();
  const batch: Waiting[] = [];
  const left: Waiting[] = [];
  let seen = 0;
  for (; seen < queue.length && batch.length < most; seen += 1) {
    const waiting = queue[seen]!;
    const own = claims(waiting.key);
    (own.some((claim) => claimed.has(claim)) ? left : batch).push(waiting);
    for (const claim of own) claimed.add(claim);
  }
  queue.splice(0, seen, ...left);
  return batch;
}
