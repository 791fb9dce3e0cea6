import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { launchChromium, openContext } from '../support/chromium.ts';
import { listenForComplaints, openConsole } from '../support/console.ts';
import { goToProvider } from '../support/federation.ts';
import { makePerson } from '../support/fixtures.ts';
import { MALLORY, startHostileGround } from '../support/hostile-organization.ts';
import type { HostileGround } from '../support/hostile-organization.ts';
import { org } from '../support/people.ts';

let ground: HostileGround;
let browser: Browser;
let context: BrowserContext;
let page: Page;
let complaints: string[];

const RENAMED = 'mallory.old@fabrikam-trading.example';

beforeAll(async () => {
  ground = await startHostileGround();
  await ground.use('code');
  await comes({ sub: '7f3a-old', email: MALLORY, name: 'Mallory Berg' });
  await comes({ sub: '7f3a-old', email: RENAMED, name: 'Mallory Berg' });
  await comes({ sub: '91bc-new', email: MALLORY, name: 'Malina Lory' });
  const anna = await makePerson(ground.service, ground.root, 'anna@northwind.example', { role: 'administrator' });
  browser = await launchChromium();
  context = await openContext(browser, { viewport: { width: 1280, height: 860 } });
  page = await context.newPage();
  complaints = listenForComplaints(page);
  await openConsole(page, ground.service, anna, `managed-organizations/${org(ground.organization)}/users`);
});
afterAll(async () => {
  await browser?.close();
  await ground?.[Symbol.asyncDispose]();
});

async function comes(person: { sub: string; email: string; name: string }): Promise<void> {
  ground.provider.person = { ...person, email_verified: true };
  await using visitor = ground.openBrowser();
  await goToProvider(visitor, ground.service, MALLORY);
}

test('the list says where a decision waits; both persons are shown, and the proposal is what the provider states', async () => {
  await page.getByText('Decide who it is').waitFor();
  await page.getByRole('link', { name: 'Mallory Berg' }).click();
  await page.getByRole('heading', { name: 'The same person, or another one?' }).waitFor();
  const came = page.getByRole('region', { name: 'Who came' });
  await came.getByText('91bc-new').waitFor();
  await came.getByText('Malina Lory').waitFor();
  await page.getByRole('region', { name: 'This user' }).getByText('7f3a-old').waitFor();
  await page.getByText(`The identity provider states ${RENAMED} for this user now.`).waitFor();

  await page.getByRole('button', { name: 'The same person' }).click();
  await page.getByRole('dialog').getByText('From now on').waitFor();
  await page.getByRole('button', { name: 'Cancel' }).click();
});

test('another person: the user takes the address stated for it, who came is invited', async () => {
  await page.getByRole('button', { name: 'Another person' }).click();
  const dialog = page.getByRole('dialog', { name: 'Another person?' });
  const field = dialog.getByLabel('New address of Mallory Berg');
  expect(await field.inputValue()).toBe(RENAMED);
  await field.fill('');
  await dialog.getByRole('button', { name: 'Another person' }).click();
  await dialog.locator('[aria-invalid="true"]').waitFor();
  await field.fill(RENAMED);
  await dialog.getByRole('button', { name: 'Another person' }).click();
  await page.getByText(`Mallory Berg stays who they are, and ${MALLORY} is invited.`).waitFor();
  await page.getByText('A link that proves it was mailed').waitFor();
  expect(await page.getByRole('heading', { name: 'The same person, or another one?' }).count()).toBe(0);
});

test('the address can be changed, and the link that proves it mailed again', async () => {
  await page.getByRole('button', { name: 'Change address' }).click();
  const dialog = page.getByRole('dialog', { name: 'Another address for Mallory Berg' });
  await dialog.getByLabel('New address').fill(MALLORY);
  await dialog.getByRole('button', { name: 'Change address' }).click();
  await dialog.getByRole('alert').waitFor(); // the newcomer has it
  await dialog.getByLabel('New address').fill('m.berg@fabrikam-trading.example');
  await dialog.getByRole('button', { name: 'Change address' }).click();
  await page.getByText('Mallory Berg has the address m.berg@fabrikam-trading.example.').waitFor();
  await page.getByRole('button', { name: 'Mail a link that proves it' }).click();
  await page.getByText('A link is on its way to m.berg@fabrikam-trading.example.').waitFor();
  expect(complaints).toEqual([]);
});
