import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { apiClient } from '../support/api-client.ts';
import type { ApiClient } from '../support/api-client.ts';
import { ROUTE_NAMES, addressOf, furnish, requestsAt } from '../support/api-requests.ts';
import { holdingsOf } from '../support/holdings.ts';
import type { ApiRequestTo, Belongings } from '../support/api-requests.ts';
import { addSession, addUser, foundNorthwind, org, usr } from '../support/people.ts';
import type { Northwind } from '../support/people.ts';
import { startService } from '../support/start-service.ts';
import type { TestService } from '../support/start-service.ts';
import { contract } from '../../src/api/contract/all-routes.ts';
import type { RouteName } from '../../src/api/contract/all-routes.ts';
import { formatId } from '../../src/base/ids.ts';
import type { OrganizationId } from '../../src/base/ids.ts';
import { randomUuid } from '../../src/base/random.ts';

let service: TestService;
let houses: Northwind;
let contoso: Belongings;
let fabrikam: Belongings;
let northwind: Belongings;
/** Administrator of Fabrikam: beside Contoso, below Northwind. */
let eve: ApiClient;
const deps = () => ({ db: service.database.db, clock: service.clock, url: service.url, secrets: service.secrets });

beforeAll(async () => {
  service = await startService();
  houses = await foundNorthwind(deps());
  contoso = await furnish(deps(), houses.contoso);
  fabrikam = await furnish(deps(), houses.fabrikam);
  northwind = await furnish(deps(), houses.northwind);
  const user = await addUser(deps(), houses.fabrikam, 'eve@fabrikam.example', { role: 'administrator' });
  eve = apiClient(service.url, (await addSession(deps(), user)).token);
});
afterAll(async () => service.close());

async function call(name: RouteName, request: ApiRequestTo) {
  const { status, body } = await eve.send(contract[name].method, addressOf(name, request), request.body);
  return { name, status, code: (body as { code?: string } | undefined)?.code };
}

/** Every address that names an organization, in path, body or query. */
const NAMING = ROUTE_NAMES.filter((name) => name !== 'getMe' && name !== 'listCredentials');

/** Row-level security on every table of the service, off or on again. */
async function rowLevelSecurity(state: 'enable' | 'disable'): Promise<void> {
  const { db } = service.database;
  const tables = await sql<{ name: string }>`
    select c.relname as name from pg_class c join pg_namespace n on n.oid = c.relnamespace
    where n.nspname = 'public' and c.relrowsecurity <> ${state === 'enable'} and c.relkind in ('r', 'p')
      and exists (select from pg_policy p where p.polrelid = c.oid)`.execute(db);
  expect(tables.rows.length).toBeGreaterThan(10);
  await service.database.open.migrating(async (owner) => {
    for (const { name } of tables.rows) {
      await sql`alter table ${sql.table(name)} ${sql.raw(state)} row level security`.execute(owner);
    }
  });
}

describe.each(['with row-level security', 'with row-level security off'] as const)('%s', (how) => {
  beforeAll(async () => {
    if (how === 'with row-level security off') await rowLevelSecurity('disable');
  });
  afterAll(async () => {
    if (how === 'with row-level security off') await rowLevelSecurity('enable');
  });

  test.each(['contoso', 'northwind'] as const)('%s is as if it were not there, at every address', async (which) => {
    const theirs = which === 'contoso' ? contoso : northwind;
    const before = await holdingsOf(service.database.db, theirs.organization);
    const requests = requestsAt(theirs);
    const nowhere = { ...theirs.organization, id: randomUuid() as OrganizationId };
    const requestsNowhere = requestsAt({ ...theirs, organization: nowhere });
    for (const name of NAMING) {
      const answer = await call(name, requests[name]);
      expect(answer).toEqual({ name, status: 404, code: 'organization.not-found' });
      // The same answer as for an id nobody has: ids cannot be probed.
      expect(await call(name, requestsNowhere[name])).toEqual(answer);
    }
    expect(await holdingsOf(service.database.db, theirs.organization)).toEqual(before);
  });

  test('the board of credentials, which names no organization, shows none of theirs', async () => {
    const { status, body } = await eve.get('/credentials?limit=200');
    expect(status).toBe(200);
    const shown = (body as { items: { organization: { id: string } }[] }).items.map(
      ({ organization }) => organization.id,
    );
    expect(shown).not.toContain(org(contoso.organization));
  });

  test('the own organization in the path does not open what another one holds', async () => {
    const before = await holdingsOf(service.database.db, contoso.organization);
    const mixed = requestsAt({ ...contoso, organization: fabrikam.organization });
    // What is the whole service's names no organization: the-whole-service-seen-from-below.test.ts.
    const naming = NAMING.filter(
      (name) => name !== 'sendMailAgain' && Object.keys(mixed[name].params).some((part) => part !== 'organizationId'),
    );
    expect(naming.length).toBeGreaterThan(14);
    for (const name of naming) {
      if (name === 'routeDomain' || name === 'removeDomain') continue;
      const answer = await call(name, mixed[name]);
      expect({ name, status: answer.status }).toEqual({ name, status: 404 });
      expect(answer.code).toMatch(
        /^(user|trial|setup-link|invitation|(?:unregistered-)?application|api-resource|token|domain|login|client-keys|template)\.not-found$/,
      );
    }
    expect(await holdingsOf(service.database.db, contoso.organization)).toEqual(before);
  });

  test('the path says mine, the body says theirs', async () => {
    const own = { organizationId: org(fabrikam.organization) };
    const registered = {
      name: 'Tickets',
      kind: 'web',
      redirectUris: ['https://tickets.fabrikam.example/callback'],
      access: [org(contoso.organization)],
    };
    const roles = { organizationId: org(contoso.organization), roles: ['admin'] };
    const ofOwnUser = { ...own, userId: usr(fabrikam.user) };
    const ownApplication = formatId('app', fabrikam.applicationId);
    const theirApplication = formatId('app', contoso.applicationId);
    const answers = [
      await call('createOrganization', {
        params: {},
        body: { name: 'Mine', managingOrganizationId: org(contoso.organization) },
      }),
      await call('registerApplication', { params: own, body: registered }),
      await call('changeApplication', {
        params: { ...own, applicationId: ownApplication },
        body: { access: [org(northwind.organization)], version: 1 },
      }),
      await call('setApplicationRoles', { params: { ...ofOwnUser, applicationId: ownApplication }, body: roles }),
      await call('setApplicationRoles', {
        params: { ...ofOwnUser, applicationId: theirApplication },
        body: { ...roles, organizationId: org(fabrikam.organization) },
      }),
    ];
    expect(answers.map(({ status }) => status)).toEqual([404, 404, 404, 404, 404]);
  });

  test('a filter finds nothing of theirs', async () => {
    const path = `/organizations/${org(fabrikam.organization)}`;
    const events = await eve.get(`${path}/audit-events?userId=${usr(contoso.user)}`);
    expect([events.status, events.body.items]).toEqual([200, []]);
    const users = await eve.get(`${path}/users?search=contoso`);
    expect([users.status, users.body.items]).toEqual([200, []]);
    const organizations = await eve.get('/organizations?search=contoso');
    expect([organizations.status, organizations.body.items]).toEqual([200, []]);
    // A cursor made for another list says where to begin, never where to look.
    const cursor = Buffer.from(JSON.stringify(['', org(contoso.organization)])).toString('base64url');
    expect((await eve.get(`${path}/applications?cursor=${cursor}`)).status).toBe(422);
  });
});
