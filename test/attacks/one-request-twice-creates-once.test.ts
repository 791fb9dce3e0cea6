import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { apiClient } from '../support/api-client.ts';
import type { ApiClient } from '../support/api-client.ts';
import { ROUTE_NAMES, addressOf, furnish, requestsAt } from '../support/api-requests.ts';
import { addApiToken, addSession, addUser, foundNorthwind, org } from '../support/people.ts';
import type { Northwind } from '../support/people.ts';
import { startService } from '../support/start-service.ts';
import type { TestService } from '../support/start-service.ts';
import { contract } from '../../src/api/contract/all-routes.ts';

let service: TestService;
let houses: Northwind;
let administrator: ApiClient;
const deps = () => ({ db: service.database.db, clock: service.clock, url: service.url, secrets: service.secrets });

beforeAll(async () => {
  service = await startService();
  houses = await foundNorthwind(deps());
  const anna = await addUser(deps(), houses.northwind, 'anna@northwind.example', { role: 'administrator' });
  administrator = apiClient(service.url, (await addSession(deps(), anna)).token);
});
afterAll(async () => service.close());

describe('an Idempotency-Key', () => {
  test('makes every creating address answer a repetition as it answered the first time', async () => {
    const at = await furnish(deps(), houses.contoso);
    const requests = requestsAt(at);
    const creating = ROUTE_NAMES.filter((name) => contract[name].creates);
    expect(creating.length).toBeGreaterThanOrEqual(6);
    for (const name of creating) {
      const send = async () =>
        administrator.send(contract[name].method, addressOf(name, requests[name]), requests[name].body, {
          'idempotency-key': `once-${name}`,
        });
      const first = await send();
      const second = await send();
      expect({ name, status: first.status }).toEqual({ name, status: 201 });
      expect({ name, status: second.status, body: second.body }).toEqual({ name, status: 201, body: first.body });
    }
  });

  test('lets ten equal requests at once create one thing', async () => {
    const answers = await Promise.all(
      Array.from({ length: 10 }, async () =>
        administrator.send('POST', '/organizations', { name: 'Northwind Rail' }, { 'idempotency-key': 'ten-at-once' }),
      ),
    );
    expect(answers.map(({ status }) => status)).toEqual(Array.from({ length: 10 }, () => 201));
    expect(new Set(answers.map(({ body }) => body.id)).size).toBe(1);
  });

  test('does not answer another request, and not another caller', async () => {
    const headers = { 'idempotency-key': 'mine' };
    const path = `/organizations/${org(houses.northwind)}/api-tokens`;
    const first = await administrator.send('POST', path, { role: 'viewer' }, headers);
    const other = await administrator.send('POST', path, { role: 'editor' }, headers);
    expect([other.status, other.body.code]).toEqual([422, 'idempotency.mismatch']);
    const elsewhere = await administrator.send('POST', '/organizations', { name: 'Elsewhere' }, headers);
    expect([elsewhere.status, elsewhere.body.code]).toEqual([422, 'idempotency.mismatch']);
    const program = apiClient(service.url, await addApiToken(deps(), houses.northwind, 'administrator'));
    const theirs = await program.send('POST', path, { role: 'viewer' }, headers);
    expect(theirs.status).toBe(201);
    expect(theirs.body.token).not.toBe(first.body.token);
  });

  test('of a request that failed is free again, and after 24 hours, too', async () => {
    const headers = { 'idempotency-key': 'second-try' };
    const bad = await administrator.send('POST', '/organizations', { name: '' }, headers);
    expect(bad.status).toBe(422);
    expect((await administrator.send('POST', '/organizations', { name: 'Second' }, headers)).status).toBe(201);
    const program = apiClient(service.url, await addApiToken(deps(), houses.northwind, 'administrator'));
    expect((await program.send('POST', '/organizations', { name: 'Third' }, headers)).status).toBe(201);
    service.clock.advance(24 * 3600 + 1);
    expect((await program.send('POST', '/organizations', { name: 'Fourth' }, headers)).status).toBe(201);
  });

  test('of no sensible form is refused', async () => {
    for (const key of ['', 'a b', 'x'.repeat(201)]) {
      const refused = await administrator.send(
        'POST',
        '/organizations',
        { name: 'Nobody' },
        { 'idempotency-key': key },
      );
      expect(refused.status).not.toBe(201);
    }
  });

  test('shows no secret again to a session whose factor was proved long ago', async () => {
    const ben = await addUser(deps(), houses.northwind, 'ben@northwind.example', { role: 'administrator' });
    const fresh = apiClient(service.url, (await addSession(deps(), ben)).token);
    const stale = apiClient(service.url, (await addSession(deps(), ben, { factorAt: null })).token);
    const headers = { 'idempotency-key': 'seen-once' };
    const path = `/organizations/${org(houses.northwind)}/api-tokens`;
    const made = await fresh.send('POST', path, { role: 'administrator' }, headers);
    expect(made.body.token).toMatch(/^gatehouse_/);
    const again = await stale.send('POST', path, { role: 'administrator' }, headers);
    expect([again.status, again.body.code, again.body.token]).toEqual([403, 'caller.stale-factor', undefined]);
    expect((await fresh.send('POST', path, { role: 'administrator' }, headers)).body).toEqual(made.body);
  });
});
