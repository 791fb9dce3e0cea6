import { sql } from 'kysely';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { formatId } from '../../src/base/ids.ts';
import type { OrganizationId } from '../../src/base/ids.ts';
import { randomUuid } from '../../src/base/random.ts';
import type { Organization } from '../../src/organizations/organization.ts';
import { makeApplication, makeManaged, makePerson, makeRoot } from '../support/fixtures.ts';
import type { Person } from '../support/fixtures.ts';
import { openHttpBrowser } from '../support/http-browser.ts';
import type { HttpBrowser } from '../support/http-browser.ts';
import { logIn } from '../support/log-in.ts';
import { authorizeUrl, claimsOf, codeFor, codeIn, push, redeem } from '../support/relying-application.ts';
import type { RelyingApplication } from '../support/relying-application.ts';
import { startService } from '../support/start-service.ts';
import type { TestService } from '../support/start-service.ts';

let service: TestService;
let application: RelyingApplication;
let root: Organization;
let contoso: Organization;
let administrator: Person;
let clerk: Person;

beforeAll(async () => {
  service = await startService();
  root = await makeRoot(service);
  contoso = await makeManaged(service, root, 'Contoso');
  administrator = await makePerson(service, root, 'admin@northwind.example', { role: 'administrator' });
  clerk = await makePerson(service, root, 'clerk@northwind.example');
  const redirectUri = 'http://127.0.0.1:9001/back';
  const made = await makeApplication(service, root, { redirectUris: [redirectUri] });
  application = { clientId: made.application.clientId, clientSecret: made.clientSecret, redirectUri };
});
afterAll(async () => {
  await service?.close();
});

function openBrowser(): HttpBrowser {
  return openHttpBrowser({ now: () => service.clock.now(), stopAt: (url) => url.port === '9001' });
}

it('is given without a second login to somebody whose role reaches it, and stands in both audit logs', async () => {
  await using browser = openBrowser();
  await logIn(browser, service, await browser.open(authorizeUrl(service, application)), administrator);
  const organization = formatId('org', contoso.id);
  const { body } = await redeem(service, application, await codeFor(browser, service, application, { organization }));
  expect(claimsOf(body.id_token)).toMatchObject({
    org_id: organization,
    org_name: 'Contoso',
    home_org_id: formatId('org', root.id),
  });
  const userinfo = await fetch(new URL('/oauth2/userinfo', service.url), {
    headers: { authorization: `Bearer ${body.access_token}` },
  });
  expect(await userinfo.json()).toMatchObject({ org_id: organization });
  const { rows } = await sql<{ id: string }>`
    select organization_id as id from audit_event
    where kind = 'token.issued' and details ->> 'organizationInScope' = ${organization}`.execute(service.database.db);
  expect(rows.map((row) => row.id).toSorted()).toEqual([root.id, contoso.id].toSorted());
});

it('is not given without a role there: that organization’s login is asked for, and nothing at all without asking', async () => {
  await using browser = openBrowser();
  await logIn(browser, service, await browser.open(authorizeUrl(service, application)), clerk);
  const organization = formatId('org', contoso.id);
  const asked = await browser.open(authorizeUrl(service, application, { organization }));
  expect(asked.url.pathname).toMatch(/^\/login\//);
  const silent = await browser.open(authorizeUrl(service, application, { organization, prompt: 'none' }));
  expect(silent.stoppedAt?.searchParams.get('error')).toBe('login_required');
});

it('is about the organization of the pushed request, whatever stands in the address', async () => {
  await using browser = openBrowser();
  await logIn(browser, service, await browser.open(authorizeUrl(service, application)), administrator);
  const organization = formatId('org', contoso.id);
  const enter = async (pushed: { organization?: string }, address: { organization?: string }): Promise<unknown> => {
    const requestUri = await push(service, application, pushed);
    const url = new URL('/oauth2/authorize', service.url);
    url.search = new URLSearchParams({
      client_id: application.clientId,
      request_uri: requestUri,
      ...address,
    }).toString();
    const { body } = await redeem(service, application, codeIn(await browser.open(url), application));
    return claimsOf(body.id_token)['org_id'];
  };
  expect(await enter({ organization }, {})).toBe(organization);
  expect(await enter({}, { organization })).toBe(formatId('org', root.id));
});

it('is never given by an application of a managed organization to people above it', async () => {
  const redirectUri = 'http://127.0.0.1:9001/theirs';
  const made = await makeApplication(service, contoso, { redirectUris: [redirectUri], firstParty: false });
  const theirs = { clientId: made.application.clientId, clientSecret: made.clientSecret, redirectUri };
  await using browser = openBrowser();
  const refused = await logIn(browser, service, await browser.open(authorizeUrl(service, theirs)), administrator);
  expect(refused.stoppedAt?.searchParams.get('error')).toBe('access_denied');
  expect(refused.stoppedAt?.searchParams.get('code')).toBeNull();
});

it('is refused without another login about an organization that does not exist', async () => {
  await using browser = openBrowser();
  await logIn(browser, service, await browser.open(authorizeUrl(service, application)), administrator);
  const organization = formatId('org', randomUuid() as OrganizationId);
  const refused = await browser.open(authorizeUrl(service, application, { organization }));
  expect(refused.stoppedAt?.searchParams.get('error')).toBe('access_denied');
  const start = { clientId: 'start', clientSecret: null, redirectUri: `${service.url}/login/done` };
  const own = await browser.open(authorizeUrl(service, start, { scope: 'openid', organization }));
  expect([own.status, own.url.pathname]).toEqual([200, '/']);
});

it('is not what a login link of another organization is for: its login is asked for, not a factor of who is logged in', async () => {
  await using browser = openBrowser();
  await logIn(browser, service, await browser.open(`${service.url}/login/start`), clerk);
  const link = await browser.open(`${service.url}/login/o/${formatId('org', contoso.id)}`);
  expect(link.title).toContain('Log in');
  expect(link.text).toContain('Contoso');
});
