import { createHash } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { sql } from 'kysely';
import type { TestProject } from 'vitest/node';
import { systemClock } from '../../src/base/clock.ts';
import { silentLog } from '../../src/base/log.ts';
import { createSecretBox } from '../../src/base/secret-box.ts';
import { migrate, readMigrations } from '../../src/db/migrate.ts';
import { openDatabase } from '../../src/db/open-database.ts';
import { keepPartitions } from '../../src/db/partitions.ts';
import { DAILY_TABLES } from '../../src/oidc/lifetimes.ts';
import { makeFirstKeys } from '../../src/keys/read-signing-keys.ts';
import type { Database } from '../../src/db/database.ts';
import type { OpenDatabase } from '../../src/db/open-database.ts';
import { isRunning } from '../../src/db/embedded/process-facts.ts';
import { copyDatabase } from './copy-database.ts';
import { MASTER_KEY } from './master-key.ts';
import { queryAs } from './query.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** The run's PostgreSQL server, and two databases on it to copy: migrated, and one on which a service started. */
    databaseServer: { url: string; template: string; started: string };
  }
}

/**
 * One PostgreSQL server for the whole run: the one at TEST_DATABASE_URL (its user may create databases and
 * roles), else an embedded one in `.cache/`, which stays there so that the next run starts at once.
 */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const external = process.env['TEST_DATABASE_URL'];
  const server = await openDatabase({
    source: external === undefined ? embedded : { url: external },
    log: silentLog,
    poolSize: 2,
  });
  // The tests' user makes databases and roles, as the one of an external database: it migrates and serves.
  await using admin = await openDatabase({ source: { url: server.ownerUrl }, log: silentLog, poolSize: 2 });
  await dropLeftovers(admin);
  const template = await makeTemplate(admin);
  project.provide('databaseServer', { url: admin.url, template, started: await makeStarted(admin, template) });
  return async () => server.close();
}

const embedded = {
  // The suite names one in memory, which it removes.
  dataFolder:
    process.env['TEST_DATABASE_FOLDER'] ?? fileURLToPath(new URL('../../.cache/test-database', import.meta.url)),
  mayCreateDatabases: true,
  // The data is thrown away; tests about durability start a server of their own.
  settings: {
    fsync: 'off',
    synchronous_commit: 'off',
    full_page_writes: 'off',
    autovacuum: 'off',
    max_connections: '200',
    // A database is some hundred small files: the kernel copies them in a quarter of the time.
    file_copy_method: 'clone',
  },
};

/** Migrates once; a test's database is a copy. Named after what it was made from, so a changed migration makes another. */
async function makeTemplate({ db, url }: OpenDatabase): Promise<string> {
  const migrations = await readMigrations();
  const digest = createHash('sha256').update(JSON.stringify(migrations)).digest('hex').slice(0, 12);
  const template = `gatehouse_template_${digest}`;
  await db.connection().execute(async (connection) => {
    await sql`select pg_advisory_lock(1)`.execute(connection);
    try {
      if ((await databasesLike(connection, template)).length > 0) return;
      const draft = `gatehouse_test_${process.pid}_template`;
      await copyDatabase(url, 'template1', draft);
      const fresh = await openDatabase({ source: { url: withDatabase(url, draft) }, log: silentLog, poolSize: 1 });
      try {
        await migrate({ database: fresh, clock: systemClock }, migrations);
      } finally {
        await fresh.close();
      }
      await sql`alter database ${sql.id(draft)} rename to ${sql.id(template)}`.execute(connection);
    } finally {
      await sql`select pg_advisory_unlock(1)`.execute(connection);
    }
  });
  return template;
}

/**
 * What each service would make again on its first start, keys and partitions, is made once for all: it takes longer than
 * the rest of a start. Sealed with the tests' master key, and of today: made for each run.
 */
async function makeStarted({ url }: OpenDatabase, template: string): Promise<string> {
  const started = `gatehouse_test_${process.pid}_started`;
  await copyDatabase(url, template, started);
  await using database = await openDatabase({
    source: { url: withDatabase(url, started) },
    log: silentLog,
    poolSize: 1,
  });
  const deps = { db: database.db, clock: systemClock, secrets: createSecretBox([MASTER_KEY]) };
  await keepPartitions(deps, DAILY_TABLES);
  await makeFirstKeys(deps);
  return started;
}

/** Databases of runs that were killed, and what was made for one run; their names hold the process that made them. */
async function dropLeftovers({ db, url }: OpenDatabase): Promise<void> {
  for (const name of await databasesLike(db, 'gatehouse_test_%')) {
    const pid = Number(name.split('_')[2]);
    if (await isRunning(pid)) continue;
    await queryAs(url, `drop database if exists ${name} with (force)`);
  }
}

async function databasesLike(db: Database, pattern: string): Promise<string[]> {
  const { rows } = await sql<{ datname: string }>`
    select datname from pg_database where datname like ${pattern}`.execute(db);
  return rows.map((row) => row.datname);
}

/** The same server and user, another database. */
function withDatabase(url: string, name: string): string {
  const changed = new URL(url);
  changed.pathname = `/${name}`;
  return changed.href;
}
