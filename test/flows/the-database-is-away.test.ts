import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { sql } from 'kysely';
import { silentLog } from '../../src/base/log.ts';
import { openDatabase } from '../../src/db/open-database.ts';
import { startSilentProxy } from '../support/silent-proxy.ts';
import type { SilentProxy } from '../support/silent-proxy.ts';
import { createTestDatabase, SHARES_STATEMENTS } from '../support/start-database.ts';
import type { TestDatabase } from '../support/start-database.ts';
import { startService } from '../support/start-service.ts';
import type { TestService } from '../support/start-service.ts';

let own: TestDatabase;
let proxy: SilentProxy;
let service: TestService;

beforeAll(async () => {
  own = await createTestDatabase();
  const url = new URL(own.url);
  proxy = await startSilentProxy({ host: url.hostname, port: Number(url.port) });
  [url.hostname, url.port] = ['127.0.0.1', String(proxy.port)];
  const open = await openDatabase({ source: { url: url.href }, log: silentLog, poolSize: 4, ...SHARES_STATEMENTS });
  service = await startService({ database: { ...own, url: url.href, db: open.db, open } });
});
afterAll(async () => {
  await service?.close();
  await service?.database.open.close();
  await proxy?.[Symbol.asyncDispose]();
  await own?.close();
});

/** One request at each door, each of which asks the database first. */
async function ask(): Promise<{ api: number; token: number; ready: number; retryAfter: (string | null)[] }> {
  const client = Buffer.from(`app_${'a'.repeat(26)}:nothing`).toString('base64');
  const [api, token, ready] = await Promise.all([
    fetch(`${service.url}/api/v1/me`, { headers: { authorization: `Bearer gatehouse_${'x'.repeat(43)}` } }),
    fetch(`${service.url}/oauth2/token`, {
      method: 'POST',
      headers: { authorization: `Basic ${client}` },
      body: new URLSearchParams({ grant_type: 'authorization_code', code: 'x', redirect_uri: 'http://localhost:1/' }),
    }),
    fetch(`${service.url}/readyz`),
  ]);
  const retryAfter = [api, token].map((response) => response.headers.get('retry-after'));
  return { api: api.status, token: token.status, ready: ready.status, retryAfter };
}

const WELL = { api: 401, token: 401, ready: 200, retryAfter: [null, null] };
const AWAY = { api: 503, token: 503, ready: 503, retryAfter: ['5', '5'] };

describe('every door answers 503 with Retry-After while the database is away, and is well again after', () => {
  test('when the link goes silent: nobody waits for ever, and no connection from before is used again', async () => {
    expect(await ask()).toEqual(WELL);
    proxy.silence();
    expect(await ask()).toEqual(AWAY);
    expect(await ask()).toEqual(AWAY);
    proxy.restore();
    expect(await ask()).toEqual(WELL);
  });

  test('when what is asked arrives and the answers vanish', async () => {
    expect(await ask()).toEqual(WELL);
    proxy.silence('answers');
    expect(await ask()).toEqual(AWAY);
    proxy.restore();
    expect(await ask()).toEqual(WELL);
  });

  test('when the link goes silent and one request notices: the idle connections of then are not used either', async () => {
    const many = async (): Promise<unknown[]> => Promise.all(Array.from({ length: 4 }, ask));
    expect(await many()).toEqual([WELL, WELL, WELL, WELL]);
    proxy.silence();
    expect((await fetch(`${service.url}/readyz`)).status).toBe(503);
    proxy.restore();
    expect(await many()).toEqual([WELL, WELL, WELL, WELL]);
  });

  test('when the server ends its connections', async () => {
    expect(await ask()).toEqual(WELL);
    await own.open.migrating(async (db) =>
      sql`select pg_terminate_backend(pid) from pg_stat_activity
        where datname = current_database() and pid <> pg_backend_pid() and application_name = 'gatehouse'`.execute(db),
    );
    await expect.poll(ask).toEqual(WELL);
  });

  test('when the database refuses new connections, as after a right was taken', async () => {
    expect(await ask()).toEqual(WELL);
    const { username, pathname } = new URL(own.url);
    await own.open.migrating(async (db) => {
      const change = async (words: string): Promise<unknown> => sql.raw(words).execute(db);
      await change(`revoke connect on database ${pathname.slice(1)} from public, ${username}`);
      try {
        await sql`select pg_terminate_backend(pid) from pg_stat_activity
          where datname = current_database() and pid <> pg_backend_pid() and usename = ${username}`.execute(db);
        await expect.poll(ask).toEqual(AWAY);
        expect(await ask()).toEqual(AWAY);
      } finally {
        await change(`grant connect on database ${pathname.slice(1)} to ${username}`);
      }
    });
    await expect.poll(ask).toEqual(WELL);
  });
});
