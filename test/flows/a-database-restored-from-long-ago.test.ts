import { afterEach, beforeEach, expect, test } from 'vitest';
import { sql } from 'kysely';
import { utcDay } from '../../src/base/clock.ts';
import { findRoles } from '../../src/db/roles.ts';
import { makeApplication, makePerson, makeRoot } from '../support/fixtures.ts';
import { openHttpBrowser } from '../support/http-browser.ts';
import { logIn } from '../support/log-in.ts';
import { authorizeUrl, codeIn, redeem, refresh } from '../support/relying-application.ts';
import { gatehouseHere } from '../support/run-here.ts';
import { startService } from '../support/start-service.ts';
import type { TestService } from '../support/start-service.ts';

let service: TestService;
beforeEach(async () => {
  service = await startService();
});
afterEach(async () => service.close());

/** As in a copy of more than a week ago: partitions of other days are of no use. */
async function losePartitions(): Promise<void> {
  await service.database.open.migrating(async (db) => {
    const { rows } = await sql<{ name: string }>`
      select inhrelid::regclass::text as name from pg_inherits
      join pg_class c on c.oid = inhrelid where c.relkind = 'r'`.execute(db);
    for (const { name } of rows) await sql`drop table ${sql.table(name)}`.execute(db);
  });
}

/** The tables that have a partition of today. */
async function madeToday(): Promise<string[]> {
  const day = utcDay(service.clock.now()).replaceAll('-', '');
  const { rows } = await sql<{ name: string }>`
    select inhparent::regclass::text as name from pg_inherits
    where inhrelid::regclass::text = inhparent::regclass::text || '_' || ${day} order by 1`.execute(
    service.database.db,
  );
  return rows.map(({ name }) => name);
}

const ALL = ['oidc_access_token', 'oidc_code', 'oidc_refresh_token'];
const ready = async (): Promise<number> => (await fetch(`${service.url}/readyz`)).status;

async function doctor(): Promise<unknown> {
  const settings = {
    DATABASE_URL: service.database.url,
    GATEHOUSE_MASTER_KEY: Buffer.alloc(32, 7).toString('base64'),
  };
  return JSON.parse((await gatehouseHere(['doctor', '--json'], settings)).out);
}

test('people log in and applications refresh without a restart; all partitions they need are made', async () => {
  const root = await makeRoot(service);
  const maria = await makePerson(service, root, 'maria@northwind.example');
  const redirectUri = 'http://127.0.0.1:9001/back';
  const made = await makeApplication(service, root, { offline: true, redirectUris: [redirectUri] });
  const application = { clientId: made.application.clientId, clientSecret: made.clientSecret, redirectUri };
  await using browser = openHttpBrowser({ stopAt: (url) => url.port === '9001' });
  await losePartitions();
  const back = await logIn(browser, service, await browser.open(authorizeUrl(service, application)), maria);
  const { status, body } = await redeem(service, application, codeIn(back, application));
  expect(status).toBe(200);
  expect((await refresh(service, application, String(body.refresh_token))).status).toBe(200);
  expect(await madeToday()).toEqual(ALL);
});

test('the service is ready when it can write: it makes the partitions, or says that it cannot', async () => {
  const { service: role } = (await findRoles(service.database.db))!;
  const right = async (words: string): Promise<void> => {
    await service.database.open.migrating(async (db) =>
      sql.raw(`${words.replace('$what', 'execute on function gatehouse_keep_partitions')} ${role}`).execute(db),
    );
  };
  await losePartitions();
  expect(await doctor()).toMatchObject({
    good: true,
    findings: expect.arrayContaining([
      { check: 'partitions', good: true, message: expect.stringContaining(ALL.join(', ')) },
    ]),
  });
  expect(await madeToday()).toEqual([]); // doctor changes nothing

  await right('revoke $what from');
  expect(await ready()).toBe(503);
  expect(await doctor()).toMatchObject({
    good: false,
    findings: expect.arrayContaining([
      { check: 'partitions', good: false, message: expect.stringContaining('are missing and cannot be made') },
    ]),
  });

  await right('grant $what to');
  expect(await ready()).toBe(200);
  expect(await madeToday()).toEqual(ALL);
});
