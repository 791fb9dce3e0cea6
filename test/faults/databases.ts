import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sql } from 'kysely';
import { systemClock } from '../../src/base/clock.ts';
import { AppError } from '../../src/base/errors.ts';
import { silentLog } from '../../src/base/log.ts';
import { readConfig } from '../../src/config.ts';
import { migrate, readMigrations } from '../../src/db/migrate.ts';
import { openDatabase } from '../../src/db/open-database.ts';
import { startExternalPostgres } from '../support/external-postgres.ts';
import type { ExternalPostgres } from '../support/external-postgres.ts';
import { queryAs } from '../support/query.ts';
import { requirePrograms } from './failover/programs.ts';
import type { Figure } from './figures.ts';
import { makeOldFolder } from './old-folder.ts';
import { startPgBouncer, startPgpool } from './poolers.ts';

const WORKS = 'works';

/**
 * Databases that people have, one after the other: the operating system's PostgreSQL in several shapes, its PgBouncer and
 * Pgpool-II before it, URLs as they are pasted, and a data folder of PostgreSQL 17. Each is migrated, written to and read,
 * or refused with the sentence of `docs/guides/databases.md`.
 */
export async function databasesPeopleHave(): Promise<Figure[]> {
  requirePrograms(['pgbouncer', 'pgpool'], '--no-install-recommends pgbouncer pgpool2');
  await using server = await startExternalPostgres({ settings: { wal_level: 'replica', max_wal_senders: '4' } });
  return [
    { what: `PostgreSQL ${server.version} of the operating system`, measured: await use(server.url), wanted: WORKS },
    ...(await encodingsAndLocales(server)),
    ...(await whatIsThereAlready(server)),
    ...(await poolersAndStandbys(server)),
    ...urls(),
    ...(await dataFolders()),
  ];
}

/** Migrates, writes and reads; or the code and the sentence of the refusal. */
async function use(url: string, poolSize = 4): Promise<string> {
  try {
    await using open = await openDatabase({ source: { url }, log: silentLog, poolSize });
    await migrate({ database: open, clock: systemClock }, await readMigrations());
    const written = Array.from({ length: 24 }, async (_, key) =>
      sql`insert into rate_limit (key) values (${`${key}`}) on conflict do nothing`.execute(open.db),
    );
    await Promise.all(written);
    const { rows } = await sql<{ n: string }>`select count(*) as n from rate_limit`.execute(open.db);
    return Number(rows[0]?.n) >= 24 ? WORKS : `${rows[0]?.n} rows of 24`;
  } catch (error) {
    return refusal(error);
  }
}

function refusal(error: unknown): string {
  if (error instanceof AppError) return `${error.code}: ${error.detail ?? ''}`;
  throw error;
}

/** A refusal with a code and words that say what to do; measured is what the sentence begins with. */
function refused(what: string, measured: string, code: string, words: string): Figure {
  const good = measured.startsWith(`${code}: `) && measured.includes(words);
  const beginning = measured
    .split(/[:.,;(]\s/)
    .slice(0, 2)
    .join(': ')
    .replace(/ \/\S+/, ' its folder');
  return { what, measured: beginning, wanted: good ? beginning : `${code}: … ${words}` };
}

let made = 0;
async function databaseOn(server: ExternalPostgres, shape: string): Promise<string> {
  made += 1;
  const name = `people_${made}`;
  await queryAs(server.superuserUrl, `create database ${name} owner gatehouse template template0 ${shape}`);
  const url = new URL(server.url);
  url.pathname = `/${name}`;
  return url.href;
}

async function encodingsAndLocales(server: ExternalPostgres): Promise<Figure[]> {
  const figures: Figure[] = [];
  for (const encoding of ['LATIN1', 'SQL_ASCII']) {
    const url = await databaseOn(server, `encoding '${encoding}' locale 'C'`);
    figures.push(
      refused(`encoding ${encoding}`, await use(url), 'database.encoding', "TEMPLATE template0 ENCODING 'UTF8'"),
    );
  }
  for (const [what, shape] of [
    ['locale C', `encoding 'UTF8' locale 'C'`],
    ['Turkish locale of ICU', `encoding 'UTF8' locale_provider icu icu_locale 'tr-TR' locale 'C'`],
  ] as const) {
    const url = await databaseOn(server, shape);
    figures.push({ what, measured: await use(url), wanted: WORKS });
    const { rows } = await queryAs<{ same: boolean }>(url, `select gatehouse_lower('ICE ÉCOLE') = 'ice école' as same`);
    figures.push({
      what: `${what}: capitals and small letters are one name`,
      measured: String(rows[0]?.same),
      wanted: 'true',
    });
  }
  return figures;
}

async function whatIsThereAlready(server: ExternalPostgres): Promise<Figure[]> {
  const fresh = async (): Promise<string> => databaseOn(server, `encoding 'UTF8'`);
  const foreign = await fresh();
  await queryAs(foreign, 'create table session (id int)');
  const ledger = await fresh();
  await queryAs(ledger, 'create table schema_migration (version text)');
  const odd = await fresh();
  const name = new URL(odd).pathname.slice(1);
  for (const setting of [`datestyle = 'German'`, `row_security = off`, `default_transaction_read_only = on`]) {
    await queryAs(server.superuserUrl, `alter role gatehouse in database ${name} set ${setting}`);
  }
  const schema = await fresh();
  await queryAs(schema, 'create schema gate');
  const few = await fresh();
  await queryAs(server.superuserUrl, `alter database ${new URL(few).pathname.slice(1)} connection limit 3`);
  await queryAs(server.superuserUrl, `create role plain login password '${new URL(server.url).password}'`);
  const plain = new URL(await fresh());
  plain.username = 'plain';
  return [
    refused('tables of another program', await use(foreign), 'database.occupied', 'session'),
    refused('its ledger of migrations', await use(ledger), 'database.occupied', 'schema_migration'),
    refused(
      'a user who may not make tables',
      await use(plain.href),
      'database.roles',
      'GRANT USAGE, CREATE ON SCHEMA public TO plain',
    ),
    { what: 'settings of the role (DateStyle, row_security, read only)', measured: await use(odd), wanted: WORKS },
    { what: 'a schema of its own', measured: await use(`${schema}?options=-c%20search_path%3Dgate`), wanted: WORKS },
    { what: 'a pool of 8 where the database takes 3 connections', measured: await use(few, 8), wanted: WORKS },
  ];
}

async function poolersAndStandbys(server: ExternalPostgres): Promise<Figure[]> {
  const figures: Figure[] = [];
  for (const mode of ['session', 'transaction'] as const) {
    await using bouncer = await startPgBouncer(server, mode);
    const what = `PgBouncer ${bouncer.version}, pool_mode=${mode}`;
    const measured = await use(bouncer.url);
    figures.push(
      mode === 'session'
        ? { what, measured, wanted: WORKS }
        : refused(what, measured, 'database.unavailable', 'set pool_mode=session'),
    );
    if (mode === 'session')
      figures.push({ what: `${what}, a second start`, measured: await use(bouncer.url), wanted: WORKS });
  }
  await using standby = await server.startStandby();
  const there = new URL(server.url);
  there.port = String(standby.port);
  figures.push(refused('a standby', await use(there.href), 'database.unavailable', 'standby'));
  for (const preference of ['', 'gatehouse:primary']) {
    await using pgpool = await startPgpool(server, standby.port, preference);
    const what = `Pgpool-II ${pgpool.version} with load balancing`;
    const measured = await use(pgpool.url);
    figures.push(
      preference === ''
        ? refused(what, measured, 'database.unavailable', "database_redirect_preference_list = 'gatehouse:primary'")
        : { what: `${what}, database_redirect_preference_list = '${preference}'`, measured, wanted: WORKS },
    );
  }
  return figures;
}

/** Text of DATABASE_URL as it is pasted: what the settings say of it. */
function urls(): Figure[] {
  const said = (text: string): string => {
    try {
      readConfig({ DATABASE_URL: text, GATEHOUSE_MASTER_KEY: Buffer.alloc(32, 1).toString('base64') });
      return WORKS;
    } catch (error) {
      return refusal(error);
    }
  };
  const wrong: [what: string, text: string, words: string][] = [
    ['# in a password', 'postgres://u:pass#word@db.example/g', 'write # as %23'],
    ['% in a password', 'postgres://u:pass%word@db.example/g', 'write it as %25'],
    ['of another database', 'mysql://db.example/g', 'must begin with postgres://'],
    ['several hosts', 'postgres://u:p@one.example,two.example/g', 'several hosts'],
    ['a blank', 'postgres://u:p w@db.example/g', 'holds a blank'],
    ['sslnegotiation=direct without sslmode', 'postgres://u:p@db.example/g?sslnegotiation=direct', 'sslmode=require'],
    ['target_session_attrs', 'postgres://u:p@db.example/g?target_session_attrs=any', 'not honoured'],
  ];
  return [
    ...wrong.map(([what, text, words]) => refused(`URL: ${what}`, said(text), 'setting.wrong', words)),
    {
      what: 'URL: an encoded name of a database',
      measured: said('postgres://u:p@db.example/my%20gate'),
      wanted: WORKS,
    },
    { what: 'URL: %23 in a password', measured: said('postgres://u:pass%23word@db.example/g'), wanted: WORKS },
  ];
}

async function dataFolders(): Promise<Figure[]> {
  const folder = await mkdtemp(join(tmpdir(), 'faults-folder-'));
  try {
    await makeOldFolder(folder);
    const measured = await openDatabase({ source: { dataFolder: folder }, log: silentLog }).then(
      async (open) => open.close().then(() => WORKS),
      refusal,
    );
    return [refused('a data folder made by PostgreSQL 17', measured, 'database.other-version', 'PostgreSQL 17')];
  } finally {
    await rm(folder, { recursive: true });
  }
}
