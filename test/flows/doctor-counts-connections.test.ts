import { afterAll, beforeAll, expect, test } from 'vitest';
import { lookAtDatabase } from '../../src/cli/database-findings.ts';
import { mostConnections } from '../../src/cli/installation/installation.ts';
import { createTexts } from '../../src/texts/catalog.ts';
import { silentLog } from '../../src/base/log.ts';
import { systemClock } from '../../src/base/clock.ts';
import { readConfig } from '../../src/config.ts';
import { MASTER_KEY } from '../support/master-key.ts';
import { createTestDatabase } from '../support/start-database.ts';
import type { TestDatabase } from '../support/start-database.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase({ started: true });
});
afterAll(async () => database.close());

const withWorkers = (workers: number, more: Readonly<Record<string, string>> = {}) =>
  readConfig({
    ...more,
    DATABASE_URL: database.url,
    GATEHOUSE_MASTER_KEY: MASTER_KEY.toString('base64'),
    GATEHOUSE_WORKERS: String(workers),
  });

// Lesson: each of 64 workers had connections of its own, 325 in all, and PostgreSQL takes 100 unless it is told otherwise.
test.each([
  [1, true],
  [64, false],
])('of %s workers', async (workers, good) => {
  const config = withWorkers(workers);
  const deps = { config, clock: systemClock, log: silentLog, t: createTexts('Gatehouse').default };
  const found = (await lookAtDatabase(deps, database.open)).find(({ check }) => check === 'connections');
  expect(found?.good).toBe(good);
  expect(found?.message).toContain(` ${mostConnections(config)} database connections`);
  expect(found?.message.includes('max_connections')).toBe(!good);
});

test('of a pool that was set, per worker', () => {
  const [four, five] = ['4', '5'].map((size) => mostConnections(withWorkers(3, { GATEHOUSE_DATABASE_POOL: size })));
  expect(five! - four!).toBe(3);
  expect(four).toBeLessThan(mostConnections(withWorkers(3)));
});
