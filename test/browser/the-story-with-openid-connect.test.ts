import { afterAll, beforeAll, expect, it } from 'vitest';
import { makeTestCertificates } from '../support/certificates.ts';
import { linkNamed } from '../support/mailbox.ts';
import { startBehindTls, startContoso } from '../support/start-provider.ts';
import type { Contoso } from '../support/start-provider.ts';
import { addOrganization, configure, invite, registerAndStart } from './console-hands.ts';
import { giveAddress, giveProofs, setStage, setUp } from './stage.ts';
import type { Stage } from './stage.ts';

const MARIA = { id: 'c-maria', email: 'maria@contoso.example', name: 'Maria', password: 'at-contoso-only' };

let stage: Stage;
let contoso: Contoso;

beforeAll(async () => {
  const certificates = await makeTestCertificates();
  contoso = await startBehindTls(certificates, (issuer) => startContoso({ issuer, users: [MARIA] }));
  stage = await setStage({ certificates });
});
afterAll(async () => {
  await stage?.[Symbol.asyncDispose]();
  await contoso?.stop();
});

it('plays the whole story: setup, single sign-on at Contoso, two applications, one login, one logout', async () => {
  // Setup: the root organization and its first administrator, with password and authenticator app.
  const admin = await stage.person();
  const account = await setUp(stage, admin, 'Northwind', 'admin@northwind.example');
  await admin.getByRole('heading', { name: 'Your applications' }).waitFor();
  await admin.getByRole('link', { name: 'Configuration' }).click();

  // Two applications, then a managed organization that logs in at Contoso.
  const reports = await registerAndStart(stage, admin, 'Reports');
  const tickets = await registerAndStart(stage, admin, 'Tickets');
  await addOrganization(admin, 'Contoso');
  const settings = {
    method: 'openid-connect',
    clientId: 'gatehouse',
    secret: 'known-to-both',
    discoveryUrl: contoso.issuer,
  } as const;
  await configure(admin, settings, async (redirectUrl) =>
    contoso.addClients({ clientId: 'gatehouse', clientSecret: settings.secret, redirectUris: [redirectUrl] }),
  );
  await invite(admin, ['maria@contoso.example']);

  // The mail's button opens the start page; opening it alone spends nothing.
  const mail = await stage.mailbox.waitForMail({ to: MARIA.email, subject: 'Welcome to Gatehouse' });
  const link = linkNamed(mail, 'Access Gatehouse');
  const scanner = await stage.person();
  await scanner.goto(link);
  const maria = await stage.person();
  await maria.goto(link);
  await maria.getByRole('button', { name: 'Log In' }).click();
  await expect.poll(() => maria.getByLabel('Email address').inputValue()).toBe(MARIA.email);
  await maria.getByRole('button', { name: 'Continue' }).click();

  // Logged out at Contoso: its own login page, then in.
  await maria.getByLabel('Email or user name').fill(MARIA.email);
  await maria.getByLabel('Password').fill(MARIA.password);
  await maria.getByRole('button', { name: 'Log in' }).click();
  await maria.getByRole('heading', { name: 'Your applications' }).waitFor();

  // One login serves both applications.
  await maria.getByRole('link', { name: 'Reports' }).click();
  await maria.getByRole('heading', { name: 'Hello Maria' }).waitFor();
  expect(new URL(maria.url()).origin).toBe(reports.url);
  await maria.goto(`${tickets.url}/work`);
  await maria.getByRole('heading', { name: 'Your work' }).waitFor();
  expect(maria.url()).toBe(`${tickets.url}/work`);

  // Logging out in one tells the other, which asks for a login at the next click.
  await maria.goto(reports.url);
  await maria.getByRole('button', { name: 'Log Out' }).click();
  await maria.getByRole('button', { name: 'Log out' }).click();
  await maria.getByRole('heading', { name: 'You are logged out' }).waitFor();
  // Tickets hears of it by a job, a moment after.
  await expect
    .poll(async () => {
      await maria.goto(`${tickets.url}/work`);
      return maria.url().startsWith(tickets.url);
    })
    .toBe(false);
  await maria.getByLabel('Email address').waitFor();

  // Logged in at Contoso still: straight in, no further question, to where she wanted to go.
  await giveAddress(maria, MARIA.email);
  await maria.getByRole('heading', { name: 'Your work' }).waitFor();

  // The administrator sees it: the method is active, the login is recorded.
  await admin.getByRole('link', { name: 'Managed organizations' }).first().click();
  await admin
    .getByRole('row', { name: /Contoso/ })
    .getByText('Active')
    .waitFor();

  // Another browser of the administrator: the built-in method with both proofs.
  const again = await stage.person();
  await again.goto(stage.service.url);
  await again
    .getByRole('link', { name: 'Log In' })
    .or(again.getByRole('button', { name: 'Log In' }))
    .click();
  await giveAddress(again, account.email);
  await giveProofs(stage, again, account);
  await again.getByRole('link', { name: 'Configuration' }).waitFor();
  await reports.stop();
  await tickets.stop();
});
