import { sql } from 'kysely';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createSecretBox } from '../../src/base/secret-box.ts';
import { PASSWORD_ATTEMPTS, PASSWORD_FAILURES } from '../../src/authenticators/verify-authenticator.ts';
import type { Transaction } from '../../src/db/database.ts';
import { createRateLimit } from '../../src/db/limits/rate-limit-store.ts';
import type { Attempt, RateLimit } from '../../src/db/limits/rate-limit.ts';
import { createTestDatabase } from '../support/start-database.ts';
import type { TestDatabase } from '../support/start-database.ts';

let database: TestDatabase;
let now = new Date('2026-03-02T09:00:00Z');
/** Two server processes. */
let servers: [RateLimit, RateLimit];

beforeAll(async () => {
  database = await createTestDatabase();
  const secrets = createSecretBox([Buffer.alloc(32, 1)]);
  const open = (): RateLimit => createRateLimit({ db: database.db, clock: { now: () => now }, secrets });
  servers = [open(), open()];
});
afterAll(async () => database.close());

const guess = (key: string): Attempt[] => [
  { limit: PASSWORD_ATTEMPTS, key },
  { limit: PASSWORD_FAILURES, key, code: 'password.blocked' },
];

/** What became of `times` guesses at once: how many were let through, and the codes of those refused. */
async function guessAtOnce(key: string, times: number): Promise<{ made: number; codes: string[] }> {
  const guesses = Array.from({ length: times }, async (_, i) => servers[i % 2 === 0 ? 0 : 1].consumeAll(guess(key)));
  const results = await Promise.allSettled(guesses);
  const refused = results.flatMap((each) => (each.status === 'rejected' ? [each.reason as { code: string }] : []));
  return { made: times - refused.length, codes: [...new Set(refused.map(({ code }) => code))] };
}

test('guesses that are refused for their pace do not block the password: a flood locks nobody out for a month', async () => {
  expect(await guessAtOnce('maria@contoso.example', 150)).toEqual({ made: 10, codes: ['request.too-many'] });
  // Ten were guesses; the hundredth is still far.
  for (let window = 1; window < 10; window += 1) {
    now = new Date(now.getTime() + PASSWORD_ATTEMPTS.seconds * 1000);
    expect((await guessAtOnce('maria@contoso.example', 12)).made).toBe(10);
  }
  now = new Date(now.getTime() + PASSWORD_ATTEMPTS.seconds * 1000);
  expect(await guessAtOnce('maria@contoso.example', 12)).toEqual({
    made: 0,
    codes: expect.arrayContaining(['password.blocked']) as string[],
  });
});

test('counters are deleted in the order in which they are counted: nobody waits in a circle', async () => {
  const [pace, failures] = guess('omar@contoso.example');
  await servers[0].consumeAll(guess('omar@contoso.example'));
  const [paceKey, failuresKey] = servers[0].countersOf([pace!, failures!]);
  let deleted: Promise<void> | undefined;
  await database.db.transaction().execute(async (counting) => {
    await sql`select from rate_limit where key = ${paceKey} for update`.execute(counting);
    deleted = servers[1].reset(guess('omar@contoso.example'));
    await isWaitedFor(counting);
    // The one who counts finds the second counter free.
    await sql`select from rate_limit where key = ${failuresKey} for update nowait`.execute(counting);
  });
  await deleted;
  expect(
    (await sql`select from rate_limit where key in (${paceKey}, ${failuresKey})`.execute(database.db)).rows,
  ).toEqual([]);
});

/** Resolves once somebody waits for what this transaction has locked. */
async function isWaitedFor(transaction: Transaction): Promise<void> {
  const waiting = sql`select from pg_locks where not granted and pg_backend_pid() = any (pg_blocking_pids(pid))`;
  await expect.poll(async () => (await waiting.execute(transaction)).rows.length).toBe(1);
}

test('attempts on one account count for no other', async () => {
  expect((await guessAtOnce('ivy@contoso.example', 30)).made).toBe(10);
  expect((await guessAtOnce('ada@contoso.example', 30)).made).toBe(10);
});
