import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import pg from 'pg';
import { sql } from 'kysely';
import { systemClock } from '../../src/base/clock.ts';
import { silentLog } from '../../src/base/log.ts';
import { randomDigits } from '../../src/base/random.ts';
import { withApiRole } from '../../src/db/database.ts';
import { migrate, readMigrations } from '../../src/db/migrate.ts';
import type { Migration } from '../../src/db/migrate.ts';
import { openDatabase } from '../../src/db/open-database.ts';
import type { OpenDatabase } from '../../src/db/open-database.ts';
import { findRoles, readRoles } from '../../src/db/roles.ts';
import { findPostgresBinaries, startExternalPostgres } from '../support/external-postgres.ts';

interface Cluster {
  /** Of a user that may make databases and roles. */
  url: string;
  close(): Promise<void>;
}

/** The run's server, and the operating system's PostgreSQL (15 on Debian 12), whose role rights are others. */
const clusters: Record<string, () => Promise<Cluster>> = {
  'the embedded version': async () => ({ url: inject('databaseServer').url, close: async () => {} }),
};
if (findPostgresBinaries() !== undefined) {
  clusters['an older version'] = async () => {
    const server = await startExternalPostgres();
    return { url: server.url, close: server.stop };
  };
}

describe.each(Object.entries(clusters))('in one cluster of %s', (_, start) => {
  let cluster: Cluster;
  let staging: Installation;
  let production: Installation;

  beforeAll(async () => {
    cluster = await start();
    [staging, production] = await Promise.all([install(cluster.url), install(cluster.url)]);
  });
  afterAll(async () => {
    await staging?.remove();
    await production?.remove();
    await cluster?.close();
  });

  test('the roles of two installations have different names', async () => {
    const [one, other] = [await findRoles(staging.open.db), await findRoles(production.open.db)];
    expect(one).toBeDefined();
    expect(Object.values(one!).filter((name) => Object.values(other!).includes(name))).toEqual([]);
  });

  test('the database user of one cannot connect to the database of the other', async () => {
    const intruder = new pg.Client(production.urlFor(staging));
    await expect(intruder.connect()).rejects.toMatchObject({ code: '42501' });
    await intruder.end().catch(() => {});
  });

  test('let in all the same, it reads and writes nothing there, in no role that it can take', async () => {
    await production.open.migrating(async (db) =>
      sql.raw(`grant connect on database ${production.name} to ${staging.name}`).execute(db),
    );
    await using intruder = await connected(production.urlFor(staging));
    const { rows: tables } = await intruder.client.query<{ name: string }>(
      `select relname as name from pg_class where relnamespace = 'public'::regnamespace and relkind in ('r', 'p')`,
    );
    expect(tables.length).toBeGreaterThan(20);
    const { rows: roles } = await intruder.client.query<{ name: string }>(
      `select rolname as name from pg_roles where pg_has_role(oid, 'MEMBER')`,
    );
    for (const { name: role } of roles) {
      await intruder.client.query(`set role ${role}`);
      for (const { name } of tables) {
        for (const statement of [`select 1 from ${name}`, `delete from ${name}`]) {
          await expect(intruder.client.query(statement)).rejects.toMatchObject({ code: '42501' });
        }
      }
    }
  });

  test('members of our roles that we did not make are named', async () => {
    const roles = (await findRoles(staging.open.db))!;
    await staging.open.migrating(async (db) => sql.raw(`grant ${roles.api} to ${production.name}`).execute(db));
    const { strangers } = await readRoles(staging.open.db, roles, staging.open.users);
    expect(strangers).toEqual([{ role: roles.api, member: production.name }]);
  });

  test('an installation that used the shared names is moved to its own, with what it holds', async () => {
    const migrations = await readMigrations();
    const old = await install(cluster.url, async (open) => makeWithSharedRoles(open, migrations));
    try {
      const { db } = old.open;
      const roles = (await findRoles(db))!;
      const { rows: policies } = await sql<{ roles: string }>`
        select distinct unnest(roles)::text as roles from pg_policies`.execute(db);
      const own = [roles.api, roles.owner, roles.service, 'public'];
      expect(policies.map((row) => row.roles).toSorted()).toEqual(own.toSorted());
      const { rows: left } = await sql<{ held: number }>`
        select count(*)::int as held from pg_class c cross join aclexplode(c.relacl) acl
        join pg_roles r on r.oid = acl.grantee where r.rolname in ('gatehouse_service', 'gatehouse_api')`.execute(db);
      expect(left).toEqual([{ held: 0 }]);
      const { rows: owners } = await sql<{ owner: string }>`
        select distinct pg_get_userbyid(relowner)::text as owner from pg_class
        where relnamespace = 'public'::regnamespace and relkind in ('r', 'p')`.execute(db);
      expect(owners).toEqual([{ owner: roles.owner }]);
      const names = async (organizationPath: string): Promise<string[]> =>
        withApiRole(db, { organizationPath }, async (tx) =>
          (await tx.selectFrom('organization').select('name').execute()).map(({ name }) => name),
        );
      expect(await names(`/${ROOT}/`)).toEqual(['Northwind']);
      expect(await names('/elsewhere/')).toEqual([]);
    } finally {
      await old.remove();
    }
  });
});

const ROOT = '0a4d7e0e-6f0a-4b53-9f43-5d3c63a0c001';

interface Installation {
  /** Of its database and of its database user. */
  name: string;
  open: OpenDatabase;
  /** Address of this database for the user of another installation. */
  urlFor(other: Installation): string;
  password: string;
  remove(): Promise<void>;
}

/** A database with a user of its own, migrated. */
async function install(clusterUrl: string, prepare?: (open: OpenDatabase) => Promise<void>): Promise<Installation> {
  const name = `gatehouse_test_${process.pid}_inst_${randomDigits(8)}`;
  const password = randomDigits(12);
  await asAdministrator(clusterUrl, [
    `create role ${name} login createrole password '${password}'`,
    `grant ${name} to current_user`,
    `create database ${name} owner ${name}`,
  ]);
  const address = (user: string, secret: string): string => {
    const url = new URL(clusterUrl);
    [url.pathname, url.username, url.password] = [`/${name}`, user, secret];
    return url.href;
  };
  const own = address(name, password);
  let open = await openDatabase({ source: { url: own }, log: silentLog, poolSize: 2 });
  if (prepare !== undefined) {
    await prepare(open);
    await open.close();
    open = await openDatabase({ source: { url: own }, log: silentLog, poolSize: 2 });
  }
  await migrate({ database: open, clock: systemClock }, await readMigrations());
  return {
    name,
    open,
    password,
    urlFor: (other) => address(other.name, other.password),
    async remove() {
      await open.close();
      await asAdministrator(clusterUrl, [`drop database ${name} with (force)`]);
    },
  };
}

/** The four migrations of the first version as that version ran them: by the user itself, for roles the cluster shares. */
async function makeWithSharedRoles(open: OpenDatabase, migrations: readonly Migration[]): Promise<void> {
  await open.migrating(async (db) => {
    for (const role of ['gatehouse_service', 'gatehouse_api']) {
      await sql.raw(`do $$ begin create role ${role}; exception when duplicate_object then null; end $$`).execute(db);
    }
    await sql`create table schema_migration (name text primary key, digest text not null, applied_at timestamptz not null)`.execute(
      db,
    );
    for (const { name, text } of migrations.slice(0, 4)) {
      await sql.raw(text).execute(db);
      const digest = createHash('sha256').update(text).digest('hex');
      await sql`insert into schema_migration values (${name}, ${digest}, '2026-03-01')`.execute(db);
    }
    await sql`alter table organization no force row level security`.execute(db);
    await sql`insert into organization (id, path, depth, name, created_at)
      values (${ROOT}, ${`/${ROOT}/`}, 1, 'Northwind', '2026-03-01')`.execute(db);
    await sql`alter table organization force row level security`.execute(db);
  });
}

async function asAdministrator(url: string, statements: readonly string[]): Promise<void> {
  await using administrator = await connected(url);
  for (const statement of statements) await administrator.client.query(statement);
}

async function connected(url: string): Promise<AsyncDisposable & { client: pg.Client }> {
  const client = new pg.Client(url);
  client.on('error', () => {});
  await client.connect();
  return { client, [Symbol.asyncDispose]: async () => client.end() };
}
