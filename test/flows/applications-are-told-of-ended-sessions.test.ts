import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { formatId } from '../../src/base/ids.ts';
import type { Organization } from '../../src/organizations/organization.ts';
import { apiClient } from '../support/api-client.ts';
import type { ApiClient } from '../support/api-client.ts';
import { makeApplication, makeManaged, makeRoot } from '../support/fixtures.ts';
import { addSession, addUser } from '../support/people.ts';
import { claimsOf } from '../support/relying-application.ts';
import { startService } from '../support/start-service.ts';
import type { TestService } from '../support/start-service.ts';

/** What the application was told, as the claims of logout tokens. */
const told: Record<string, unknown>[] = [];
let status = 200;
/** The back-channel logout address of *Reports*. */
const reports = createServer((request, response) => {
  let body = '';
  request.on('data', (chunk: Buffer) => (body += chunk.toString()));
  request.on('end', () => {
    told.push(claimsOf(new URLSearchParams(body).get('logout_token') ?? undefined));
    response.writeHead(status).end();
  });
});

let service: TestService;
let root: Organization;
let administrator: ApiClient;
let clientId: string;

beforeAll(async () => {
  await new Promise<void>((resolve) => {
    reports.listen(0, '127.0.0.1', resolve);
  });
  const url = `http://127.0.0.1:${(reports.address() as AddressInfo).port}`;
  service = await startService({ settings: { GATEHOUSE_ALLOWED_PROVIDER_HOSTS: '127.0.0.1' } });
  root = await makeRoot(service);
  const made = await makeApplication(service, root, {
    name: 'Reports',
    redirectUris: [`${url}/callback`],
    backchannelLogoutUri: `${url}/logout`,
  });
  ({ clientId } = made.application);
  const anna = await addUser(deps(), root, 'anna@northwind.example', { role: 'administrator' });
  administrator = apiClient(service.url, (await addSession(deps(), anna)).token);
});
beforeEach(() => {
  told.length = 0;
  status = 200;
});
afterAll(async () => {
  await service?.close();
  reports.close();
});

const deps = () => ({ db: service.database.db, clock: service.clock, url: service.url });

/** Maria of Contoso, in *Reports*. */
async function contosoInReports(): Promise<{ contoso: Organization; sub: string }> {
  const contoso = await makeManaged(service, root, 'Contoso');
  const maria = await addUser(deps(), contoso, 'maria@contoso.example');
  await addSession(deps(), maria, { clientId });
  return { contoso, sub: formatId('usr', maria.id) };
}

const failures = async (organization: Organization): Promise<unknown[]> => {
  const rows = await service.database.db
    .selectFrom('auditEvent')
    .select('details')
    .where('organizationId', '=', organization.id)
    .where('kind', '=', 'application.logout-failed')
    .execute();
  return rows.map(({ details }) => details);
};

test('when a user is disabled, and one that cannot be told stands in the audit log', async () => {
  const { contoso, sub } = await contosoInReports();
  status = 500;
  const path = `/organizations/${formatId('org', contoso.id)}`;
  expect((await administrator.send('POST', `${path}/users/${sub}/disable`)).status).toBe(200);
  await vi.waitFor(async () => {
    expect(told).toEqual([expect.objectContaining({ sub, aud: clientId, sid: expect.any(String) })]);
    expect(await failures(contoso)).toEqual([expect.objectContaining({ application: clientId })]);
  });
  await administrator.send('DELETE', `${path}?confirm=Contoso`);
});

test('when an organization is removed with its users', async () => {
  const { contoso, sub } = await contosoInReports();
  const path = `/organizations/${formatId('org', contoso.id)}?confirm=Contoso`;
  expect((await administrator.send('DELETE', path)).status).toBe(204);
  await vi.waitFor(() => expect(told).toEqual([expect.objectContaining({ sub, aud: clientId })]));
});
