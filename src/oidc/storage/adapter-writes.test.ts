import { sql } from 'kysely';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { after, MINUTE, utcDay } from '../../base/clock.ts';
import { randomUuid, sha256 } from '../../base/random.ts';
import { keepPartitions } from '../../db/partitions.ts';
import { createTestDatabase } from '../../../test/support/start-database.ts';
import type { TestDatabase } from '../../../test/support/start-database.ts';
import { flush } from './adapter-writes.ts';
import { endFamily } from './adapter-family.ts';
import { currentScope, withScope } from './request-scope.ts';

const TABLES = [
  ['oidcCode', 'codeHash'],
  ['oidcAccessToken', 'tokenHash'],
  ['oidcRefreshToken', 'tokenHash'],
] as const;

/** As much of them as the event of a replay tells. */
const SOURCE = { kind: 'AuthorizationCode', clientId: 'reports' };
const STANDING = { userId: randomUuid(), home: { id: randomUuid() } };

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

test('two who end a family at once, one behind a lost race and one behind a used code, do not wait for each other', async () => {
  const { db } = database;
  for (let round = 0; round < 60; round += 1) {
    const familyId = await insertFamily();
    const inScope = async (work: () => Promise<unknown>): Promise<void> =>
      withScope(now, { clientId: null, organizationHint: null }, async () => void (await work()));
    const lostRace = async (): Promise<void> =>
      inScope(async () => {
        Object.assign(currentScope(), { source: SOURCE, standing: STANDING });
        await endFamily(db, currentScope(), familyId, true);
      });
    const usedCode = async (): Promise<void> =>
      inScope(async () => {
        currentScope().writes.push({ kind: 'family-revoke', familyId }, { kind: 'family-revoke', familyId });
        await flush(db, currentScope());
      });
    const ends = [lostRace(), usedCode(), lostRace(), usedCode()];
    expect(await Promise.allSettled(ends)).toEqual(ends.map(() => ({ status: 'fulfilled', value: undefined })));
  }
  for (const [table] of TABLES) {
    expect(await db.selectFrom(table).select('familyId').execute()).toEqual([]);
  }
});
