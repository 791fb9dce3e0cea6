import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { freePort } from '../../demo/free-port.ts';
import { startExternalPostgres } from '../support/external-postgres.ts';
import { queryAs } from '../support/query.ts';
import type { Figure } from './figures.ts';
import { LOGIN_SETTINGS, setUpForLogins } from './ground/logins.ts';
import { underFault } from './ground/under-fault.ts';
import type { FaultCase } from './ground/under-fault.ts';
import { start } from './installation.ts';
import { startLink } from './link.ts';

const AWAY_MS = 8000;

/**
 * A database that people log in from, and what happens to it: the way to it is cut, resets everything once, goes silent,
 * takes five seconds; it becomes read-only; it takes hardly any connections; its server is stopped for a moment.
 */
export async function databaseAway(): Promise<Figure[]> {
  const folder = await mkdtemp(join(tmpdir(), 'faults-database-'));
  await using server = await startExternalPostgres();
  const link = await startLink(new URL(server.url));
  const service = await start({
    ...LOGIN_SETTINGS,
    PORT: String(await freePort()),
    DATABASE_URL: link.url,
    GATEHOUSE_MASTER_KEY: randomBytes(32).toString('base64'),
    GATEHOUSE_DATA: join(folder, 'data'),
    LOG_LEVEL: 'silent',
  });
  await using ground = await setUpForLogins(service);
  const database = new URL(server.url).pathname.slice(1);
  const databaseUrl = Object.assign(new URL(server.superuserUrl), { pathname: `/${database}` }).href;
  const asSuperuser = async (text: string): Promise<void> => void (await queryAs(server.superuserUrl, text));
  const readOnly = async (value: 'on' | 'off'): Promise<void> => {
    await asSuperuser(`alter system set default_transaction_read_only = ${value}`);
    await asSuperuser('select pg_reload_conf()');
  };
  const endAll = `select pg_terminate_backend(pid) from pg_stat_activity where datname = '${database}' and pid <> pg_backend_pid()`;
  const cases: FaultCase[] = [
    { name: 'cut', begin: link.cut, end: link.heal, lastsMs: AWAY_MS },
    { name: 'reset once', begin: link.reset, end: () => undefined, lastsMs: 1000 },
    { name: 'silent', begin: link.silence, end: link.heal, lastsMs: AWAY_MS },
    { name: '5 s late', begin: () => link.delay(5000), end: link.heal, lastsMs: AWAY_MS + 4000 },
    {
      name: 'set to read only',
      begin: async () => readOnly('on'),
      end: async () => readOnly('off'),
      lastsMs: 3000,
    },
    {
      name: 'room for 2 connections',
      async begin() {
        await asSuperuser(`alter database ${database} connection limit 2`);
        await asSuperuser(endAll);
      },
      end: async () => asSuperuser(`alter database ${database} connection limit -1`),
      lastsMs: AWAY_MS,
    },
    {
      name: 'no connections',
      async begin() {
        await asSuperuser(`alter database ${database} allow_connections false`);
        await asSuperuser(endAll);
      },
      end: async () => asSuperuser(`alter database ${database} allow_connections true`),
      lastsMs: AWAY_MS,
    },
  ];
  const figures: Figure[] = [];
  for (const fault of cases) {
    console.error(`the database: ${fault.name} …`);
    figures.push(...(await underFault({ ground, url: service.url, pid: service.pid, databaseUrl }, fault)));
    await pause(500);
  }
  await service.stop();
  await link.stop();
  await rm(folder, { recursive: true });
  return figures;
}
