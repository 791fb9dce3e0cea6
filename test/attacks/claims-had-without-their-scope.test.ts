import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { makeApplication, makePerson, makeRoot } from '../support/fixtures.ts';
import type { Person } from '../support/fixtures.ts';
import { openHttpBrowser } from '../support/http-browser.ts';
import type { HttpBrowser } from '../support/http-browser.ts';
import { logIn } from '../support/log-in.ts';
import { authorizeUrl, claimsOf, codeIn, redeem } from '../support/relying-application.ts';
import type { RelyingApplication } from '../support/relying-application.ts';
import { startService } from '../support/start-service.ts';
import type { TestService } from '../support/start-service.ts';
import type { Page } from '../support/page.ts';

// Lesson: an application was told what nobody allowed it: the address as a name, an unproven one by another claim, a single
// claim (OpenID Connect Core 5.5) past the consent for its scope.

let service: TestService;
let tickets: RelyingApplication;
let reports: RelyingApplication;
let maria: Person;
let browser: HttpBrowser;

beforeAll(async () => {
  service = await startService();
  const root = await makeRoot(service);
  maria = await makePerson(service, root, 'maria@northwind.example');
  const register = async (name: string, firstParty: boolean): Promise<RelyingApplication> => {
    const redirectUri = `http://127.0.0.1:9017/${name}`;
    const made = await makeApplication(service, root, { name, firstParty, redirectUris: [redirectUri] });
    return { clientId: made.application.clientId, clientSecret: made.clientSecret, redirectUri };
  };
  tickets = await register('Tickets', false);
  reports = await register('Reports', true);
});
afterAll(async () => service.close());
beforeEach(async () => {
  await service.database.db.deleteFrom('applicationConsent').execute();
  browser = openHttpBrowser({ stopAt: (url) => url.port === '9017' });
  await logIn(browser, service, await browser.open(`${service.url}/login/start`), maria);
  return async () => browser[Symbol.asyncDispose]();
});

const set = async (change: object): Promise<unknown> =>
  service.database.db.updateTable('appUser').set(change).where('id', '=', maria.userId).execute();
const single = JSON.stringify({ id_token: { email: { essential: true } }, userinfo: { family_name: null } });
async function told(page: Page, application: RelyingApplication): Promise<Record<string, unknown>> {
  const { body } = await redeem(service, application, codeIn(page, application));
  const headers = { authorization: `Bearer ${body.access_token}` };
  const info = (await (await fetch(`${service.url}/oauth2/userinfo`, { headers })).json()) as Record<string, unknown>;
  return { ...claimsOf(body.id_token), ...info };
}
const openTickets = async (more: Record<string, string>): Promise<Page> =>
  browser.open(authorizeUrl(service, tickets, { scope: 'openid', ...more }));

test('a single claim is asked for like the scope that brings it', async () => {
  await browser.submit(await openTickets({}), {}, { button: 'Allow' });
  expect(await told(await openTickets({}), tickets)).not.toHaveProperty('email');
  const silent = await openTickets({ claims: single, prompt: 'none' });
  expect(silent.stoppedAt?.searchParams.get('error')).toBe('consent_required');
  const consent = await openTickets({ claims: single });
  expect(consent.title).toContain('Allow Tickets?');
  expect(consent.text).toContain('your email address');
  expect(consent.text).toContain('your name');
  const refused = await browser.submit(consent, {}, { button: 'Don’t allow' });
  expect(refused.stoppedAt?.searchParams.get('error')).toBe('access_denied');
  await set({ familyName: 'Silva' });
  const page = await browser.submit(await openTickets({ claims: single }), {}, { button: 'Allow' });
  const claims = await told(page, tickets);
  expect(claims).toMatchObject({ email: maria.email, family_name: 'Silva' });
  expect(claims).not.toHaveProperty('org_name');
});

test('claims that nobody knows, or that name something of JavaScript’s own, give nothing and break nothing', async () => {
  const claims = '{"id_token":{"__proto__":{"email":null},"constructor":null,"unknown":null,"email":7},"userinfo":{}}';
  const page = await browser.open(authorizeUrl(service, reports, { scope: 'openid', claims }));
  const given = await told(page, reports);
  expect(given).not.toHaveProperty('email');
  expect(given).not.toHaveProperty('unknown');
});

test('where nobody typed a name there is none: the address is told as an address, or not at all', async () => {
  await set({ name: null, givenName: null, familyName: null });
  const claims = await told(await browser.open(authorizeUrl(service, reports, { scope: 'openid profile' })), reports);
  expect(JSON.stringify(claims)).not.toContain(maria.email);
  for (const claim of ['name', 'preferred_username']) expect(claims).not.toHaveProperty(claim);
  const single = JSON.stringify({ id_token: { preferred_username: null }, userinfo: { preferred_username: null } });
  const asked = await browser.open(authorizeUrl(service, reports, { scope: 'openid profile', claims: single }));
  expect(JSON.stringify(await told(asked, reports))).not.toContain(maria.email);
});

test('an unproven address is told by no claim at all', async () => {
  await set({ emailProvenAt: null });
  const claims = await told(await browser.open(authorizeUrl(service, reports)), reports);
  await set({ emailProvenAt: service.clock.now() });
  expect(JSON.stringify(claims)).not.toContain(maria.email);
  expect(await told(await browser.open(authorizeUrl(service, reports)), reports)).toMatchObject({
    preferred_username: maria.email,
    email: maria.email,
  });
});

test('the name of the organization comes with the profile alone', async () => {
  const open = async (scope: string): Promise<object> =>
    told(await browser.open(authorizeUrl(service, reports, { scope })), reports);
  expect(await open('openid email')).not.toHaveProperty('org_name');
  expect(await open('openid profile')).toMatchObject({ org_name: 'Northwind' });
});
