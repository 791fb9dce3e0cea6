import pg from 'pg';
import { expect, test } from 'vitest';
import { findPostgresBinaries, startExternalPostgres } from './external-postgres.ts';

test('the operating system’s PostgreSQL starts, makes databases for a role that is no superuser, and stops', async () => {
  if (findPostgresBinaries() === undefined) {
    await expect(startExternalPostgres()).rejects.toThrow('no PostgreSQL');
    return;
  }
  const postgres = await startExternalPostgres();
  const client = new pg.Client(await postgres.createDatabase('one_file'));
  await client.connect();
  const { rows } = await client.query<{ super: boolean; version: string }>(
    `select rolsuper as super, current_setting('server_version') as version from pg_roles where rolname = current_user`,
  );
  await client.query('create role nobody_yet');
  await client.end();
  expect(rows[0]?.super).toBe(false);
  expect(rows[0]?.version).toMatch(new RegExp(`^${postgres.version}\\.`));
  await postgres.stop();
  await expect(new pg.Client(postgres.url).connect()).rejects.toThrow('ECONNREFUSED');
});
