import type { Browser, BrowserContext, Page, Request } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { formatId } from '../../src/base/ids.ts';
import type { Organization } from '../../src/organizations/organization.ts';
import { launchChromium, openContext } from '../support/chromium.ts';
import { listenForComplaints, openConsole } from '../support/console.ts';
import { makeManaged, makePerson, makeRoot } from '../support/fixtures.ts';
import type { Person } from '../support/fixtures.ts';
import { startContoso } from '../support/start-provider.ts';
import type { Contoso } from '../support/start-provider.ts';
import { startService } from '../support/start-service.ts';
import type { TestService } from '../support/start-service.ts';

// One administrator at one console, from test to test: each leaves it where the next one goes on.
let service: TestService;
let provider: Contoso;
let browser: Browser;
let context: BrowserContext;
let page: Page;
let anna: Person;
let contoso: Organization;
let complaints: string[];

beforeAll(async () => {
  provider = await startContoso({ clients: [{ clientId: 'gatehouse', clientSecret: 'kept', redirectUris: [] }] });
  service = await startService();
  const root = await makeRoot(service);
  contoso = await makeManaged(service, root, 'Contoso');
  anna = await makePerson(service, root, 'anna@northwind.example', { role: 'administrator', breakGlass: true });
  await makePerson(service, contoso, 'maria@contoso.example');
  browser = await launchChromium();
  context = await openContext(browser);
  page = await context.newPage();
  complaints = listenForComplaints(page);
  await openConsole(page, service, anna);
});
afterAll(async () => {
  await browser?.close();
  await service?.close();
  await provider?.stop();
});

const dialog = (name: string) => page.getByRole('dialog', { name });
const main = () => page.getByRole('main');

test('the search narrows the list, stands in the address, and says when nothing fits', async () => {
  await page.getByRole('textbox', { name: 'Search by name or domain' }).fill('tos');
  await page.waitForURL(/search=tos/);
  await page.getByRole('link', { name: 'Contoso' }).waitFor();
  await page.getByRole('combobox', { name: 'Method' }).selectOption('entra-id');
  await page.getByRole('heading', { name: 'Nothing matches' }).waitFor();
  await page.waitForURL(/method=entra-id/);
  await page.getByRole('button', { name: 'Clear filters' }).click();
  await page.getByRole('link', { name: 'Contoso' }).waitFor();
});

test('settings that do not work are explained, keep what was typed, and change nothing', async () => {
  await page.getByRole('link', { name: 'Contoso' }).click();
  await page.getByRole('link', { name: 'Edit Settings' }).click();
  await page.getByLabel('Method').selectOption('openid-connect');
  await page.getByRole('button', { name: 'Save' }).click();
  await page.getByText('Enter the client ID.').waitFor();
  await expect
    .poll(() => page.getByLabel('Client ID').evaluate((field) => field === field.ownerDocument.activeElement))
    .toBe(true);
  await page.getByLabel('Client ID').fill('gatehouse');
  await page.getByLabel('Discovery url').fill(`${provider.issuer}/nothing-here`);
  await page.getByRole('button', { name: 'Save' }).click();
  await page.getByText('This does not work yet.').waitFor();
  expect(await page.getByLabel('Client ID').inputValue()).toBe('gatehouse');
  expect(await page.getByRole('dialog').count()).toBe(0);
});

test('Save shows who is affected first; afterwards the connection is unconfirmed and can be switched back', async () => {
  // What leaving this field begins is over before the button is looked for: its answer moves what is below.
  const checked = page.waitForResponse((answer) => answer.url().endsWith('/check'));
  await page.getByLabel('Discovery url').fill(provider.issuer);
  await page.getByLabel('Discovery url').press('Tab');
  await checked;
  await page.getByLabel('Credential').selectOption('secret');
  const own = `${service.url}/login/callback/${formatId('org', contoso.id)}`;
  await page.getByText(own, { exact: true }).waitFor();
  await page.getByLabel('Client secret', { exact: true }).fill('kept');
  // Pressed for long: the check that leaving a field begins waits, so that its answer does not move the button away meanwhile.
  const asked: string[] = [];
  const note = (request: Request): number => asked.push(new URL(request.url()).pathname);
  await page.clock.install();
  await page.getByRole('button', { name: 'Save' }).hover();
  await page.mouse.down();
  page.on('request', note);
  await page.clock.runFor(5000);
  await page.clock.resume();
  page.off('request', note);
  expect(asked.filter((path) => path.endsWith('/check'))).toEqual([]);
  await page.mouse.up();
  const save = dialog('Save authentication settings?');
  await save.getByText('1 user will log in through the identity provider from now on.').waitFor();
  await expect
    .poll(() => save.getByRole('checkbox', { name: 'Lead addresses at contoso.example here' }).isChecked())
    .toBe(true);
  await save.getByRole('button', { name: 'Save' }).click();
  await main().getByText('Single Sign-On (SSO) is configured with OpenID Connect authentication.').waitFor();
  await main().getByText('Unconfirmed').waitFor();
  await page.getByRole('link', { name: 'Domains' }).click();
  await main().getByText('contoso.example', { exact: true }).waitFor();
});

test('rules for roles are left unsaved after a question alone, and then they are not saved', async () => {
  const leave = dialog('Leave without saving?');
  const rule = page.getByRole('group', { name: 'Rule 1' });
  await page.getByRole('link', { name: 'Authentication', exact: true }).click();
  await page.getByRole('button', { name: 'Edit rules' }).click();
  // Nothing was changed: nothing is asked.
  await main().getByRole('button', { name: 'Cancel' }).click();
  await page.getByRole('button', { name: 'Edit rules' }).click();
  await page.getByRole('button', { name: 'Add a rule' }).click();
  await rule.getByLabel('Value').fill('Planners');
  await main().getByRole('button', { name: 'Cancel' }).click();
  await leave.getByRole('button', { name: 'Cancel' }).click();
  await leave.waitFor({ state: 'detached' });
  expect(await rule.getByLabel('Value').inputValue()).toBe('Planners');
  await main().getByRole('button', { name: 'Cancel' }).click();
  await leave.getByRole('button', { name: 'Leave without saving' }).click();
  await page.getByRole('button', { name: 'Edit rules' }).waitFor();
  await page.reload();
  await page.getByRole('button', { name: 'Edit rules' }).waitFor();
  expect(await page.getByText('Planners').count()).toBe(0);
});

test('a method that was not confirmed is switched back', async () => {
  await page.getByRole('button', { name: 'Switch back' }).click();
  await dialog('Switch back to Gatehouse Authentication?').getByRole('button', { name: 'Switch back' }).click();
  await main().getByText('People log in with Gatehouse Authentication').waitFor();
});

test('many addresses are invited at once, each with its result; an invitation is sent again and revoked', async () => {
  await main().getByRole('link', { name: 'Users' }).click();
  await page.getByRole('button', { name: 'Invite users' }).click();
  await page.getByLabel('Email addresses').fill('tom@contoso.example; eva@contoso.example\nmaria@contoso.example oops');
  await page.getByRole('button', { name: 'Send invitations' }).click();
  await page.getByText('2 invitations are on the way. 2 addresses got none, they stand first:').waitFor();
  const lines = await page.locator('ul.results li').allInnerTexts();
  const sent = lines.map((line) => /tom@|eva@/.test(line));
  expect(sent).toEqual([false, false, true, true]);
  await page.getByRole('button', { name: 'Done' }).click();
  await page.getByRole('link', { name: 'tom@contoso.example' }).click();
  await page.getByRole('button', { name: 'Send again' }).click();
  await page.getByText('A fresh invitation is on its way').waitFor();
  await page.getByRole('button', { name: 'Revoke' }).click();
  await dialog('Revoke the invitation?').getByRole('button', { name: 'Revoke' }).click();
  await page.getByText('There is no open invitation.').waitFor();
  expect(await page.content()).not.toContain('/login/invitation/');
});

test('a user gets a role, is disabled, enabled, and removed once the address is typed', async () => {
  await page.getByRole('button', { name: 'Change role' }).click();
  await page.getByRole('radio', { name: 'Editor' }).check();
  await dialog('Role of tom@contoso.example').getByRole('button', { name: 'Change role' }).click();
  await main().getByText('Also invites and edits users').waitFor();
  await page.getByRole('button', { name: 'Disable' }).click();
  await dialog('Disable tom@contoso.example?').getByRole('button', { name: 'Disable' }).click();
  await main().getByText('Disabled', { exact: true }).waitFor();
  await page.getByRole('button', { name: 'Enable' }).click();
  await main().getByText('Pending verification').waitFor();
  await page.getByRole('button', { name: 'Remove user' }).click();
  const remove = dialog('Remove tom@contoso.example?');
  await remove.getByRole('button', { name: 'Remove user' }).click();
  await remove.getByText('That is not the same.').waitFor();
  await remove.getByRole('textbox').fill('tom@contoso.example');
  await remove.getByRole('button', { name: 'Remove user' }).click();
  await page.waitForURL(/\/users$/);
  await page.getByRole('link', { name: 'eva@contoso.example' }).waitFor();
  await page.getByRole('link', { name: 'tom@contoso.example' }).waitFor({ state: 'detached' });
});

test('a managed organization has an audit log of its own, and each section its own page title', async () => {
  await main().getByRole('link', { name: 'Audit log' }).click();
  await page
    .getByRole('button', { name: /^Details: .*tom@contoso\.example/ })
    .first()
    .waitFor();
  expect(await page.getByRole('button', { name: /Northwind/ }).count()).toBe(0);
  await expect.poll(() => page.title()).toBe('Audit log · Contoso · Gatehouse');
  await main().getByRole('link', { name: 'Settings' }).click();
  await expect.poll(() => page.title()).toBe('Settings · Contoso · Gatehouse');
});

test('leaving a form with changes is asked about first', async () => {
  const watch = page.getByRole('list', { name: 'Watch' });
  await page.getByLabel('Name', { exact: true }).fill('Contoso Research');
  await watch.getByRole('link', { name: 'Audit log' }).click();
  await dialog('Leave without saving?').getByRole('button', { name: 'Cancel' }).click();
  await dialog('Leave without saving?').waitFor({ state: 'detached' });
  expect(await page.getByLabel('Name', { exact: true }).inputValue()).toBe('Contoso Research');
  await page.getByRole('button', { name: 'Save' }).click();
  await page.getByRole('heading', { level: 1, name: 'Contoso Research' }).waitFor();
  await watch.getByRole('link', { name: 'Audit log' }).click();
  await page.getByRole('heading', { level: 1, name: 'Audit log' }).waitFor();
});

test('the audit log tells what happened, by kind and person, with details in words', async () => {
  await page.getByRole('combobox', { name: 'Kind' }).selectOption('login.finished');
  await page.waitForURL(/kind=login.finished/);
  await expect.poll(() => page.getByRole('button', { name: /^Details/ }).count()).toBe(1);
  await page.getByRole('button', { name: 'Details: anna@northwind.example logged in' }).click();
  await page.getByText('Gatehouse Authentication').waitFor();
  expect(await main().innerText()).not.toContain('{');
  expect(complaints).toEqual([]);
});
