import { afterAll, beforeAll, expect, test } from 'vitest';
import type { ClientKeys } from '../../src/api/contract/connections/client-keys.ts';
import { parseId } from '../../src/base/ids.ts';
import { readClientKey } from '../../src/connections/keys/read-client-key.ts';
import { apiClient } from '../support/api-client.ts';
import type { ApiClient } from '../support/api-client.ts';
import { addSession, addUser, foundNorthwind, org } from '../support/people.ts';
import type { Northwind } from '../support/people.ts';
import { startContoso } from '../support/start-provider.ts';
import type { Contoso } from '../support/start-provider.ts';
import { startService } from '../support/start-service.ts';
import type { TestService } from '../support/start-service.ts';

let contoso: Contoso;
let other: Contoso;
let service: TestService;
let houses: Northwind;
let administrator: ApiClient;
const deps = () => ({ db: service.database.db, clock: service.clock, url: service.url });

beforeAll(async () => {
  contoso = await startContoso();
  other = await startContoso({ host: '127.0.0.3' });
  service = await startService();
  houses = await foundNorthwind(deps());
  const anna = await addUser(deps(), houses.northwind, 'anna@northwind.example', { role: 'administrator' });
  administrator = apiClient(service.url, (await addSession(deps(), anna)).token);
});
afterAll(async () => {
  await service?.close();
  await other?.stop();
  await contoso?.stop();
});

const at = (organization: Northwind['contoso']): string => `/organizations/${org(organization)}`;
async function makeKeys(organization: Northwind['contoso'], credential = 'private-key'): Promise<ClientKeys> {
  const { status, body } = await administrator.send('POST', `${at(organization)}/client-keys`, { credential });
  expect(status).toBe(201);
  return body as ClientKeys;
}
const settingsWith = (keys: ClientKeys, discoveryUrl = contoso.issuer) => ({
  method: 'openid-connect',
  clientId: 'gatehouse',
  discoveryUrl,
  credential: 'private-key',
  clientKeys: keys.id,
});

test('a private key stands in no answer, no event and no published key', async () => {
  const keys = await makeKeys(houses.contoso);
  const path = `${at(houses.contoso)}/client-keys/${keys.id}`;
  const answers = [
    keys,
    (await administrator.get(path)).body,
    (await administrator.send('POST', `${path}/next`)).body,
    (await administrator.get(`${at(houses.contoso)}/audit-events`)).body,
    await (await fetch(keys.jwksUrl ?? '')).json(),
    await service.database.db.selectFrom('auditEvent').selectAll().execute(),
  ];
  const about = { organizationId: houses.contoso.id, clientKeySetId: parseId('cks', keys.id) };
  const opened = await readClientKey({ ...deps(), secrets: service.secrets, publicUrl: service.url }, about);
  const secrets = opened?.keys.flatMap(({ d, p }) => [d, p]).filter((part) => part !== undefined) ?? [];
  expect(secrets.length).toBeGreaterThan(1);
  const shown = JSON.stringify(answers);
  for (const secret of secrets) expect(shown).not.toContain(secret);
  expect(shown).not.toMatch(/"(d|p|q|dp|dq|qi)":/);
});

test('keys of another organization, of another kind or of another provider are not taken, saved or tested', async () => {
  const theirs = await makeKeys(houses.fabrikam);
  const save = async (settings: object, version: number) =>
    administrator.send('PUT', `${at(houses.contoso)}/authentication`, { settings, version });
  const begin = async (settings: object) =>
    administrator.send('POST', `${at(houses.contoso)}/authentication/trials`, { settings });
  const refused = { code: 'connection.refused', errors: [{ code: 'key.missing' }] };
  const own = await makeKeys(houses.contoso);
  const certificate = await makeKeys(houses.contoso, 'certificate');
  for (const keys of [theirs, certificate]) {
    expect((await save(settingsWith(keys), 1)).body).toMatchObject(refused);
    expect((await begin(settingsWith(keys))).body).toMatchObject(refused);
  }
  expect((await save(settingsWith(own), 1)).status).toBe(200);
  // Saved for one provider: no other is given an assertion signed with them.
  expect((await save(settingsWith(own, other.issuer), 2)).body).toMatchObject(refused);
  expect((await begin(settingsWith(own, other.issuer))).body).toMatchObject(refused);
  const left = { ...settingsWith(own, other.issuer), clientKeys: undefined };
  expect((await save(left, 2)).body).toMatchObject(refused);
});

test('the address of keys tells nothing of who has which', async () => {
  const certificate = await makeKeys(houses.contoso, 'certificate');
  const keys = await makeKeys(houses.contoso);
  const unknown = 'cks_aaaaaaaaaaaaaaaaaaaaaaaaaa';
  const read = async (path: string) => {
    const answer = await fetch(`${service.url}/login/keys/${path}`);
    return { status: answer.status, text: await answer.text(), type: answer.headers.get('content-type') };
  };
  const nothing = await read(`${unknown}/jwks.json`);
  expect(nothing.status).toBe(404);
  for (const path of [
    `${certificate.id}/jwks.json`,
    `${org(houses.contoso)}/jwks.json`,
    'x/jwks.json',
    `${keys.id}/.well-known/openid-configuration`,
  ]) {
    expect(await read(path)).toEqual(nothing);
  }
});
