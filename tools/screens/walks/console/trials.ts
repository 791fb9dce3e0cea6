import type { Page } from 'playwright-core';
import { formatId } from '../../../../src/base/ids.ts';
import { linkNamed } from '../../../../test/support/mailbox.ts';
import { button, enterConsole, openConsole } from './the-console.ts';
import type { See, Walk } from '../../screen.ts';

/** Presses *Test* and gives the window it opens. */
async function beginTest(page: Page): Promise<Page> {
  const opened = page.context().waitForEvent('page');
  await button(page, 'Test').click();
  const test = await opened;
  await test.getByRole('button', { name: /^Go to/ }).waitFor();
  return test;
}

/** To the provider and back, as Maria. */
async function makeTest(test: Page): Promise<void> {
  await test.getByRole('button', { name: /^Go to/ }).click();
  await test.getByLabel('Email or user name').fill('maria@contoso.example');
  await test.getByLabel('Password').fill('contoso');
  await test.getByRole('button', { name: 'Log in' }).click();
  await test.getByRole('heading', { name: 'What was checked' }).waitFor();
}

async function fromTheForm(page: Page, path: string, see: See): Promise<void> {
  await page.goto(path);
  const secret = page.getByLabel('Client secret', { exact: true });
  await secret.fill('not what Contoso gave us');
  const failing = await beginTest(page);
  await page.getByText('The test waits in a new window.').waitFor();
  await see(page, 'Test begun');
  await see(failing, 'Test, before the round trip');
  await makeTest(failing);
  await failing.getByRole('heading', { level: 1, name: 'The test failed' }).waitFor();
  await see(failing, 'Test, failed');
  await page.getByText('The test failed.').waitFor();
  await see(page, 'Test failed, in the form');
  await secret.fill('');
  await page.getByText('The test failed.').waitFor({ state: 'detached' });
}

/** The claims with address and name, with what they make of the person of the test that passed. */
async function chooseClaims(page: Page, path: string, see: See): Promise<void> {
  await page.goto(path);
  await page.getByText('Further settings').click();
  await page.getByText('Claims that came:').waitFor();
  await see(page, 'Claims of address and name, previewed');
  await page.getByLabel('Claim with the address').fill('workEmail');
  await page.getByLabel('Claim with the name').fill('sub');
  await page.getByText('cannot be mapped here').waitFor();
  await see(page, 'Claims of address and name, one that cannot be chosen');
  await page.getByLabel('Claim with the name').fill('email');
  await page.getByText('sent no claim workEmail').waitFor();
  await see(page, 'Claims of address and name, one missing');
  await page.getByRole('button', { name: 'Save' }).click();
  await page.getByText('The claim workEmail gives the address').last().waitFor();
  await see(page, 'Claims of address and name, saved');
}

/** *Test* from the form and from the pane, the window of the round trip, and a test that was mailed. */
export const trials: Walk = {
  title: 'Test of a connection',
  async walk(stage, see) {
    const page = await enterConsole(stage);
    const contoso = `/managed-organizations/${formatId('org', stage.houses.contoso.id)}`;
    await stage.contoso.endSessions();
    await fromTheForm(page, `${stage.service.url}/console${contoso}/authentication-settings`, see);
    await page.getByRole('button', { name: 'Cancel' }).click();
    // The form has a button of the same name, until the pane stands there.
    await page.getByText('Edit Settings').waitFor();
    await stage.contoso.endSessions();
    const test = await beginTest(page);
    await makeTest(test);
    await test.getByRole('heading', { level: 1, name: 'The connection works' }).waitFor();
    await see(test, 'Test, passed');
    await page.getByText('The connection works.').waitFor();
    await page.getByText('Mail the test').first().click();
    await page.getByLabel('Email address').first().fill('it@contoso.example');
    await button(page, 'Send the test').first().click();
    await page.getByText('The test is on its way to it@contoso.example.').waitFor();
    await see(page, 'Tests of an organization');
    await chooseClaims(page, `${stage.service.url}/console${contoso}/authentication-settings`, see);
    await openConsole(stage, page, contoso);
    await page.getByText('The connection in force').first().click();
    await page.getByText('Not begun yet; possible until').first().waitFor();
    await see(page, 'Tests of an organization, one opened');
    const mailed = await stage.newVisitor();
    const mail = await stage.mailbox.waitForMail({ to: 'it@contoso.example' });
    await mailed.goto(linkNamed(mail, 'Open the test'));
    await see(mailed, 'Test, mailed');
    await mailed.goto(`${stage.service.url}/login/test/${'x'.repeat(43)}`);
    await see(mailed, 'Test, ended');
  },
};
