import { afterAll, beforeAll, expect, test } from 'vitest';
import { apiClient } from '../support/api-client.ts';
import type { ApiClient } from '../support/api-client.ts';
import { addSession, addUser, foundNorthwind, org } from '../support/people.ts';
import type { Northwind } from '../support/people.ts';
import { startService } from '../support/start-service.ts';
import type { TestService } from '../support/start-service.ts';
import type { Organization } from '../../src/organizations/organization.ts';

let service: TestService;
let houses: Northwind;
let anna: ApiClient;
let eve: ApiClient;
const deps = () => ({ db: service.database.db, clock: service.clock, url: service.url });
const domains = (of: Organization, domain: string): string =>
  `/organizations/${org(of)}/domains/${encodeURIComponent(domain)}`;

beforeAll(async () => {
  service = await startService();
  houses = await foundNorthwind(deps());
  const administrator = { role: 'administrator' } as const;
  const ofNorthwind = await addUser(deps(), houses.northwind, 'anna@northwind.example', administrator);
  const ofFabrikam = await addUser(deps(), houses.fabrikam, 'eve@fabrikam.example', administrator);
  anna = apiClient(service.url, (await addSession(deps(), ofNorthwind)).token);
  eve = apiClient(service.url, (await addSession(deps(), ofFabrikam)).token);
  await anna.send('PUT', domains(houses.contoso, 'contoso.example'));
});
afterAll(async () => service.close());

test('an organization does not claim a domain by itself, neither a free one nor one of others', async () => {
  for (const domain of ['fabrikam.example', 'contoso.example', 'contoso-retail.example']) {
    const claimed = await eve.send('PUT', domains(houses.fabrikam, domain));
    expect([claimed.status, claimed.body.code]).toEqual([403, 'caller.denied']);
  }
  const together = await eve.send('PUT', `/organizations/${org(houses.fabrikam)}/authentication`, {
    settings: { method: 'built-in' },
    routeDomains: ['contoso.example'],
    version: 1,
  });
  expect([together.status, together.body.code]).toEqual([403, 'caller.denied']);
});

test('a domain leads to one organization, however it is written', async () => {
  for (const domain of ['contoso.example', 'CONTOSO.example', 'ｃontoso.example', 'contoso。example']) {
    const taken = await anna.send('PUT', domains(houses.fabrikam, domain));
    expect([domain, taken.status, taken.body.code]).toEqual([domain, 409, 'domain.taken']);
  }
  for (const domain of [
    'c\u043Entoso.example',
    'contoso.example.',
    '.contoso.example',
    'a@contoso.example',
    '127.0.0.1',
  ]) {
    const refused = await anna.send('PUT', domains(houses.fabrikam, domain));
    expect([domain, refused.status, refused.body.code]).toEqual([domain, 422, 'domain.malformed']);
  }
});

test('a public mail domain leads nowhere', async () => {
  for (const domain of ['gmail.com', 'GMAIL.COM', 'outlook.com', 'web.de', 'qq.com', 'proton.me']) {
    const refused = await anna.send('PUT', domains(houses.contoso, domain));
    expect([domain, refused.status, refused.body.code]).toEqual([domain, 422, 'domain.public']);
  }
});

test('nobody beside or below takes a domain away', async () => {
  expect((await eve.send('DELETE', domains(houses.contoso, 'contoso.example'))).body.code).toBe(
    'organization.not-found',
  );
  expect((await eve.send('DELETE', domains(houses.fabrikam, 'contoso.example'))).body.code).toBe('caller.denied');
  expect((await anna.send('DELETE', domains(houses.fabrikam, 'contoso.example'))).body.code).toBe('domain.not-found');
  const { body } = await anna.get(`/organizations/${org(houses.contoso)}/domains`);
  expect(body.items).toMatchObject([{ domain: 'contoso.example' }]);
});
