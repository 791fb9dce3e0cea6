import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { formatId } from '../../src/base/ids.ts';
import { allow, makeApiResource } from '../support/api-resources.ts';
import { launchChromium, openContext } from '../support/chromium.ts';
import { listenForComplaints, openConsole } from '../support/console.ts';
import { makeApplication, makeManaged, makePerson, makeRoot } from '../support/fixtures.ts';
import { startService } from '../support/start-service.ts';
import type { TestService } from '../support/start-service.ts';
import { authorizeUrl } from '../support/relying-application.ts';

// A first-party application of an organization, seen by its administrator: nothing is offered that only the root may do.
let service: TestService;
let browser: Browser;
let page: Page;
let complaints: string[];
const ids: Record<'ours' | 'theirs', string> = { ours: '', theirs: '' };

beforeAll(async () => {
  service = await startService();
  const root = await makeRoot(service);
  const contoso = await makeManaged(service, root, 'Contoso');
  const carla = await makePerson(service, contoso, 'carla@contoso.example', {
    role: 'administrator',
    breakGlass: true,
  });
  const orders = await makeApiResource(service, contoso, { audience: 'urn:orders' });
  const register = async (name: string, firstParty: boolean): Promise<string> => {
    const settings = { name, redirectUris: ['https://reports.example/back'], firstParty: false };
    const { application } = await makeApplication(service, contoso, settings);
    await allow(service, contoso, application, orders, ['orders:read']);
    await service.database.db.updateTable('application').set({ firstParty }).where('id', '=', application.id).execute();
    const wrong = { clientId: application.clientId, clientSecret: null, redirectUri: 'https://reports.example/other' };
    await fetch(authorizeUrl(service, wrong), { redirect: 'manual' });
    return formatId('app', application.id);
  };
  ids.ours = await register('Portal', true);
  ids.theirs = await register('Reports', false);
  browser = await launchChromium();
  page = await (await openContext(browser)).newPage();
  complaints = listenForComplaints(page);
  await openConsole(page, service, carla, `applications/${ids.ours}`);
});
afterAll(async () => {
  await browser?.close();
  await service?.close();
});

const main = () => page.getByRole('main');
/** What only who manages an application is offered. */
const OFFERED = ['Save', 'Make another client secret', 'Allow an API', 'Add this one'];
async function offered(): Promise<string[]> {
  await main().getByText('https://reports.example/other').first().waitFor();
  await main().getByText('urn:orders').waitFor();
  const names = await main().getByRole('button').allTextContents();
  return OFFERED.filter((name) => names.includes(name));
}

test('what only the root may do is not offered; the page says who manages the application', async () => {
  await main().getByText('administrators of the root organization manage its settings').waitFor();
  expect(await offered()).toEqual([]);
  await page.goto(`${service.url}/console/applications/${ids.theirs}`);
  expect(await offered()).toEqual(OFFERED);
  expect(await main().getByText('administrators of the root organization').count()).toBe(0);
});

test('an API is taken from it, and nothing is added; it may be removed', async () => {
  await page.goto(`${service.url}/console/applications/${ids.ours}`);
  await main().getByRole('button', { name: 'Change what is allowed at Orders' }).click();
  const dialog = page.getByRole('dialog');
  expect(await dialog.getByLabel('orders:write').isDisabled()).toBe(true);
  await dialog.getByLabel('orders:read').uncheck();
  await dialog.getByRole('button', { name: 'Save' }).click();
  await main().getByText('urn:orders').waitFor({ state: 'detached' });
  await main().getByRole('button', { name: 'Remove application' }).waitFor();
  expect(complaints).toEqual([]);
});
