import { afterAll, beforeAll, expect, test } from 'vitest';
import { apiClient } from '../support/api-client.ts';
import type { ApiClient } from '../support/api-client.ts';
import { addSession, addUser, foundNorthwind, org } from '../support/people.ts';
import type { Northwind } from '../support/people.ts';
import { startService } from '../support/start-service.ts';
import type { TestService } from '../support/start-service.ts';

let service: TestService;
let houses: Northwind;
let client: ApiClient;
const deps = () => ({ db: service.database.db, clock: service.clock, url: service.url });

beforeAll(async () => {
  service = await startService();
  houses = await foundNorthwind(deps());
  const anna = await addUser(deps(), houses.northwind, 'anna@northwind.example', { role: 'administrator' });
  client = apiClient(service.url, (await addSession(deps(), anna)).token);
});
afterAll(async () => service.close());

const deep = (levels: number): string => `${'['.repeat(levels)}${']'.repeat(levels)}`;

test.each([
  ['a name given twice', '{"name":"Contoso A","name":"Contoso B"}', 'name', 'duplicate'],
  ['a name given twice, once escaped', String.raw`{"name":"Contoso A","n\u0061me":"Contoso B"}`, 'name', 'duplicate'],
  ['a name given twice further down', '{"name":{"a":1,"b":[{"c":1,"c":2}]}}', 'c', 'duplicate'],
  ['a prototype', '{"name":"Contoso A","__proto__":{"managingOrganizationId":"x"}}', '__proto__', 'unknown'],
  ['ten thousand levels', `{"name":${deep(10_000)}}`, 'name', 'too-deep'],
  ['levels enough for the largest body', deep(120_000), 'body', 'too-deep'],
  ['a NUL', String.raw`{"name":"Contoso \u0000"}`, 'name', 'characters'],
  ['half of a surrogate pair', String.raw`{"name":"Contoso \ud800"}`, 'name', 'characters'],
  ['a name with a NUL', String.raw`{"na\u0000me":"Contoso"}`, 'body', 'characters'],
  ['no JSON', '{"name":"Contoso"', 'body', 'json'],
  ['nothing but a comma', ',', 'body', 'json'],
])('%s is refused once, at the edge', async (_what, body, field, code) => {
  const key = { 'idempotency-key': 'the-same' };
  for (const headers of [{}, key] as Record<string, string>[]) {
    const { status, body: problem } = await client.send('POST', '/organizations', body, headers);
    expect([status, problem.code, problem.errors]).toEqual([
      422,
      'input.malformed',
      [{ field, code, message: expect.any(String) }],
    ]);
  }
});

test('keys of an application nested ten thousand deep are no fault of ours', async () => {
  const path = `/organizations/${org(houses.northwind)}/applications`;
  const jwks = `{"keys":[{"kty":"RSA","x5c":${deep(10_000)}}]}`;
  const answer = await client.send('POST', path, `{"name":"Reports","kind":"web","jwks":${jwks}}`);
  expect([answer.status, answer.body.code]).toEqual([422, 'input.malformed']);
});

test('an empty object is taken where nothing is asked for, and each wrong field is named', async () => {
  const path = `/organizations/${org(houses.contoso)}`;
  expect((await client.send('POST', `${path}/api-tokens`, {})).body.errors).toMatchObject([{ field: 'role' }]);
  expect((await client.send('PATCH', path, { more: 1, version: 1 })).body.errors).toMatchObject([{ field: 'more' }]);
  expect((await client.send('PATCH', path)).body.errors).toMatchObject([{ field: 'body', code: 'required' }]);
  const made = await client.send('POST', `${path}/api-tokens`, { role: 'viewer' });
  const revoked = await client.send('POST', `${path}/api-tokens/${made.body.apiToken.id}/revoke`, {});
  expect(revoked.status).toBe(200);
});

test('the type of a problem is a page of this service that explains the code', async () => {
  const { body } = await client.get('/organizations/none');
  const page = new URL(body.type, `${service.url}/api/v1/organizations/none`);
  expect(page.origin).toBe(service.url);
  const answer = await fetch(page);
  expect([answer.status, answer.headers.get('content-type')]).toEqual([200, 'text/html; charset=utf-8']);
  expect(await answer.text()).toContain(`id="${page.hash.slice(1)}"`);
});
