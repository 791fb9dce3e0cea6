import { RateLimiterPostgres, RateLimiterRes } from 'rate-limiter-flexible';
import type { Seconds } from '../base/clock.ts';
import { AppError } from '../base/errors.ts';
import type { SecretBox } from '../base/secret-box.ts';

/** At most `points` of something in `seconds`. */
export interface Limit {
  /** Which limit; a word of the code. */
  name: string;
  points: number;
  seconds: Seconds;
}

/** Counts attempts, over all server processes. */
export interface RateLimit {
  /**
   * Counts one attempt on `key` (an account, an address, a network) before it is made.
   * @throws request.too-many with the seconds to wait
   */
  consume(limit: Limit, key: string): Promise<void>;
  /**
   * Counts nothing: for attempts that are counted when they failed.
   * @throws request.too-many where no attempt on `key` is left
   */
  requireLeft(limit: Limit, key: string): Promise<void>;
  /** Deletes the count of attempts on `key`, after a success. */
  reset(limit: Limit, key: string): Promise<void>;
  /** Deletes expired counters. */
  deleteExpired(now: Date): Promise<void>;
}

/** Expired counters that one statement deletes. */
const BATCH = 1000;

/** The part of a `pg` pool that the limiter uses. */
interface QueryRunner {
  query(...args: unknown[]): unknown;
}

/** Counters in the table `rate_limit`. Keys are stored as an HMAC: they hold addresses of strangers. */
export function createRateLimit(pool: QueryRunner, secrets: SecretBox): RateLimit {
  const limiters = new Map<string, RateLimiterPostgres>();
  const limiterOf = (limit: Limit): RateLimiterPostgres => {
    const known = limiters.get(limit.name);
    if (known !== undefined) return known;
    const limiter = new RateLimiterPostgres({
      storeClient: pool,
      storeType: 'client',
      tableName: 'rate_limit',
      tableCreated: true,
      clearExpiredByTimeout: false,
      keyPrefix: limit.name,
      points: limit.points,
      duration: limit.seconds,
    });
    limiters.set(limit.name, limiter);
    return limiter;
  };
  const keyOf = (key: string): string => secrets.mac('rate limit', key).toString('base64url');
  return {
    async consume(limit, key) {
      try {
        await limiterOf(limit).consume(keyOf(key));
      } catch (error) {
        if (!(error instanceof RateLimiterRes)) throw error;
        throw tooMany(error);
      }
    },
    async requireLeft(limit, key) {
      const counted = await limiterOf(limit).get(keyOf(key));
      if (counted !== null && counted.consumedPoints >= limit.points) throw tooMany(counted);
    },
    async reset(limit, key) {
      await limiterOf(limit).delete(keyOf(key));
    },
    async deleteExpired(now) {
      const statement = `delete from rate_limit where ctid = any (array (
        select ctid from rate_limit where expire < $1 limit $2 for update skip locked))`;
      let deleted = BATCH;
      while (deleted === BATCH) {
        const { rowCount } = (await pool.query(statement, [now.getTime(), BATCH])) as { rowCount: number | null };
        deleted = rowCount ?? 0;
      }
    },
  };
}

function tooMany({ msBeforeNext }: RateLimiterRes): AppError {
  return new AppError('request.too-many', { values: { seconds: Math.ceil(msBeforeNext / 1000) } });
}
