import { sql } from 'kysely';
import type { RawBuilder } from 'kysely';
import { countOne, deleteCounters } from './counter-sql.ts';
import type { Clock } from '../../base/clock.ts';
import { after } from '../../base/clock.ts';
import { AppError } from '../../base/errors.ts';
import type { SecretBox } from '../../base/secret-box.ts';
import { compileOnce, slot } from '../compiled-statement.ts';
import type { Database } from '../database.ts';
import { deleteInBatches } from '../retention.ts';
import type { Attempt, RateLimit } from './rate-limit.ts';

interface Counted {
  place: number;
  points: number;
  /** Milliseconds since 1970. */
  expire: string;
}

const READ_ONE = compileOnce<Counted>(
  () => sql`select 0 as place, points, expire from rate_limit
    where key = ${slot('key', 'text')} and expire > ${slot('now', 'bigint')}`,
);

const RESET = compileOnce(() => deleteCounters(slot('keys', 'text[]')));

/** By how many attempts it counts. */
const COUNT: (ReturnType<typeof compileOnce<Counted>> | undefined)[] = [];

/** Counters in the table `rate_limit`. Keys are stored as an HMAC: they hold addresses of strangers. */
export function createRateLimit({ db, clock, secrets }: { db: Database; clock: Clock; secrets: SecretBox }): RateLimit {
  const counterOf = ({ limit, key }: Attempt): string =>
    `${limit.name}:${secrets.mac('rate limit', key).toString('base64url')}`;
  const consumeAll = async (attempts: readonly Attempt[]): Promise<void> => {
    const now = clock.now();
    const values: Record<string, unknown> = { now: now.getTime() };
    for (const [place, attempt] of attempts.entries()) {
      values[`key${place}`] = counterOf(attempt);
      values[`ends${place}`] = after(now, attempt.limit.seconds).getTime();
      values[`most${place}`] = attempt.limit.points;
    }
    const count = (COUNT[attempts.length] ??= compileOnce<Counted>(() => countInOrder(attempts.length)));
    for (const { place, points, expire } of await count(db, values)) {
      const attempt = attempts[place];
      if (attempt !== undefined && points > attempt.limit.points) throw tooMany(now, expire, attempt.code);
    }
  };
  return {
    consumeAll,
    consume: async (limit, key) => consumeAll([{ limit, key }]),
    async requireLeft(limit, key) {
      const now = clock.now();
      const [counted] = await READ_ONE(db, { key: counterOf({ limit, key }), now: now.getTime() });
      if (counted !== undefined && counted.points >= limit.points) throw tooMany(now, counted.expire);
    },
    async reset(attempts) {
      await RESET(db, { keys: attempts.map(counterOf) });
    },
    countersOf: (attempts) => attempts.map(counterOf),
    async deleteExpired(now) {
      return deleteInBatches(async (most) => {
        const { numAffectedRows } = await sql`delete from rate_limit where ctid = any (array (
          select ctid from rate_limit where expire < ${now.getTime()} limit ${most} for update skip locked))`.execute(
          db,
        );
        return Number(numAffectedRows ?? 0);
      });
    },
  };
}

/** A statement that counts `attempts` attempts, each only where the one before was within its limit. */
function countInOrder(attempts: number): RawBuilder<unknown> {
  const places = Array.from({ length: attempts }, (_, place) => place);
  const counted = (place: number): RawBuilder<unknown> => sql.ref(`counted${place}`);
  const parts = places.map((place) => {
    const before = place - 1;
    const onlyIf =
      place === 0
        ? undefined
        : sql`exists (select from ${counted(before)} where points <= ${slot(`most${before}`, 'integer')})`;
    const values = {
      key: slot(`key${place}`, 'text'),
      now: slot('now', 'bigint'),
      ends: slot(`ends${place}`, 'bigint'),
    };
    return sql`${counted(place)} as (${countOne(values, onlyIf)})`;
  });
  const rows = places.map((place) => sql`select ${sql.lit(place)} as place, points, expire from ${counted(place)}`);
  return sql`with ${sql.join(parts)} ${sql.join(rows, sql` union all `)}`;
}

function tooMany(now: Date, expire: string, code?: Attempt['code']): AppError {
  const seconds = Math.ceil((Number(expire) - now.getTime()) / 1000);
  const refused = new AppError('request.too-many', { values: { seconds } });
  return code === undefined ? refused : new AppError(code, { cause: refused });
}
