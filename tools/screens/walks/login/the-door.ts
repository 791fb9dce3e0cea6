import type { Page } from 'playwright-core';
import { linkNamed } from '../../../../test/support/mailbox.ts';
import {
  authorizeUrl,
  giveAddress,
  giveCode,
  givePassword,
  freshCode,
  press,
  toLogIn,
  withoutBrowserChecks,
} from '../../person.ts';
import type { See, Walk } from '../../screen.ts';
import { FLEET, REPORTS } from '../../stage.ts';
import type { SetStage, Stage } from '../../stage.ts';
import { createRecoveryLink } from '../../../../src/authenticators/ask-for-reset.ts';
import { createSetupLink } from '../../../../src/invitations/create-setup-link.ts';

/** Before anybody set the service up; walked on a bare stage. */
export async function walkSetup(stage: Stage, see: See): Promise<void> {
  const { service } = stage;
  const page = await stage.newVisitor();
  await page.goto(`${service.url}/`);
  await see(page, 'Not set up yet');
  const link = await createSetupLink({ db: service.database.db, clock: service.clock, config: service.config });
  await page.goto(link.url);
  await see(page, 'Setup');
  await page.getByLabel('Organization name').fill('Northwind');
  await withoutBrowserChecks(page);
  await page.getByLabel('Your email address').fill('anna');
  await press(page, 'Create');
  await see(page, 'Setup, not an address');
}

/** From the start page to a password that is wrong, forgotten, and chosen anew. */
export const door: Walk = {
  title: 'Log in',
  async walk(stage, see) {
    const { service, paul } = stage;
    const page = await stage.newVisitor();
    await page.goto(`${service.url}/`);
    await see(page, 'Start page');
    await press(page, 'Log In');
    await see(page, 'Log in');
    await withoutBrowserChecks(page);
    await giveAddress(page, 'paul at contoso-retail');
    await see(page, 'Log in, not an address');
    await page.goto(authorizeUrl(stage, stage.applications.reports, `${REPORTS}/callback`));
    await see(page, 'Log in, from an application');
    await giveAddress(page, paul.email);
    await see(page, 'Password');
    await givePassword(page, 'not the password at all');
    await see(page, 'Password, wrong');
    await page.goto(`${service.url}/login/trouble`);
    await see(page, 'Trouble logging in');
    await page.goto(`${service.url}/login/emergency`);
    await see(page, 'Emergency access');
    await press(page, 'Log In');
    await see(page, 'Emergency access, address');
    await forgot(stage, see);
    await closedWays(stage, see);
  },
};

async function forgot(stage: SetStage, see: See): Promise<void> {
  const { service, paul, mailbox } = stage;
  const page = await stage.newVisitor();
  await page.goto(`${service.url}/login/forgot`);
  await see(page, 'Forgot password');
  await page.getByLabel('Email address').fill(paul.email);
  await press(page, 'Send link');
  await see(page, 'Forgot password, sent');
  const mail = await mailbox.waitForMail({ to: paul.email, subject: 'Choose a new password' });
  await page.goto(linkNamed(mail, 'Choose a new password'));
  await see(page, 'Choose a new password');
  await page.getByLabel('New password', { exact: true }).fill('short');
  await page.getByLabel('New password again').fill('short');
  await press(page, 'Save password');
  await see(page, 'Choose a new password, too short');
  await page.getByLabel('New password', { exact: true }).fill(paul.password);
  await page.getByLabel('New password again').fill(paul.password);
  await press(page, 'Save password');
  await see(page, 'New password is chosen');
  await page.goto(linkNamed(mail, 'Choose a new password'));
  await see(page, 'Reset link, used');
  const { db } = service.database;
  const deps = { db, clock: service.clock, publicUrl: service.config.publicUrl };
  const recovery = await createRecoveryLink(deps, paul, { kind: 'operator', id: null, name: null });
  await page.goto(recovery.url);
  await see(page, 'Recovery by the operator');
}

/** Where nothing goes on. */
async function closedWays(stage: SetStage, see: See): Promise<void> {
  const { service } = stage;
  const page = await stage.newVisitor();
  await page.goto(`${service.url}/login/nobody-knows-this-one`);
  await see(page, 'Expired page');
  await page.goto(`${service.url}/oauth2/authorize?client_id=nobody`);
  await see(page, 'Request of an unknown application');
  await page.goto(`${service.url}/login/setup/over`);
  await see(page, 'Setup link, closed');
  await page.goto(`${service.url}/no-such-page`);
  await see(page, 'No such address');
  await page.goto(`${service.url}/login/callback?state=stray&code=stray`);
  await see(page, 'Stray answer of a provider');
  await page.goto(`${service.url}/login/start`);
  await giveAddress(page, 'nobody@northwind.example');
  const again = await page.context().newPage();
  await again.goto(page.url());
  await press(again, 'Change');
  await again.getByLabel('Email address').waitFor();
  await givePassword(page, 'not the password at all');
  await see(page, 'Another tab went on');
  await press(page, 'Continue');
  await tooManyAttempts(page, see);
}

async function tooManyAttempts(page: Page, see: See): Promise<void> {
  await giveAddress(page, 'nobody@northwind.example');
  const refused = page.getByText('Too many attempts');
  for (let attempt = 0; attempt < 30 && !(await refused.isVisible()); attempt += 1) {
    await givePassword(page, 'not the password at all');
    await page.getByLabel('Password', { exact: true }).waitFor();
  }
  await see(page, 'Too many attempts');
}

/** Second factors, several organizations, consent, and another user in the same browser. */
export const proofs: Walk = {
  title: 'Proofs',
  async walk(stage, see) {
    const { paul, anna, applications } = stage;
    const page = await stage.newVisitor();
    const fleet = authorizeUrl(stage, applications.fleet, `${FLEET}/callback`);
    await page.goto(fleet);
    await giveAddress(page, paul.email);
    await givePassword(page, paul.password);
    await see(page, 'Second factor');
    await giveCode(page, '000 000');
    await see(page, 'Second factor, wrong');
    await giveCode(page, '000 000');
    await see(page, 'Second factor, wrong twice');
    await giveCode(page, await freshCode(stage, paul.seed));
    await see(page, 'Consent');

    const next = await page.context().newPage();
    await next.goto(authorizeUrl(stage, applications.fleet, `${FLEET}/callback`, { prompt: 'login' }));
    await giveAddress(next, anna.email);
    await givePassword(next, anna.password);
    await giveCode(next, await freshCode(stage, anna.seed));
    await see(next, 'Another user is logged in');
    await severalOrganizations(stage, see);
  },
};

async function severalOrganizations(stage: SetStage, see: See): Promise<void> {
  const page = await stage.newVisitor();
  await toLogIn(stage, page);
  await giveAddress(page, 'sam@northwind-rail.example');
  await see(page, 'Address code');
  await page.getByLabel('Code from the mail').fill('000000');
  await press(page, 'Continue');
  await see(page, 'Address code, wrong');
  const { subject } = await stage.mailbox.waitForMail({ to: 'sam@northwind-rail.example' });
  await page.getByLabel('Code from the mail').fill(subject.slice(0, 6));
  await press(page, 'Continue');
  await see(page, 'Choose organization');
}
