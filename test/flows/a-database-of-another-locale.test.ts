import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { silentLog } from '../../src/base/log.ts';
import { systemClock } from '../../src/base/clock.ts';
import { migrate, readMigrations } from '../../src/db/migrate.ts';
import { openDatabase } from '../../src/db/open-database.ts';
import type { OpenDatabase } from '../../src/db/open-database.ts';
import { apiClient } from '../support/api-client.ts';
import type { ApiClient } from '../support/api-client.ts';
import { addSession, addUser, foundNorthwind, org } from '../support/people.ts';
import type { Northwind } from '../support/people.ts';
import { queryAs } from '../support/query.ts';
import { startService } from '../support/start-service.ts';
import type { TestService } from '../support/start-service.ts';

/** What `create database` is told, for the suite's server; in each of them lower() changes letters otherwise than we do. */
const LOCALES = {
  'the Turkish locale of ICU': `locale_provider icu icu_locale 'tr-TR' locale 'C'`,
  'the locale C of the system': `locale_provider libc locale 'C'`,
};

describe.each(Object.entries(LOCALES))('with %s', (_, locale) => {
  const { url: server } = inject('databaseServer');
  let open: OpenDatabase;
  let service: TestService;
  let houses: Northwind;
  let api: ApiClient;
  const name = `gatehouse_test_${process.pid}_locale_${Object.values(LOCALES).indexOf(locale)}`;

  beforeAll(async () => {
    await queryAs(server, `create database ${name} template template0 encoding 'UTF8' ${locale}`);
    const url = new URL(server);
    url.pathname = `/${name}`;
    open = await openDatabase({ source: { url: url.href }, log: silentLog, poolSize: 4 });
    await migrate({ database: open, clock: systemClock }, await readMigrations());
    const database = { db: open.db, url: url.href, open, close: async () => {}, [Symbol.asyncDispose]: async () => {} };
    service = await startService({ database });
    const deps = { db: open.db, clock: service.clock, url: service.url, secrets: service.secrets };
    houses = await foundNorthwind(deps);
    const anna = await addUser(deps, houses.northwind, 'admin@northwind.example', { role: 'administrator' });
    api = apiClient(service.url, (await addSession(deps, anna)).token);
  });
  afterAll(async () => {
    await service?.close();
    await open?.close();
    await queryAs(server, `drop database if exists ${name} with (force)`);
  });

  const namesOf = (body: { items: { name: string }[] }): string[] => body.items.map((each) => each.name);

  test.each([
    ['ICE TRAFFIC', 'ice traffic'],
    ['ÉCOLE DU NORD', 'école du nord'],
  ])('%s and %s are one name', async (capital, small) => {
    expect((await api.send('POST', '/organizations', { name: capital })).status).toBe(201);
    expect((await api.send('POST', '/organizations', { name: small })).status).toBe(409);
  });

  test('a search finds capitals by small letters and the other way round', async () => {
    const found = async (search: string) =>
      namesOf((await api.get(`/organizations?search=${encodeURIComponent(search)}`)).body);
    for (const typed of ['ice', 'ICE', 'traffic', 'TRAFFIC']) expect(await found(typed)).toEqual(['ICE TRAFFIC']);
    for (const typed of ['école', 'ÉCOLE']) expect(await found(typed)).toEqual(['ÉCOLE DU NORD']);
  });

  test('applications and APIs are found whatever the case, and each page goes on where the one before ended', async () => {
    const applications = `/organizations/${org(houses.northwind)}/applications`;
    const redirectUris = ['https://app.northwind.example/callback'];
    for (const application of ['IVY', 'ivy two', 'Émile']) {
      const made = await api.send('POST', applications, { name: application, kind: 'web', redirectUris });
      expect(made.status).toBe(201);
    }
    expect(namesOf((await api.get(`${applications}?search=ivy`)).body)).toEqual(['IVY', 'ivy two']);
    expect(namesOf((await api.get(`${applications}?search=${encodeURIComponent('éMILE')}`)).body)).toEqual(['Émile']);
    for (const list of [applications, '/organizations']) {
      const whole = namesOf((await api.get(list)).body);
      const seen: string[] = [];
      let next: string | null = '';
      for (let page = 0; next !== null && page < 20; page += 1) {
        const { body } = await api.get(`${list}?limit=1${next === '' ? '' : `&cursor=${encodeURIComponent(next)}`}`);
        seen.push(...namesOf(body));
        next = body.nextCursor;
      }
      expect([list, seen]).toEqual([list, whole]);
    }
  });
});

test.each(['LATIN1', 'SQL_ASCII'])(
  'a database with the encoding %s is refused, with the line that makes a right one',
  async (encoding) => {
    const { url: server } = inject('databaseServer');
    const name = `gatehouse_test_${process.pid}_${encoding.toLowerCase()}`;
    await queryAs(
      server,
      `create database ${name} template template0 encoding '${encoding}' locale_provider libc locale 'C'`,
    );
    const url = new URL(server);
    url.pathname = `/${name}`;
    const opened = await openDatabase({ source: { url: url.href }, log: silentLog }).catch((error: unknown) => error);
    await queryAs(server, `drop database ${name}`);
    const { code, detail = '' } = opened as { code: string; detail?: string };
    expect(code).toBe('database.encoding');
    expect(detail).toContain(`The database has the encoding ${encoding}`);
    const line = /^ {2}(CREATE DATABASE .*);$/m.exec(detail)?.[1] ?? '';
    await queryAs(server, line.replace('gatehouse', name));
    const { rows } = await queryAs<{ encoding: string }>(url.href, 'select getdatabaseencoding() as encoding');
    expect(rows).toEqual([{ encoding: 'UTF8' }]);
    await queryAs(server, `drop database ${name}`);
  },
);
