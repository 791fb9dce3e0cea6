import { afterAll, beforeAll, expect, test } from 'vitest';
import { createSecretBox } from '../../src/base/secret-box.ts';
import { PASSWORD_ATTEMPTS, PASSWORD_FAILURES } from '../../src/authenticators/verify-authenticator.ts';
import { createRateLimit } from '../../src/db/limits/rate-limit.ts';
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

test('counting and deleting counters at once lets nobody wait in a circle, and no key counts for another', async () => {
  const rounds = Array.from({ length: 60 }, async (_, i) =>
    i % 3 === 0
      ? servers[0].reset(guess('omar@contoso.example'))
      : servers[1].consumeAll(guess('omar@contoso.example')),
  );
  const failed = (await Promise.allSettled(rounds)).flatMap((each) =>
    each.status === 'rejected' && (each.reason as { code: string }).code !== 'request.too-many' ? [each.reason] : [],
  );
  expect(failed).toEqual([]);
  await servers[0].reset(guess('omar@contoso.example'));
  expect((await guessAtOnce('omar@contoso.example', 30)).made).toBe(10);
  expect((await guessAtOnce('ada@contoso.example', 30)).made).toBe(10);
});
