import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { formatId } from '../../src/base/ids.ts';
import { launchChromium, openContext } from '../support/chromium.ts';
import { listenForComplaints, openConsole } from '../support/console.ts';
import { makeApplication, makeManaged, makePerson, makeRoot } from '../support/fixtures.ts';
import type { Person } from '../support/fixtures.ts';
import { startService } from '../support/start-service.ts';
import type { TestService } from '../support/start-service.ts';

let service: TestService;
let browser: Browser;
let page: Page;
let maria: Person;
let complaints: string[];
let reports: string;

beforeAll(async () => {
  service = await startService();
  const root = await makeRoot(service);
  const contoso = await makeManaged(service, root, 'Contoso');
  const anna = await makePerson(service, root, 'anna@northwind.example', { role: 'administrator', breakGlass: true });
  maria = await makePerson(service, contoso, 'maria@contoso.example', { role: 'administrator' });
  const { application } = await makeApplication(service, root, { redirectUris: ['https://reports.example/back'] });
  reports = formatId('app', application.id);
  browser = await launchChromium();
  page = await (await openContext(browser)).newPage();
  complaints = listenForComplaints(page);
  await openConsole(page, service, anna, 'applications/register');
});
afterAll(async () => {
  await browser?.close();
  await service?.close();
});

const button = (name: string) => page.getByRole('button', { name, exact: true });
const heading = (name: string) => page.getByRole('heading', { level: 1, name });
/** What will be registered, by its name. */
const fact = (name: string) => page.locator('dt', { hasText: new RegExp(`^${name}$`) }).locator('+ dd');

test('a pasted redirect URI suggests the kind; what does not concern it is not asked', async () => {
  await page.getByRole('link', { name: 'Any other program' }).click();
  await heading('Any other program').waitFor();
  await page.getByLabel('Redirect URI').fill('com.contoso.books:/callback');
  await page.getByText('A scheme of its own').waitFor();
  await page.getByRole('radio', { name: 'No, on a desktop or phone' }).and(page.locator(':checked')).waitFor();
  expect(await page.getByText('Does its library send PKCE?').count()).toBe(0);
  expect(await fact('Authenticates with').innerText()).toBe('PKCE alone');
  await page.getByLabel('Redirect URI').fill('https://books.northwind.example/callback');
  await page.getByText('Does its library send PKCE?').waitFor();
});

test('the answers are what is registered, and what to enter there is shown with the secret', async () => {
  await page.getByRole('radio', { name: 'In the body of the request (client_secret_post)' }).check();
  await page.getByRole('radio', { name: 'No, and it cannot be switched on' }).check();
  await page.getByRole('radio', { name: 'ES256' }).check();
  await button('Register').click();
  await page.locator('[aria-invalid=true]').waitFor();
  await page.getByLabel('Name', { exact: true }).fill('Books');
  await page.getByLabel('Where do people open it?').fill('https://books.northwind.example/');
  await button('Register').click();
  await heading('Set up Books').waitFor();
  const [clientId = '', clientSecret = '', issuer] = await page.locator('dd code').allInnerTexts();
  expect(issuer).toBe(service.url);
  const answer = await fetch(`${service.url}/oauth2/token`, {
    method: 'POST',
    body: new URLSearchParams({
      grant_type: 'authorization_code',
      code: 'none',
      redirect_uri: 'https://books.northwind.example/callback',
      client_id: clientId,
      client_secret: clientSecret,
    }),
  });
  expect(await answer.json()).toMatchObject({ error: 'invalid_grant' });
  await button('I have stored it').click();
  await heading('Books').waitFor();
  expect(await page.getByLabel('ID token signature').inputValue()).toBe('ES256');
  expect(await page.getByLabel('Without PKCE').isChecked()).toBe(true);
  const opens = page.getByLabel('Initiate login URI (optional)');
  expect(await opens.inputValue()).toBe('https://books.northwind.example/');
  expect(await page.getByLabel('First-party').isChecked()).toBe(true);
});

test('first-party is offered ticked in the form of all settings', async () => {
  await page.goto(`${service.url}/console/applications/register/all-settings`);
  await heading('Register application').waitFor();
  expect(await page.getByLabel('First-party').isChecked()).toBe(true);
});

test('a machine and a device are found by a search, and lead to the form of their kind', async () => {
  const search = async (words: string): Promise<void> => {
    await page.goto(`${service.url}/console/applications/register`);
    await page.getByLabel('Search by name or purpose').fill(words);
  };
  await search('machine');
  await page.getByRole('link', { name: 'A program without people' }).click();
  await page.getByRole('radio', { name: 'Machine' }).and(page.locator(':checked')).waitFor();
  await page.getByText('Shown to administrators').waitFor();
  await page.getByLabel('Name', { exact: true }).fill('Nightly export');
  await button('Register application').click();
  await button('I have stored it').click();
  await heading('Nightly export').waitFor();
  await page.getByText('It gets no access tokens afterwards.').waitFor();
  await search('television');
  await page.getByRole('link', { name: 'A device without a browser' }).click();
  expect(await page.getByLabel('Log in on devices without a browser').isChecked()).toBe(true);
  await page.getByLabel('Name', { exact: true }).fill('Lobby screen');
  await button('Register application').click();
  await heading('Lobby screen').waitFor();
  expect(await fact('Authenticates with').innerText()).toBe('The code that a person confirms');
  await page.goto(`${service.url}/console/applications`);
  const consent = (name: string) => page.getByRole('row', { name }).getByText('Asks once');
  await page.getByRole('link', { name: 'Nightly export' }).waitFor();
  expect(
    await consent('Lobby screen')
      .or(page.getByRole('row', { name: 'Lobby screen' }).getByText('First-party'))
      .count(),
  ).toBe(1);
  expect(await consent('Nightly export').count()).toBe(0);
});

test('a change of unproven addresses is warned about before it is saved, in both directions', async () => {
  await page.goto(`${service.url}/console/applications/${reports}`);
  const unproven = page.getByLabel('Unproven addresses');
  await unproven.waitFor();
  expect(await page.getByText('If people use it already').count()).toBe(0);
  await unproven.check({ force: true });
  await page.getByText('a second, empty one the day an address appears').waitFor();
  await button('Save').click();
  await page.getByText('If people use it already').waitFor({ state: 'detached' });
  await unproven.uncheck({ force: true });
  await page.getByText('does not know them again').waitFor();
  expect(complaints).toEqual([]);
});

test('an administrator of a managed organization is offered no first-party, and registers without it', async () => {
  await using context = await openContext(browser);
  const hers = await context.newPage();
  await openConsole(hers, service, maria, 'applications/register/miniflux');
  await hers.getByLabel('Address of Miniflux').fill('https://rss.contoso.example');
  expect(await hers.getByLabel('First-party').count()).toBe(0);
  await hers.getByRole('button', { name: 'Register', exact: true }).click();
  await hers.getByRole('heading', { level: 1, name: 'Set up Miniflux' }).waitFor();
});
