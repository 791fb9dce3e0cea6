import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { formatId } from '../../src/base/ids.ts';
import { launchChromium, openContext } from '../support/chromium.ts';
import { axeFindings, listenForComplaints, openConsole, overhang } from '../support/console.ts';
import { makeApplication, makeManaged, makePerson, makeRoot } from '../support/fixtures.ts';
import type { Person } from '../support/fixtures.ts';
import { startService } from '../support/start-service.ts';
import type { TestService } from '../support/start-service.ts';

let service: TestService;
let browser: Browser;
let anna: Person;
let places: readonly Place[];

/** A page as a person may find it: its address, and what is opened on it. */
interface Place {
  name: string;
  path: string;
  open?: (page: Page) => Promise<void>;
}

beforeAll(async () => {
  service = await startService();
  const root = await makeRoot(service);
  anna = await makePerson(service, root, 'anna@northwind.example', { role: 'administrator', breakGlass: true });
  const contoso = await makeManaged(service, root, 'Contoso');
  const litware = await makeManaged(service, root, 'Litware');
  const maria = await makePerson(service, contoso, 'maria.with.a.long.address@research.contoso.example');
  const { application } = await makeApplication(service, root, {
    name: 'Reports',
    redirectUris: ['https://reports.northwind.example/callback'],
  });
  browser = await launchChromium();
  const managed = `managed-organizations/${formatId('org', contoso.id)}`;
  places = [
    { name: 'Managed organizations', path: 'managed-organizations' },
    { name: 'Add organization', path: 'managed-organizations', open: press('Add organization') },
    { name: 'a search without a match', path: 'managed-organizations?search=nobody' },
    { name: 'My organization', path: 'my-organization' },
    { name: 'settings of Entra ID', path: 'my-organization/authentication-settings', open: choose('entra-id') },
    { name: 'settings of OpenID Connect with faults', path: `${managed}/authentication-settings`, open: saveNothing },
    { name: 'domains', path: `${managed}/domains` },
    { name: 'settings of an organization', path: `${managed}/settings` },
    { name: 'an organization without users', path: `managed-organizations/${formatId('org', litware.id)}/users` },
    { name: 'Users', path: 'users' },
    { name: 'Invite users', path: 'users', open: press('Invite users') },
    { name: 'a user', path: `${managed}/users/${formatId('usr', maria.userId)}` },
    { name: 'removing a user', path: `${managed}/users/${formatId('usr', maria.userId)}`, open: press('Remove user') },
    { name: 'Applications', path: 'applications' },
    { name: 'Register application', path: 'applications/register' },
    { name: 'an application', path: `applications/${formatId('app', application.id)}` },
    { name: 'Audit log', path: 'audit-log', open: openFirstEvent },
    { name: 'an address that leads nowhere', path: 'nowhere' },
  ];
});
afterAll(async () => {
  await browser?.close();
  await service?.close();
});

function press(name: string): NonNullable<Place['open']> {
  return async (page) => {
    await page.getByRole('button', { name }).first().click();
    await page.getByRole('dialog').waitFor();
  };
}

function choose(method: string): NonNullable<Place['open']> {
  return async (page) => {
    await page.getByLabel('Method').selectOption(method);
    await page.getByLabel('Client ID').waitFor();
  };
}

async function saveNothing(page: Page): Promise<void> {
  await choose('openid-connect')(page);
  await page.getByRole('button', { name: 'Save' }).click();
  await page.getByText('Enter the discovery url.').waitFor();
}

async function openFirstEvent(page: Page): Promise<void> {
  await page
    .getByRole('button', { name: /^Details/ })
    .first()
    .click();
}

test('every page has no fault axe can find, one h1, keeps to its content security policy, and fits into 320 pixels', async () => {
  await using context = await openContext(browser, { colorScheme: 'light', reducedMotion: 'reduce' });
  const page = await context.newPage();
  const complaints = listenForComplaints(page);
  await openConsole(page, service, anna);
  const wrong: string[] = [];
  for (const place of places) {
    const note = (...findings: string[]): void => void wrong.push(...findings.map((line) => `${place.name}: ${line}`));
    await page.emulateMedia({ colorScheme: 'light' });
    await page.setViewportSize({ width: 1280, height: 800 });
    await page.goto(`${service.url}/console/${place.path}`);
    await page.getByRole('heading', { level: 1 }).waitFor();
    await page.waitForLoadState('networkidle');
    await page.locator('.bone').first().waitFor({ state: 'detached' });
    await place.open?.(page);
    if ((await page.locator('h1').count()) !== 1) note('not one h1');
    note(...(await axeFindings(page)));
    await page.emulateMedia({ colorScheme: 'dark' });
    note(...(await axeFindings(page, ['color-contrast'])).map((line) => `dark: ${line}`));
    await page.setViewportSize({ width: 320, height: 640 });
    const wider = await overhang(page);
    if (wider > 0) note(`${wider} pixels wider than a small phone`);
    note(...complaints.splice(0));
  }
  expect(wrong).toEqual([]);
});
