import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { freshCode, giveAddress, giveCode, givePassword, press, toEnrollment } from '../../tools/screens/person.ts';
import { openStage, setStage } from '../../tools/screens/stage.ts';
import type { SetStage } from '../../tools/screens/stage.ts';
import { enterConsole, openConsole } from '../../tools/screens/walks/console/the-console.ts';
import { invite } from '../../tools/screens/walks/login/invitations.ts';
import { PASSWORD } from '../support/fixtures.ts';

let stage: SetStage;

beforeAll(async () => {
  stage = await setStage(await openStage());
});
afterAll(async () => {
  await stage?.close();
});

test('without JavaScript: from the invitation to the applications with an authenticator app, out, and in again', async () => {
  const link = await invite(stage, stage.houses.contosoRetail, 'rosa@contoso-retail.example');
  const page = await stage.newVisitor({ javaScriptEnabled: false });
  await toEnrollment(page, link, PASSWORD);

  // A security key cannot do without, says so, and leads back to the app.
  await page.getByRole('button', { name: /^Security Key/ }).click();
  expect(await page.locator('noscript').textContent()).toContain('A security key needs JavaScript.');
  await press(page, 'Choose another way');
  await page.getByRole('button', { name: /^Google Authenticator or similar/ }).click();
  await page.getByText('Can’t scan?').click();
  const seed = (await page.locator('#seed').innerText()).replaceAll(/\s/g, '');
  await giveCode(page, await freshCode(stage, seed));

  // What script would do is not offered; reading and downloading the codes needs none.
  await page.getByLabel('I’ve saved these codes').waitFor();
  expect(await page.getByRole('button', { name: 'Copy' }).count()).toBe(0);
  expect(await page.getByRole('link', { name: 'Download' }).getAttribute('href')).toContain(
    'rosa%40contoso-retail.example',
  );
  await page.getByLabel('I’ve saved these codes').check();
  await press(page, 'Continue');
  await page.getByRole('heading', { level: 1, name: 'Your applications' }).waitFor();
  expect(await page.getByRole('link', { name: /Reports/ }).count()).toBe(1);

  await press(page, 'Log out');
  await press(page, 'Log out');
  await page.getByRole('heading', { level: 1, name: 'You are logged out' }).waitFor();
  await press(page, 'Log in again');
  await press(page, 'Log In');
  await giveAddress(page, 'rosa@contoso-retail.example');
  await givePassword(page, PASSWORD);
  await giveCode(page, await freshCode(stage, seed));
  await page.getByRole('heading', { level: 1, name: 'Your applications' }).waitFor();
});

test('with the keyboard alone: a login, each stop on the way in order and seen', async () => {
  const page = await stage.newVisitor();
  await page.goto(`${stage.service.url}/login/start`);
  await page.locator('input:focus').waitFor();
  expect(await stops(page, 3)).toEqual(['Email address', 'Continue', 'Trouble logging in?']);
  await page.reload();
  await typeWhereItStands(page, stage.paul.email);
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { name: 'Enter Your Password' }).waitFor();
  await typeWhereItStands(page, stage.paul.password);
  expect(await stops(page, 3)).toEqual(['Password', 'Continue', 'Trouble logging in?']);
  await page.getByLabel('Password', { exact: true }).focus();
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { name: 'Confirm It’s You' }).waitFor();
  await typeWhereItStands(page, await freshCode(stage, stage.paul.seed));
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { level: 1, name: 'Your applications' }).waitFor();
});

test('with the keyboard alone: the console, from the skip link to the rows and into a dialog and out', async () => {
  const page = await enterConsole(stage);
  await openConsole(stage, page, '/managed-organizations');
  // A page of the console begins at its heading; the frame lies before it, with a link that leaps over it.
  await expect.poll(() => page.locator('h1').evaluate(isFocused)).toBe(true);
  // What comes after the heading: the rows, and what one may do with them.
  await page.getByRole('link', { name: 'Contoso', exact: true }).waitFor();
  await page.getByRole('button', { name: 'Add organization' }).first().waitFor();
  await page.keyboard.press('Tab');
  expect(await stops(page, 4)).toEqual(['Add organization', 'Search by name or domain', 'Method', 'Contoso']);
  await page.getByRole('link', { name: 'Skip to content' }).focus();
  expect(await stops(page, 13)).toEqual([
    'Skip to content',
    'Gatehouse',
    'Home',
    'Configuration',
    'AN: account of anna@northwind.example',
    'Managed organizations',
    'My organization',
    'Users',
    'Applications',
    'API resources',
    'Connection templates',
    'Secrets and certificates',
    'Audit log',
  ]);

  const add = page.getByRole('button', { name: 'Add organization' }).first();
  await add.focus();
  await page.keyboard.press('Enter');
  await page.getByRole('dialog').waitFor();
  await expect.poll(() => page.getByRole('dialog').getByLabel('Name').evaluate(isFocused)).toBe(true);
  await page.keyboard.press('Escape');
  await page.getByRole('dialog').waitFor({ state: 'detached' });
  await expect.poll(() => add.evaluate(isFocused)).toBe(true); // the dialog gives it back after it is gone
});

/** Types without choosing a field first: the page has put the cursor where it belongs. */
async function typeWhereItStands(page: Page, text: string): Promise<void> {
  await page.locator('input:focus').waitFor();
  await page.keyboard.type(text);
}

/** The names of what has the focus, now and after each press of Tab; an asterisk where nothing shows that it has it. */
async function stops(page: Page, count: number): Promise<string[]> {
  const names: string[] = [];
  for (let stop = 0; stop < count; stop += 1) {
    if (stop > 0) await page.keyboard.press('Tab');
    names.push(await page.evaluate<string>(NAME_OF_FOCUS));
  }
  return names;
}

// In the page: as text, as this project's types know no document.
const NAME_OF_FOCUS = `(() => {
  const element = document.activeElement;
  const label = element.labels?.[0]?.textContent ?? '';
  const name = element.getAttribute('aria-label') || label || element.textContent || element.placeholder || '';
  const style = getComputedStyle(element);
  const seen = style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) > 0;
  return name.replace(/\\s+/g, ' ').trim() + (seen ? '' : '*');
})()`;

function isFocused(element: object): boolean {
  return 'ownerDocument' in element && (element.ownerDocument as { activeElement: object }).activeElement === element;
}
