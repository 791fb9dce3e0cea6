import { afterAll, beforeAll, expect, test } from 'vitest';
import { systemClock } from '../../src/base/clock.ts';
import { silentLog } from '../../src/base/log.ts';
import { migrate, readMigrations } from '../../src/db/migrate.ts';
import { openDatabase } from '../../src/db/open-database.ts';
import type { OpenDatabase } from '../../src/db/open-database.ts';
import { apiClient } from '../support/api-client.ts';
import type { ApiClient } from '../support/api-client.ts';
import { startExternalPostgres } from '../support/external-postgres.ts';
import type { ExternalPostgres, Standby } from '../support/external-postgres.ts';
import { addApiToken } from '../support/people.ts';
import { makeRoot } from '../support/fixtures.ts';
import { queryAs } from '../support/query.ts';
import { gatehouseHere } from '../support/run-here.ts';
import { startSilentProxy } from '../support/silent-proxy.ts';
import type { SilentProxy } from '../support/silent-proxy.ts';
import { startService } from '../support/start-service.ts';
import type { TestService } from '../support/start-service.ts';

/** A primary with a standby, and an address that leads to one of them, as a failover moves it. */
let primary: ExternalPostgres;
let standby: Standby;
let address: SilentProxy;
const target = { host: '127.0.0.1', port: 0 };
let open: OpenDatabase;
let service: TestService;
let program: ApiClient;

beforeAll(async () => {
  primary = await startExternalPostgres();
  target.port = primary.port;
  address = await startSilentProxy(target);
  const url = atPort(primary.url, address.port);
  open = await openDatabase({ source: { url }, log: silentLog, poolSize: 4 });
  await migrate({ database: open, clock: systemClock }, await readMigrations());
  const nothing = async (): Promise<void> => {};
  const database = { db: open.db, url, open, close: nothing, [Symbol.asyncDispose]: nothing };
  service = await startService({ database });
  const token = await addApiToken({ db: open.db, clock: service.clock }, await makeRoot(service), 'administrator');
  program = apiClient(service.url, token);
  standby = await primary.startStandby();
});
afterAll(async () => {
  await service?.close();
  await open?.close();
  await address?.[Symbol.asyncDispose]();
  await standby?.[Symbol.asyncDispose]();
  await primary?.stop();
});

function atPort(url: string, port: number): string {
  const moved = new URL(url);
  moved.port = String(port);
  return moved.href;
}

async function ask(): Promise<{ ready: number; write: number }> {
  const name = `Branch ${Math.random()}`;
  return {
    ready: (await fetch(`${service.url}/readyz`)).status,
    write: (await program.send('POST', '/organizations', { name })).status,
  };
}

async function doctor(): Promise<{ good: boolean; findings: { check: string; message: string }[] }> {
  const key = { GATEHOUSE_MASTER_KEY: Buffer.alloc(32, 7).toString('base64') };
  const { out } = await gatehouseHere(['doctor', '--json'], { DATABASE_URL: service.database.url, ...key });
  return JSON.parse(out) as Awaited<ReturnType<typeof doctor>>;
}

test('a standby is said to be one and makes the service unready; once it is promoted all is well without a restart', async () => {
  expect(await ask()).toEqual({ ready: 200, write: 201 });
  expect(await doctor()).toMatchObject({ good: true });

  target.port = standby.port;
  await queryAs(
    primary.superuserUrl,
    `select pg_terminate_backend(pid) from pg_stat_activity where application_name like 'gatehouse%'`,
  );
  await expect.poll(ask).toEqual({ ready: 503, write: 503 });
  expect(await doctor()).toMatchObject({
    good: false,
    findings: expect.arrayContaining([
      {
        check: 'database',
        good: false,
        message: 'The database is a standby and takes no writes: name its primary in DATABASE_URL.',
      },
    ]),
  });

  await queryAs(atPort(primary.superuserUrl, standby.port), 'select pg_promote()');
  await expect.poll(ask).toEqual({ ready: 200, write: 201 });
  expect(await doctor()).toMatchObject({ good: true });
});
