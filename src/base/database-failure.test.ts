import { once } from 'node:events';
import pg from 'pg';
import { expect, test } from 'vitest';
import { createTestDatabase } from '../../test/support/start-database.ts';
import { breaksConnection, isUnavailable } from './database-failure.ts';

test('a statement on a connection that the server ended before is a failure of the database, as a rollback after it is', async () => {
  await using database = await createTestDatabase();
  const client = new pg.Client({ connectionString: database.url });
  // Two errors come: what the server said, and that the connection is gone.
  client.on('error', () => {});
  await client.connect();
  const { rows } = await client.query<{ pid: number }>('select pg_backend_pid() as pid');
  const broken = once(client, 'error');
  const other = new pg.Client({ connectionString: database.url });
  await other.connect();
  await other.query('select pg_terminate_backend($1)', [rows[0]?.pid]);
  await other.end();
  await broken;
  const error: unknown = await client.query('rollback').catch((failure: unknown) => failure);
  expect({ error: String(error), unavailable: isUnavailable(error), broken: breaksConnection(error) }).toEqual({
    error: 'Error: Client has encountered a connection error and is not queryable',
    unavailable: true,
    broken: true,
  });
  await client.end().catch(() => undefined);
});
