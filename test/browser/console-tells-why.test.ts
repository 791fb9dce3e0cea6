import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { formatId } from '../../src/base/ids.ts';
import { launchChromium, openContext } from '../support/chromium.ts';
import { listenForComplaints, openConsole } from '../support/console.ts';
import { makePerson } from '../support/fixtures.ts';
import { MALLORY, startHostileGround } from '../support/hostile-organization.ts';
import type { HostileGround } from '../support/hostile-organization.ts';

// One administrator at one console, from test to test: each leaves it where the next one goes on.
let ground: HostileGround;
let browser: Browser;
let page: Page;
let reference: string;
let complaints: string[];

beforeAll(async () => {
  ground = await startHostileGround();
  const { service, root, provider } = ground;
  const anna = await makePerson(service, root, 'anna@northwind.example', { role: 'administrator', breakGlass: true });
  await ground.use('code');
  await using first = ground.openBrowser();
  await ground.tryLogin(first); // confirms the connection
  provider.setFaults({ token: [{ kind: 'wrong-audience' }] });
  await using second = ground.openBrowser();
  reference = /reference (?:\w+ )*?([0-9A-Z]{6,})/i.exec((await ground.tryLogin(second)).text)![1]!;
  browser = await launchChromium();
  page = await (await openContext(browser)).newPage();
  complaints = listenForComplaints(page);
  await openConsole(page, service, anna, `managed-organizations/${formatId('org', ground.organization.id)}`);
});
afterAll(async () => {
  await browser?.close();
  await ground?.[Symbol.asyncDispose]();
});

const main = () => page.getByRole('main');

test('the pane tells how logins fare: last success, failures since by cause, the last logins', async () => {
  await main().getByText('Last successful login').first().waitFor();
  await main().getByText('1 failure since').waitFor();
  await main().getByRole('table', { name: 'Logins' }).getByText('Refused').waitFor();
});

test('a failure leads to its Why?: cause, check, place with the value to copy, and every step', async () => {
  await main().getByRole('link', { name: 'Why?', exact: true }).last().click();
  await page.waitForURL(new RegExp(`/why/${reference}$`));
  await main()
    .getByRole('heading', { name: `Login ${reference}` })
    .waitFor();
  await main().getByText('the audience of the ID token').waitFor();
  await main().getByText('Authentication settings → Client ID').waitFor();
  await main().getByRole('button', { name: 'Copy Value to put there' }).waitFor();
  const steps = main().getByRole('list', { name: 'Step by step' });
  await steps.getByText('is routed to Fabrikam Trading').waitFor();
  await steps.getByText('openid profile email').waitFor();
});

test('logins are found by reference, address and outcome', async () => {
  await main().getByRole('link', { name: 'Logins', exact: true }).click();
  await main().getByRole('textbox', { name: 'Reference, address or name' }).fill(reference.toLowerCase());
  await page.waitForURL(/search=/);
  const list = main().getByRole('table', { name: 'Logins' });
  await list.getByText('Succeeded').waitFor({ state: 'detached' });
  await list.getByRole('link', { name: MALLORY }).waitFor();
  await main().getByRole('combobox', { name: 'Outcome' }).selectOption('succeeded');
  await main().getByRole('heading', { name: 'Nothing matches' }).waitFor();
  await main().getByRole('button', { name: 'Clear filters' }).click();
  await list.getByText('Succeeded').waitFor();
});

test('what would happen if somebody logged in now', async () => {
  await main().getByLabel('Email address').fill(MALLORY);
  await main().getByRole('button', { name: 'Show' }).click();
  await main()
    .getByRole('heading', { name: `${MALLORY} leads to Fabrikam Trading` })
    .waitFor();
  await main().getByText('People of Fabrikam Trading log in with OpenID Connect.').waitFor();
});

test('a login of the audit log and a user lead to it', async () => {
  await main().getByRole('link', { name: 'Audit log' }).click();
  await main()
    .getByRole('button', { name: /A login of .* was refused/ })
    .first()
    .click();
  await main().getByRole('row').getByRole('link', { name: 'Why?', exact: true }).click();
  await page.waitForURL(new RegExp(`/why/${reference}$`));
  await main().getByRole('link', { name: 'Open the user' }).click();
  await main().getByRole('link', { name: 'Logins of this user' }).click();
  await main().getByRole('table', { name: 'Logins' }).getByText('Refused').waitFor();
  expect(complaints).toEqual([]);
});
