import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { launchChromium, openContext } from '../support/chromium.ts';
import { listenForComplaints, openConsole, passLogIn, proveFactor } from '../support/console.ts';
import { makeManaged, makePerson, makeRoot } from '../support/fixtures.ts';
import type { Person } from '../support/fixtures.ts';
import { startService } from '../support/start-service.ts';
import type { TestService } from '../support/start-service.ts';

let service: TestService;
let browser: Browser;
let context: BrowserContext;
let page: Page;
let anna: Person;
let tom: Person;
let complaints: string[];

beforeAll(async () => {
  service = await startService();
  const root = await makeRoot(service);
  await makeManaged(service, root, 'Contoso');
  anna = await makePerson(service, root, 'anna@northwind.example', { role: 'administrator', breakGlass: true });
  tom = await makePerson(service, root, 'tom@northwind.example');
  browser = await launchChromium();
});
afterAll(async () => {
  await browser?.close();
  await service?.close();
});
beforeEach(async () => {
  context = await openContext(browser);
  page = await context.newPage();
  complaints = listenForComplaints(page);
});
afterEach(async () => {
  await context.close();
  if (complaints.length > 0) throw new Error(`the browser complains: ${complaints.join('\n')}`);
});

/** The last proof was a quarter of an hour ago: changes that reach far ask for a new login from then on. */
async function letFactorsGrowOld(): Promise<void> {
  const before = new Date(service.clock.now().getTime() - 15 * 60_000);
  await service.database.db.updateTable('session').set({ factorAt: before }).execute();
}

test('whoever opens a page of the console logs in and comes back to that page', async () => {
  await openConsole(page, service, anna, 'users?status=verified');
  await page.waitForURL(`${service.url}/console/users?status=verified`);
  await page.getByRole('link', { name: 'anna@northwind.example' }).waitFor();
});

test('with a session of this browser the console opens without leaving the page, and keeps no token anywhere', async () => {
  await openConsole(page, service, anna);
  const pages: string[] = [];
  page.on('framenavigated', (frame) => pages.push(new URL(frame.url()).pathname));
  await page.reload();
  await page.getByRole('heading', { name: 'Managed organizations' }).waitFor();
  expect([...new Set(pages)]).toEqual(['/console/managed-organizations']);
  const kept: string[] = await page.evaluate('[...Object.keys(localStorage), ...Object.keys(sessionStorage)]');
  expect(kept.filter((name) => !name.startsWith('tsr-scroll'))).toEqual([]);
  expect(await page.evaluate('document.cookie')).toBe('');
});

test('a user without a role is told so, and whom to ask', async () => {
  await page.goto(`${service.url}/console/`);
  await passLogIn(page, service, tom);
  await page.getByRole('heading', { name: 'There is nothing for you to configure' }).waitFor();
  await page.getByText('Ask an administrator of your organization').waitFor();
});

test('a change that asks for a fresh proof says so, and brings back what was typed', async () => {
  await openConsole(page, service, anna, 'applications/register/all-settings');
  await page.getByLabel('Name', { exact: true }).fill('Reports');
  await page.getByLabel('Redirect URIs').fill('https://reports.northwind.example/callback');
  await letFactorsGrowOld();
  await page.getByRole('button', { name: 'Register application' }).click();
  const dialog = page.getByRole('dialog', { name: 'Confirm that it is you' });
  await dialog.getByRole('button', { name: 'Confirm' }).click();
  await page.getByRole('heading', { name: 'Confirm It’s You' }).waitFor();
  await proveFactor(page, service, anna);
  await page.getByRole('heading', { name: 'Register application' }).waitFor();
  await expect.poll(() => page.getByLabel('Name', { exact: true }).inputValue()).toBe('Reports');
  await page.getByRole('button', { name: 'Register application' }).click();
  await page.getByRole('dialog', { name: 'Client secret' }).getByRole('button', { name: 'I have stored it' }).click();
  await page.getByRole('heading', { level: 1, name: 'Reports' }).waitFor();
});

test('asked for a fresh proof from within a dialog, the question lies above it', async () => {
  await openConsole(page, service, anna, 'users?search=tom');
  await page.getByRole('link', { name: 'tom@northwind.example' }).click();
  await page.getByRole('button', { name: 'Change role' }).click();
  const roles = page.getByRole('dialog', { name: 'Role of' });
  await roles.getByLabel('Viewer').check();
  await letFactorsGrowOld();
  await roles.getByRole('button', { name: 'Change role' }).click();
  const question = page.getByRole('dialog', { name: 'Confirm that it is you' });
  await question.getByRole('button', { name: 'Confirm' }).click();
  await page.getByRole('heading', { name: 'Confirm It’s You' }).waitFor();
});

test('a session that ended under a form with changes loses nothing that was typed', async () => {
  await openConsole(page, service, anna, 'my-organization/settings');
  await page.getByLabel('Support contact (optional)').fill('help@northwind.example');
  await service.database.db.deleteFrom('session').execute();
  await page.getByRole('button', { name: 'Save' }).click();
  const dialog = page.getByRole('dialog', { name: 'You are logged out' });
  await dialog.getByRole('button', { name: 'Log in again' }).click();
  await passLogIn(page, service, anna);
  await page.waitForURL(/my-organization\/settings/);
  await expect.poll(() => page.getByLabel('Support contact (optional)').inputValue()).toBe('help@northwind.example');
});

test('Log Out ends the session', async () => {
  await openConsole(page, service, anna);
  await page.getByRole('button', { name: /account of/ }).click();
  await page.getByRole('menuitem', { name: 'Log Out' }).click();
  await page.waitForURL(/logout/);
  const loggedOut = page.getByRole('heading', { name: 'You are logged out' });
  const yes = page.getByRole('button', { name: /log out/i });
  await loggedOut.or(yes).first().waitFor();
  if (await yes.isVisible()) await yes.click();
  await loggedOut.waitFor();
  await page.goto(`${service.url}/console/`);
  await page.getByLabel('Email address').waitFor();
});
