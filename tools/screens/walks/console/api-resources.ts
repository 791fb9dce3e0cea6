import type { Page } from 'playwright-core';
import type { See, Walk } from '../../screen.ts';
import type { SetStage } from '../../stage.ts';
import { button, dialog, enterConsole, openConsole, settled } from './the-console.ts';

/** API resources, a machine application, and what it may ask for. */
export const apiResources: Walk = {
  title: 'API resources',
  async walk(stage, see) {
    const page = await enterConsole(stage);
    await addResource(stage, page, see);
    await addMachine(stage, page, see);
    await openConsole(stage, page, '/api-resources');
    await see(page, 'API resources');
    await page.getByRole('link', { name: 'Orders', exact: true }).click();
    await page.getByRole('heading', { name: 'Applications', exact: true }).waitFor();
    await settled(page);
    await see(page, 'API resource');
    await button(page, 'Remove API resource').click();
    await dialog(page).waitFor();
    await see(page, 'API resource, remove');
  },
};

async function addResource(stage: SetStage, page: Page, see: See): Promise<void> {
  await openConsole(stage, page, '/api-resources');
  await see(page, 'API resources, none');
  await page.getByRole('link', { name: 'Add API resource' }).click();
  await page.getByLabel('Name').waitFor();
  await button(page, 'Add API resource').click();
  await see(page, 'Add an API resource, incomplete');
  await page.getByLabel('Name').fill('Orders');
  await page.getByLabel('Identifier').fill('https://orders.northwind.example/api');
  await page.getByLabel('Scope', { exact: true }).fill('orders:read');
  await page.getByLabel('Sentence').fill('Read your orders');
  await button(page, 'Add scope').click();
  await page.getByLabel('Scope', { exact: true }).nth(1).fill('orders:write');
  await page.getByLabel('Sentence').nth(1).fill('Change your orders');
  await see(page, 'Add an API resource');
  await button(page, 'Add API resource').click();
  await page.getByRole('heading', { level: 1, name: 'Orders' }).waitFor();
  await settled(page);
}

async function addMachine(stage: SetStage, page: Page, see: See): Promise<void> {
  await openConsole(stage, page, '/applications/register/all-settings');
  await page.getByLabel('Name', { exact: true }).fill('Warehouse export');
  await page.getByLabel('Machine').check();
  await see(page, 'Register a machine application');
  await button(page, 'Register application').click();
  await dialog(page).getByRole('button').last().click();
  await page.getByRole('heading', { level: 1, name: 'Warehouse export' }).waitFor();
  await button(page, 'Allow an API').click();
  await dialog(page).getByRole('combobox').click();
  await page.getByRole('option', { name: 'Orders' }).click();
  await dialog(page).getByLabel('orders:read').check();
  await see(page, 'Allow an API');
  await dialog(page).getByRole('button', { name: 'Save' }).click();
  await button(page, 'Change what is allowed at Orders').waitFor();
  await settled(page);
  await see(page, 'Machine application');
}
