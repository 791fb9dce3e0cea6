import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { formatId } from '../../src/base/ids.ts';
import type { Organization } from '../../src/organizations/organization.ts';
import { apiClient } from '../support/api-client.ts';
import type { ApiClient } from '../support/api-client.ts';
import { makeApplication, makeManaged, makePerson, makeRoot } from '../support/fixtures.ts';
import type { Person } from '../support/fixtures.ts';
import { openHttpBrowser } from '../support/http-browser.ts';
import type { HttpBrowser } from '../support/http-browser.ts';
import { logIn } from '../support/log-in.ts';
import { addApiToken, addSession, addUser, org } from '../support/people.ts';
import { authorizeUrl, codeIn, redeem, refresh } from '../support/relying-application.ts';
import type { RelyingApplication, TokenAnswer } from '../support/relying-application.ts';
import { startService } from '../support/start-service.ts';
import type { TestService } from '../support/start-service.ts';

let service: TestService;
let root: Organization;
let contoso: Organization;
let tickets: RelyingApplication;
let reports: RelyingApplication;
let maria: Person;
let browser: HttpBrowser;
let administrator: ApiClient;

const deps = () => ({ db: service.database.db, clock: service.clock, url: service.url });
const pathOf = (): string => `/organizations/${org(contoso)}/users/${formatId('usr', maria.userId)}`;

beforeAll(async () => {
  service = await startService();
  root = await makeRoot(service);
  contoso = await makeManaged(service, root, 'Contoso');
  const register = async (name: string, firstParty: boolean, offline: boolean): Promise<RelyingApplication> => {
    const redirectUri = `http://127.0.0.1:9015/${name.toLowerCase()}`;
    const settings = { name, firstParty, offline, redirectUris: [redirectUri] };
    const backchannelLogoutUri = 'http://127.0.0.1:1/logout';
    const made = await makeApplication(service, root, { ...settings, backchannelLogoutUri });
    return { clientId: made.application.clientId, clientSecret: made.clientSecret, redirectUri };
  };
  tickets = await register('Tickets', false, true);
  reports = await register('Reports', true, true);
  const anna = await addUser(deps(), root, 'anna@northwind.example', { role: 'administrator' });
  administrator = apiClient(service.url, (await addSession(deps(), anna)).token);
});
afterAll(async () => service.close());
beforeEach(async () => {
  maria = await makePerson(service, contoso, `maria${service.clock.now().getTime()}@contoso.example`);
  browser = openHttpBrowser({ now: () => service.clock.now(), stopAt: (url) => url.port === '9015' });
  return async () => browser[Symbol.asyncDispose]();
});

/** Logs in and allows Tickets, then gets its tokens and those of Reports. */
async function allow(): Promise<{ tickets: TokenAnswer['body']; reports: TokenAnswer['body'] }> {
  const consent = await logIn(browser, service, await browser.open(authorizeUrl(service, tickets)), maria);
  const back = await browser.submit(consent, {}, { button: 'Allow' });
  const own = (await redeem(service, tickets, codeIn(back, tickets))).body;
  const other = await redeem(service, reports, codeIn(await browser.open(authorizeUrl(service, reports)), reports));
  return { tickets: own, reports: other.body };
}

const userInfo = async (token: string | undefined): Promise<number> =>
  (await fetch(`${service.url}/oauth2/userinfo`, { headers: { authorization: `Bearer ${token}` } })).status;
const titleThere = async (): Promise<string> => (await browser.open(authorizeUrl(service, tickets))).title;
const withdraw = async (): Promise<unknown> => {
  const asked = await browser.submit(await browser.open(`${service.url}/account`), {}, { button: 'Withdraw' });
  return browser.submit(asked, {}, { button: 'Withdraw' });
};
const noticesTo = async (application: RelyingApplication): Promise<number> => {
  const jobs = service.database.db.selectFrom('job').select('id').where('kind', '=', 'logout-notice');
  return (await jobs.where('concurrencyKey', '=', application.clientId).execute()).length;
};

test('in the account stands what was allowed, to whom and since when; withdrawn, it is over there at once and asked anew', async () => {
  const before = await allow();
  service.clock.advance(2);
  const account = await browser.open(`${service.url}/account`);
  expect(account.text).toContain('What you allowed');
  expect(account.text).toContain('Tickets');
  expect(account.text).toContain('By Northwind, since');
  expect(account.text).toContain('your email address');
  expect(account.text).not.toContain('Reports');
  const asked = await browser.submit(account, {}, { button: 'Withdraw' });
  expect(asked.text).toContain('Withdraw what you allowed Tickets?');
  expect(await userInfo(before.tickets.access_token)).toBe(200); // the question alone takes nothing away
  const after = await browser.submit(asked, {}, { button: 'Withdraw' });
  expect(after.text).toContain('Tickets was logged out and will ask again.');
  expect(after.url.pathname).toBe('/account');
  expect(after.text).not.toContain('What you allowed');
  expect((await browser.open(`${service.url}/account`)).text).not.toContain('was logged out'); // said once

  expect(await userInfo(before.tickets.access_token)).toBe(401);
  expect((await refresh(service, tickets, before.tickets.refresh_token ?? '')).body.error).toBe('invalid_grant');
  expect(await noticesTo(tickets)).toBe(1);
  // Nothing happens elsewhere: the session goes on, and so do other applications.
  expect(await userInfo(before.reports.access_token)).toBe(200);
  expect(await noticesTo(reports)).toBe(0);
  expect(await titleThere()).toContain('Allow Tickets?');
});

test('allowed anew, what was given before stays ended, and what is given now works', async () => {
  const before = await allow();
  service.clock.advance(2);
  await withdraw();
  service.clock.advance(2);
  const asked = await browser.open(authorizeUrl(service, tickets));
  const back = await browser.submit(asked, {}, { button: 'Allow' });
  const { body } = await redeem(service, tickets, codeIn(back, tickets));
  expect(await userInfo(body.access_token)).toBe(200);
  expect((await refresh(service, tickets, body.refresh_token ?? '')).status).toBe(200);
  expect(await userInfo(before.tickets.access_token)).toBe(401);
  expect((await refresh(service, tickets, before.tickets.refresh_token ?? '')).status).toBe(400);
});

test('a code that was not redeemed yet is worth nothing after it', async () => {
  await allow();
  const code = codeIn(await browser.open(authorizeUrl(service, tickets)), tickets);
  await withdraw();
  expect((await redeem(service, tickets, code)).body.error).toBe('invalid_grant');
});

test('an administrator sees and withdraws it; it stands in the log, by whom', async () => {
  const before = await allow();
  service.clock.advance(2);
  const { body } = await administrator.get(pathOf());
  expect(body).toMatchObject({
    consents: [{ application: { name: 'Tickets' }, owner: 'Northwind', scopes: ['openid', 'profile', 'email'] }],
  });
  const { consents } = body as { consents: { application: { id: string } }[] };
  const path = `${pathOf()}/consents/${consents[0]!.application.id}`;
  expect(await administrator.send('DELETE', path)).toMatchObject({ status: 200, body: { consents: [] } });
  expect(await userInfo(before.tickets.access_token)).toBe(401);
  expect(await titleThere()).toContain('Allow Tickets?');
  expect((await administrator.send('DELETE', path)).status).toBe(404);
  const { items } = (await administrator.get(`/organizations/${org(contoso)}/audit-events?limit=5`)).body as {
    items: { kind: string; details: object }[];
  };
  expect(items.find(({ kind }) => kind === 'application.consent-withdrawn')?.details).toMatchObject({
    application: 'Tickets',
    email: maria.email,
  });
});

test('who may only look withdraws nothing, nor does somebody of another organization', async () => {
  await allow();
  const { body } = await administrator.get(pathOf());
  const { consents } = body as { consents: { application: { id: string } }[] };
  const path = `${pathOf()}/consents/${consents[0]!.application.id}`;
  const viewer = apiClient(service.url, await addApiToken(deps(), contoso, 'viewer'));
  expect((await viewer.send('DELETE', path)).status).toBe(403);
  const fabrikam = await makeManaged(service, root, `Fabrikam ${service.clock.now().getTime()}`);
  const stranger = apiClient(service.url, await addApiToken(deps(), fabrikam, 'administrator'));
  expect((await stranger.send('DELETE', path)).status).toBe(404);
  expect((await browser.open(`${service.url}/account`)).text).toContain('Tickets');
});
