import { afterAll, beforeAll, expect, test } from 'vitest';
import { apiClient } from '../support/api-client.ts';
import type { ApiClient } from '../support/api-client.ts';
import { addApiToken, addApplication, addSession, addUser, foundNorthwind, org, usr } from '../support/people.ts';
import type { Northwind } from '../support/people.ts';
import { startService } from '../support/start-service.ts';
import type { TestService } from '../support/start-service.ts';
import { formatId } from '../../src/base/ids.ts';
import type { User } from '../../src/users/user.ts';

let service: TestService;
let houses: Northwind;
let anna: User;
let editor: ApiClient;
let ofContoso: ApiClient;
const deps = () => ({ db: service.database.db, clock: service.clock, url: service.url });
const as = async (user: User): Promise<ApiClient> => apiClient(service.url, (await addSession(deps(), user)).token);

beforeAll(async () => {
  service = await startService();
  houses = await foundNorthwind(deps());
  anna = await addUser(deps(), houses.northwind, 'anna@northwind.example', { role: 'administrator' });
  await addUser(deps(), houses.northwind, 'second@northwind.example', { role: 'administrator' });
  editor = await as(await addUser(deps(), houses.northwind, 'ed@northwind.example', { role: 'editor' }));
  ofContoso = await as(await addUser(deps(), houses.contoso, 'maria@contoso.example', { role: 'administrator' }));
});
afterAll(async () => service.close());

test('an editor gives nobody a role, by no address', async () => {
  const tom = await addUser(deps(), houses.northwind, 'tom@northwind.example');
  const users = `/organizations/${org(houses.northwind)}/users`;
  const invitations = `/organizations/${org(houses.northwind)}/invitations`;
  const answers = [
    await editor.send('PATCH', `${users}/${usr(tom)}`, { role: 'viewer', version: 1 }),
    await editor.send('PATCH', `${users}/${usr(tom)}`, { role: 'administrator', version: 1 }),
    await editor.send('POST', invitations, { addresses: 'new@northwind.example', role: 'viewer' }),
    await editor.send('POST', invitations, { addresses: 'new@northwind.example', role: 'administrator' }),
    await editor.send('POST', `/organizations/${org(houses.northwind)}/api-tokens`, { role: 'editor' }),
  ];
  expect(answers.map(({ status, body }) => [status, body.code])).toEqual(answers.map(() => [403, 'caller.denied']));
  const list = await editor.get(`${users}?search=new@`);
  expect(list.body.items).toEqual([]);
});

test('an editor does nothing to an administrator, below either', async () => {
  const path = `/organizations/${org(houses.northwind)}/users/${usr(anna)}`;
  const answers = [
    await editor.send('POST', `${path}/disable`),
    await editor.send('POST', `${path}/reset-authenticators`),
    await editor.send('POST', `${path}/reset-identity`),
    await editor.send('DELETE', `${path}?confirm=${anna.email}`),
    await editor.send('PATCH', path, { name: 'Somebody', version: 1 }),
  ];
  expect(answers.map(({ status, body }) => [status, body.code])).toEqual(answers.map(() => [403, 'caller.denied']));
  const { body } = await (await as(anna)).get(path);
  expect(body).toMatchObject({ status: 'verified', role: 'administrator', name: null, version: 1 });
});

test('an editor does nothing to somebody whose administrator role is held back', async () => {
  const mia = await addUser(deps(), houses.northwind, 'mia@northwind.example');
  await service.database.db
    .updateTable('appUser')
    .set({ consoleRoleHeldBack: 'administrator' })
    .where('id', '=', mia.id)
    .execute();
  const path = `/organizations/${org(houses.northwind)}/users/${usr(mia)}`;
  const answers = [
    await editor.send('POST', `${path}/reset-authenticators`),
    await editor.send('POST', `${path}/reset-identity`),
    await editor.send('POST', `${path}/disable`),
    await editor.send('PATCH', path, { name: 'Somebody', version: 1 }),
  ];
  expect(answers.map(({ status, body }) => [status, body.code])).toEqual(answers.map(() => [403, 'caller.denied']));
});

test('an editor sends, repeats and revokes no invitation of an administrator', async () => {
  const invitations = `/organizations/${org(houses.northwind)}/invitations`;
  const sent = await (
    await as(anna)
  ).send('POST', invitations, {
    addresses: 'boss@northwind.example',
    role: 'administrator',
  });
  const { id } = sent.body.results[0].invitation as { id: string };
  const answers = [
    await editor.send('POST', `${invitations}/${id}/resend`),
    await editor.send('POST', `${invitations}/${id}/revoke`),
    await editor.send('POST', invitations, { addresses: 'boss@northwind.example' }),
  ];
  expect(answers.map(({ status, body }) => [status, body.code])).toEqual(answers.map(() => [403, 'caller.denied']));
  const { body } = await editor.get(`${invitations}?state=open`);
  expect(body.items).toMatchObject([{ id, state: 'open' }]);
});

test('an administrator of a managed organization makes no application first-party, and touches none that is', async () => {
  const path = `/organizations/${org(houses.contoso)}/applications`;
  const input = { name: 'Tickets', kind: 'web', redirectUris: ['https://tickets.contoso.example/callback'] };
  const made = await ofContoso.send('POST', path, { ...input, firstParty: true });
  expect([made.status, made.body.code]).toEqual([403, 'caller.denied']);
  const id = await addApplication(deps(), houses.contoso, 'Reports');
  await service.database.db.updateTable('application').set({ firstParty: true }).where('id', '=', id).execute();
  const changed = await ofContoso.send('PATCH', `${path}/${formatId('app', id)}`, {
    redirectUris: ['https://evil.contoso.example/'],
    version: 1,
  });
  expect([changed.status, changed.body.code]).toEqual([403, 'caller.denied']);
  const token = await addApiToken(deps(), houses.contoso, 'administrator');
  const byProgram = await apiClient(service.url, token).send('POST', path, { ...input, firstParty: true });
  expect(byProgram.status).toBe(403);
});

test('a field that is not offered is refused, never applied', async () => {
  const tom = await addUser(deps(), houses.contoso, 'tom@contoso.example', { status: 'pending' });
  const path = `/organizations/${org(houses.contoso)}/users/${usr(tom)}`;
  for (const extra of [
    { status: 'verified' },
    { breakGlass: true },
    { emailProven: true },
    { organizationId: org(houses.northwind) },
    { id: usr(anna) },
    { email: 'anna@northwind.example' },
    { consoleRole: 'administrator' },
  ]) {
    const refused = await ofContoso.send('PATCH', path, { name: 'Tom', version: 1, ...extra });
    expect([refused.status, refused.body.code]).toEqual([422, 'input.malformed']);
  }
  const polluted = await ofContoso.send('PATCH', path, '{"version":1,"name":"x","__proto__":{"role":"administrator"}}');
  expect(polluted.status).toBe(422);
  expect((await ofContoso.get(path)).body).toMatchObject({ status: 'pending', name: null, role: null, version: 1 });
});

test('a form, a text or another method in a header changes nothing', async () => {
  const token = (await addSession(deps(), anna)).token;
  const post = async (headers: Record<string, string>, body: string) =>
    fetch(`${service.url}/api/v1/organizations`, {
      method: 'POST',
      body,
      headers: { ...headers, authorization: `Bearer ${token}` },
    });
  const name = 'Made by a form';
  const answers = [
    await post({ 'content-type': 'text/plain' }, JSON.stringify({ name })),
    await post({ 'content-type': 'application/x-www-form-urlencoded' }, `name=${encodeURIComponent(name)}`),
    await post({ 'content-type': 'application/json', 'x-http-method-override': 'DELETE' }, '{'),
  ];
  expect(answers.map(({ status }) => status)).toEqual([422, 422, 422]);
  const list = await apiClient(service.url, token).get('/organizations?search=Made by');
  expect(list.body.items).toEqual([]);
});

test('a list is bounded, and what it is asked by is taken as it is', async () => {
  const client = await as(anna);
  for (const query of ['limit=1000000000', 'limit=-1', 'limit=a', 'sort=password', 'cursor=xyz', 'method=%27or+1=1']) {
    expect([query, (await client.get(`/organizations?${query}`)).status]).toEqual([query, 422]);
  }
  for (const text of ["' or 1=1 --", '.*', '%', '_', '\\']) {
    const found = await client.get(`/organizations?search=${encodeURIComponent(text)}`);
    expect([text, found.status, found.body.items]).toEqual([text, 200, []]);
  }
});
