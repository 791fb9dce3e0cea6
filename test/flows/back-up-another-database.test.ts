import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { sql } from 'kysely';
import { readArchive } from '../../src/backup/archive/read-archive.ts';
import type { BackupFacts } from '../../src/backup/archive/manifest.ts';
import { writeArchive } from '../../src/backup/archive/write-archive.ts';
import { backUpLogically } from '../../src/backup/logical/back-up-logically.ts';
import { checkLogical, loadLogical, restoreLogically } from '../../src/backup/logical/restore-logically.ts';
import type { RestoreDeps } from '../../src/backup/logical/restore-logically.ts';
import { sealPending } from '../../src/audit/seal-events.ts';
import { verifySeals } from '../../src/audit/verify-seals.ts';
import { silentLog } from '../../src/base/log.ts';
import { createSecretBox } from '../../src/base/secret-box.ts';
import { migrate, readMigrations } from '../../src/db/migrate.ts';
import type { Migration } from '../../src/db/migrate.ts';
import { openDatabase } from '../../src/db/open-database.ts';
import type { OpenDatabase } from '../../src/db/open-database.ts';
import { findRoles } from '../../src/db/roles.ts';
import type { Organization } from '../../src/organizations/organization.ts';
import { gatehouse } from '../support/command-line.ts';
import { startExternalPostgres } from '../support/external-postgres.ts';
import { administratorOf, makeApplication, makePerson, makeRoot } from '../support/fixtures.ts';
import type { Person } from '../support/fixtures.ts';
import { openHttpBrowser } from '../support/http-browser.ts';
import { logIn } from '../support/log-in.ts';
import { MASTER_KEY } from '../support/master-key.ts';
import { authorizeUrl, codeIn, redeem, refresh } from '../support/relying-application.ts';
import type { RelyingApplication } from '../support/relying-application.ts';
import { gatehouseHere } from '../support/run-here.ts';
import { createTestDatabase } from '../support/start-database.ts';
import { startService } from '../support/start-service.ts';
import type { TestService } from '../support/start-service.ts';

// The suite's server is the embedded one, or an external one of an older major version; each test restores into an empty
// database on it.

const ODD = 'tab\tback\\slash \\N \\. "quote" \u{1F511} line\nend';
let service: TestService;
let root: Organization;
let maria: Person;
let application: RelyingApplication;
let refreshToken: string;
let folder: string;
let file: string;
let migrations: Migration[];
let before: Record<string, string[]>;

beforeAll(async () => {
  migrations = await readMigrations();
  folder = await mkdtemp(join(tmpdir(), 'logical-'));
  file = join(folder, 'backup');
  service = await startService();
  root = await makeRoot(service);
  maria = await makePerson(service, root, 'maria@northwind.example', { role: 'administrator' });
  const redirectUri = 'http://127.0.0.1:9001/back';
  const made = await makeApplication(service, root, { name: 'Reports', redirectUris: [redirectUri] });
  application = { clientId: made.application.clientId, clientSecret: made.clientSecret, redirectUri };
  await using browser = openHttpBrowser({ stopAt: ({ port }) => port === '9001' });
  const back = await logIn(browser, service, await browser.open(authorizeUrl(service, application)), maria);
  refreshToken = (await redeem(service, application, codeIn(back, application))).body.refresh_token!;
  const { db } = service.database;
  await sql`update organization set support_contact = ${ODD}`.execute(db);
  await sealPending(groundOf(service.database.open));
  // Nothing runs beside the comparison of what was with what is.
  await service.app.close();
  await backUpLogically({ database: service.database.open, clock: service.clock }, file, { overwrite: false });
  before = await rowsOf(service.database.open);
});
afterAll(async () => {
  await service?.database.close();
  await rm(folder, { recursive: true, force: true });
});

function groundOf(
  database: OpenDatabase,
): Omit<RestoreDeps, 'database'> & { db: OpenDatabase['db']; database: OpenDatabase } {
  return { database, db: database.db, clock: service.clock, secrets: createSecretBox([MASTER_KEY]), migrations };
}

/** Every row of every table of ours, as text; a partition's are its table's. */
async function rowsOf({ db }: OpenDatabase): Promise<Record<string, string[]>> {
  const { rows: tables } = await sql<{ name: string }>`
    select relname as name from pg_class where relnamespace = current_schema()::regnamespace and relkind in ('r', 'p')
      and not relispartition and relname not in ('installation', 'schema_migration', 'unfinished_restore')`.execute(db);
  const all: Record<string, string[]> = {};
  for (const { name } of tables) {
    const { rows } = await sql<{ row: string }>`
      select t::text as row from ${sql.table(name)} t order by 1`.execute(db);
    all[name] = rows.map(({ row }) => row);
  }
  return all;
}

const tablesOf = async ({ db }: OpenDatabase): Promise<number> => {
  const { rows } = await sql`select from pg_tables where schemaname = current_schema()`.execute(db);
  return rows.length;
};

/** A file like another one, with some of its facts changed. */
async function forge(name: string, change: (facts: BackupFacts) => BackupFacts): Promise<string> {
  const forged = join(folder, name);
  await writeArchive(forged, { overwrite: true }, async (archive) => {
    const {
      format: _,
      entries: _entries,
      ...facts
    } = await readArchive(file, async ({ name: entry, bytes, content }) => archive.add(entry, bytes, content));
    return change(facts);
  });
  return forged;
}

const operator = () => administratorOf(root, service);

test('every row of every table arrives as it was, in the schema of the backup, with the roles of the new database', async () => {
  await using target = await createTestDatabase({ empty: true });
  const deps = groundOf(target.open);
  const seen: number[] = [];
  await loadLogical(deps, await checkLogical(deps, file), (bytes) => void seen.push(bytes));
  expect(await rowsOf(target.open)).toEqual(before);
  expect(before['organization']?.[0]).toContain('back');
  const written = ['app_user', 'audit_event', 'oidc_refresh_token', 'session', 'user_search_term'];
  expect(written.filter((table) => (before[table] ?? []).length === 0)).toEqual([]);
  expect(seen.length).toBeGreaterThan(0);
  const [here, there] = [await findRoles(target.db), await findRoles(service.database.db)];
  expect(here?.owner).not.toBe(there?.owner);
  expect((await verifySeals(deps)).broken).toBeNull();
  // Triggers and policies are as they were before the rows came.
  const { rows: open } = await sql`select from pg_trigger where not tgisinternal and tgenabled <> 'O'
    union all select from pg_class where relnamespace = current_schema()::regnamespace and relkind in ('r', 'p')
      and relrowsecurity and not relforcerowsecurity and not relispartition`.execute(target.db);
  expect(open).toHaveLength(0);
});

test('a database that holds rows from before and no new epoch is not served', async () => {
  await using target = await createTestDatabase({ empty: true });
  const deps = groundOf(target.open);
  await loadLogical(deps, await checkLogical(deps, file));
  const settings = { DATABASE_URL: target.url, GATEHOUSE_MASTER_KEY: MASTER_KEY.toString('base64') };
  const served = await gatehouse(['serve', '--json'], settings);
  expect([served.code, JSON.parse(served.err).error.code]).toEqual([1, 'restore.unfinished']);
  await expect(restoreLogically(deps, operator(), { file })).rejects.toMatchObject({ code: 'restore.not-empty' });
});

test('after a restore people log in with what they have, and what was redeemable before is void', async () => {
  await using target = await createTestDatabase({ empty: true });
  const restored = await restoreLogically(groundOf(target.open), operator(), { file });
  expect(restored.ended).toMatchObject({ sessions: 1 });
  await using anew = await startService({ database: target, port: service.port });
  anew.clock.advance(120);
  expect((await refresh(anew, application, refreshToken)).status).toBe(400);
  await using browser = openHttpBrowser({ stopAt: ({ port }) => port === '9001' });
  const back = await logIn(browser, anew, await browser.open(authorizeUrl(anew, application)), maria);
  expect((await redeem(anew, application, codeIn(back, application))).status).toBe(200);
  const kinds = await anew.database.db
    .selectFrom('auditEvent')
    .select('kind')
    .where('kind', '=', 'installation.restored')
    .execute();
  expect(kinds).toHaveLength(1);
});

test('a backup of an older schema is migrated on', async () => {
  await using older = await createTestDatabase({ empty: true });
  await using target = await createTestDatabase({ empty: true });
  const known = migrations.slice(0, -2);
  await migrate({ database: older.open, clock: service.clock }, known);
  const old = join(folder, 'older');
  const { manifest } = await backUpLogically({ database: older.open, clock: service.clock }, old, { overwrite: false });
  expect(manifest.schemaVersion).toBe(known.at(-1)?.name);
  const restored = await restoreLogically(groundOf(target.open), operator(), { file: old });
  expect(restored.migrated).toEqual(migrations.slice(-2).map(({ name }) => name));
});

describe('refused, with nothing touched:', () => {
  test('a newer schema', async () => {
    await using target = await createTestDatabase({ empty: true });
    const deps = { ...groundOf(target.open), migrations: migrations.slice(0, -1) };
    const refused = await restoreLogically(deps, operator(), { file }).catch((error: unknown) => error);
    expect(refused).toMatchObject({ code: 'backup.newer', detail: expect.stringContaining(migrations.at(-1)!.name) });
    expect(await tablesOf(target.open)).toBe(0);
  });

  test('another master key', async () => {
    await using target = await createTestDatabase({ empty: true });
    const deps = { ...groundOf(target.open), secrets: createSecretBox([Buffer.alloc(32, 9)]) };
    const refused = await restoreLogically(deps, operator(), { file }).catch((error: unknown) => error);
    expect(refused).toMatchObject({
      code: 'data.other-master-key',
      detail: expect.stringContaining('authenticator.sealed_seed'),
    });
    expect(await tablesOf(target.open)).toBe(0);
  });

  test('a database in which something is', async () => {
    await using target = await createTestDatabase({ started: true });
    const was = await rowsOf(target.open);
    await expect(restoreLogically(groundOf(target.open), operator(), { file })).rejects.toMatchObject({
      code: 'restore.not-empty',
    });
    expect(await rowsOf(target.open)).toEqual(was);
  });

  test('the files of a server', async () => {
    await using target = await createTestDatabase({ empty: true });
    const forged = await forge('embedded', (facts) => ({ ...facts, kind: 'embedded' }));
    await expect(restoreLogically(groundOf(target.open), operator(), { file: forged })).rejects.toMatchObject({
      code: 'backup.embedded-only',
    });
    expect(await tablesOf(target.open)).toBe(0);
  });
});

test('rows that are not as many as were counted leave no row, and the right backup can be restored after it', async () => {
  await using target = await createTestDatabase({ empty: true });
  const forged = await forge('fewer', (facts) => ({ ...facts, rows: { ...facts.rows, app_user: 7 } }));
  const deps = groundOf(target.open);
  await expect(restoreLogically(deps, operator(), { file: forged })).rejects.toMatchObject({ code: 'backup.damaged' });
  expect(Object.values(await rowsOf(target.open)).flat()).toEqual([]);
  expect((await restoreLogically(deps, operator(), { file })).ended).toMatchObject({ sessions: 1 });
});

test('what a backup would have to carry beside rows is not in the schema', async () => {
  const { rows } = await sql`select from pg_sequences where schemaname = current_schema()`.execute(service.database.db);
  expect(rows).toEqual([]);
});

test('it moves to a PostgreSQL of another major version', async () => {
  await using server = await startExternalPostgres();
  await using target = await openDatabase({ source: { url: server.url }, log: silentLog, poolSize: 2 });
  const deps = groundOf(target);
  await loadLogical(deps, await checkLogical(deps, file));
  expect(await rowsOf(target)).toEqual(before);
});

test('one command each: backed up, verified, moved into the embedded database, and into another one', async () => {
  await using target = await createTestDatabase({ empty: true });
  const key = { GATEHOUSE_MASTER_KEY: MASTER_KEY.toString('base64'), GATEHOUSE_DATA: join(folder, 'data') };
  const run = async (words: string[], settings: Record<string, string>): Promise<Record<string, unknown>> => {
    const { code, out, err } = await gatehouseHere([...words, '--json'], settings);
    expect({ code, err }).toEqual({ code: 0, err: '' });
    return JSON.parse(out) as Record<string, unknown>;
  };
  const written = join(folder, 'by-command');
  const source = { ...key, DATABASE_URL: service.database.url };
  expect(await run(['backup', written], source)).toMatchObject({ kind: 'logical', file: written });
  expect(await run(['backup', 'verify', written], source)).toMatchObject({ good: true });
  expect(await run(['restore', written], key)).toMatchObject({ ended: { sessions: 1 } });
  expect(await run(['restore', written], { ...key, DATABASE_URL: target.url })).toMatchObject({ migrated: [] });
  const again = await gatehouseHere(['restore', written, '--json'], { ...key, DATABASE_URL: target.url });
  expect([again.code, JSON.parse(again.err).error.code]).toEqual([1, 'restore.not-empty']);
  // Back from the embedded one, whose backup would be of its files.
  const back = join(folder, 'back');
  expect(await run(['backup', back, '--logical'], key)).toMatchObject({ kind: 'logical' });
});
