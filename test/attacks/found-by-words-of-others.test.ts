import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { apiClient } from '../support/api-client.ts';
import { addSession, addUser, foundNorthwind, org } from '../support/people.ts';
import type { Northwind } from '../support/people.ts';
import { startService } from '../support/start-service.ts';
import type { TestService } from '../support/start-service.ts';
import { sqlState } from '../../src/base/database-failure.ts';
import { withApiRole } from '../../src/db/database.ts';

let service: TestService;
let houses: Northwind;
const deps = () => ({ db: service.database.db, clock: service.clock, url: service.url });

/** What is kept beside the rows: names, addresses and counts of every organization stand in one table each. */
const KEPT = ['user_search_term', 'organization_search_term', 'organization_user_count', 'organization_login'] as const;

beforeAll(async () => {
  service = await startService();
  houses = await foundNorthwind(deps());
  for (const [name, house] of Object.entries(houses)) {
    const user = await addUser(deps(), house, `secret-name@${name.toLowerCase()}.example`, { role: 'administrator' });
    const lastLoginAt = service.clock.now();
    await service.database.db.updateTable('appUser').set({ lastLoginAt }).where('id', '=', user.id).execute();
  }
});
afterAll(async () => service.close());

describe.each(KEPT)('%s', (table) => {
  test('shows nothing of an organization beside or above', async () => {
    const seen = async (organizationPath: string) =>
      withApiRole(service.database.db, { organizationPath }, async (tx) => {
        const { rows } = await sql<{ id: string }>`
          select distinct organization_id as id from ${sql.table(table)} order by 1`.execute(tx);
        return rows.map(({ id }) => id);
      });
    const { northwind, contoso, contosoRetail, fabrikam } = houses;
    const ids = (...of: { id: string }[]) => of.map(({ id }) => id).toSorted();
    expect(await seen(northwind.path)).toEqual(ids(northwind, contoso, contosoRetail, fabrikam));
    expect(await seen(contoso.path)).toEqual(ids(contoso, contosoRetail));
    expect(await seen(fabrikam.path)).toEqual(ids(fabrikam));
    expect(await seen('')).toEqual([]);
  });

  test('is written by its triggers alone', async () => {
    const { db } = service.database;
    const refused = async (work: Promise<unknown>) => {
      const error: unknown = await work.then(
        () => undefined,
        (failure: unknown) => failure,
      );
      return sqlState(error);
    };
    const deleted = sql`delete from ${sql.table(table)}`;
    const changed = sql`update ${sql.table(table)} set organization_id = ${houses.fabrikam.id}::uuid`;
    for (const statement of [deleted, changed]) {
      expect(await refused(statement.execute(db))).toBe('42501');
      const inRole = withApiRole(db, { organizationPath: houses.northwind.path }, async (tx) => statement.execute(tx));
      expect(await refused(inRole)).toBe('42501');
    }
  });
});

test('a search beside a much searched word says neither that others have it nor how many', async () => {
  const eve = await addUser(deps(), houses.fabrikam, 'eve@fabrikam.example', { role: 'administrator' });
  const api = apiClient(service.url, (await addSession(deps(), eve)).token);
  const users = await api.get(`/organizations/${org(houses.fabrikam)}/users?search=secret`);
  expect(users.body).toMatchObject({ total: 1, items: [{ email: 'secret-name@fabrikam.example' }] });
  const organizations = await api.get('/organizations?search=contoso');
  expect(organizations.body).toMatchObject({ total: 0, items: [], nextCursor: null });
  const place = Buffer.from(JSON.stringify(['secret name contoso', houses.contoso.id])).toString('base64url');
  const after = await api.get(`/organizations/${org(houses.fabrikam)}/users?search=secret&cursor=${place}`);
  expect(after.body.items).toMatchObject([{ email: 'secret-name@fabrikam.example' }]);
});
