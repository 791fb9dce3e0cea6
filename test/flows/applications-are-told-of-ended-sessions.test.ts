import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { DAY, HOUR } from '../../src/base/clock.ts';
import { formatId } from '../../src/base/ids.ts';
import type { Organization } from '../../src/organizations/organization.ts';
import { apiClient } from '../support/api-client.ts';
import type { ApiClient } from '../support/api-client.ts';
import { makeApplication, makeManaged, makePerson, makeRoot } from '../support/fixtures.ts';
import { openHttpBrowser } from '../support/http-browser.ts';
import { logIn } from '../support/log-in.ts';
import { addSession, addUser } from '../support/people.ts';
import { authorizeUrl, claimsOf } from '../support/relying-application.ts';
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
let reportsUrl: string;
let anna: Awaited<ReturnType<typeof addUser>>;

beforeAll(async () => {
  await new Promise<void>((resolve) => {
    reports.listen(0, '127.0.0.1', resolve);
  });
  const url = `http://127.0.0.1:${(reports.address() as AddressInfo).port}`;
  reportsUrl = url;
  service = await startService({ settings: { GATEHOUSE_ALLOWED_PROVIDER_HOSTS: '127.0.0.1' } });
  root = await makeRoot(service);
  const made = await makeApplication(service, root, {
    name: 'Reports',
    redirectUris: [`${url}/callback`],
    backchannelLogoutUri: `${url}/logout`,
  });
  ({ clientId } = made.application);
  anna = await addUser(deps(), root, 'anna@northwind.example', { role: 'administrator' });
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

const waiting = async (): Promise<number> => {
  const jobs = service.database.db.selectFrom('job').where('kind', '=', 'logout-notice').where('dueAt', 'is not', null);
  return (await jobs.select('id').execute()).length;
};

const orgPath = (organization: Organization): string => `/organizations/${formatId('org', organization.id)}`;

test('when a person logs out, after the page is answered', async () => {
  const maria = await makePerson(service, root, 'maria@northwind.example');
  await using browser = openHttpBrowser({
    now: () => service.clock.now(),
    stopAt: (url) => url.pathname === '/callback',
  });
  const application = { clientId, clientSecret: null, redirectUri: `${reportsUrl}/callback` };
  await logIn(browser, service, await browser.open(authorizeUrl(service, application)), maria);
  const page = await browser.open(`${service.url}/logout`);
  expect(told).toEqual([]);
  expect((await browser.submit(page)).status).toBe(200);
  await service.app.jobs.runDue();
  expect(told).toEqual([expect.objectContaining({ sub: formatId('usr', maria.userId), aud: clientId })]);
  expect((await browser.open(service.url)).text).toContain('Log In');
});

test('when a user is disabled; an application that is down is told when it is back', async () => {
  const { contoso, sub } = await contosoInReports();
  status = 500;
  expect((await administrator.send('POST', `${orgPath(contoso)}/users/${sub}/disable`)).status).toBe(200);
  await service.app.jobs.runDue();
  expect(told).toEqual([expect.objectContaining({ sub, aud: clientId, sid: expect.any(String) })]);
  expect(await waiting()).toBe(1);

  status = 200;
  service.clock.advance(15);
  await service.app.jobs.runDue();
  expect(told).toHaveLength(2);
  expect(told[1]).toMatchObject({ sub, sid: told[0]?.['sid'] });
  expect(await waiting()).toBe(0);
  expect(await failures(contoso)).toEqual([]);
  await administrator.send('DELETE', `${orgPath(contoso)}?confirm=Contoso`);
});

test('one that stays unreachable for a day stands in the audit log', async () => {
  const { contoso, sub } = await contosoInReports();
  status = 503;
  expect((await administrator.send('POST', `${orgPath(contoso)}/users/${sub}/disable`)).status).toBe(200);
  await service.app.jobs.runDue();
  expect(await failures(contoso)).toEqual([]);
  service.clock.advance(DAY);
  await service.app.jobs.runDue();
  expect(await failures(contoso)).toEqual([{ application: clientId, reason: expect.stringContaining('503') }]);
  expect(await waiting()).toBe(0);
});

test('when an organization is removed with its users', async () => {
  administrator = apiClient(service.url, (await addSession(deps(), anna)).token);
  const fabrikam = await makeManaged(service, root, 'Fabrikam');
  const omar = await addUser(deps(), fabrikam, 'omar@fabrikam.example');
  await addSession(deps(), omar, { clientId });
  expect((await administrator.send('DELETE', `${orgPath(fabrikam)}?confirm=Fabrikam`)).status).toBe(204);
  await service.app.jobs.runDue();
  expect(told).toEqual([expect.objectContaining({ sub: formatId('usr', omar.id), aud: clientId })]);
});

test('nothing is written for an application without an address for it', async () => {
  administrator = apiClient(service.url, (await addSession(deps(), anna)).token);
  const { application } = await makeApplication(service, root, { redirectUris: ['https://silent.example/callback'] });
  const fabrikam = await makeManaged(service, root, 'Fabrikam');
  const omar = await addUser(deps(), fabrikam, 'omar@fabrikam.example');
  await addSession(deps(), omar, { clientId: application.clientId });
  const user = `${orgPath(fabrikam)}/users/${formatId('usr', omar.id)}`;
  expect((await administrator.send('POST', `${user}/disable`)).body).toMatchObject({ ended: { sessions: 1 } });
  expect(await waiting()).toBe(0);
});

test('one that was down and has no address for it any more is not tried again, which is no failure', async () => {
  administrator = apiClient(service.url, (await addSession(deps(), anna)).token);
  const litware = await makeManaged(service, root, 'Litware');
  const kim = await addUser(deps(), litware, 'kim@litware.example');
  await addSession(deps(), kim, { clientId });
  status = 503;
  const user = `${orgPath(litware)}/users/${formatId('usr', kim.id)}`;
  expect((await administrator.send('POST', `${user}/disable`)).status).toBe(200);
  await service.app.jobs.runDue();
  expect(await waiting()).toBe(1);
  await service.database.db
    .updateTable('application')
    .set({ backchannelLogoutUri: null })
    .where('clientId', '=', clientId)
    .execute();
  service.clock.advance(HOUR);
  await service.app.jobs.runDue();
  expect(await waiting()).toBe(0);
  expect(await failures(litware)).toEqual([]);
});
