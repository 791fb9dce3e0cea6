import { expect, test } from 'vitest';
import { findShell } from './postgres-program.ts';

test('where there is no shell to make the database with, one sentence says what to do', async () => {
  await findShell();
  await expect(findShell('/no/such/sh')).rejects.toMatchObject({
    code: 'database.unavailable',
    detail:
      'The PostgreSQL that Gatehouse brings needs /no/such/sh to make its database, and this system has none: set DATABASE_URL to a PostgreSQL 15 or newer, or use an image with a shell.',
  });
});
