import { sql } from 'kysely';
import { describe, expect, test } from 'vitest';
import { startExternalPostgres } from '../../test/support/external-postgres.ts';
import { createTestDatabase } from '../../test/support/start-database.ts';
import { after, DAY, systemClock, utcDay } from '../base/clock.ts';
import { randomDigits } from '../base/random.ts';
import type { Database } from './database.ts';
import { migrate, migrationState, readMigrations } from './migrate.ts';
import { openDatabase } from './open-database.ts';
import type { OpenDatabase } from './open-database.ts';
import { keepPartitions } from './partitions.ts';
import { findRoles, readRoles, roleLines } from './roles.ts';
import { silentLog } from '../base/log.ts';

const clock = systemClock;

describe('migrating', () => {
  test('two servers that start at once on an empty database: one migrates, both find it done', async () => {
    await using own = await createTestDatabase({ empty: true });
    const migrations = await readMigrations();
    const [one, other] = await Promise.all([
      migrate({ database: own.open, clock }, migrations),
      migrate({ database: own.open, clock }, migrations),
    ]);
    expect([...one, ...other].toSorted()).toEqual(migrations.map(({ name }) => name));
    expect(await migrationState(own.db, migrations)).toMatchObject({ pending: [] });
    expect(await migrate({ database: own.open, clock }, migrations)).toEqual([]);
  });

  test('two databases of one cluster at once get roles of their own', async () => {
    await using one = await createTestDatabase({ empty: true });
    await using other = await createTestDatabase({ empty: true });
    const migrations = [{ name: '0001-first', text: 'create table first (id int)' }];
    const done = await Promise.all(
      [one, other].map(async ({ open }) => migrate({ database: open, clock }, migrations)),
    );
    expect(done).toEqual([['0001-first'], ['0001-first']]);
    const roles = await Promise.all([one, other].map(async ({ db }) => findRoles(db)));
    expect(roles[0]).toBeDefined();
    expect(roles[0]).not.toEqual(roles[1]);
    expect(await readRoles(one.db, roles[0]!, one.open.users)).toMatchObject({ missing: [], notGranted: [] });
  });

  test('a migration that fails leaves nothing behind, and those before it stay', async () => {
    await using own = await createTestDatabase({ empty: true });
    const first = { name: '0001-first', text: 'create table first (id int)' };
    const failing = { name: '0003-third', text: 'create table third (id int); create table first (id int)' };
    const migrations = [first, { name: '0002-second', text: 'create table second (id int)' }, failing];
    // An empty database has everything or nothing.
    await expect(migrate({ database: own.open, clock }, migrations)).rejects.toThrow('already exists');
    expect(await tableExists(own.db, 'first')).toBe(false);
    await migrate({ database: own.open, clock }, [first]);
    await expect(migrate({ database: own.open, clock }, migrations)).rejects.toThrow('already exists');
    expect(await migrationState(own.db, migrations)).toEqual({
      applied: ['0001-first', '0002-second'],
      pending: ['0003-third'],
    });
    expect(await tableExists(own.db, 'third')).toBe(false);
  });

  test('a migration that meets a running request in a deadlock is run again, and the server starts', async () => {
    await using own = await createTestDatabase({ empty: true });
    const tables = { name: '0001-tables', text: 'create table first (id int); create table second (id int)' };
    await migrate({ database: own.open, clock }, [tables]);
    const text = 'lock table second; lock table first; create table third (id int)';
    const migrations = [tables, { name: '0002-locks', text }];
    let migrating: Promise<string[]> | undefined;
    await own.open.migrating(async (db) =>
      db.transaction().execute(async (request) => {
        await sql`lock table first`.execute(request);
        migrating = migrate({ database: own.open, clock }, migrations);
        migrating.catch(() => {}); // looked at below
        await expect.poll(async () => waitsFor(request, 'first')).toBe(true);
        // The migration gives way before PostgreSQL notices the deadlock and may choose the request.
        await sql`lock table second`.execute(request);
      }),
    );
    expect(await migrating).toEqual(['0002-locks']);
    expect(await tableExists(own.db, 'third')).toBe(true);
  });

  test('while a migration waits for a long transaction, requests do not wait behind it', async () => {
    await using own = await createTestDatabase({ empty: true });
    const first = {
      name: '0001-first',
      text: 'create table first (id int); grant select on first to gatehouse_service',
    };
    await migrate({ database: own.open, clock }, [first]);
    const migrations = [first, { name: '0002-more', text: 'alter table first add column more int' }];
    let migrating: Promise<string[]> | undefined;
    await own.open.migrating(async (db) =>
      db.transaction().execute(async (report) => {
        await sql`select count(*) from first`.execute(report);
        migrating = migrate({ database: own.open, clock }, migrations);
        migrating.catch(() => {}); // looked at below
        for (let time = 0; time < 3; time += 1) {
          await expect.poll(async () => waitsFor(report, 'first')).toBe(true);
          // Less than the second after which PostgreSQL looks for deadlocks: a request may not be what it ends.
          await own.db.transaction().execute(async (request) => {
            await sql`set local statement_timeout = '900ms'`.execute(request);
            await sql`select count(*) from first`.execute(request);
          });
        }
      }),
    );
    expect(await migrating).toEqual(['0002-more']);
  });

  test('a server with room for few locks gets them one after the other', async () => {
    const few = {
      max_locks_per_transaction: '10',
      max_connections: '10',
      max_worker_processes: '1',
      max_wal_senders: '0',
    };
    await using server = await startExternalPostgres({ settings: few });
    await using open = await openDatabase({ source: { url: server.url }, log: silentLog, poolSize: 2 });
    const migrations = await readMigrations();
    expect(await migrate({ database: open, clock }, migrations)).toEqual(migrations.map(({ name }) => name));
    expect(server.log()).toContain('out of shared memory');
  });

  test('a database of a newer version, or of another build, is refused in one sentence', async () => {
    await using own = await createTestDatabase({ empty: true });
    const first = { name: '0001-first', text: 'create table first (id int)' };
    await migrate({ database: own.open, clock }, [
      first,
      { name: '0002-second', text: 'create table second (id int)' },
    ]);
    await expect(migrate({ database: own.open, clock }, [first])).rejects.toThrow(
      'database.newer: The database was migrated by a newer version (0002-second)',
    );
    const changed = [{ ...first, text: 'create table other (id int)' }];
    await expect(migrate({ database: own.open, clock }, changed)).rejects.toMatchObject({ code: 'database.newer' });
  });
});

describe('roles', () => {
  test('a user who may not make tables in the schema is told the line, and comes further once it was run', async () => {
    await using own = await createTestDatabase({ empty: true });
    await using plain = await userWithoutRights(own.db, own.url);
    await sql.raw(`revoke create on schema public from ${plain.name}`).execute(own.db);
    const first = [{ name: '0001-first', text: 'create table first (id int)' }];
    const failure: unknown = await migrate({ database: plain.open, clock }, first).catch((error: unknown) => error);
    expect(failure).toMatchObject({ code: 'database.roles' });
    const [, line = ''] = String(failure).split('\n  ');
    expect(line).toBe(`GRANT USAGE, CREATE ON SCHEMA public TO ${plain.name} WITH GRANT OPTION;`);
    await sql.raw(line).execute(own.db);
    await expect(migrate({ database: plain.open, clock }, first)).rejects.toThrow('CREATE ROLE');
    await sql.raw(`revoke all on schema public from ${plain.name} cascade`).execute(own.db);
  });

  test('a user who may not make roles is told the lines that a superuser has to run', async () => {
    await using own = await createTestDatabase({ empty: true });
    await using plain = await userWithoutRights(own.db, own.url);
    const first = [{ name: '0001-first', text: 'select 1' }];
    const failure: unknown = await migrate({ database: plain.open, clock }, first).catch((error: unknown) => error);
    expect(failure).toMatchObject({ code: 'database.roles' });
    const roles = (await findRoles(plain.open.db))!;
    const lines = roleLines(await readRoles(plain.open.db, roles, plain.open.users));
    expect(lines).toContain(`CREATE ROLE ${roles.owner} NOLOGIN;`);
    const grants = lines.filter((line) => line.startsWith(`GRANT ${roles.service} TO "${plain.name}"`));
    expect(grants).toHaveLength(1);
    for (const line of lines) {
      expect(String(failure)).toContain(line);
      await sql.raw(line).execute(own.db);
    }
    const next = String(await migrate({ database: plain.open, clock }, first).catch((error: unknown) => error));
    const rights = next.split('\n  ').slice(1);
    expect(rights).toContain(`GRANT CREATE ON SCHEMA public TO ${roles.owner};`);
    for (const line of rights) await sql.raw(line).execute(own.db);
    expect(await migrate({ database: plain.open, clock }, first)).toEqual(['0001-first']);
  });

  test('the lines quote the name of the user, and fit the major version of the server', () => {
    const missing = ['gatehouse_api_1'];
    const [notGranted, withoutSchema] = [
      [{ role: 'gatehouse_api_1', to: 'o"hara' }],
      [{ role: 'gatehouse_api_1', schema: 'Gate' }],
    ];
    for (const [version, usable] of [
      [15, ''],
      [16, ' WITH INHERIT TRUE, SET TRUE'],
    ] as const) {
      expect(roleLines({ missing, notGranted, withoutSchema, version })).toEqual([
        'CREATE ROLE gatehouse_api_1 NOLOGIN;',
        `GRANT gatehouse_api_1 TO "o""hara"${usable};`,
        'GRANT USAGE ON SCHEMA "Gate" TO gatehouse_api_1;',
      ]);
    }
  });
});

describe('partitions', () => {
  const tables = [{ table: 'oidc_code', keepDays: 1 }];

  test('are made for yesterday, today and the days ahead, by any number of servers, and dropped when their rows expired', async () => {
    await using own = await createTestDatabase();
    const now = new Date('2026-02-27T23:59:59Z');
    const deps = { db: own.db, clock: { now: () => now } };
    await Promise.all([keepPartitions(deps, tables), keepPartitions(deps, tables)]);
    expect(await partitionsOf(own.db)).toEqual(
      ['0226', '0227', '0228', '0301', '0302', '0303', '0304', '0305', '0306'].map((day) => `oidc_code_2026${day}`),
    );
    const later = after(now, 2 * DAY);
    await keepPartitions({ db: own.db, clock: { now: () => later } }, tables);
    const left = await partitionsOf(own.db);
    expect([left[0], left.at(-1)]).toEqual(['oidc_code_20260228', 'oidc_code_20260308']);
  });

  test('that are in use are left for the next time, and new ones are made all the same', async () => {
    await using own = await createTestDatabase();
    const day = (text: string) => ({ db: own.db, clock: { now: () => new Date(text) } });
    await keepPartitions(day('2026-02-01'), tables);
    await own.db.transaction().execute(async (tx) => {
      await sql`select count(*) from oidc_code`.execute(tx);
      await keepPartitions(day('2026-02-10'), tables);
    });
    const kept = await partitionsOf(own.db);
    expect(kept).toEqual(expect.arrayContaining(['oidc_code_20260131', 'oidc_code_20260201', 'oidc_code_20260217']));
    await keepPartitions(day('2026-02-10'), tables);
    expect(await partitionsOf(own.db)).not.toContain('oidc_code_20260201');
  });

  test('what is looked for in them is found by an index that begins with it, and not with the day', async () => {
    await using own = await createTestDatabase();
    await keepPartitions({ db: own.db, clock: systemClock }, tables);
    await own.open.migrating(async (db) => {
      const { rows: keys } = await sql<{ name: string; first: string }>`
        select c.relname as name, a.attname as first
        from pg_partitioned_table p join pg_class c on c.oid = p.partrelid
          join pg_index i on i.indrelid = c.oid and i.indisprimary
          join pg_attribute a on a.attrelid = c.oid and a.attnum = i.indkey[0] order by 1`.execute(db);
      expect(keys.map(({ name, first }) => `${name} ${first}`)).toEqual([
        'oidc_access_token token_hash',
        'oidc_code code_hash',
        'oidc_refresh_token token_hash',
      ]);
      const today = utcDay(systemClock.now());
      const hash = sql`sha256(convert_to(n::text, 'UTF8'))`;
      await sql`insert into oidc_code (created_on, code_hash, family_id, client_id, user_id, organization_in_scope_id,
          session_uid, payload, expires_at)
        select ${today}::date, ${hash}, gen_random_uuid(), 'c', gen_random_uuid(), gen_random_uuid(), 's', '{}', ${systemClock.now()}
        from generate_series(1, 20000) n`.execute(db);
      await sql`analyze oidc_code`.execute(db);
      const { rows } = await sql<{ 'QUERY PLAN': [{ Plan: Record<string, number> }] }>`
        explain (analyze, buffers, format json) select 1 from oidc_code, (select 7 as n) as one
        where created_on >= ${today}::date - 1 and created_on <= ${today}::date + 1 and code_hash = ${hash}`.execute(
        db,
      );
      const { Plan: plan } = rows[0]!['QUERY PLAN'][0];
      expect(plan['Actual Rows']).toBe(1);
      expect(plan['Shared Hit Blocks']! + plan['Shared Read Blocks']!).toBeLessThan(20);
    });
  });
});

async function waitsFor(db: Database, table: string): Promise<boolean> {
  const { rows } = await sql`select 1 from pg_locks where relation = ${table}::regclass and not granted`.execute(db);
  return rows.length > 0;
}

async function tableExists(db: Database, name: string): Promise<boolean> {
  const { rows } = await sql<{ found: boolean }>`select to_regclass(${name}) is not null as found`.execute(db);
  return rows[0]?.found ?? false;
}

async function partitionsOf(db: Database): Promise<string[]> {
  const { rows } = await sql<{ name: string }>`select inhrelid::regclass::text as name from pg_inherits
    where inhparent = 'oidc_code'::regclass order by 1`.execute(db);
  return rows.map((row) => row.name);
}

/** A login that may make tables in this database and nothing else. */
async function userWithoutRights(
  db: Database,
  url: string,
): Promise<AsyncDisposable & { open: OpenDatabase; name: string }> {
  const name = `gatehouse_plain_${process.pid}_${randomDigits(6)}`;
  const password = randomDigits(12);
  await sql.raw(`create role ${name} login password '${password}'`).execute(db);
  await sql.raw(`grant create on schema public to ${name}`).execute(db);
  const own = new URL(url);
  own.username = name;
  own.password = password;
  const open = await openDatabase({ source: { url: own.href }, log: silentLog, poolSize: 2 });
  return {
    open,
    name,
    async [Symbol.asyncDispose]() {
      await open.close();
      await sql.raw(`grant ${name} to current_user`).execute(db);
      await sql.raw(`drop owned by ${name}`).execute(db);
      await sql.raw(`drop role ${name}`).execute(db);
    },
  };
}
