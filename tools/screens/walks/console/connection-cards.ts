import type { Page } from 'playwright-core';
import { DIRECTORY, ENTRA_CLIENT } from '../../stage.ts';
import type { SetStage } from '../../stage.ts';
import type { See, Walk } from '../../screen.ts';
import { button, dialog, enterConsole, openConsole, settled } from './the-console.ts';

/** The cards of a connection: keys of ours, a pilot, logout at the provider, roles by groups. */
export const connectionCards: Walk = {
  title: 'Console, cards of a connection',
  async walk(stage, see) {
    // Of its own: it leaves as the other walks know the organizations.
    const name = 'Contoso Health';
    const { id } = (await stage.api.send('POST', '/organizations', { name })).body as { id: string };
    const addresses = ['ada', 'bo', 'cem'].map((who) => `${who}@contoso-health.example`).join(' ');
    await stage.api.send('POST', `/organizations/${id}/invitations`, { addresses });
    const page = await enterConsole(stage);
    const path = `/managed-organizations/${id}`;
    await configure(stage, page, path, see);
    await keys(page, see);
    await pilot(page, see);
    await logout(page, see);
    await roles(stage, page, path, see);
    await stage.api.send('DELETE', `/organizations/${id}?confirm=${encodeURIComponent(name)}`);
  },
};

/** In the form: a certificate as the credential, and a pilot in the dialog of *Save*. */
async function configure(stage: SetStage, page: Page, path: string, see: See): Promise<void> {
  await openConsole(stage, page, `${path}/authentication-settings`);
  await page.getByLabel('Method').selectOption('entra-id');
  await page.getByLabel('Client ID').fill(ENTRA_CLIENT);
  await page.getByLabel('Directory').fill(DIRECTORY);
  await page.getByLabel('Credential').selectOption('federated');
  await button(page, 'Make a key').click();
  await button(page, 'Copy Subject identifier').waitFor();
  await see(page, 'A federated credential');
  await page.getByLabel('Credential').selectOption('certificate');
  await button(page, 'Make a key').click();
  await page.getByRole('link', { name: 'Download certificate (.cer)' }).waitFor();
  await see(page, 'A certificate');
  await button(page, 'Save').click();
  await dialog(page).getByLabel('Who logs in this way first').selectOption({ label: 'A share of the users' });
  await dialog(page).getByLabel('Share in percent').fill('40');
  await see(page, 'Save, for a share of the users');
  await dialog(page).getByRole('button', { name: 'Save' }).click();
  await page.getByRole('heading', { name: 'Keys', exact: true }).waitFor();
  await settled(page);
}

async function keys(page: Page, see: See): Promise<void> {
  await button(page, 'Make the next key').click();
  await button(page, 'Take into use').waitFor();
  await settled(page);
  await see(page, 'Keys, pilot, logout and roles');
  await button(page, 'Take into use').click();
  await dialog(page).waitFor();
  await see(page, 'Take a key into use');
  await dialog(page).getByRole('button', { name: 'Take into use' }).click();
  await button(page, 'Use again').waitFor();
}

async function pilot(page: Page, see: See): Promise<void> {
  await button(page, 'Change the pilot').click();
  await dialog(page).getByLabel('Who logs in this way first').selectOption({ label: 'Named users' });
  await dialog(page).getByLabel('Email addresses').fill('nobody@contoso-health.example');
  await dialog(page).getByRole('button', { name: 'Save' }).click();
  await dialog(page).locator('[aria-invalid=true]').waitFor();
  await see(page, 'Change the pilot, an address of nobody');
  await dialog(page).getByRole('button', { name: 'Cancel' }).click();
  await dialog(page).waitFor({ state: 'detached' });
  await button(page, 'Everybody').click();
  await dialog(page).waitFor();
  await see(page, 'End the pilot');
  await dialog(page).getByRole('button', { name: 'Cancel' }).click();
  await dialog(page).waitFor({ state: 'detached' });
}

async function logout(page: Page, see: See): Promise<void> {
  await page.getByRole('switch', { name: /^Log out at/ }).click();
  await page.locator('input[role=switch]:checked').waitFor({ state: 'attached' });
  await see(page, 'Logout at the provider, too');
}

async function roles(stage: SetStage, page: Page, path: string, see: See): Promise<void> {
  await button(page, 'Edit rules').click();
  await button(page, 'Add a rule').click();
  await button(page, 'Add a rule').click();
  await page.getByLabel('Value').first().fill('0f3c1a52-11aa-4c7e-9d0e-3b6f5f1f8a77');
  await page.getByLabel('Value').last().fill('Planners');
  const target = page.locator('input').and(page.getByLabel('Gives a role in')).last();
  await target.fill('rep');
  await page.getByRole('option', { name: 'Reports' }).waitFor();
  await see(page, 'Rules for roles, an application is searched');
  await page.getByRole('option', { name: 'Reports' }).click();
  await page.getByLabel('Roles, separated by blanks').fill('planner');
  await see(page, 'Rules for roles');
  await page.getByRole('link', { name: 'Users', exact: true }).last().click();
  await dialog(page).waitFor();
  await see(page, 'Rules for roles, leave without saving?');
  await dialog(page).getByRole('button', { name: 'Cancel' }).click();
  await button(page, 'Save rules').click();
  await button(page, 'Edit rules').waitFor();
  await openConsole(stage, page, path);
  await page.getByText('Planners').waitFor();
  await see(page, 'Rules for roles, saved');
}
