import { sql } from 'kysely';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { after, MINUTE, utcDay } from '../../base/clock.ts';
import { randomUuid, sha256 } from '../../base/random.ts';
import { keepPartitions } from '../../db/partitions.ts';
import { createTestDatabase } from '../../../test/support/start-database.ts';
import type { TestDatabase } from '../../../test/support/start-database.ts';
import { endFamily } from './family-store.ts';

const TABLES = [
  ['oidc_code', 'code_hash'],
  ['oidc_access_token', 'token_hash'],
  ['oidc_refresh_token', 'token_hash'],
] as const;

let database: TestDatabase;
const now = new Date();

beforeAll(async () => {
  database = await createTestDatabase();
  const days = TABLES.map(([table]) => ({ table, keepDays: 1 }));
  await keepPartitions({ db: database.db, clock: { now: () => now } }, days);
});
afterAll(async () => database?.close());

/** A code, an access token and a refresh token of one family. */
async function insertFamily(): Promise<string> {
  const familyId = randomUuid();
  for (const [table, key] of TABLES) {
    await sql`insert into ${sql.table(table)} (created_on, ${sql.ref(key)}, family_id, client_id, user_id,
        organization_in_scope_id, session_uid, payload, expires_at)
      values (${utcDay(now)}, ${sha256(familyId)}, ${familyId}, 'reports', ${randomUuid()},
        ${randomUuid()}, 'a session', '{}', ${after(now, MINUTE)})`.execute(database.db);
  }
  return familyId;
}

test('two requests that end the same family at once do not wait for each other', async () => {
  const { db } = database;
  for (let round = 0; round < 60; round += 1) {
    const familyId = await insertFamily();
    const end = async (): Promise<void> => endFamily(database.db, familyId, now, null);
    const ends = [end(), end(), end(), end()];
    expect(await Promise.allSettled(ends)).toEqual(ends.map(() => ({ status: 'fulfilled', value: undefined })));
  }
  for (const [table] of TABLES) {
    expect(await db.selectFrom(table).select('family_id').execute()).toEqual([]);
  }
});
