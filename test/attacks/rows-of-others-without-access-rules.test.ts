import { sql } from 'kysely';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import { ROUTE_NAMES, furnish, requestsAt } from '../support/api-requests.ts';
import { holdingsOf } from '../support/holdings.ts';
import type { Belongings } from '../support/api-requests.ts';
import { addUser, foundNorthwind, org, usr } from '../support/people.ts';
import type { Northwind } from '../support/people.ts';
import { createTestDatabase } from '../support/start-database.ts';
import type { TestDatabase } from '../support/start-database.ts';
import { contract } from '../../src/api/contract/all-routes.ts';
import type { RequestContext } from '../../src/api/handlers/handler.ts';
import { ROUTES } from '../../src/api/routes.ts';
import { systemClock } from '../../src/base/clock.ts';
import { createSecretBox } from '../../src/base/secret-box.ts';
import { methodSettings } from '../../src/connections/configure/check-settings.ts';
import { createConnectors } from '../../src/connectors/create-connectors.ts';
import { createGuardedFetch } from '../../src/connectors/outgoing/guarded-fetch.ts';
import { withApiRole } from '../../src/db/database.ts';
import type { Caller } from '../../src/organizations/access.ts';
import { createTexts } from '../../src/texts/catalog.ts';

let database: TestDatabase;
let houses: Northwind;
let contoso: Belongings;
/** What a broken access rule would make of Fabrikam's administrator: one of the root, who may do all. */
let forged: Caller;
const clock = systemClock;
const secrets = createSecretBox([Buffer.alloc(32, 7)]);
const guardedFetch = createGuardedFetch({ allowedHosts: [] });
const connectors = createConnectors({
  fetch: guardedFetch,
  clock,
  entraAuthority: 'http://localhost:1',
  ownIssuer: 'http://localhost:3000',
});

beforeAll(async () => {
  database = await createTestDatabase();
  const ground = { db: database.db, clock, secrets };
  houses = await foundNorthwind(ground);
  contoso = await furnish(ground, houses.contoso);
  const eve = await addUser(ground, houses.fabrikam, 'eve@fabrikam.example', { role: 'administrator' });
  forged = {
    kind: 'user',
    id: eve.id,
    userId: eve.id,
    name: 'eve',
    role: 'administrator',
    organizationId: houses.northwind.id,
    organizationPath: houses.northwind.path,
    factorAt: clock.now(),
  };
});
afterAll(async () => {
  await guardedFetch.close();
  await database.close();
});

test('with every access rule passed, the database gives the api role nothing of another organization', async () => {
  const { db } = database;
  const before = await holdingsOf(db, houses.contoso);
  const requests = requestsAt(contoso);
  const atFabrikam = { organizationPath: houses.fabrikam.path };
  for (const name of ROUTE_NAMES) {
    if (name === 'getMe') continue;
    const request = requests[name];
    const route = contract[name];
    const handle = async (tx: typeof db): Promise<unknown> => {
      const handling = {
        deps: {
          db: tx,
          clock,
          secrets,
          texts: createTexts('Gatehouse'),
          config: {
            publicUrl: new URL('http://localhost:3000'),
            productName: 'Gatehouse',
            entraAuthority: new URL('http://localhost:1'),
          },
          version: '0',
          fetch: guardedFetch,
          connectors,
          methodSettings: z.object({ settings: methodSettings(connectors) }),
          rateLimit: { consume: async () => {}, requireLeft: async () => {}, reset: async () => {} },
        },
        caller: forged,
        params: route.params.parse(request.params),
        query: route.query.parse(request.query ?? {}),
        body: route.body.parse(request.body),
        afterwards: () => {},
        transact: async <T>(work: (inner: typeof db) => Promise<T>): Promise<T> =>
          tx.isTransaction ? work(tx) : withApiRole(db, atFabrikam, work),
      };
      return ROUTES[name].handler(handling as unknown as RequestContext as never);
    };
    const got = await (ROUTES[name].reachesOut === true ? handle(db) : withApiRole(db, atFabrikam, handle)).then(
      (result) => ({ result: JSON.stringify(result ?? null), code: undefined }),
      (error: { code?: string }) => ({ result: '', code: error.code }),
    );
    expect({ name, code: got.code }).toEqual({ name, code: 'organization.not-found' });
    for (const theirs of [org(houses.contoso), usr(contoso.user), contoso.user.email]) {
      expect(got.result).not.toContain(theirs);
    }
  }
  expect(await holdingsOf(db, houses.contoso)).toEqual(before);
});

test('each table gives the api role the rows of the organizations it reaches, and none beside', async () => {
  const { db } = database;
  const { rows: tables } = await sql<{ name: string }>`
    select relname as name from pg_policy join pg_class on pg_class.oid = polrelid
    where polname = 'api' and relname not in ('organization', 'mail_pause') order by 1`.execute(db);
  const count = async (of: typeof db, name: string, organization: { id: string }): Promise<number> => {
    const { rows } = await sql<{ count: number }>`select count(*)::integer as count from ${sql.table(name)}
      where organization_id = ${organization.id}`.execute(of);
    return rows[0]?.count ?? Number.NaN;
  };
  const { contoso: theirs, fabrikam, northwind } = houses;
  const filled: string[] = [];
  for (const { name } of tables) {
    const there = await count(db, name, theirs);
    const seenBy = async ({ path }: { path: string }) =>
      withApiRole(db, { organizationPath: path }, async (tx) => count(tx, name, theirs));
    const seen = { beside: await seenBy(fabrikam), itself: await seenBy(theirs), above: await seenBy(northwind) };
    expect({ name, ...seen }).toEqual({ name, beside: 0, itself: there, above: there });
    if (there > 0) filled.push(name);
  }
  // What this holds of: a table without rows would say nothing.
  expect(filled.length).toBeGreaterThan(20);
});
