import { setTimeout } from 'node:timers/promises';
import { sql } from 'kysely';
import { describe, expect, test } from 'vitest';
import { startSilentProxy } from '../../../test/support/silent-proxy.ts';
import { createTestDatabase } from '../../../test/support/start-database.ts';
import { isUnavailable } from '../../base/database-failure.ts';
import { systemClock, utcDay } from '../../base/clock.ts';
import { silentLog } from '../../base/log.ts';
import { randomUuid, sha256 } from '../../base/random.ts';
import type { Database } from '../database.ts';
import { openDatabase } from '../open-database.ts';
import { createConnectionPool } from './connection-pool.ts';

async function backend(db: Database): Promise<number> {
  const { rows } = await sql<{ pid: number }>`select pg_backend_pid() as pid`.execute(db);
  return rows[0]?.pid ?? 0;
}

describe('a connection', () => {
  test('that answered that its server is read-only is not used again', async () => {
    await using own = await createTestDatabase({ poolSize: 1 });
    const before = await backend(own.db);
    await sql`set default_transaction_read_only = on`.execute(own.db);
    const write = async (): Promise<unknown> =>
      sql`insert into rate_limit (key) values (${randomUuid()})`.execute(own.db);
    await expect(write()).rejects.toMatchObject({ code: '25006' });
    await write();
    expect(await backend(own.db)).not.toBe(before);
  });

  test('that was ended by the operator is not used again', async () => {
    await using own = await createTestDatabase({ poolSize: 1 });
    const before = await backend(own.db);
    const waiting = sql`select pg_sleep(30)`.execute(own.db).catch((error: unknown) => error);
    await own.open.migrating(async (db) => {
      await expect
        .poll(async () => {
          const { rows } = await sql<{ done: boolean }>`select pg_terminate_backend(pid) as done
            from pg_stat_activity where pid = ${before} and state = 'active'`.execute(db);
          return rows.length;
        })
        .toBe(1);
    });
    expect(await waiting).toMatchObject({ code: '57P01' });
    expect(await backend(own.db)).not.toBe(before);
  });

  test('has every setting that we depend on, whatever the database has as its own', async () => {
    await using own = await createTestDatabase();
    const { rows } = await sql<{ name: string }>`select current_database() as name`.execute(own.db);
    const settings = {
      datestyle: 'German',
      default_transaction_isolation: 'serializable',
      default_transaction_read_only: 'on',
      row_security: 'off',
      idle_session_timeout: '500ms',
      timezone: 'Asia/Kolkata',
      search_path: 'public, pg_catalog',
    };
    await own.open.migrating(async (db) => {
      for (const [name, value] of Object.entries(settings)) {
        const assigned = name === 'search_path' ? value : `'${value}'`;
        await sql.raw(`alter database ${rows[0]?.name} set ${name} = ${assigned}`).execute(db);
      }
    });
    await using open = await openDatabase({ source: { url: own.url }, log: silentLog, poolSize: 1 });
    const shown = await sql`select current_setting('datestyle') as datestyle,
      current_setting('transaction_isolation') as isolation, current_setting('transaction_read_only') as read_only,
      current_setting('row_security') as row_security, current_setting('idle_session_timeout') as idle,
      current_setting('timezone') as timezone, date '2026-03-01' as day`.execute(open.db);
    expect(shown.rows).toEqual([
      {
        datestyle: 'ISO, MDY',
        isolation: 'read committed',
        readOnly: 'off',
        rowSecurity: 'on',
        idle: '0',
        timezone: 'UTC',
        day: '2026-03-01',
      },
    ]);
  });
});

test('where the server takes no more connections, statements wait for one of the pool; without any they hear it', async () => {
  await using own = await createTestDatabase({ poolSize: 1 });
  const name = new URL(own.url).pathname.slice(1);
  // One is that of the test's own pool, which changes the limit.
  await own.open.migrating(async (db) => sql.raw(`alter database ${name} connection limit 3`).execute(db));
  await sql`select 1`.execute(own.db);
  const pool = createConnectionPool({
    connection: { connectionString: own.url, max: 8 },
    deadlineMs: 5000,
    prepare: () => 'select 1',
    onLost: () => {},
  });
  const answers = await Promise.all(
    Array.from({ length: 16 }, async () => pool.query('select pg_sleep(0.02), count(*) over () as n')),
  );
  expect(answers.map(({ rows }) => rows.length)).toEqual(Array.from({ length: 16 }, () => 1));

  const other = createConnectionPool({
    connection: { connectionString: own.url, max: 1 },
    deadlineMs: 200,
    prepare: () => 'select 1',
    onLost: () => {},
  });
  const holders = await Promise.all([pool.connect(), pool.connect()]);
  const refused: unknown = await other.query('select 1').catch((error: unknown) => error);
  expect(refused).toMatchObject({ code: '53300' });
  expect(isUnavailable(refused)).toBe(true);
  for (const client of holders) client.release();
  await Promise.all([pool.end(), other.end()]);
});

test('a kept statement is named by its text, so one name never means two statements; a library’s too', async () => {
  await using own = await createTestDatabase({ poolSize: 1 });
  for (const value of [1, 2]) {
    await own.open.pool.query({ name: 'theirs', text: `select $1::int + ${value} as sum`, values: [1] });
  }
  for (let use = 0; use < 4; use += 1) await sql`select ${use}::int as kept`.execute(own.db);
  const { rows } = await sql<{ name: string; statement: string }>`
    select name, statement from pg_prepared_statements order by statement`.execute(own.db);
  expect(rows.map(({ statement }) => statement)).toEqual([
    'select $1::int + 1 as sum',
    'select $1::int + 2 as sum',
    'select $1::int as kept',
  ]);
  for (const { name, statement } of rows) {
    expect(name).toBe(`gatehouse_${sha256(statement).toString('base64url').slice(0, 32)}`);
  }
});

test('a time is sent as that instant, in any year', async () => {
  await using own = await createTestDatabase({ poolSize: 1 });
  for (const time of ['2026-03-01T12:34:56.789Z', '0033-04-03T00:00:00.000Z', '+012026-03-01T00:00:00.000Z']) {
    const { rows } = await sql<{ at: Date; seconds: string }>`select ${new Date(time)}::timestamptz as at,
      extract(epoch from ${new Date(time)}::timestamptz)::text as seconds`.execute(own.db);
    expect([rows[0]?.at.toISOString(), Number(rows[0]?.seconds) * 1000]).toEqual([time, Date.parse(time)]);
  }
});

test('a row of today gets its partition where nothing made one, and older partitions stay', async () => {
  await using own = await createTestDatabase();
  const today = utcDay(systemClock.now());
  await sql`select gatehouse_keep_partitions('oidc_code', '2020-01-01', '2020-01-01', 0)`.execute(own.db);
  await sql`insert into oidc_code (created_on, code_hash, family_id, client_id, user_id, organization_in_scope_id,
      session_uid, payload, expires_at)
    select ${today}::date, ${sha256('code')}::bytea, ${randomUuid()}::uuid, 'x', ${randomUuid()}::uuid,
      ${randomUuid()}::uuid, 'x', '{}'::jsonb, '2031-03-02'::timestamptz`.execute(own.db);
  const { rows } = await sql<{ name: string }>`select inhrelid::regclass::text as name from pg_inherits
    where inhparent = 'oidc_code'::regclass order by 1`.execute(own.db);
  const days = rows.map(({ name }) => name);
  expect(days).toContain('oidc_code_20200101');
  expect(days).toContain(`oidc_code_${today.replaceAll('-', '')}`);
});

test('of several statements that go silent, the later ones take no connection along that was opened since', async () => {
  await using own = await createTestDatabase();
  const url = new URL(own.url);
  await using proxy = await startSilentProxy({ host: url.hostname, port: Number(url.port) });
  [url.hostname, url.port] = ['127.0.0.1', String(proxy.port)];
  const deadlineMs = 1000;
  const pool = createConnectionPool({
    connection: { connectionString: url.href, max: 4 },
    deadlineMs,
    prepare: () => 'select 1',
    onLost: () => {},
  });
  const [first, second] = [await pool.connect(), await pool.connect()];
  proxy.silence();
  const missed = first.query('select 1').then(String, (error: Error) => error.name);
  await setTimeout(deadlineMs / 2);
  const missedLater = second.query('select 1').then(String, (error: Error) => error.name);
  expect(await missed).toBe('MissedDeadline');
  proxy.restore();
  const since = await pool.connect();
  expect(await missedLater).toBe('MissedDeadline');
  expect((await since.query('select 3 as three')).rows).toEqual([{ three: 3 }]);
  for (const client of [first, second, since]) client.release();
  await pool.end();
});
