import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { apiClient } from '../support/api-client.ts';
import { ROUTE_NAMES, addressOf, furnish, requestsAt } from '../support/api-requests.ts';
import { holdingsOf } from '../support/holdings.ts';
import type { Belongings } from '../support/api-requests.ts';
import { addApiToken, addSession, addUser, foundNorthwind } from '../support/people.ts';
import type { Northwind } from '../support/people.ts';
import { startService } from '../support/start-service.ts';
import type { TestService } from '../support/start-service.ts';
import { ROUTES } from '../../src/api/routes.ts';
import { contract } from '../../src/api/contract/all-routes.ts';
import type { RouteName } from '../../src/api/contract/all-routes.ts';
import { permissionsOf } from '../../src/organizations/access.ts';
import type { User } from '../../src/users/user.ts';

let service: TestService;
let houses: Northwind;
let at: Belongings;
let anna: User;
const deps = () => ({ db: service.database.db, clock: service.clock, url: service.url, secrets: service.secrets });

beforeAll(async () => {
  service = await startService();
  houses = await foundNorthwind(deps());
  at = await furnish(deps(), houses.contoso);
  anna = await addUser(deps(), houses.northwind, 'anna@northwind.example', { role: 'administrator' });
});
afterAll(async () => service.close());

async function callAll(token: string | undefined, names: readonly RouteName[] = ROUTE_NAMES) {
  const client = apiClient(service.url, token);
  const requests = requestsAt(at);
  const answers = [];
  for (const name of names) {
    const { status, body } = await client.send(
      contract[name].method,
      addressOf(name, requests[name]),
      requests[name].body,
    );
    answers.push({ name, status, code: (body as { code?: string } | undefined)?.code });
  }
  return answers;
}

const all = (names: readonly RouteName[], status: number, code: string) =>
  names.map((name) => ({ name, status, code }));

describe('nobody reaches an address of the API', () => {
  test('without a token', async () => {
    const before = await holdingsOf(service.database.db, houses.contoso);
    expect(await callAll(undefined)).toEqual(all(ROUTE_NAMES, 401, 'caller.unauthenticated'));
    expect(await holdingsOf(service.database.db, houses.contoso)).toEqual(before);
  });

  test('with a token that was never given, or was given for something else', async () => {
    const { db } = service.database;
    const revoked = await addApiToken(deps(), houses.northwind, 'administrator');
    await db
      .updateTable('apiToken')
      .set({ revokedAt: service.clock.now() })
      .where('role', '=', 'administrator')
      .execute();
    const ended = await addSession(deps(), anna);
    await db.deleteFrom('session').where('id', '=', ended.sessionId).execute();
    const tokens = {
      made: 'x'.repeat(43),
      like: `gatehouse_${'x'.repeat(43)}`,
      broken: '%00',
      revoked,
      ended: ended.token,
      application: (await addSession(deps(), anna, { clientId: 'reports' })).token,
      audience: (await addSession(deps(), anna, { audience: 'https://reports.contoso.example' })).token,
    };
    for (const [why, token] of Object.entries(tokens)) {
      expect({ why, answers: await callAll(token, ['getMe', 'listUsers', 'createApiToken']) }).toEqual({
        why,
        answers: all(['getMe', 'listUsers', 'createApiToken'], 401, 'caller.unauthenticated'),
      });
    }
  });

  test('with the token in the address, or in a cookie', async () => {
    const { token } = await addSession(deps(), anna);
    const answers = [
      await fetch(`${service.url}/api/v1/me?access_token=${token}`),
      await fetch(`${service.url}/api/v1/me`, { headers: { cookie: `access_token=${token}; session=${token}` } }),
      await fetch(`${service.url}/api/v1/me`, { headers: { authorization: `Basic ${btoa(`${token}:`)}` } }),
    ];
    expect(answers.map(({ status }) => status)).toEqual([401, 401, 401]);
    expect(answers[0]!.headers.get('www-authenticate')).toBe('Bearer');
  });

  test('ten minutes later with the same access token, or after its user was disabled', async () => {
    const ben = await addUser(deps(), houses.northwind, 'ben@northwind.example', { role: 'administrator' });
    const { token } = await addSession(deps(), ben);
    expect((await apiClient(service.url, token).get('/me')).status).toBe(200);
    await service.database.db.updateTable('appUser').set({ status: 'disabled' }).where('id', '=', ben.id).execute();
    expect((await apiClient(service.url, token).get('/me')).status).toBe(401);
    const late = await addSession(deps(), anna);
    service.clock.advance(601);
    expect((await apiClient(service.url, late.token).get('/me')).status).toBe(401);
  });

  test.each(['idleExpiresAt', 'expiresAt'] as const)('with the access token of a session past its %s', async (end) => {
    const { token, sessionId } = await addSession(deps(), anna);
    const client = apiClient(service.url, token);
    expect((await client.get('/me')).status).toBe(200);
    const past = new Date(service.clock.now().getTime() - 1000);
    await service.database.db
      .updateTable('session')
      .set({ [end]: past })
      .where('id', '=', sessionId)
      .execute();
    expect((await client.get('/me')).status).toBe(401);
  });

  test('of a suspended organization, or below one', async () => {
    const lou = await addUser(deps(), houses.contosoRetail, 'lou@contoso-retail.example', { role: 'administrator' });
    const { token } = await addSession(deps(), lou);
    const program = await addApiToken(deps(), houses.contosoRetail, 'administrator');
    const suspend = async (since: Date | null) =>
      service.database.db
        .updateTable('organization')
        .set({ suspendedAt: since })
        .where('id', '=', houses.contoso.id)
        .execute();
    await suspend(service.clock.now());
    expect((await apiClient(service.url, token).get('/me')).status).toBe(401);
    expect((await apiClient(service.url, program).get('/me')).status).toBe(401);
    await suspend(null);
    expect((await apiClient(service.url, token).get('/me')).status).toBe(200);
  });

  test('as a user without a console role', async () => {
    const nobody = await addUser(deps(), houses.northwind, 'nobody@northwind.example');
    const { token } = await addSession(deps(), nobody);
    expect(await callAll(token)).toEqual(all(ROUTE_NAMES, 403, 'caller.denied'));
  });

  test.each(['viewer', 'editor'] as const)('as %s beyond what that role allows', async (role) => {
    const beyond = ROUTE_NAMES.filter((name) => !permissionsOf(role).includes(ROUTES[name].permission));
    expect(beyond.length).toBeGreaterThan(role === 'viewer' ? 20 : 12);
    const someone = await addUser(deps(), houses.northwind, `${role}@northwind.example`, { role });
    const before = await holdingsOf(service.database.db, houses.contoso);
    const { token } = await addSession(deps(), someone);
    expect(await callAll(token, beyond)).toEqual(all(beyond, 403, 'caller.denied'));
    expect(await callAll(await addApiToken(deps(), houses.northwind, role), beyond)).toEqual(
      all(beyond, 403, 'caller.denied'),
    );
    expect(await holdingsOf(service.database.db, houses.contoso)).toEqual(before);
  });

  test('with a factor proved long ago, where a fresh one is asked', async () => {
    const asks = ROUTE_NAMES.filter((name) => contract[name].freshFactor);
    expect(asks.length).toBeGreaterThan(12);
    const before = await holdingsOf(service.database.db, houses.contoso);
    for (const factorAt of [null, new Date(service.clock.now().getTime() - 601_000)]) {
      const { token } = await addSession(deps(), anna, { factorAt });
      expect(await callAll(token, asks)).toEqual(all(asks, 403, 'caller.stale-factor'));
    }
    expect(await holdingsOf(service.database.db, houses.contoso)).toEqual(before);
  });
});

test('a refused administrator finds the attempt in the own log', async () => {
  const { token } = await addSession(deps(), anna);
  const events = await apiClient(service.url, token).get(
    `/organizations/${requestsAt({ ...at, organization: houses.northwind }).listUsers.params['organizationId']}/audit-events?kind=api.refused`,
  );
  expect(events.body.items[0]).toMatchObject({
    details: { code: 'caller.denied', path: expect.stringContaining('/api/v1/') },
  });
});
