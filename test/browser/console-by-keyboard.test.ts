import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Organization } from '../../src/organizations/organization.ts';
import { launchChromium, openContext } from '../support/chromium.ts';
import { openConsole } from '../support/console.ts';
import { makeManaged, makePerson, makeRoot } from '../support/fixtures.ts';
import type { Person } from '../support/fixtures.ts';
import { startService } from '../support/start-service.ts';
import type { TestService } from '../support/start-service.ts';

let service: TestService;
let browser: Browser;
let root: Organization;
let anna: Person;

beforeAll(async () => {
  service = await startService();
  root = await makeRoot(service);
  anna = await makePerson(service, root, 'anna@northwind.example', { role: 'administrator', breakGlass: true });
  browser = await launchChromium();
});
afterAll(async () => {
  await browser?.close();
  await service?.close();
});

/** What has the focus, as a screen reader would name it. */
function focused(page: Page): Promise<string> {
  return page.evaluate(`(() => {
    const at = document.activeElement;
    return at.getAttribute('aria-label') ?? at.labels?.[0]?.textContent ?? at.textContent ?? '';
  })()`);
}

/** Presses Tab until something of this name has the focus. */
async function tabTo(page: Page, name: string): Promise<void> {
  for (let presses = 0; presses < 40; presses += 1) {
    await page.keyboard.press('Tab');
    if ((await focused(page)).startsWith(name)) return;
  }
  throw new Error(`Tab never reaches “${name}”; it stands at “${await focused(page)}”`);
}

test('of the first steps only the words lead on, and a method waits for an organization', async () => {
  await using context = await openContext(browser);
  const page = await context.newPage();
  await openConsole(page, service, anna);
  const steps = page.getByRole('listitem').filter({ hasText: /^(Invite|Add|Configure|Register) / });
  await expect.poll(() => steps.count()).toBe(4);
  const words: { text: string; spare: number }[] =
    await page.evaluate(`[...document.querySelectorAll('.steps a, .steps button')].map(
    (link) => {
      const range = document.createRange();
      range.selectNodeContents(link);
      return { text: link.textContent, spare: Math.round(link.offsetWidth - range.getBoundingClientRect().width) };
    })`);
  expect(words.map(({ text }) => text)).toEqual([
    'Invite a colleague',
    'Add a managed organization',
    'Register an application',
  ]);
  expect(words.filter(({ spare }) => spare > 2)).toEqual([]);
});

test('people are invited without a mouse: what became of it has the focus, then the next addresses', async () => {
  await using context = await openContext(browser);
  const page = await context.newPage();
  await openConsole(page, service, anna);
  await tabTo(page, 'Invite a colleague');
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { level: 1, name: 'Users' }).waitFor();
  await tabTo(page, 'Invite users');
  await page.keyboard.press('Enter');
  await expect.poll(() => focused(page)).toBe('Email addresses');
  await page.keyboard.type('ben@northwind.example');
  await tabTo(page, 'Send invitations');
  await page.keyboard.press('Enter');
  await expect.poll(() => focused(page)).toBe('1 invitation is on the way.');
  await tabTo(page, 'Invite more');
  await page.keyboard.press('Enter');
  await expect.poll(() => focused(page)).toBe('Email addresses');
});

test('an organization is added and its method chosen without a mouse', async () => {
  await using context = await openContext(browser);
  const page = await context.newPage();
  await openConsole(page, service, anna);
  await expect.poll(() => focused(page)).toBe('Managed organizations');

  // The first stop of a page leads past its navigation.
  await page.reload();
  await expect.poll(() => focused(page)).toBe('Managed organizations');
  await page.evaluate('document.activeElement.blur()');
  await tabTo(page, 'Skip to content');
  await page.keyboard.press('Enter');
  await expect.poll(() => page.evaluate('document.activeElement.id')).toBe('main');

  // A dialog takes the focus, keeps it, gives it back when it closes.
  await tabTo(page, 'Add organization');
  await page.keyboard.press('Enter');
  await page.getByRole('dialog').waitFor();
  await page.keyboard.press('Escape');
  await page.getByRole('dialog').waitFor({ state: 'detached' });
  await expect.poll(() => focused(page)).toBe('Add organization');
  await page.keyboard.press('Enter');
  await page.getByLabel('Name', { exact: true }).waitFor();
  await expect.poll(() => focused(page)).toBe('Name');
  await page.keyboard.type('Contoso');
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { level: 1, name: 'Contoso' }).waitFor();
  await expect.poll(() => focused(page)).toBe('Contoso');

  await tabTo(page, 'Edit Settings');
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { name: 'Authentication settings' }).waitFor();
  await tabTo(page, 'Method');
  await page.keyboard.type('OpenID');
  await page.getByLabel('Discovery url').waitFor();
  await tabTo(page, 'Save');
  await page.keyboard.press('Enter');
  await page.getByText('Enter the client ID.').waitFor();
  await expect.poll(() => focused(page)).toBe('Client ID');
  await tabTo(page, 'Copy Redirect URL');
  await tabTo(page, 'My provider wants a client secret');
  await page.keyboard.press('Enter');
  await page.getByLabel('Client secret', { exact: true }).waitFor();

  // The menu of the account, by arrow keys.
  await page.getByRole('button', { name: /account of/ }).focus();
  await page.keyboard.press('Enter');
  await page.getByRole('menu').waitFor();
  await expect.poll(() => focused(page)).toBe('Account');
  await page.keyboard.press('ArrowDown');
  await expect.poll(() => focused(page)).toBe('Log Out');
  await page.keyboard.press('Escape');
});

test('the button that adds something cannot be reached before the list says where it stands', async () => {
  await using context = await openContext(browser);
  const page = await context.newPage();
  await openConsole(page, service, anna);
  let answer = (): void => undefined;
  const held = new Promise<void>((resolve) => (answer = resolve));
  await page.route(/\/api\/v1\/organizations\/[^/]+\/applications\?/, async (route) => {
    await held;
    await route.continue();
  });
  await page.goto(`${service.url}/console/applications`);
  const register = page.getByText('Register application', { exact: true });
  await register.waitFor({ state: 'attached' });
  expect(await register.isVisible()).toBe(false);
  answer();
  await register.waitFor({ state: 'visible' });
});

test('the system page is reached, and a test mail sent, by keyboard alone; who runs no service finds no such page', async () => {
  await using context = await openContext(browser);
  const page = await context.newPage();
  await openConsole(page, service, anna);
  await tabTo(page, 'System');
  await page.keyboard.press('Enter');
  await expect.poll(() => focused(page)).toBe('System');
  await page.getByRole('heading', { name: 'Mails' }).waitFor();
  await tabTo(page, 'Send a test mail');
  await page.keyboard.press('Enter');
  await page.getByRole('dialog').waitFor();
  await tabTo(page, 'Send it');
  await page.keyboard.press('Enter');
  await page.getByText('The test mail to anna@northwind.example is on its way.').waitFor();
  await page.getByRole('rowheader').filter({ hasText: 'anna@northwind.example' }).waitFor();
  await page.keyboard.press('Escape');
  await expect.poll(() => focused(page)).toBe('Send a test mail');

  const contoso = await makeManaged(service, root, 'Fabrikam');
  const maria = await makePerson(service, contoso, 'maria@fabrikam.example', { role: 'administrator' });
  await using other = await openContext(browser);
  const elsewhere = await other.newPage();
  await openConsole(elsewhere, service, maria);
  expect(await elsewhere.getByRole('link', { name: 'System' }).count()).toBe(0);
  await elsewhere.goto(`${service.url}/console/system`);
  await elsewhere.getByRole('heading', { name: 'There is nothing here' }).waitFor();
});
