import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { apiClient } from '../support/api-client.ts';
import type { ApiClient } from '../support/api-client.ts';
import { addSession, addUser, foundNorthwind, org } from '../support/people.ts';
import type { Northwind } from '../support/people.ts';
import { startContoso } from '../support/start-provider.ts';
import type { Contoso } from '../support/start-provider.ts';
import { startService } from '../support/start-service.ts';
import type { TestService } from '../support/start-service.ts';

let service: TestService;
let contoso: Contoso;
let houses: Northwind;
let administrator: ApiClient;

beforeAll(async () => {
  contoso = await startContoso();
  service = await startService();
  const deps = { db: service.database.db, clock: service.clock, url: service.url };
  houses = await foundNorthwind(deps);
  const anna = await addUser(deps, houses.northwind, 'anna@northwind.example', { role: 'administrator' });
  administrator = apiClient(service.url, (await addSession(deps, anna)).token);
});
afterAll(async () => {
  await service.close();
  await contoso.stop();
});

describe('the client secret', () => {
  test('expires on the day entered with it, for as long as it stays', async () => {
    const settings = {
      method: 'openid-connect',
      clientId: 'gatehouse',
      discoveryUrl: contoso.issuer,
      credential: 'secret',
      clientSecret: 'the-secret-contoso-gave-us',
      clientSecretExpiresOn: '2027-05-31',
    };
    const at = `/organizations/${org(houses.contosoRetail)}/authentication`;
    const save = async (more: object, version: number) =>
      (await administrator.send('PUT', at, { settings: { ...settings, ...more }, version })).body;
    const dated = { connection: { credentialExpiresAt: '2027-05-31T00:00:00.000Z' } };
    const undated = { connection: { credentialExpiresAt: null } };
    expect(await save({}, 1)).toMatchObject(dated);
    const kept = { clientSecret: undefined, clientSecretExpiresOn: undefined };
    expect(await save(kept, 2)).toMatchObject(dated);
    expect(await save({ ...kept, clientSecret: 'a newer one' }, 3)).toMatchObject(undated);
    const odd = { settings: { ...settings, clientSecretExpiresOn: 'next year' } };
    expect((await administrator.send('POST', `${at}/check`, odd)).status).toBe(422);
  });
});
