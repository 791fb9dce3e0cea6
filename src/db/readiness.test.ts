import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createTestDatabase } from '../../test/support/start-database.ts';
import type { TestDatabase } from '../../test/support/start-database.ts';
import { systemClock } from '../base/clock.ts';
import { databaseOver } from './database.ts';
import { createReadiness, tryWriting } from './readiness.ts';

let own: TestDatabase;
beforeAll(async () => {
  own = await createTestDatabase({ poolSize: 2 });
});
afterAll(async () => own?.close());

test('a database that can be written to is ready, and nothing is left of the attempt', async () => {
  await createReadiness({ db: own.db, clock: systemClock })();
  const { rows } = await pgQuery("select 1 from pg_class where relname = 'gatehouse_readiness'");
  expect(rows).toEqual([]);
});

test('one that answers and refuses every write is not', async () => {
  const pool = new pg.Pool({ connectionString: own.url, options: '-c default_transaction_read_only=on' });
  const checkReady = createReadiness({ db: databaseOver(pool), clock: systemClock });
  await expect(checkReady()).rejects.toMatchObject({
    code: 'database.unavailable',
    detail: expect.stringContaining('takes no writes'),
  });
  // A full disk says nothing of itself: the attempt finds it.
  await expect(tryWriting(databaseOver(pool))).rejects.toMatchObject({
    code: 'database.unavailable',
    detail: expect.stringContaining('cannot be written to'),
  });
  await pool.end();
});

async function pgQuery(text: string): Promise<{ rows: unknown[] }> {
  const client = new pg.Client(own.url);
  await client.connect();
  try {
    return await client.query(text);
  } finally {
    await client.end();
  }
}
