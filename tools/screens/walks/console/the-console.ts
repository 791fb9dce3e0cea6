import type { Page } from 'playwright-core';
import { formatId } from '../../../../src/base/ids.ts';
import { logInAs } from '../../person.ts';
import type { See, Walk } from '../../screen.ts';
import { ENTRA_CLIENT } from '../../stage.ts';
import { goBack } from '../login/providers.ts';
import type { SetStage } from '../../stage.ts';

/** Opens a page of the console and waits until it stands still. */
export async function openConsole(stage: SetStage, page: Page, path: string): Promise<void> {
  await page.goto(`${stage.service.url}/console${path}`);
  await settled(page);
}

/** Nothing on the page says that it waits for something. */
export async function settled(page: Page): Promise<void> {
  await page.locator('h1').first().waitFor();
  await page.locator('.bone, .waiting, [data-loading], [data-stale]').first().waitFor({ state: 'detached' });
}

/** A visitor who is logged in to the console as anna. */
export async function enterConsole(stage: SetStage): Promise<Page> {
  const page = await stage.newVisitor();
  await page.goto(`${stage.service.url}/console/`);
  await page.getByLabel('Email address').waitFor();
  await logInAs(stage, page, stage.anna);
  await page.getByRole('heading', { level: 1, name: 'Managed organizations' }).waitFor();
  await settled(page);
  return page;
}

export const button = (page: Page, name: string) => page.getByRole('button', { name, exact: true });
export const dialog = (page: Page) => page.getByRole('dialog');

async function closeDialog(page: Page): Promise<void> {
  await page.keyboard.press('Escape');
  await dialog(page).waitFor({ state: 'detached' });
}

/** *Managed organizations*, the sections of one, and of one's own. */
export const consoleOrganizations: Walk = {
  title: 'Console, organizations',
  async walk(stage, see) {
    const page = await enterConsole(stage);
    await see(page, 'Managed organizations');
    await openConsole(stage, page, '/managed-organizations?search=nobody');
    await see(page, 'Managed organizations, no match');
    await openConsole(stage, page, '/managed-organizations');
    await button(page, 'Add organization').click();
    await dialog(page).waitFor();
    await see(page, 'Add organization');
    await dialog(page).getByRole('button', { name: 'Add organization' }).click();
    await see(page, 'Add organization, no name');
    await openConsole(stage, page, `/managed-organizations/${formatId('org', stage.houses.contoso.id)}`);
    await see(page, 'Organization, OpenID Connect');
    await openConsole(stage, page, `/managed-organizations/${formatId('org', stage.houses.fabrikam.id)}`);
    await see(page, 'Organization, Entra ID failing');
    await button(page, 'Switch back').click();
    await dialog(page).waitFor();
    await see(page, 'Switch back');
    const contoso = `/managed-organizations/${formatId('org', stage.houses.contoso.id)}`;
    await openConsole(stage, page, `${contoso}/settings`);
    await page.getByRole('button', { name: 'Edit limits' }).waitFor();
    await see(page, 'Settings of an organization');
    await button(page, 'Edit limits').click();
    await page.getByLabel('Users', { exact: true }).fill('25');
    await see(page, 'Limits of an organization');
    await openConsole(stage, page, `${contoso}/settings`);
    await openConsole(stage, page, '/my-organization');
    await see(page, 'My organization');
    await openConsole(stage, page, '/nowhere');
    await see(page, 'Not found');
    await menus(stage, page, see);
    await closedConsole(stage, see);
  },
};

/** For somebody without a role, and while the service does not answer. */
async function closedConsole(stage: SetStage, see: See): Promise<void> {
  const page = await stage.newVisitor();
  await page.goto(`${stage.service.url}/console/`);
  await logInAs(stage, page, stage.paul);
  await page.getByRole('heading', { name: 'There is nothing for you to configure' }).waitFor();
  await see(page, 'No role');
  await page.route('**/api/v1/**', async (route) => route.abort());
  await page.goto(`${stage.service.url}/console/`);
  await page.getByText('The service cannot be reached.').waitFor();
  await see(page, 'The service does not answer');
}

async function menus(stage: SetStage, page: Page, see: See): Promise<void> {
  await openConsole(stage, page, '/managed-organizations');
  await page.getByRole('button', { name: /account of/ }).click();
  await page.getByRole('menuitem', { name: 'Log Out' }).waitFor();
  await see(page, 'Menu of the user');
  const narrow = await page.context().newPage();
  await narrow.setViewportSize({ width: 360, height: 740 });
  await openConsole(stage, narrow, '/managed-organizations');
  await button(narrow, 'Open the menu').click();
  await see(narrow, 'Left pane, narrow');
  await narrow.close();
}

/** The pane *Authentication settings* for each method, and the way to Save. */
export const consoleAuthentication: Walk = {
  title: 'Console, Authentication settings',
  async walk(stage, see) {
    const page = await enterConsole(stage);
    await openConsole(stage, page, '/my-organization/authentication-settings');
    await see(page, 'Gatehouse Authentication');
    const method = page.getByLabel('Method');
    await method.selectOption('entra-id');
    await page.getByText('(found from northwind.example)').waitFor();
    await see(page, 'Entra ID');
    await button(page, 'Save').click();
    await see(page, 'Entra ID, incomplete');
    await page.getByLabel('Client ID').fill(ENTRA_CLIENT);
    await page.getByLabel('Client ID').blur();
    await page.getByText(/^The directory .* answers/).waitFor();
    await see(page, 'Entra ID, checked');
    await page.getByLabel('Credential').selectOption('secret');
    await see(page, 'Entra ID, with a secret');
    await page.getByLabel('Credential').selectOption('none');
    await button(page, 'Save').click();
    await dialog(page).waitFor();
    await see(page, 'Save dialog');
    await closeDialog(page);
    await method.selectOption('openid-connect');
    await see(page, 'OpenID Connect');
    await page.getByLabel('Client ID').fill('gatehouse');
    await page.getByLabel('Discovery url').fill('http://127.0.0.1:9/nobody');
    await page.getByLabel('Discovery url').blur();
    await page.getByText('This does not work yet.').waitFor();
    await see(page, 'OpenID Connect, does not answer');
    await page.getByLabel('How the provider answers').selectOption('id-token');
    await page.getByText('Further settings').click();
    await see(page, 'OpenID Connect, ID token by form post and further settings');
    for (const provider of ['Google Workspace', 'Keycloak']) {
      await page.getByLabel('Provider', { exact: true }).selectOption(provider);
      await see(page, `OpenID Connect, ${provider}`);
    }
    await page.getByRole('link', { name: 'Users', exact: true }).click();
    await dialog(page).waitFor();
    await see(page, 'Leave without saving?');
    await dialog(page).getByRole('button', { name: 'Leave without saving' }).click();
    const contosoRetail = `/managed-organizations/${formatId('org', stage.houses.contosoRetail.id)}/authentication-settings`;
    await openConsole(stage, page, contosoRetail);
    await method.selectOption('same-as-managing');
    await see(page, 'Same as the managing organization');
    await page.getByRole('link', { name: 'Users', exact: true }).first().click();
    await dialog(page).getByRole('button', { name: 'Leave without saving' }).click();
    await goBack(stage, see);
    await openConsole(stage, page, contosoRetail.replace('/authentication-settings', ''));
    await page.getByText('went back on').waitFor();
    await see(page, 'Authentication, went back by itself');
    await page.getByRole('link', { name: 'Edit what was entered' }).click();
    await page.getByLabel('Discovery url').waitFor();
    await see(page, 'Authentication settings, what was entered');
  },
};

/** Users, invitations and what ends a user's access. */
export const consoleUsers: Walk = {
  title: 'Console, users',
  async walk(stage, see) {
    const page = await enterConsole(stage);
    await openConsole(stage, page, '/users');
    await button(page, 'Invite users').click();
    await dialog(page).waitFor();
    await see(page, 'Invite users');
    await page
      .getByLabel('Email addresses')
      .fill('ida@northwind.example, jon@northwind.example\nvera@northwind.example\nnot an address');
    await button(page, 'Send invitations').click();
    await button(page, 'Done').waitFor();
    await see(page, 'Invite users, sent');
    await button(page, 'Done').click();
    await settled(page);
    await see(page, 'Users');
    await openConsole(stage, page, '/users?search=nobody');
    await see(page, 'Users, no match');
    await openConsole(stage, page, `/managed-organizations/${formatId('org', stage.houses.northwindRail.id)}/users`);
    await see(page, 'Users of a managed organization, none');
    await openConsole(stage, page, `/managed-organizations/${formatId('org', stage.houses.contoso.id)}/users`);
    await see(page, 'Users of a managed organization');
    await openConsole(stage, page, '/users?search=ida');
    await page.getByRole('link', { name: 'ida@northwind.example' }).click();
    await page.getByRole('heading', { level: 1, name: /ida/ }).waitFor();
    await settled(page);
    await see(page, 'User, invited');
    await openConsole(stage, page, '/users?search=vera');
    await page.getByRole('link', { name: 'vera@northwind.example' }).click();
    await page.getByRole('heading', { level: 1, name: /vera/ }).waitFor();
    await settled(page);
    await see(page, 'User');
    await button(page, 'Change name').click();
    await dialog(page).waitFor();
    await see(page, 'Change name');
    await closeDialog(page);
    await button(page, 'Change role').click();
    await dialog(page).waitFor();
    await see(page, 'Change role');
    await closeDialog(page);
    await button(page, 'Disable').click();
    await dialog(page).waitFor();
    await see(page, 'Disable user');
    await closeDialog(page);
    await button(page, 'Remove user').click();
    await dialog(page).waitFor();
    await see(page, 'Remove user');
    await closeDialog(page);
    await overSessions(stage, page, see);
  },
};

/** A change long after the last proof, and one after the session has ended. */
async function overSessions(stage: SetStage, page: Page, see: See): Promise<void> {
  const { db } = stage.service.database;
  const sessions = db.selectFrom('session').select('id').where('userId', '=', stage.anna.userId);
  const newest = sessions.orderBy('loggedInAt', 'desc').limit(1);
  const earlier = new Date(stage.service.clock.now().getTime() - 11 * 60_000);
  await db.updateTable('session').set({ factorAt: earlier }).where('id', '=', newest).execute();
  await button(page, 'Change role').click();
  await dialog(page).getByLabel('Editor').check();
  await dialog(page).getByRole('button', { name: 'Change role' }).click();
  await page.getByRole('heading', { name: 'Confirm that it is you' }).waitFor();
  await see(page, 'A fresh proof is asked');
  await openConsole(stage, page, '/my-organization/settings');
  await page.getByLabel('Support contact').fill('help@northwind.example');
  await db.deleteFrom('session').where('id', '=', newest).execute();
  await button(page, 'Save').click();
  await page.getByRole('heading', { name: 'You are logged out' }).waitFor();
  await see(page, 'The session has ended');
}

/** Applications, the secret that is shown once, and the audit log. */
export const consoleApplications: Walk = {
  title: 'Console, applications and audit log',
  async walk(stage, see) {
    const page = await enterConsole(stage);
    await openConsole(stage, page, '/applications');
    await see(page, 'Applications');
    await page.getByRole('link', { name: 'Reports' }).click();
    await page.getByRole('heading', { level: 1, name: 'Reports' }).waitFor();
    await settled(page);
    await see(page, 'Application');
    await button(page, 'Make another client secret').click();
    await see(page, 'Another client secret');
    await page.getByRole('dialog').getByRole('button', { name: 'Make another client secret' }).click();
    await button(page, 'I have stored it').click();
    await button(page, 'Remove').nth(1).click();
    await see(page, 'Client secret, remove');
    await button(page, 'Cancel').click();
    await see(page, 'Application, two client secrets');
    await openConsole(stage, page, '/applications/register/all-settings');
    await see(page, 'Register application');
    await button(page, 'Register application').click();
    await see(page, 'Register application, incomplete');
    await page.getByRole('switch', { name: 'High security' }).click();
    await see(page, 'Register application, high security');
    await page.getByRole('switch', { name: 'High security' }).click();
    await page.getByLabel('Name', { exact: true }).fill('Inventory');
    await page.getByLabel('Redirect URIs').fill('https://inventory.northwind.example/callback');
    await button(page, 'Register application').click();
    await button(page, 'I have stored it').waitFor();
    await see(page, 'Client secret, once');
    await button(page, 'I have stored it').click();
    await openConsole(stage, page, '/audit-log');
    await see(page, 'Audit log');
    await page
      .getByRole('button', { name: /^Details/ })
      .first()
      .click();
    await see(page, 'Audit log, details');
  },
};
