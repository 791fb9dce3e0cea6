import { Agent, request } from 'node:http';
import { inject } from 'vitest';
import pg from 'pg';
import { sql } from 'kysely';
import { freePort } from '../../demo/free-port.ts';
import { silentLog } from '../../src/base/log.ts';
import { openDatabase } from '../../src/db/open-database.ts';
import { copyDatabase } from '../support/copy-database.ts';
import { queryAs } from '../support/query.ts';
import { createTestDatabase } from '../support/start-database.ts';
import type { TestDatabase } from '../support/start-database.ts';
import { startService } from '../support/start-service.ts';
import type { TestService } from '../support/start-service.ts';

/** A request as it goes over the wire; what one world alone knows stands as `{{3}}`, the third value it was given. */
export interface Sent {
  method: string;
  path: string;
  headers: readonly (readonly [string, string])[];
  body: string | undefined;
}

/** An answer, without what no two answers have alike. */
export interface Answered {
  status: number;
  /** How many it took of the database. */
  statements: number;
  /** By name, in the order they came. */
  headers: (readonly [string, string])[];
  body: string;
}

/** A row as it was inserted, changed or deleted. */
export interface Change {
  table: string;
  operation: string;
  row: Record<string, unknown>;
}

/** One of two services on databases that began as copies of one. */
export interface World extends AsyncDisposable {
  service: TestService;
  /** Values it was given: codes and tokens. */
  given: string[];
  send(sent: Sent): Promise<Answered>;
  /** What changed since this was asked last. */
  changes(): Promise<Change[]>;
  /** Changes the database behind the service's back. */
  meddle(statement: string): Promise<void>;
}

/** Everything a request of an application may write. */
const WATCHED = [
  'session',
  'oidc_code',
  'oidc_access_token',
  'oidc_refresh_token',
  'oidc_record',
  'oidc_ended',
  'login',
  'audit_event',
  'application_health',
  'application_failure',
  'application_secret',
  'application_consent',
  'rate_limit',
];

/** What the public URL begins with. */
export type Protocol = 'http' | 'https';

/** Two services, the first without the direct way, on copies of one database. */
export interface Worlds<T> {
  worlds: [World, World];
  furnished: T;
  /** Begins anew, with a public URL of this protocol: behind a TLS proxy it would be the same service. */
  reopen(protocol: Protocol): Promise<[World, World]>;
  close(): Promise<void>;
}

/** Opens two worlds whose database `furnish` filled through a service of its own. */
export async function openWorlds<T>(furnish: (service: TestService) => Promise<T>): Promise<Worlds<T>> {
  const publicUrl = `http://localhost:${await freePort()}`;
  const origin = await createTestDatabase({ started: true });
  const first = await startService({ database: origin, port: Number(new URL(publicUrl).port), publicUrl });
  const furnished = await furnish(first);
  await first.app.close();
  await watch(origin);
  await origin.open.close();

  const from = new URL(origin.url).pathname.slice(1);
  const open = async (direct: 'on' | 'off', protocol: Protocol): Promise<World> => {
    const database = await copyOf(from, `${from}_${direct}`);
    const settings = { GATEHOUSE_DIRECT: direct };
    const url = publicUrl.replace('http:', `${protocol}:`);
    return openWorld(await startService({ database, publicUrl: url, port: await freePort(), settings }));
  };
  const openBoth = async (protocol: Protocol): Promise<[World, World]> => [
    await open('off', protocol),
    await open('on', protocol),
  ];
  let worlds = await openBoth('http');
  const closeBoth = async (): Promise<void> => {
    for (const world of worlds) await world[Symbol.asyncDispose]();
  };
  return {
    worlds,
    furnished,
    async reopen(protocol) {
      await closeBoth();
      worlds = await openBoth(protocol);
      return worlds;
    },
    async close() {
      await closeBoth();
      await queryAs(inject('databaseServer').url, `drop database if exists ${from} with (force)`);
    },
  };
}

async function openWorld(service: TestService): Promise<World> {
  const { database, port, app } = service;
  await app.jobs.stop();
  const client = new pg.Client(database.open.ownerUrl);
  await client.connect();
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  const given: string[] = [];
  let seen = '0';
  return {
    service,
    given,
    send: async ({ method, path, headers, body }) => {
      const fill = (text: string): string =>
        text.replace(/\{\{(\d+)(%?)\}\}/g, (_, index: string, escaped: string) => {
          const value = given[Number(index)] ?? '';
          return escaped === '' ? value : escapeAll(value);
        });
      const options = { port, agent, method, path: fill(path), setHost: false };
      const filled = headers.flatMap(([name, value]) => [name, fill(value)]);
      const written = fill(body ?? '');
      const length = body === undefined || filled.includes('transfer-encoding') ? [] : [lengthOf(written)];
      const all = ['host', `localhost:${port}`, ...filled, ...length.flat()];
      let answered: Omit<Answered, 'statements'> | undefined;
      const { statements } = await service.countStatements(async () => {
        answered = await ask({ ...options, headers: all }, written);
      });
      return { ...answered!, statements };
    },
    async changes() {
      const { rows } = await client.query<Change & { id: string }>(
        'select id, table_name as "table", operation, row from change_log where id > $1 order by id',
        [seen],
      );
      seen = rows.at(-1)?.id ?? seen;
      return rows.map(({ table, operation, row }) => ({ table, operation, row }));
    },
    meddle: async (statement) => void (await client.query(statement)),
    async [Symbol.asyncDispose]() {
      agent.destroy();
      await client.end();
      await service.close();
      await database.close();
    },
  };
}

/** Each octet as `%xx`. */
export function escapeAll(text: string): string {
  return Array.from(Buffer.from(text), (octet) => `%${octet.toString(16).padStart(2, '0')}`).join('');
}

const lengthOf = (body: string): [string, string] => ['content-length', String(Buffer.byteLength(body))];

async function ask(
  options: Parameters<typeof request>[1] & object,
  body: string,
): Promise<Omit<Answered, 'statements'>> {
  return new Promise((resolve, reject) => {
    const sending = request(options, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('error', reject);
      response.on('end', () => {
        const { rawHeaders, statusCode = 0 } = response;
        const pairs = rawHeaders.flatMap((name, i) =>
          i % 2 === 0 ? [[name.toLowerCase(), rawHeaders[i + 1]!] as const] : [],
        );
        const headers = pairs
          .filter(([name]) => name !== 'date')
          .sort(([one], [other]) => (one < other ? -1 : one > other ? 1 : 0));
        resolve({ status: statusCode, headers, body: Buffer.concat(chunks).toString() });
      });
    });
    sending.on('error', reject);
    sending.end(body);
  });
}

/** Lets the database itself tell of each changed row. */
async function watch({ open }: TestDatabase): Promise<void> {
  await open.migrating(async (db) => {
    await sql`create table change_log (id bigserial primary key, table_name text, operation text, row jsonb)`.execute(
      db,
    );
    await sql`create function note_change() returns trigger language plpgsql security definer as ${sql.lit(
      `begin insert into change_log (table_name, operation, row)
        values (tg_argv[0], tg_op, case when tg_op = 'DELETE' then to_jsonb(old) else to_jsonb(new) end); return null; end`,
    )}`.execute(db);
    for (const table of WATCHED) {
      await sql`create trigger noted after insert or update or delete on ${sql.table(table)}
        for each row execute function note_change(${sql.lit(table)})`.execute(db);
    }
  });
}

async function copyOf(from: string, name: string): Promise<TestDatabase> {
  const { url } = inject('databaseServer');
  await copyDatabase(url, from, name);
  const own = new URL(url);
  own.pathname = `/${name}`;
  const open = await openDatabase({ source: { url: own.href }, log: silentLog, poolSize: 4 });
  const close = async (): Promise<void> => {
    await open.close();
    await queryAs(url, `drop database if exists ${name} with (force)`);
  };
  return { db: open.db, url: own.href, open, close, [Symbol.asyncDispose]: close };
}
