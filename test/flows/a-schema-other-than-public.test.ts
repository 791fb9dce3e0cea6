import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { systemClock } from '../../src/base/clock.ts';
import { silentLog } from '../../src/base/log.ts';
import { migrate, readMigrations } from '../../src/db/migrate.ts';
import { openDatabase } from '../../src/db/open-database.ts';
import type { OpenDatabase } from '../../src/db/open-database.ts';
import { selectRootOrganization } from '../../src/organizations/organization-store.ts';
import { selectUsersByAddress } from '../../src/users/user-store.ts';
import { findRoles } from '../../src/db/roles.ts';
import { createSetupLink } from '../../src/invitations/create-setup-link.ts';
import { apiClient } from '../support/api-client.ts';
import { firstLogin } from '../support/first-login.ts';
import { openHttpBrowser } from '../support/http-browser.ts';
import { addApiToken, addSession, org } from '../support/people.ts';
import { queryAs } from '../support/query.ts';
import { gatehouseHere } from '../support/run-here.ts';
import { createTestDatabase } from '../support/start-database.ts';
import type { TestDatabase } from '../support/start-database.ts';
import { startService } from '../support/start-service.ts';
import type { TestService } from '../support/start-service.ts';

interface Case {
  schema: string;
  /** What the administrator of the database does first. */
  prepare: readonly string[];
  /** Parameters of DATABASE_URL. */
  parameters?: string;
}

/** `$db` stands for the name of the database. */
const cases: Record<string, Case> = {
  'named in the URL': {
    schema: 'gate',
    prepare: ['create schema gate'],
    parameters: '?options=-c%20search_path%3Dgate',
  },
  'of the database': {
    schema: 'gate',
    prepare: ['create schema gate', 'alter database $db set search_path = gate, public'],
  },
  'of the role in this database': {
    schema: 'gate',
    prepare: ['create schema gate', 'alter role current_user in database $db set search_path = gate'],
  },
  'with the name of the user': {
    schema: '$user',
    prepare: ['create schema authorization current_user'],
  },
};

describe.each(Object.entries(cases))('in a schema %s', (_, { schema: wanted, prepare, parameters = '' }) => {
  let empty: TestDatabase;
  let open: OpenDatabase;
  let service: TestService;
  let schema: string;

  beforeAll(async () => {
    empty = await createTestDatabase({ empty: true, poolSize: 1 });
    const name = new URL(empty.url).pathname.slice(1);
    for (const statement of prepare) await queryAs(empty.url, statement.replace('$db', name));
    schema = wanted === '$user' ? empty.open.users.pool : wanted;
    const url = `${empty.url}${parameters}`;
    open = await openDatabase({ source: { url }, log: silentLog, poolSize: 4 });
    await migrate({ database: open, clock: systemClock }, await readMigrations());
    service = await startService({ database: { ...empty, url, db: open.db, open } });
  });
  afterAll(async () => {
    await service?.close();
    await open?.close();
    await empty?.close();
  });

  const doctor = async (): Promise<unknown> => {
    const GATEHOUSE_MASTER_KEY = Buffer.alloc(32, 7).toString('base64');
    const settings = { DATABASE_URL: service.database.url, GATEHOUSE_MASTER_KEY };
    return JSON.parse((await gatehouseHere(['doctor', '--json'], settings)).out);
  };

  test('are all tables, and none in public', async () => {
    const { rows } = await queryAs<{ schema: string }>(
      empty.url,
      `select distinct schemaname as schema from pg_tables where schemaname not in ('pg_catalog', 'information_schema')`,
    );
    expect(rows).toEqual([{ schema }]);
  });

  test('people log in, administrators work through the API, and the service is ready', async () => {
    const deps = { db: service.database.db, clock: service.clock, url: service.url, config: service.config };
    const link = await createSetupLink(deps, { organizationName: 'Northwind' });
    await using browser = openHttpBrowser();
    const login = await browser.submit(await browser.open(link.url), { email: 'ada@northwind.example' });
    const { page } = await firstLogin(browser, service, await browser.submit(login));
    expect(page.text).toContain('Your applications');

    const northwind = (await selectRootOrganization(deps.db))!;
    const program = apiClient(service.url, await addApiToken(deps, northwind, 'administrator'));
    const created = await program.send('POST', '/organizations', { name: 'Contoso' });
    expect(created.status).toBe(201);
    const listed = await program.get('/organizations');
    expect(listed.body.items.map(({ name }: { name: string }) => name)).toContain('Contoso');
    const [ada] = await selectUsersByAddress(deps.db, 'ada@northwind.example');
    const administrator = apiClient(service.url, (await addSession(deps, ada!)).token);
    const path = `/organizations/${org(northwind)}/applications`;
    const redirectUris = ['https://app.northwind.example/callback'];
    expect((await administrator.send('POST', path, { name: 'Rail', kind: 'web', redirectUris })).status).toBe(201);
    expect((await fetch(`${service.url}/readyz`)).status).toBe(200);
  });

  test('doctor finds it in order, and the lines that are missing when a role may not use the schema', async () => {
    expect(await doctor()).toMatchObject({ good: true });
    const { api } = (await findRoles(open.db))!;
    await queryAs(empty.url, `revoke usage on schema "${schema}" from ${api}`);
    expect(await doctor()).toMatchObject({
      good: false,
      findings: expect.arrayContaining([
        {
          check: 'roles',
          good: false,
          message: expect.stringContaining(`GRANT USAGE ON SCHEMA "${schema}" TO ${api};`),
        },
      ]),
    });
  });
});

test.each([
  ['that does not exist', 'nowhere', "No schema of the database user's search_path exists"],
  ['whose name SQL has to quote', '"Gate House"', 'The schema "Gate House" has a name that SQL has to quote'],
])('a schema %s is refused in one sentence', async (_, searchPath, sentence) => {
  await using empty = await createTestDatabase({ empty: true, poolSize: 1 });
  await queryAs(empty.url, 'create schema "Gate House"');
  const url = `${empty.url}?options=${encodeURIComponent(`-c search_path=${searchPath.replace(' ', '\\ ')}`)}`;
  await expect(openDatabase({ source: { url }, log: silentLog })).rejects.toMatchObject({
    code: 'database.unavailable',
    detail: expect.stringContaining(sentence),
  });
});
