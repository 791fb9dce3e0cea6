import type { Page } from 'playwright-core';
import { linkNamed } from '../../../../test/support/mailbox.ts';
import { press } from '../../person.ts';
import type { See, Walk } from '../../screen.ts';
import type { SetStage } from '../../stage.ts';
import { button, dialog, enterConsole, openConsole, settled } from './the-console.ts';

const REGISTRATION = '8a2d3b0f-63e5-4b1f-8e1d-4c7a6a2a9b32';
/** Northwind's own directory, where the registration is, and the customer's. */
const HOME = '9a3e4c10-74f6-4c2f-9f2e-5d8b7b3b0c43';
const CUSTOMER = '5e0f3a52-64a1-4a53-8a5e-0b8f0a1c7d22';
const SECRET = 'the secret of the template';
const IT = 'it@contoso-labs.example';
const ADMIN = 'admin@contoso-labs.example';

/** One registration for many: the template, a consent link and its pages, *Turn on*, and what expires. */
export const templates: Walk = {
  title: 'Connection templates',
  async walk(stage, see) {
    const name = 'Contoso Labs';
    const { id } = (await stage.api.send('POST', '/organizations', { name })).body as { id: string };
    await stage.fabrikam.addDirectories(
      { id: HOME, name: 'Northwind', domains: ['northwind-home.example'] },
      { id: CUSTOMER, name, domains: ['contoso-labs.example'] },
    );
    const admin = { oid: 'a1f6f0de-7d0e-4a5f-9e55-0a4b7c5d1e01', directory: CUSTOMER, upn: ADMIN, name: 'Ada' };
    await stage.fabrikam.addUsers({ ...admin, password: 'pw' });
    const page = await enterConsole(stage);
    await addTemplate(stage, page, see);
    const link = await ask(stage, page, name, see);
    await consent(stage, link, see);
    await turnOn(page, name, see);
    await openConsole(stage, page, '/credentials');
    await see(page, 'Secrets and certificates');
    await stage.api.send('DELETE', `/organizations/${id}?confirm=${encodeURIComponent(name)}`);
  },
};

async function addTemplate(stage: SetStage, page: Page, see: See): Promise<void> {
  await openConsole(stage, page, '/connection-templates');
  await see(page, 'Templates, none');
  await button(page, 'Add template').click();
  await dialog(page).getByRole('button', { name: 'Add template' }).click();
  await see(page, 'Add a template, incomplete');
  await dialog(page).getByLabel('Name').fill('Customers');
  await dialog(page).getByLabel('Application (client) ID').fill(REGISTRATION);
  await dialog(page)
    .getByLabel(/^Client secret/)
    .fill(SECRET);
  const soon = new Date(stage.service.clock.now().getTime() + 12 * 86_400_000).toISOString().slice(0, 10);
  await dialog(page).getByLabel('The secret expires on').fill(soon);
  await see(page, 'Add a template');
  await dialog(page).getByRole('button', { name: 'Add template' }).click();
  await page.getByRole('heading', { level: 1, name: 'Customers' }).waitFor();
  await settled(page);
  await see(page, 'Template');
  await button(page, 'Replace the secret').click();
  await dialog(page).waitFor();
  await see(page, 'Template, replace the secret');
  await dialog(page).getByRole('button', { name: 'Cancel' }).click();
  await button(page, 'Delete template').click();
  await dialog(page).waitFor();
  await see(page, 'Template, delete');
  await dialog(page).getByRole('button', { name: 'Cancel' }).click();
  await dialog(page).waitFor({ state: 'detached' });
  const origin = `${stage.service.url}/login`;
  await stage.fabrikam.addApps({
    clientId: REGISTRATION,
    directory: HOME,
    multiTenant: true,
    secrets: [{ id: 'secret-1', value: SECRET }],
    redirectUris: [{ uri: await copied(page, 'Redirect URL for logins') }, { uri: `${origin}/consent` }],
  });
}

/** What stands beside a copy button. */
async function copied(page: Page, name: string): Promise<string> {
  const value = page.locator('.copy', { has: page.getByRole('button', { name: `Copy ${name}` }) });
  return value.locator('code').innerText();
}

/** Asks one customer; the mailed link. */
async function ask(stage: SetStage, page: Page, name: string, see: See): Promise<string> {
  await page.getByLabel(`Choose ${name}`).check();
  await button(page, 'Ask for consent').click();
  await dialog(page).getByRole('button', { name: 'Mail the links' }).click();
  await see(page, 'Ask for consent, no address');
  await dialog(page).getByLabel(`Address for ${name}`).fill(IT);
  await dialog(page).getByRole('button', { name: 'Mail the links' }).click();
  await dialog(page).getByRole('button', { name: 'Done' }).waitFor();
  await see(page, 'Ask for consent, done');
  await dialog(page).getByRole('button', { name: 'Done' }).click();
  await page.getByText('Link sent', { exact: true }).waitFor();
  await settled(page);
  await see(page, 'Template, asked');
  return linkNamed(await stage.mailbox.waitForMail({ to: IT, subject: /^Allow / }), 'Allow Gatehouse');
}

/** As the customer's administrator: first refuses, then accepts and logs in. */
async function consent(stage: SetStage, link: string, see: See): Promise<void> {
  const page = await stage.newVisitor();
  await page.goto(link);
  await see(page, 'Consent');
  await page.getByRole('main').getByRole('button').first().click();
  await page.waitForURL((url) => url.origin === stage.fabrikam.origin);
  await press(page, 'Cancel');
  await page.waitForURL((url) => url.origin === stage.service.url);
  await see(page, 'Consent, refused');
  await page.getByRole('main').getByRole('button').first().click();
  await page.waitForURL((url) => url.origin === stage.fabrikam.origin);
  await page.locator('[name=loginfmt]').fill(ADMIN);
  await page.locator('[name=passwd]').fill('pw');
  await press(page, 'Accept');
  await page.locator('[name=loginfmt]').fill(ADMIN);
  await page.locator('[name=passwd]').fill('pw');
  await press(page, 'Sign in');
  await page.waitForURL((url) => url.origin === stage.service.url);
  await page.getByRole('heading', { name: 'What was checked' }).waitFor();
  await see(page, 'Consent, the login');
  await press(page, 'Go on');
  await see(page, 'Consent, given');
  await page.goto(`${stage.service.url}/login/consent/${'x'.repeat(43)}`);
  await see(page, 'Consent, closed');
  await page.goto(`${stage.service.url}/login/consent?state=unknown`);
  await see(page, 'Consent, an answer of nobody');
}

async function turnOn(page: Page, name: string, see: See): Promise<void> {
  await page.reload();
  await page.getByText('Ready to turn on', { exact: true }).waitFor();
  await settled(page);
  await see(page, 'Template, ready to turn on');
  await page.getByLabel(`Choose ${name}`).check();
  await button(page, 'Turn on').click();
  await dialog(page).getByText('Until the first login').waitFor();
  await see(page, 'Turn on customers');
  await dialog(page).getByRole('button', { name: 'Turn on' }).click();
  await dialog(page).getByRole('button', { name: 'Done' }).click();
  await page.getByText('On', { exact: true }).first().waitFor();
  await page.goBack();
  await page.goForward();
  await settled(page);
  await see(page, 'Template, turned on');
}
