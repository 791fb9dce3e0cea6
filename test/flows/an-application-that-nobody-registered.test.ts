import { afterAll, beforeAll, expect, test } from 'vitest';
import { makeTestCertificates, trustInThisProcess } from '../support/certificates.ts';
import type { TestCertificates } from '../support/certificates.ts';
import { makeManaged, makePerson, makeRoot } from '../support/fixtures.ts';
import type { Person } from '../support/fixtures.ts';
import { makeApiResource, makeMachine, ORDERS } from '../support/api-resources.ts';
import { openHttpBrowser } from '../support/http-browser.ts';
import type { HttpBrowser } from '../support/http-browser.ts';
import { logIn } from '../support/log-in.ts';
import { authorizeUrl, claimsOf, codeIn, redeem, refresh } from '../support/relying-application.ts';
import type { RelyingApplication } from '../support/relying-application.ts';
import { startService } from '../support/start-service.ts';
import type { TestService } from '../support/start-service.ts';
import { startDocumentSite, takeUnregistered } from '../support/unregistered.ts';
import type { DocumentSite } from '../support/unregistered.ts';
import type { Organization } from '../../src/organizations/organization.ts';

let certificates: TestCertificates;
let site: DocumentSite;
let service: TestService;
let contoso: Organization;
let lena: Person;
let agent: RelyingApplication;
let browser: HttpBrowser;

beforeAll(async () => {
  certificates = await makeTestCertificates();
  trustInThisProcess(certificates);
  site = await startDocumentSite(certificates);
  service = await startService();
  const root = await makeRoot(service);
  contoso = await makeManaged(service, root, 'Contoso');
  lena = await makePerson(service, contoso, 'lena@contoso.example');
  agent = site.publish('/agent.json');
  browser = openHttpBrowser({ now: () => service.clock.now(), stopAt: (url) => url.pathname === '/back' });
});
afterAll(async () => {
  await browser?.[Symbol.asyncDispose]();
  await service?.close();
  await site?.[Symbol.asyncDispose]();
  await certificates?.remove();
});

const discovery = async () =>
  (await (await fetch(`${service.url}/.well-known/oauth-authorization-server`)).json()) as Record<string, unknown>;

test('it is unknown, and its document is not read, as long as no organization takes such applications', async () => {
  const page = await browser.open(authorizeUrl(service, agent));
  expect(page.status).toBe(400);
  expect(page.text).toContain('is not known to us');
  expect(site.asked).toBe(0);
  expect(await discovery()).not.toHaveProperty('client_id_metadata_document_supported');
});

test('a person of an organization that does is told whose application it is, allows it, and it has tokens', async () => {
  await takeUnregistered(service, contoso);
  service.clock.advance(11);
  expect(await discovery()).toHaveProperty('client_id_metadata_document_supported', true);
  const { host } = new URL(agent.clientId);
  const page = await browser.open(authorizeUrl(service, agent));
  const consent = await logIn(browser, service, page, lena);
  expect(consent.title).toContain(`Allow ${host}?`);
  expect(consent.text).toContain('It calls itself “Agent”.');
  expect(consent.text).toContain('Nobody at your organization registered this application');
  const back = await browser.submit(consent, {}, { button: 'Allow' });
  const { status, body } = await redeem(service, agent, codeIn(back, agent));
  expect(status).toBe(200);
  expect(claimsOf(body.id_token)).toMatchObject({ aud: agent.clientId, email: lena.email });
  const renewed = await refresh(service, agent, body.refresh_token!);
  expect(renewed.status).toBe(200);
  const userinfo = await fetch(`${service.url}/oauth2/userinfo`, {
    headers: { authorization: `Bearer ${renewed.body.access_token}` },
  });
  expect(await userinfo.json()).toMatchObject({ email: lena.email });
  // One reading for all of it: where tokens are asked for, none is needed.
  expect(site.asked).toBe(1);
});

test('the person is asked each time', async () => {
  const again = await browser.open(authorizeUrl(service, agent));
  expect(again.title).toContain('Allow');
  const back = await browser.submit(again, {}, { button: 'Don’t allow' });
  expect(back.stoppedAt?.searchParams.get('error')).toBe('access_denied');
});

test('its first use is in the log of the organization, and its row has what it was', async () => {
  const { db } = service.database;
  const events = await db
    .selectFrom('auditEvent')
    .select(['kind', 'details'])
    .where('organizationId', '=', contoso.id)
    .where('kind', 'like', 'unregistered-application.%')
    .execute();
  expect(events).toEqual([
    {
      kind: 'unregistered-application.added',
      details: { name: 'Agent', application: agent.clientId, redirectUris: [agent.redirectUri] },
    },
  ]);
  const row = await db.selectFrom('application').selectAll().where('clientId', '=', agent.clientId).executeTakeFirst();
  expect(row).toMatchObject({ kind: 'browser', firstParty: false, clientAuthentication: 'none' });
});

test('a program on the own machine listens at any port there, and the page says what that means', async () => {
  const local = site.publish('/local.json', { redirect_uris: ['http://127.0.0.1/back', 'http://localhost/back'] });
  const at = { ...local, redirectUri: 'http://127.0.0.1:49152/back' };
  const consent = await browser.open(authorizeUrl(service, at));
  expect(consent.text).toContain('The answer goes to a program on this computer (127.0.0.1:49152).');
  const back = await browser.submit(consent, {}, { button: 'Allow' });
  expect((await redeem(service, at, codeIn(back, at))).status).toBe(200);
});

test('it gets tokens for an API that such applications may ask for, and the API may ask about them', async () => {
  const scope = 'openid orders:read';
  await makeApiResource(service, contoso, { tokenFormat: 'opaque' });
  const refused = await browser.open(authorizeUrl(service, agent, { scope, resource: ORDERS }));
  expect(refused.status).toBe(400);
  await service.database.db.updateTable('apiResource').set({ unregisteredApplications: true }).execute();
  const consent = await browser.open(authorizeUrl(service, agent, { scope, resource: ORDERS }));
  expect(consent.text).toContain('Read your orders');
  const back = await browser.submit(consent, {}, { button: 'Allow' });
  const { body } = await redeem(service, agent, codeIn(back, agent));
  const api = await makeMachine(service, contoso, 'Orders service');
  const ask = async () => {
    const answer = await fetch(`${service.url}/oauth2/introspect`, {
      method: 'POST',
      headers: { authorization: `Basic ${btoa(`${api.clientId}:${api.clientSecret}`)}` },
      body: new URLSearchParams({ token: body.access_token ?? '' }),
    });
    return (await answer.json()) as Record<string, unknown>;
  };
  expect(await ask()).toMatchObject({ active: true, scope: 'orders:read', client_id: agent.clientId, aud: ORDERS });
  await service.database.db.updateTable('apiResource').set({ unregisteredApplications: false }).execute();
  expect(await ask()).toEqual({ active: false });
});
