import type { Page } from 'playwright-core';
import { formatId } from '../../../../src/base/ids.ts';
import { plugInSecurityKey } from '../../../../test/support/chromium.ts';
import { linkNamed } from '../../../../test/support/mailbox.ts';
import { PASSWORD } from '../../../../test/support/fixtures.ts';
import type { Organization } from '../../../../src/organizations/organization.ts';
import {
  freshCode,
  giveAddress,
  giveCode,
  givePassword,
  press,
  toEnrollment,
  toLogIn,
  withoutBrowserChecks,
} from '../../person.ts';
import type { See, Walk } from '../../screen.ts';
import type { SetStage } from '../../stage.ts';

/** Invites an address through the API; returns the link that was mailed. */
export async function invite(stage: SetStage, house: Organization, email: string): Promise<string> {
  const path = `/organizations/${formatId('org', house.id)}/invitations`;
  const { status, body } = await stage.api.send('POST', path, { addresses: email });
  if (status >= 300) throw new Error(`${email} is not invited: ${JSON.stringify(body)}`);
  const mail = await stage.mailbox.waitForMail({ to: email, subject: 'Welcome to Gatehouse' });
  return linkNamed(mail, 'Access Gatehouse');
}

/** From the mail to *Your applications*: password, authenticator app or security key, recovery codes. */
export const invitations: Walk = {
  title: 'Invitation',
  async walk(stage, see) {
    const { contosoRetail } = stage.houses;
    const link = await invite(stage, contosoRetail, 'rosa@contoso-retail.example');
    const page = await stage.newVisitor();
    await page.goto(link);
    await see(page, 'Invitation');
    await press(page, 'Log In');
    await see(page, 'Log in, address from the invitation');
    await press(page, 'Continue');
    await see(page, 'Choose a password');
    await page.getByLabel('New password', { exact: true }).fill(PASSWORD);
    await page.getByLabel('New password again').fill(`${PASSWORD}!`);
    await press(page, 'Save password');
    await see(page, 'Choose a password, two different ones');
    await page.getByLabel('New password', { exact: true }).fill(PASSWORD);
    await page.getByLabel('New password again').fill(PASSWORD);
    await press(page, 'Save password');
    await see(page, 'Keep Your Account Safe');
    await lookAtKey(page, see);
    await enrollApp(stage, page, see);
    await keepCodes(page, see);
    await page.waitForURL((url) => url.pathname === '/');
    await see(page, 'Your applications, several');
    await closedInvitations(stage, see, link);
  },
};

/** Shows the security key's page, then goes back to choose the app. */
async function lookAtKey(page: Page, see: See): Promise<void> {
  await page.getByRole('button', { name: /^Security Key/ }).click();
  await see(page, 'Security key');
  await press(page, 'Choose another way');
}

async function enrollApp(stage: SetStage, page: Page, see: See): Promise<void> {
  await page.getByRole('button', { name: /^Google Authenticator or similar/ }).click();
  await see(page, 'Authenticator app');
  await page.getByText('Can’t scan?').click();
  await see(page, 'Authenticator app, typed');
  await page.getByLabel('One-time code').fill('123456');
  await press(page, 'Continue');
  await see(page, 'Authenticator app, wrong code');
  await page.getByText('Can’t scan?').click();
  const seed = (await page.locator('#seed').innerText()).replaceAll(/\s/g, '');
  await giveCode(page, await freshCode(stage, seed));
}

async function keepCodes(page: Page, see: See): Promise<void> {
  await see(page, 'Recovery codes');
  await withoutBrowserChecks(page);
  await press(page, 'Continue');
  await see(page, 'Recovery codes, not saved');
  await page.getByLabel('I’ve saved these codes').check();
  await press(page, 'Continue');
}

async function closedInvitations(stage: SetStage, see: See, used: string): Promise<void> {
  const { contosoRetail } = stage.houses;
  const page = await stage.newVisitor();
  await page.goto(used);
  await see(page, 'Invitation, used');
  const email = 'gone@contoso-retail.example';
  const link = await invite(stage, contosoRetail, email);
  const { db } = stage.service.database;
  const past = new Date(stage.service.clock.now().getTime() - 1000);
  await db.updateTable('invitation').set({ expiresAt: past }).where('organizationId', '=', contosoRetail.id).execute();
  await page.goto(link);
  await see(page, 'Invitation, expired');
  await press(page, 'Ask for a new invitation');
  await see(page, 'Invitation, sent again');
  await page.goto(`${stage.service.url}/login/invitation/no-such-invitation`);
  await see(page, 'Invitation, unknown');
  const fresh = await invite(stage, contosoRetail, 'here@contoso-retail.example');
  await page.goto(fresh);
  await press(page, 'Log In');
  const elsewhere = await stage.newVisitor();
  await elsewhere.goto(fresh);
  await see(elsewhere, 'Invitation, redeemed in another browser');
}

/** A second factor that is a security key, and the other ways beside it. */
export const securityKeys: Walk = {
  title: 'Security key',
  async walk(stage, see) {
    const link = await invite(stage, stage.houses.contosoRetail, 'kira@contoso-retail.example');
    const page = await stage.newVisitor();
    await plugInSecurityKey(page);
    await toEnrollment(page, link, PASSWORD);
    await page.getByRole('button', { name: /^Security Key/ }).click();
    await press(page, 'Add security key');
    await page.getByLabel('I’ve saved these codes').check();
    await press(page, 'Continue');
    await page.waitForURL((url) => url.pathname === '/');
    await page.context().clearCookies();
    await toLogIn(stage, page);
    await giveAddress(page, 'kira@contoso-retail.example');
    await givePassword(page, PASSWORD);
    await see(page, 'Second factor, security key');
    await press(page, 'Use a recovery code');
    await see(page, 'Second factor, recovery code');
    await page.getByLabel('Recovery code').fill('AAAAA-AAAAA');
    await press(page, 'Continue');
    await see(page, 'Second factor, recovery code, wrong');
  },
};
