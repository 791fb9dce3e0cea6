import { afterAll, beforeAll, expect, test } from 'vitest';
import { apiClient } from '../support/api-client.ts';
import type { ApiClient } from '../support/api-client.ts';
import { ROUTE_NAMES, addressOf, furnish, requestsAt } from '../support/api-requests.ts';
import { holdingsOf } from '../support/holdings.ts';
import { addApiToken, addSession, addUser, foundNorthwind, org } from '../support/people.ts';
import type { Northwind } from '../support/people.ts';
import { startService } from '../support/start-service.ts';
import type { TestService } from '../support/start-service.ts';
import { contract } from '../../src/api/contract/all-routes.ts';
import { DAY } from '../../src/base/clock.ts';
import type { User } from '../../src/users/user.ts';

let service: TestService;
let houses: Northwind;
const deps = () => ({ db: service.database.db, clock: service.clock, url: service.url, secrets: service.secrets });
const tokensOf = (organization: Northwind['northwind']) => `/organizations/${org(organization)}/api-tokens`;
const inviting = (organization: Northwind['northwind']) => `/organizations/${org(organization)}/invitations`;

beforeAll(async () => {
  service = await startService();
  houses = await foundNorthwind(deps());
});
afterAll(async () => service.close());

let count = 0;
/** An administrator with an API token of theirs. */
async function makerWithToken(organization = houses.northwind): Promise<{ maker: User; token: string }> {
  count += 1;
  const maker = await addUser(deps(), organization, `maker-${count}@northwind.example`, { role: 'administrator' });
  const session = apiClient(service.url, (await addSession(deps(), maker)).token);
  const made = await session.send('POST', tokensOf(organization), { role: 'administrator', expiresInDays: 1 });
  expect(made.status).toBe(201);
  return { maker, token: made.body.token };
}

const change = async (user: User, values: Record<string, unknown>): Promise<unknown> =>
  service.database.db.updateTable('appUser').set(values).where('id', '=', user.id).execute();

const outcome = async (client: ApiClient): Promise<unknown[]> => {
  const read = await client.get('/me');
  const invited = await client.send('POST', inviting(houses.northwind), {
    addresses: `new-${count}@northwind.example`,
  });
  return [read.status, read.body.role, invited.status];
};

test('a token keeps no right that its maker lost', async () => {
  const { maker, token } = await makerWithToken();
  const program = apiClient(service.url, token);
  expect(await outcome(program)).toEqual([200, 'administrator', 201]);
  await change(maker, { consoleRole: 'editor' });
  expect(await outcome(program)).toEqual([200, 'editor', 201]);
  await change(maker, { consoleRole: 'viewer' });
  expect(await outcome(program)).toEqual([200, 'viewer', 403]);
  for (const lost of [
    { consoleRole: null },
    { consoleRole: 'administrator', accessUntil: service.clock.now() },
    { accessUntil: null, status: 'disabled' },
  ]) {
    await change(maker, lost);
    expect(await outcome(program)).toEqual([401, undefined, 401]);
  }
  await change(maker, { status: 'verified' });
  expect((await program.get('/me')).status).toBe(200);
  await service.database.db.deleteFrom('appUser').where('id', '=', maker.id).execute();
  expect(await outcome(program)).toEqual([401, undefined, 401]);
});

test('a token of a maker whose organization is suspended opens nothing', async () => {
  const { token } = await makerWithToken(houses.fabrikam);
  const suspend = async (since: Date | null): Promise<unknown> =>
    service.database.db
      .updateTable('organization')
      .set({ suspendedAt: since })
      .where('id', '=', houses.fabrikam.id)
      .execute();
  await suspend(service.clock.now());
  expect((await apiClient(service.url, token).get('/me')).status).toBe(401);
  await suspend(null);
  expect((await apiClient(service.url, token).get('/me')).status).toBe(200);
});

test('a person’s token does nothing that asks its maker for a fresh factor', async () => {
  const { token } = await makerWithToken();
  const at = await furnish(deps(), houses.contoso);
  const before = await holdingsOf(service.database.db, houses.contoso);
  const requests = requestsAt(at);
  const asking = ROUTE_NAMES.filter((name) => contract[name].freshFactor);
  expect(asking.length).toBeGreaterThan(12);
  const program = apiClient(service.url, token);
  for (const name of asking) {
    const { status, body } = await program.send(
      contract[name].method,
      addressOf(name, requests[name]),
      requests[name].body,
    );
    expect({ name, status, code: body.code }).toEqual({ name, status: 403, code: 'caller.denied' });
  }
  const administrator = { addresses: 'eve@contoso.example', role: 'administrator' };
  expect((await program.send('POST', inviting(houses.contoso), administrator)).status).toBe(403);
  expect(await holdingsOf(service.database.db, houses.contoso)).toEqual(before);
});

test('a token that a token made has no more rights, no longer life and no children', async () => {
  const { db } = service.database;
  const parent = apiClient(service.url, await addApiToken(deps(), houses.northwind, 'administrator'));
  const made = await parent.send('POST', tokensOf(houses.northwind), { role: 'administrator', expiresInDays: 366 });
  const listed = await parent.get(tokensOf(houses.northwind));
  const [child, own] = listed.body.items as { id: string; expiresAt: string }[];
  expect(made.body.apiToken.id).toBe(child!.id);
  expect(made.body.apiToken.expiresAt).toBe(own!.expiresAt);
  const program = apiClient(service.url, made.body.token);
  expect((await program.get('/me')).body.role).toBe('administrator');
  expect((await program.send('POST', tokensOf(houses.northwind), { role: 'viewer' })).status).toBe(403);
  // The parent's rights shrink, as those of a user do.
  const parents = db.updateTable('apiToken').where('createdByKind', '=', 'operator');
  await parents.set({ role: 'viewer' }).execute();
  expect((await program.get('/me')).body.role).toBe('viewer');
  expect((await program.send('POST', inviting(houses.northwind), { addresses: 'x@northwind.example' })).status).toBe(
    403,
  );
  await parents.set({ role: 'administrator', revokedAt: service.clock.now() }).execute();
  expect((await program.get('/me')).status).toBe(401);
});

test('a token of an earlier version whose maker is unknown opens nothing', async () => {
  const token = await addApiToken(deps(), houses.contoso, 'viewer');
  expect((await apiClient(service.url, token).get('/me')).status).toBe(200);
  await service.database.db
    .updateTable('apiToken')
    .set({ createdByKind: null })
    .where('organizationId', '=', houses.contoso.id)
    .execute();
  expect((await apiClient(service.url, token).get('/me')).status).toBe(401);
});

test('a day later the token of a day is over, and what it made with it', async () => {
  const { token } = await makerWithToken();
  service.clock.advance(DAY + 1);
  expect((await apiClient(service.url, token).get('/me')).status).toBe(401);
});
