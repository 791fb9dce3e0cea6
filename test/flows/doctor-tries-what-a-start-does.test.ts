import { describe, expect, test } from 'vitest';
import { silentLog } from '../../src/base/log.ts';
import { systemClock } from '../../src/base/clock.ts';
import { randomDigits } from '../../src/base/random.ts';
import { lookAtDatabase } from '../../src/cli/database-findings.ts';
import type { Finding } from '../../src/cli/finding.ts';
import { readConfig } from '../../src/config.ts';
import { migrate, readMigrations } from '../../src/db/migrate.ts';
import { openDatabase } from '../../src/db/open-database.ts';
import type { OpenDatabase } from '../../src/db/open-database.ts';
import { findRoles } from '../../src/db/roles.ts';
import { createTexts } from '../../src/texts/catalog.ts';
import { MASTER_KEY } from '../support/master-key.ts';
import { queryAs } from '../support/query.ts';
import { createTestDatabase } from '../support/start-database.ts';

async function find(check: Finding['check'], open: OpenDatabase): Promise<Finding | undefined> {
  const config = readConfig({ DATABASE_URL: open.url, GATEHOUSE_MASTER_KEY: MASTER_KEY.toString('base64') });
  const deps = { config, clock: systemClock, log: silentLog, t: createTexts('Gatehouse').default };
  return (await lookAtDatabase(deps, open)).find((finding) => finding.check === check);
}

/** What migrating at a start says: its refusal, or what it applied. */
async function start(open: OpenDatabase): Promise<unknown> {
  return migrate({ database: open, clock: systemClock }, await readMigrations()).catch((error: unknown) => error);
}

const tablesOf = async (url: string) =>
  (await queryAs<{ name: string }>(url, `select tablename as name from pg_tables where schemaname = 'public'`)).rows;

describe('on an empty database', () => {
  test('migrating is tried and leaves nothing behind', async () => {
    await using own = await createTestDatabase({ empty: true });
    expect(await find('migrating', own.open)).toMatchObject({ good: true });
    expect(await tablesOf(own.url)).toEqual([]);
    expect(await start(own.open)).toContain('0001-ground');
  });

  test.each([
    ['a table', 'create table session (id int)', 'session'],
    ['a view', 'create view organization as select 1 as id', 'organization'],
    ['a ledger of migrations', 'create table schema_migration (version text)', 'schema_migration'],
    ['a table installation', 'create table installation (id int)', 'installation'],
  ])('%s of another program is named, and the start refuses it with the same words', async (_, statement, name) => {
    await using own = await createTestDatabase({ empty: true });
    await queryAs(own.url, statement);
    const found = await find('migrating', own.open);
    expect(found).toMatchObject({ good: false, message: expect.stringContaining(`names of ours (${name})`) });
    expect(await start(own.open)).toMatchObject({ code: 'database.occupied', detail: found?.message });
  });

  test('a user who may not make tables, then not the roles, is told the lines before a start fails', async () => {
    await using own = await createTestDatabase({ empty: true });
    const name = `gatehouse_plain_${process.pid}_${randomDigits(6)}`;
    const url = new URL(own.url);
    [url.username, url.password] = [name, randomDigits(12)];
    await queryAs(own.url, `create role ${name} login password '${url.password}'`);
    try {
      await using plain = await openDatabase({ source: { url: url.href }, log: silentLog, poolSize: 2 });
      expect(await find('migrating', plain)).toMatchObject({
        good: false,
        message: expect.stringContaining(`GRANT USAGE, CREATE ON SCHEMA public TO ${name}`),
      });
      await queryAs(own.url, `grant usage, create on schema public to ${name} with grant option`);
      expect(await find('migrating', plain)).toMatchObject({
        good: false,
        message: expect.stringMatching(/Run as a superuser of that database:\n {2}CREATE ROLE gatehouse_owner_/),
      });
    } finally {
      await queryAs(own.url, `revoke all on schema public from ${name} cascade`);
      await queryAs(own.url, `grant ${name} to current_user`);
      await queryAs(own.url, `drop owned by ${name}`);
      await queryAs(own.url, `drop role ${name}`);
    }
  });
});

test('a role that the user has and may not become is found, with a line that lets it (PostgreSQL 16 and newer)', async () => {
  await using own = await createTestDatabase({ empty: true });
  if (own.open.serverVersion < 16) return;
  await start(own.open);
  const { api } = (await findRoles(own.db))!;
  await queryAs(own.url, `grant ${api} to current_user with set false`);
  const found = await find('roles', own.open);
  expect(found).toMatchObject({ good: false });
  const line = /^ {2}(GRANT .*);$/m.exec(found?.message ?? '')?.[1] ?? '';
  expect(line).toContain(`GRANT ${api} TO`);
  await queryAs(own.url, line);
  expect(await find('roles', own.open)).toMatchObject({ good: true });
});

test('connections that the database user may not have are counted', async () => {
  await using own = await createTestDatabase();
  const name = new URL(own.url).pathname.slice(1);
  expect(await find('connections', own.open)).toMatchObject({ good: true });
  await queryAs(own.url, `alter database ${name} connection limit 12`);
  expect(await find('connections', own.open)).toMatchObject({
    good: false,
    message: expect.stringContaining('the database takes 12'),
  });
});
