import { afterAll, beforeAll, expect, test } from 'vitest';
import { findRootOrganization } from '../../src/organizations/find-organization.ts';
import { makeApplication, makePerson, makeRoot } from '../support/fixtures.ts';
import type { Person } from '../support/fixtures.ts';
import { openHttpBrowser } from '../support/http-browser.ts';
import { logIn } from '../support/log-in.ts';
import { linkOf } from '../support/page.ts';
import { authorizeUrl } from '../support/relying-application.ts';
import type { RelyingApplication } from '../support/relying-application.ts';
import { startService } from '../support/start-service.ts';
import type { TestService } from '../support/start-service.ts';

let service: TestService;
let tickets: RelyingApplication;
let maria: Person;

beforeAll(async () => {
  service = await startService();
  const root = await makeRoot(service);
  maria = await makePerson(service, root, 'maria@northwind.example');
  const redirectUri = 'http://127.0.0.1:9003/back';
  const initiateLoginUri = 'http://127.0.0.1:9003/log-in';
  const settings = { name: 'Tickets', firstParty: false, redirectUris: [redirectUri], initiateLoginUri };
  const { application, clientSecret } = await makeApplication(service, root, settings);
  tickets = { clientId: application.clientId, clientSecret, redirectUri };
});
afterAll(async () => service.close());

test('an application that is not first-party is allowed once, by name, owner and host; refusing goes back to it', async () => {
  await using browser = openHttpBrowser({ stopAt: (url) => url.port === '9003' });
  const consent = await logIn(
    browser,
    service,
    await browser.open(authorizeUrl(service, tickets, { scope: 'openid' })),
    maria,
  );
  expect(consent.title).toContain('Allow Tickets?');
  expect(consent.text).toContain('Tickets, by Northwind, asks for this about you:');
  expect(consent.text).toContain('You will be sent to 127.0.0.1:9003.');
  const refused = await browser.submit(consent, {}, { button: 'Don’t allow' });
  expect(refused.stoppedAt?.searchParams.get('error')).toBe('access_denied');

  const again = await browser.open(authorizeUrl(service, tickets, { scope: 'openid' }));
  const allowed = await browser.submit(again, {}, { button: 'Allow' });
  expect(allowed.stoppedAt?.searchParams.get('code')).toBeTruthy();
  const silent = await browser.open(authorizeUrl(service, tickets, { scope: 'openid' }));
  expect(silent.stoppedAt?.searchParams.get('code')).toBeTruthy();
  const more = await browser.open(authorizeUrl(service, tickets));
  expect(more.title).toContain('Allow Tickets?');
  expect(more.text).toContain('your email address');
});

test('who has an unproven address reads that the application learns it once it is proven, unless it takes unproven ones', async () => {
  await using browser = openHttpBrowser({ stopAt: (url) => url.port === '9003' });
  const { db } = service.database;
  const setProven = async (at: Date | null) =>
    db.updateTable('appUser').set({ emailProvenAt: at }).where('id', '=', maria.userId).execute();
  const asked = async () => browser.open(authorizeUrl(service, tickets, { prompt: 'consent' }));
  await setProven(null);
  const page = await logIn(browser, service, await asked(), maria);
  expect(page.text).toContain('your email address, once it is proven that it is yours');
  await db
    .updateTable('application')
    .set({ unprovenAddresses: true })
    .where('clientId', '=', tickets.clientId)
    .execute();
  expect((await asked()).text).not.toContain('once it is proven');
  await db
    .updateTable('application')
    .set({ unprovenAddresses: false })
    .where('clientId', '=', tickets.clientId)
    .execute();
  await setProven(service.clock.now());
  expect((await asked()).text).not.toContain('once it is proven');
});

test('a page of a login that is over begins again where the application begins its logins', async () => {
  await using browser = openHttpBrowser({ stopAt: (url) => url.port === '9003' });
  const page = await browser.open(authorizeUrl(service, tickets, { scope: 'openid' }));
  await logIn(browser, service, page, maria);
  const over = await browser.open(page.url);
  expect(over.status).toBe(410);
  expect(linkOf(over, 'Log in again').href).toBe('http://127.0.0.1:9003/log-in');
});

test.each([{ prompt: 'login' }, { max_age: '0' }, { prompt: 'login consent' }] as Record<string, string>[])(
  'what the login proved is kept over the question for consent: %o asks for credentials once',
  async (parameters) => {
    await service.database.db.deleteFrom('applicationConsent').execute();
    await using browser = openHttpBrowser({ stopAt: (url) => url.port === '9003' });
    await logIn(browser, service, await browser.open(`${service.url}/login/start`), maria);
    const page = await browser.open(authorizeUrl(service, tickets, { scope: 'openid', ...parameters }));
    const consent = await logIn(browser, service, page, maria);
    expect(consent.title).toContain('Allow Tickets?');
    const allowed = await browser.submit(consent, {}, { button: 'Allow' });
    expect(allowed.stoppedAt?.searchParams.get('code')).toBeTruthy();
    // The next request is asked for credentials again.
    const next = await browser.open(authorizeUrl(service, tickets, { scope: 'openid', ...parameters }));
    expect(next.title).toContain('Log in');
  },
);

test('nobody is asked to allow our own pages, whoever asks for the question', async () => {
  await using browser = openHttpBrowser({ stopAt: (url) => url.port === '9003' });
  const start = await browser.open(`${service.url}/login/start`);
  await logIn(browser, service, start, maria);
  const request = new URL(start.hops[1]!.url);
  request.searchParams.set('prompt', 'consent');
  const page = await browser.open(request);
  // The only application there is.
  expect(page.stoppedAt?.href).toBe('http://127.0.0.1:9003/log-in');
});

test('a question that was not answered is no consent', async () => {
  await service.database.db.deleteFrom('applicationConsent').execute();
  await using browser = openHttpBrowser({ stopAt: (url) => url.port === '9003' });
  const page = await browser.open(authorizeUrl(service, tickets, { scope: 'openid' }));
  const consent = await logIn(browser, service, page, maria);
  await browser.submit(consent, {}, { button: 'Allow' });
  // It was allowed before, but the application asks for the question.
  const asked = await browser.open(authorizeUrl(service, tickets, { scope: 'openid', prompt: 'consent' }));
  expect(asked.title).toContain('Allow Tickets?');
  const handle = asked.url.pathname.split('/').at(-1)!;
  const gone = await browser.open(`${service.url}/oauth2/authorize/${handle}`);
  expect(gone.stoppedAt).toBeUndefined();
  expect(gone.title).toContain('Allow Tickets?');
});

test('a login for an application that was removed meanwhile is over', async () => {
  const root = (await findRootOrganization(service.database))!;
  const redirectUri = 'http://127.0.0.1:9003/gone';
  const { application } = await makeApplication(service, root, { name: 'Gone', redirectUris: [redirectUri] });
  const gone = { clientId: application.clientId, clientSecret: null, redirectUri };
  await using browser = openHttpBrowser({ stopAt: (url) => url.port === '9003' });
  const page = await browser.open(authorizeUrl(service, gone));
  expect(page.status).toBe(200);
  await service.database.db.deleteFrom('application').where('id', '=', application.id).execute();
  const over = await browser.submit(page, { email: maria.email }, { button: 'Continue' });
  expect(over.status).toBe(410);
});

test('what was allowed stays allowed when more is: nobody is asked back and forth', async () => {
  await service.database.db.deleteFrom('applicationConsent').execute();
  await using browser = openHttpBrowser({ stopAt: (url) => url.port === '9003' });
  await logIn(browser, service, await browser.open(`${service.url}/login/start`), maria);
  for (const scope of ['openid profile', 'openid email']) {
    const asked = await browser.open(authorizeUrl(service, tickets, { scope }));
    await browser.submit(asked, {}, { button: 'Allow' });
  }
  for (const scope of ['openid profile', 'openid email', 'openid profile email']) {
    const silent = await browser.open(authorizeUrl(service, tickets, { scope, prompt: 'none' }));
    expect([scope, silent.stoppedAt?.searchParams.get('error')]).toEqual([scope, null]);
  }
});
