import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createTestDatabase } from '../../test/support/start-database.ts';
import type { TestDatabase } from '../../test/support/start-database.ts';
import { systemClock } from '../base/clock.ts';
import { randomUuid } from '../base/random.ts';
import { migrate, readMigrations } from '../db/migrate.ts';

const ORGANIZATION = randomUuid();
const DIRECTORY = '2c1a7d1e-0f7b-4b7e-8f0a-6a4f0d8c9b11';
const ISSUER = 'https://login.contoso.example';

let own: TestDatabase;

/** A connection as a server of the previous version writes it. */
async function insertAsBefore(id: string, method: string, state: string): Promise<void> {
  const directory = method === 'entra-id' ? DIRECTORY : null;
  const now = systemClock.now();
  await sql`insert into connection (id, organization_id, method, state, client_id, issuer, directory_id, credential, flow,
      redirect_uri, metadata, metadata_read_at, keys, keys_read_at, configured_at)
    values (${id}, ${ORGANIZATION}, ${method}, ${state}, 'gatehouse', ${ISSUER}, ${directory}, 'none', 'id-token',
      'https://sso.northwind.example/login/callback', '{"issuer": "x"}', ${now}, '{"keys": []}', ${now}, ${now})`.execute(
    own.db,
  );
}

async function read(id: string): Promise<{ settings: Record<string, unknown>; clientId: string; keys: unknown }> {
  const row = await own.db
    .selectFrom('connection')
    .select(['settings', 'clientId', 'keys'])
    .where('id', '=', id as never)
    .executeTakeFirstOrThrow();
  return row as never;
}

beforeAll(async () => {
  own = await createTestDatabase({ empty: true });
  const migrations = await readMigrations();
  const at = migrations.findIndex(({ name }) => name.startsWith('0007'));
  await migrate({ database: own.open, clock: systemClock }, migrations.slice(0, at));
  await sql`insert into organization (id, path, depth, name, created_at)
    values (${ORGANIZATION}, ${`/${ORGANIZATION}/`}, 1, 'Northwind', ${systemClock.now()})`.execute(own.db);
  await insertAsBefore(OLD, 'entra-id', 'active');
  await insertAsBefore(OLDER, 'openid-connect', 'previous');
  await migrate({ database: own.open, clock: systemClock }, migrations);
});
afterAll(async () => {
  await own?.close();
});

const [OLD, OLDER, BESIDE] = [randomUuid(), randomUuid(), randomUuid()];

describe('connections of the previous version', () => {
  test('have settings after the migration', async () => {
    const common = { clientId: 'gatehouse', flow: 'id-token', metadata: { issuer: 'x' }, keys: { keys: [] } };
    const entra = (await read(OLD)).settings;
    expect(entra).toEqual({ ...common, directoryId: DIRECTORY, keysReadAt: expect.any(String) });
    expect(new Date(String(entra['keysReadAt'])).getTime()).toBeGreaterThan(0);
    expect((await read(OLDER)).settings).toMatchObject({
      ...common,
      discoveryUrl: `${ISSUER}/.well-known/openid-configuration`,
    });
  });

  test('written by a server of that version beside this one, are read by both', async () => {
    await insertAsBefore(BESIDE, 'openid-connect', 'previous');
    expect((await read(BESIDE)).settings).toMatchObject({ clientId: 'gatehouse', flow: 'id-token' });
    await sql`update connection set keys = '{"keys": [{"kid": "new"}]}' where id = ${BESIDE}`.execute(own.db);
    expect((await read(BESIDE)).settings).toMatchObject({ keys: { keys: [{ kid: 'new' }] } });
  });

  test('written by this version, are read by a server of that version', async () => {
    const { settings } = await read(BESIDE);
    const changed = JSON.stringify({ ...settings, clientId: 'gatehouse-2', discoveryUrl: `${ISSUER}/?p=sign-in` });
    await own.db
      .updateTable('connection')
      .set({ settings: changed })
      .where('id', '=', BESIDE as never)
      .execute();
    expect(await read(BESIDE)).toMatchObject({ clientId: 'gatehouse-2', keys: { keys: [{ kid: 'new' }] } });
    // What only this version knows of survives the other's writing.
    await sql`update connection set keys = '{"keys": []}' where id = ${BESIDE}`.execute(own.db);
    expect((await read(BESIDE)).settings).toMatchObject({ keys: { keys: [] }, discoveryUrl: `${ISSUER}/?p=sign-in` });
  });
});
