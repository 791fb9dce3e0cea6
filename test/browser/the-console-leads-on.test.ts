import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { formatId } from '../../src/base/ids.ts';
import { launchChromium, openContext } from '../support/chromium.ts';
import { listenForComplaints, openConsole } from '../support/console.ts';
import { makeApplication, makePerson, makeRoot } from '../support/fixtures.ts';
import type { Person } from '../support/fixtures.ts';
import { startService } from '../support/start-service.ts';
import type { TestService } from '../support/start-service.ts';

// One administrator at one console, from test to test, with an address that nobody proved.
let service: TestService;
let browser: Browser;
let page: Page;
let complaints: string[];
let anna: Person;
let reports: { path: string; clientId: string };

beforeAll(async () => {
  service = await startService();
  const root = await makeRoot(service);
  anna = await makePerson(service, root, 'anna@northwind.example', { role: 'administrator', breakGlass: true });
  const { db } = service.database;
  await db.updateTable('appUser').set({ emailProvenAt: null }).where('id', '=', anna.userId).execute();
  const { application } = await makeApplication(service, root, {
    name: 'Reports',
    redirectUris: ['https://reports.example/back'],
  });
  reports = { path: `/console/applications/${formatId('app', application.id)}`, clientId: application.clientId };
  browser = await launchChromium();
  page = await (await openContext(browser)).newPage();
  complaints = listenForComplaints(page);
  await openConsole(page, service, anna, 'managed-organizations');
});
afterAll(async () => {
  await browser?.close();
  await service?.close();
});

const button = (name: string) => page.getByRole('button', { name, exact: true });
const heading = (name: string, level = 1) => page.getByRole('heading', { level, name, exact: true });
const open = async (path: string, title: string): Promise<void> => {
  await page.goto(service.url + path);
  await heading(title).waitFor();
};
const focused = async (): Promise<string> =>
  page.evaluate<string>('document.activeElement.getAttribute("aria-label") ?? document.activeElement.textContent');
/** Where a program is told what came with the client ID of the application. */
const authorize = async (redirectUri: string): Promise<unknown> =>
  fetch(
    `${service.url}/oauth2/authorize?${new URLSearchParams({
      client_id: reports.clientId,
      response_type: 'code',
      scope: 'openid',
      redirect_uri: redirectUri,
    }).toString()}`,
  );

test('an address that is not proven is said before a program fails by it', async () => {
  const step = page.getByRole('link', { name: 'Prove your address' });
  expect(await step.getAttribute('href')).toBe('/account');
  await open('/console/applications/register/miniflux', 'Register Miniflux');
  await page.getByLabel('Address of Miniflux').fill('https://rss.northwind.example');
  await button('Register').click();
  await page.getByText('Your address anna@northwind.example is not proven').waitFor();
  expect(await page.getByRole('link', { name: 'Prove my address' }).getAttribute('href')).toBe('/account');
  await button('I have stored it').click();
  await heading('Miniflux').waitFor();
});

test('the search keeps the focus when it is cleared, and Enter opens the only program it finds', async () => {
  await open('/console/applications/register', 'Which program?');
  const search = page.getByLabel('Search by name or purpose');
  await search.fill('a');
  await search.press('Enter'); // several
  await button('Clear the search').click();
  expect(await focused()).toBe('Search by name or purpose');
  await search.fill('miniflux');
  await search.press('Enter');
  await heading('Register Miniflux').waitFor();
});

test('a redirect URI that cannot be taken is said while it is typed, and not shown as what will be registered', async () => {
  await open('/console/applications/register/other', 'Any other program');
  const field = page.getByLabel('Redirect URI', { exact: true });
  const row = page.locator('dt', { hasText: /^Redirect URIs$/ });
  await field.fill('http://192.168.1.5/back');
  await page.getByText('Use https; http is for localhost').first().waitFor();
  expect(await row.count()).toBe(0);
  await field.fill('not a url');
  await field.blur();
  await page.locator('[aria-invalid=true]').waitFor();
  expect(await row.count()).toBe(0);
  await field.fill('https://books.northwind.example/back');
  await row.waitFor();
  expect(await page.locator('[aria-invalid=true]').count()).toBe(0);
  await field.fill('');
});

test('with two client secrets a third is not asked about; where one was removed the focus stays', async () => {
  await open(reports.path, 'Reports');
  const make = page.getByRole('main').getByRole('button', { name: 'Make another client secret' });
  await make.click();
  const dialog = page.getByRole('dialog', { name: 'Make another client secret?' });
  await dialog.getByRole('button', { name: 'Make another client secret' }).click();
  await button('I have stored it').click();
  await make.click();
  await dialog.getByText('Two client secrets are valid.').waitFor();
  expect(await dialog.getByRole('combobox').count()).toBe(0);
  await dialog.getByText('Close', { exact: true }).click();
  await button('Remove').last().click();
  await page.getByRole('dialog').getByRole('button', { name: 'Remove' }).click();
  await page.getByText('The client secret is removed.').waitFor();
  await expect.poll(focused).toBe('Client secrets');
});

test('after Add this one the focus is at the heading of Health', async () => {
  await authorize('https://reports.example/other');
  await open(reports.path, 'Reports');
  await button('Add this one').click();
  await page.getByRole('dialog').getByRole('button', { name: 'Add this one' }).click();
  await page.getByText('The redirect URI is registered.').waitFor();
  await expect.poll(focused).toBe('Health');
});

test('an address that Add this one added stands in the form, which would take it out again when it is saved', async () => {
  // Timers come late, as on a busy computer: what is shown must not hang on which of two tasks the browser takes first.
  const late = await page.context().newPage();
  await late.addInitScript(`{
    const soon = globalThis.setTimeout;
    globalThis.setTimeout = (task, ms = 0, ...rest) => soon(task, ms + 300, ...rest);
  }`);
  await authorize('https://reports.example/late');
  await late.goto(service.url + reports.path);
  await late.getByRole('button', { name: 'Add this one' }).click();
  await late.getByRole('dialog').getByRole('button', { name: 'Add this one' }).click();
  await late.getByText('The redirect URI is registered.').waitFor();
  const field = late.getByLabel(/^Redirect URIs/);
  await expect.poll(async () => field.inputValue()).toContain('https://reports.example/late');
  await late.close();
});

test('the page of an application does not jump when Health arrives late', async () => {
  await authorize('https://reports.example/one');
  await authorize('https://reports.example/two');
  await page.addInitScript(`
    globalThis.shifts = 0;
    new PerformanceObserver((list) => {
      for (const { value } of list.getEntries()) globalThis.shifts += value;
    }).observe({ type: 'layout-shift', buffered: true });
  `);
  const { promise, resolve } = Promise.withResolvers<void>();
  await page.route(/\/health$/, async (route) => {
    await promise;
    await route.continue();
  });
  const frames = async (): Promise<unknown> =>
    page.evaluate('new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))');
  await open(reports.path, 'Reports');
  await page.waitForLoadState('load');
  await frames();
  resolve();
  await button('Add this one').first().waitFor();
  await heading('Settings', 2).waitFor();
  await frames();
  expect(await page.evaluate<number>('globalThis.shifts')).toBeLessThan(0.05);
  expect(complaints).toEqual([]);
});

test('a dialog that closes keeps its height until it is gone, where things move', async () => {
  const moving = await (await openContext(browser, { reducedMotion: 'no-preference' })).newPage();
  await openConsole(moving, service, anna, 'managed-organizations');
  await moving.getByRole('button', { name: 'Add organization' }).first().click();
  const name = moving.getByRole('dialog').getByLabel('Name');
  await name.waitFor();
  await expect
    .poll(async () =>
      moving.evaluate<boolean>('document.getAnimations().every(({ playState }) => playState !== "running")'),
    )
    .toBe(true);
  await moving.evaluate(`{
    globalThis.heights = new Set();
    const look = () => {
      const dialog = document.querySelector('[role=dialog]');
      if (dialog !== null) globalThis.heights.add(dialog.offsetHeight);
      requestAnimationFrame(look);
    };
    look();
  }`);
  await moving.getByRole('dialog').getByRole('button', { name: 'Cancel' }).click();
  await moving.getByRole('dialog').waitFor({ state: 'detached' });
  expect(await moving.evaluate<number[]>('[...globalThis.heights]')).toHaveLength(1);
});
