import type { Seconds } from '../../base/clock.ts';

/** At most `points` of something in `seconds`. */
interface Limit {
  /** Which limit; a word of the code. */
  name: string;
  points: number;
  seconds: Seconds;
}

/** One more of what a limit counts. */
export interface Attempt {
  limit: Limit;
  /** Whose: an account, an address, a network. */
  key: string;
  /** What is thrown where none is left, in place of request.too-many. */
  code?: 'password.blocked';
}

/** Counts attempts, over all server processes. */
export interface RateLimit {
  /**
   * Counts one attempt on `key` (an account, an address, a network) before it is made.
   * @throws request.too-many with the seconds to wait
   */
  consume(limit: Limit, key: string): Promise<void>;
  /**
   * As {@link RateLimit.consume} for each of `attempts` in their order, by one statement. What is refused by one limit is not
   * counted by those after it. All callers that share limits name them in the same order: their counters are locked in it.
   * @throws request.too-many, or the `code` of the first attempt that is not left
   */
  consumeAll(attempts: readonly Attempt[]): Promise<void>;
  /**
   * Counts nothing: for attempts that are counted when they failed.
   * @throws request.too-many where no attempt on `key` is left
   */
  requireLeft(limit: Limit, key: string): Promise<void>;
  /** Deletes the counts of `attempts`, after a success; those that share limits in the order of {@link RateLimit.consumeAll}. */
  reset(attempts: readonly Attempt[]): Promise<void>;
  /** Keys of the counters of `attempts`, for a statement that deletes them along (`counter-sql.ts`). */
  countersOf(attempts: readonly Attempt[]): string[];
  /** Deletes expired counters; returns how many. */
  deleteExpired(now: Date): Promise<number>;
}
