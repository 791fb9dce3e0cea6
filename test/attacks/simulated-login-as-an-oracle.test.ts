import { sql } from 'kysely';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { SimulatedLogin } from '../../src/api/contract/logins.ts';
import { apiClient } from '../support/api-client.ts';
import type { ApiClient } from '../support/api-client.ts';
import { configure, routeDomains } from '../support/federation.ts';
import { makeManaged, makePerson, makeRoot } from '../support/fixtures.ts';
import { startHostileProvider } from '../support/hostile-provider.ts';
import type { HostileProvider } from '../support/hostile-provider.ts';
import { addApiToken, addUser, org } from '../support/people.ts';
import { startService } from '../support/start-service.ts';
import type { TestService } from '../support/start-service.ts';
import type { Organization } from '../../src/organizations/organization.ts';

/** Contoso's administrator asks what would happen if people of Fabrikam logged in. */
let service: TestService;
let provider: HostileProvider;
let contoso: Organization;
let fabrikam: Organization;
let eve: ApiClient;

beforeAll(async () => {
  service = await startService();
  provider = await startHostileProvider();
  const root = await makeRoot(service);
  contoso = await makeManaged(service, root, 'Contoso');
  fabrikam = await makeManaged(service, root, 'Fabrikam');
  const deps = { db: service.database.db, clock: service.clock };
  await makePerson(service, fabrikam, 'lena@fabrikam.example');
  await makePerson(service, fabrikam, 'lena@elsewhere.example');
  await addUser(deps, fabrikam, 'pending@elsewhere.example', { status: 'pending' });
  const { discoveryUrl, clientSecret } = { discoveryUrl: provider.issuer, clientSecret: 'a secret' };
  const settings = {
    method: 'openid-connect',
    clientId: 'gatehouse',
    discoveryUrl,
    credential: 'secret',
    clientSecret,
  };
  await configure(service, fabrikam, settings);
  await routeDomains(service, fabrikam);
  await service.database.db.deleteFrom('organizationDomain').where('domain', '=', 'elsewhere.example').execute();
  // Known to Contoso alone, and to both.
  await addUser(deps, contoso, 'anna@shared.example');
  await addUser(deps, contoso, 'lena@shared.example');
  await makePerson(service, fabrikam, 'lena@shared.example');
  await makePerson(service, contoso, 'maria@contoso.example');
  eve = apiClient(service.url, await addApiToken(deps, contoso, 'administrator'));
});
afterAll(async () => {
  await service?.close();
  await provider?.stop();
});

async function simulate(email: string, at = contoso): Promise<{ status: number; body: SimulatedLogin }> {
  return eve.send('POST', `/organizations/${org(at)}/logins/simulation`, { email });
}

/** All that is answered, the address itself left out. */
async function answered(email: string): Promise<string> {
  const { status, body } = await simulate(email);
  return JSON.stringify({ status, body }).replaceAll(email, 'ADDRESS');
}

test('whether an address outside exists, and where it leads, is not told', async () => {
  const unknown = await answered('nobody@nowhere.example');
  expect(unknown).toContain('outside of what you administer');
  expect(unknown).toContain('"organization":null');
  for (const email of [
    'lena@fabrikam.example',
    'nobody@fabrikam.example',
    'lena@elsewhere.example',
    'pending@elsewhere.example',
    'nobody@elsewhere.example',
  ]) {
    expect({ email, answer: await answered(email) }).toEqual({ email, answer: unknown });
  }
});

test('an address that one’s own organization knows tells nothing of whether another knows it, too', async () => {
  expect(await answered('lena@shared.example')).toEqual(await answered('anna@shared.example'));
  expect(await answered('lena@shared.example')).toContain('whose mailbox nobody has proved');
});

test('it writes nothing, mails nothing and makes no session, and the provider hears nothing', async () => {
  const { db } = service.database;
  const held = async (): Promise<unknown> => {
    const counts = await sql`select (select count(*) from login) as logins, (select count(*) from session) as sessions,
      (select count(*) from job) as jobs, (select count(*) from connection_transaction) as transactions,
      (select count(*) from audit_event) as events`.execute(db);
    return counts.rows[0];
  };
  const before = await held();
  const asked = provider.received.length;
  expect((await simulate('maria@contoso.example')).body.organization?.name).toBe('Contoso');
  expect(await held()).toEqual(before);
  expect(provider.received).toHaveLength(asked);
});

test('nobody asks at another organization, nor without end', async () => {
  expect((await simulate('lena@fabrikam.example', fabrikam)).status).toBe(404);
  const statuses = new Set<number>();
  for (let asked = 0; asked < 31; asked += 1) statuses.add((await simulate('maria@contoso.example')).status);
  expect([...statuses]).toEqual([200, 429]);
});
