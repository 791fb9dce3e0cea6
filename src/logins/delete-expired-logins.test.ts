import { afterAll, beforeAll, expect, test } from 'vitest';
import { sql } from 'kysely';
import { after, DAY, HOUR } from '../base/clock.ts';
import { randomSecret, randomUuid, sha256 } from '../base/random.ts';
import { createTestDatabase } from '../../test/support/start-database.ts';
import type { TestDatabase } from '../../test/support/start-database.ts';
import { deleteExpiredLogins } from './delete-expired-logins.ts';

let database: TestDatabase;
const now = new Date();

beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(async () => database?.close());

async function insertLogin(name: string, age: number, lifetime: number, trace: string[]): Promise<void> {
  const began = after(now, -age);
  await sql`insert into login (id, handle_hash, reference, client_id, step, state, request, trace, created_at, expires_at)
    values (${randomUuid()}, ${sha256(randomSecret())}, ${name}, 'start', 'identify', '{}', '{}',
      ${JSON.stringify(trace.map((event) => ({ event })))}, ${began}, ${after(began, lifetime)})`.execute(database.db);
}

test('requests nobody followed go when they expire; a login with a trace stays 30 days', async () => {
  await insertLogin('open', 60, HOUR, []);
  await insertLogin('unseen', 2 * HOUR, HOUR, []);
  await insertLogin('seen', 2 * HOUR, HOUR, ['began']);
  await insertLogin('tried', 2 * HOUR, HOUR, ['began', 'identified']);
  await insertLogin('old', 31 * DAY, HOUR, ['began', 'identified']);
  await deleteExpiredLogins({ db: database.db, clock: { now: () => now } });
  const left = await database.db.selectFrom('login').select('reference').orderBy('reference').execute();
  expect(left.map((row) => row.reference)).toEqual(['open', 'tried']);
});
