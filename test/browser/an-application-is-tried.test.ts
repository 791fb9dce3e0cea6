import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { formatId } from '../../src/base/ids.ts';
import type { Organization } from '../../src/organizations/organization.ts';
import { launchChromium, openContext } from '../support/chromium.ts';
import { listenForComplaints, openConsole } from '../support/console.ts';
import { makeApplication, makeManaged, makePerson, makeRoot } from '../support/fixtures.ts';
import type { Person } from '../support/fixtures.ts';
import { startService } from '../support/start-service.ts';
import type { TestService } from '../support/start-service.ts';

let service: TestService;
let browser: Browser;
let page: Page;
let root: Organization;
let contoso: Organization;
let anna: Person;

beforeAll(async () => {
  service = await startService();
  root = await makeRoot(service);
  contoso = await makeManaged(service, root, 'Contoso');
  anna = await makePerson(service, root, 'anna@northwind.example', { role: 'administrator', breakGlass: true });
  browser = await launchChromium();
  page = await (await openContext(browser)).newPage();
  await openConsole(page, service, anna, 'applications');
});
afterAll(async () => {
  await browser?.close();
  await service?.close();
});

/** *Try it* on the page of an application, up to the page of the result in its own window. */
async function tryIt(name: string): Promise<Page> {
  await page.goto(`${service.url}/console/applications`);
  await page.getByRole('link', { name, exact: true }).click();
  const [opened] = await Promise.all([
    page.context().waitForEvent('page'),
    page.getByRole('link', { name: 'Try it' }).click(),
  ]);
  await opened.getByRole('button', { name: 'Log in' }).click();
  await opened.waitForURL(/\/console\/tried/);
  await opened.getByRole('heading', { level: 1, name: `Try ${name}` }).waitFor();
  return opened;
}

test('a try shows the claims by their scope, what is missed, and no token', async () => {
  const { application } = await makeApplication(service, root, {
    name: 'Reports',
    firstParty: false,
    refreshTokens: true,
    signingAlgorithm: 'ES256',
    redirectUris: ['https://reports.example/back'],
  });
  const tokens: string[] = [];
  page.context().on('response', (response) => {
    if (!response.url().endsWith('/oauth2/token')) return;
    void response.json().then((body: Record<string, string>) => {
      if (response.request().postData()?.includes('try.') === true)
        tokens.push(body['id_token']!, body['access_token']!);
    });
  });
  const opened = await tryIt('Reports');
  const complaints = listenForComplaints(opened);
  await opened.getByText('The login works.').waitFor();
  const row = (claim: string) => opened.getByRole('row').filter({ has: opened.getByText(claim, { exact: true }) });
  expect(await row('sub').innerText()).toContain(formatId('usr', anna.userId));
  expect(await row('email_verified').getByText('email', { exact: true }).count()).toBe(1);
  await opened.getByText('No roles: none are given to you in this application.').waitFor();
  await opened.getByText('people are asked for consent once').waitFor();
  await opened.getByText('also gets a refresh token').waitFor();
  await opened.getByText('ES256', { exact: true }).waitFor();
  await opened.getByText(application.clientId, { exact: true }).waitFor();
  await expect.poll(() => tokens.length).toBe(2);
  const shown = await opened.content();
  expect(tokens.filter((token) => shown.includes(token))).toEqual([]);
  // The access token was given back, and the address keeps no code.
  const told = await fetch(`${service.url}/oauth2/userinfo`, { headers: { authorization: `Bearer ${tokens[1]}` } });
  expect(told.status).toBe(401);
  expect(new URL(opened.url()).search).toBe('');
  expect(complaints).toEqual([]);
  await opened.reload();
  await opened.getByRole('heading', { name: 'Nothing to show' }).waitFor();
  await opened.close();
});

test('an address that nobody proved is missed, and given where the application takes unproven ones', async () => {
  const { db } = service.database;
  await db.updateTable('appUser').set({ emailProvenAt: null }).where('id', '=', anna.userId).execute();
  await makeApplication(service, root, { name: 'Plain', redirectUris: ['https://plain.example/back'] });
  const opened = await tryIt('Plain');
  await opened.getByText('No address: nobody proved yours.').waitFor();
  await opened.close();
  await makeApplication(service, root, {
    name: 'Trusting',
    unprovenAddresses: true,
    redirectUris: ['https://trusting.example/back'],
  });
  const other = await tryIt('Trusting');
  await other.getByText('The address is not proven, and marked so.').waitFor();
  await other.close();
});

test('who may not use the application reads why', async () => {
  await makeApplication(service, root, {
    name: 'Narrowed',
    access: [contoso.id],
    redirectUris: ['https://narrowed.example/back'],
  });
  const opened = await tryIt('Narrowed');
  await opened.getByText('it is narrowed to organizations that yours does not belong to').waitFor();
  await opened.getByText('this application is not available to you').waitFor();
  await opened.close();
});

test('a try is in the audit log, and is no login to the application', async () => {
  const events = await service.database.db
    .selectFrom('auditEvent')
    .select(['kind', 'actorName'])
    .where('kind', 'in', ['application.tried', 'token.issued', 'login.refused'])
    .execute();
  expect(events.map(({ kind }) => kind)).toEqual(Array.from({ length: 4 }, () => 'application.tried'));
});
