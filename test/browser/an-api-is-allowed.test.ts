import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { formatId } from '../../src/base/ids.ts';
import { makeApiResource } from '../support/api-resources.ts';
import { launchChromium, openContext } from '../support/chromium.ts';
import { listenForComplaints, openConsole } from '../support/console.ts';
import { makeApplication, makePerson, makeRoot } from '../support/fixtures.ts';
import { startService } from '../support/start-service.ts';
import type { TestService } from '../support/start-service.ts';

// One administrator at one console, from test to test.
let service: TestService;
let browser: Browser;
let page: Page;
let complaints: string[];
let reports: string;

beforeAll(async () => {
  service = await startService();
  const root = await makeRoot(service);
  const anna = await makePerson(service, root, 'anna@northwind.example', { role: 'administrator', breakGlass: true });
  const { application } = await makeApplication(service, root, { redirectUris: ['https://reports.example/back'] });
  reports = formatId('app', application.id);
  await makeApiResource(service, root, { name: 'Bare', audience: 'urn:bare', scopes: [] });
  browser = await launchChromium();
  page = await (await openContext(browser)).newPage();
  complaints = listenForComplaints(page);
  await openConsole(page, service, anna, 'api-resources/add');
});
afterAll(async () => {
  await browser?.close();
  await service?.close();
});

const button = (name: string) => page.getByRole('button', { name, exact: true });
const dialog = () => page.getByRole('dialog', { name: 'Allow an API' });

async function choose(name: string): Promise<void> {
  await dialog().getByRole('combobox', { name: 'API resource' }).fill(name);
  await page.getByRole('option', { name }).click();
}

test('an API resource is added with a scope; its page leads to the applications', async () => {
  await page.getByLabel('Name', { exact: true }).fill('Orders');
  await page.getByLabel('Identifier').fill('https://orders.northwind.example/api');
  await button('Add API resource').click();
  await page.getByText('Enter at least one scope').waitFor();
  expect(await page.getByRole('button', { name: 'Remove scope 1' }).count()).toBe(0);
  await page.getByLabel('Scope', { exact: true }).fill('orders:read');
  await page.getByLabel('Sentence').fill('Read your orders');
  await button('Add API resource').click();
  await page.getByRole('heading', { level: 1, name: 'Orders' }).waitFor();
  await page.getByRole('main').getByRole('link', { name: 'Applications', exact: true }).click();
  await page.getByRole('heading', { level: 1, name: 'Applications' }).waitFor();
});

test('an API without scopes cannot be allowed, and saving nothing does not say that it was saved', async () => {
  await page.goto(`${service.url}/console/applications/${reports}`);
  await button('Allow an API').click();
  await choose('Bare');
  await dialog().getByText('Bare has no scopes yet').waitFor();
  await dialog().getByRole('link', { name: 'Add scopes' }).waitFor();
  expect(await dialog().getByRole('button', { name: 'Save' }).count()).toBe(0);
  await choose('Orders');
  await dialog().getByRole('button', { name: 'Save' }).click();
  await dialog().getByText('Tick at least one scope.').waitFor();
  expect(await page.getByText('Saved.').count()).toBe(0);
  await dialog().getByLabel('orders:read').check();
  await dialog().getByRole('button', { name: 'Save' }).click();
  await page.getByText('Saved. It counts for the next access token.').waitFor();
  expect(complaints).toEqual([]);
});
