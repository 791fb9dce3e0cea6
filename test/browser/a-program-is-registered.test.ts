import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { preset } from '../../works-with/applications/miniflux/settings.ts';
import { fillIn } from '../../works-with/preset.ts';
import { launchChromium, openContext } from '../support/chromium.ts';
import { listenForComplaints, openConsole } from '../support/console.ts';
import { makePerson, makeRoot } from '../support/fixtures.ts';
import { startService } from '../support/start-service.ts';
import type { TestService } from '../support/start-service.ts';

// One administrator at one console, from test to test: each leaves it where the next one goes on.
let service: TestService;
let browser: Browser;
let context: BrowserContext;
let page: Page;
let complaints: string[];
let pasted = '';

beforeAll(async () => {
  service = await startService();
  const root = await makeRoot(service);
  const anna = await makePerson(service, root, 'anna@northwind.example', { role: 'administrator', breakGlass: true });
  browser = await launchChromium();
  context = await openContext(browser, { permissions: ['clipboard-read', 'clipboard-write'] });
  page = await context.newPage();
  complaints = listenForComplaints(page);
  await openConsole(page, service, anna, 'applications');
});
afterAll(async () => {
  await browser?.close();
  await service?.close();
});

const button = (name: string) => page.getByRole('button', { name, exact: true });
const heading = (name: string) => page.getByRole('heading', { level: 1, name });
const dialog = (name: string) => page.getByRole('dialog', { name });
const focused = (): Promise<string> =>
  page.evaluate(`(() => {
    const at = document.activeElement;
    return at.getAttribute('aria-label') ?? at.labels?.[0]?.textContent ?? at.textContent;
  })()`);

async function tabTo(name: string): Promise<void> {
  for (let presses = 0; presses < 60; presses += 1) {
    await page.keyboard.press('Tab');
    if ((await focused()).includes(name)) return;
  }
  throw new Error(`Tab never reaches “${name}”; it stands at “${await focused()}”`);
}

test('a program is found by what it is for, and everything to paste is filled in and works', async () => {
  await page.getByRole('link', { name: 'Register application' }).first().click();
  await heading('Which program?').waitFor();
  await page.getByLabel('Search by name or purpose').fill('feeds');
  await page.getByRole('link', { name: 'Miniflux' }).click();
  await page.getByLabel('Address of Miniflux').fill('https://rss.northwind.example/');
  await page
    .getByRole('main')
    .getByText('https://rss.northwind.example/oauth2/oidc/callback', { exact: true })
    .waitFor();
  expect(await page.getByLabel('First-party').isChecked()).toBe(true);
  await button('Register').click();
  await heading('Set up Miniflux').waitFor();
  pasted = await page.locator('.paste-text').innerText();
  const [, clientId = ''] = /OAUTH2_CLIENT_ID=(app_\w+)/.exec(pasted) ?? [];
  const [, clientSecret = ''] = /OAUTH2_CLIENT_SECRET=(\S+)/.exec(pasted) ?? [];
  const app = 'https://rss.northwind.example';
  expect(pasted).toBe(fillIn(preset.there[0]!.text, { app, issuer: service.url, clientId, clientSecret }));
  // The secret is the one: a code that is none is refused, not the application.
  const answer = await fetch(`${service.url}/oauth2/token`, {
    method: 'POST',
    headers: { authorization: `Basic ${Buffer.from(`${clientId}:${clientSecret}`).toString('base64')}` },
    body: new URLSearchParams({
      grant_type: 'authorization_code',
      code: 'none',
      redirect_uri: `${app}/oauth2/oidc/callback`,
    }),
  });
  expect(await answer.json()).toMatchObject({ error: 'invalid_grant' });
});

test('a copy button takes the whole block', async () => {
  await page.getByRole('button', { name: 'Copy /etc/miniflux.conf' }).click();
  await page.getByRole('button', { name: 'Copied: /etc/miniflux.conf' }).waitFor();
  expect(await page.evaluate('navigator.clipboard.readText()')).toBe(pasted);
});

test('the page that shows the secret is left after a question alone, in the console and by Back', async () => {
  const leave = dialog('Leave without storing the client secret?');
  await page.getByRole('link', { name: 'Managed organizations' }).first().click();
  await leave.getByRole('button', { name: 'Cancel' }).click();
  await leave.waitFor({ state: 'detached' });
  await page.goBack();
  await leave.getByRole('button', { name: 'Cancel' }).click();
  await leave.waitFor({ state: 'detached' });
  expect(await page.locator('.paste-text').innerText()).toBe(pasted);
  await button('I have stored it').click();
  await heading('Miniflux').waitFor();
});

test('the same is shown again later, without the secret', async () => {
  await page.getByRole('link', { name: 'What to set there' }).click();
  await heading('Set up Miniflux').waitFor();
  const again = await page.locator('.paste-text').innerText();
  const [, clientSecret = ''] = /OAUTH2_CLIENT_SECRET=(\S+)/.exec(pasted) ?? [];
  expect(again).toBe(pasted.replace(clientSecret, 'the client secret, shown once when the application is registered'));
  expect(await page.content()).not.toContain(clientSecret);
});

test('without a mouse: search, program, address, Register, stored', async () => {
  await page.goto(`${service.url}/console/applications/register`);
  await heading('Which program?').waitFor();
  await tabTo('Search by name or purpose');
  await page.keyboard.type('minif');
  // The list is made anew for what was typed, and with it what has the focus.
  await expect.poll(() => page.getByRole('main').getByRole('link', { name: 'JupyterHub' }).count()).toBe(0);
  await tabTo('Miniflux');
  await page.keyboard.press('Enter');
  await heading('Register Miniflux').waitFor();
  await tabTo('Address of Miniflux');
  await page.keyboard.press('Enter');
  await page.getByText('Enter the address at which people open it.').waitFor();
  await expect.poll(focused).toContain('Address of Miniflux');
  await page.keyboard.type('http://rss.northwind.example');
  await page.keyboard.press('Enter');
  await page.getByText('Enter an address with https.').waitFor();
  await page.keyboard.press('Control+a');
  await page.keyboard.type('https://rss.contoso.example');
  await page.keyboard.press('Enter');
  await heading('Set up Miniflux').waitFor();
  await expect.poll(focused).toContain('Set up Miniflux');
  await tabTo('I have stored it');
  await page.keyboard.press('Enter');
  await heading('Miniflux').waitFor();
});

test('a name that is markup is shown as it is', async () => {
  await page.goto(`${service.url}/console/applications/register/miniflux`);
  await page.getByLabel('Address of Miniflux').fill('https://rss.fabrikam.example/"><img src=x>');
  await page.getByLabel('Name', { exact: true }).fill('<img src=x onerror=alert(1)>');
  await button('Register').click();
  await heading('Set up <img src=x onerror=alert(1)>').waitFor();
  expect(await page.locator('.paste-text').innerText()).toContain(
    'BASE_URL=https://rss.fabrikam.example/%22%3E%3Cimg%20src=x%3E',
  );
  expect(await page.locator('main img').count()).toBe(0);
  await button('I have stored it').click();
  await heading('<img src=x onerror=alert(1)>').waitFor();
});

test('a guide is read without registering anything, and an unknown one is not found', async () => {
  await page.goto(`${service.url}/console/applications/guides`);
  await page.getByRole('link', { name: 'Miniflux' }).click();
  await heading('Connect Miniflux').waitFor();
  expect(await page.locator('.paste-text').innerText()).toContain(
    'OAUTH2_REDIRECT_URL=https://rss.northwind.example/oauth2',
  );
  await page.goto(`${service.url}/console/applications/guides/constructor`);
  await heading('There is nothing here').waitFor();
  expect(complaints).toEqual([]);
});
