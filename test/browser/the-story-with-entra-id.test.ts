import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { makeTestCertificates } from '../support/certificates.ts';
import { linkNamed } from '../support/mailbox.ts';
import { startBehindTls, startFabrikam } from '../support/start-provider.ts';
import type { Fabrikam } from '../support/start-provider.ts';
import { addOrganization, configure, invite, registerAndStart } from './console-hands.ts';
import { giveAddress, giveProofs, setStage, setUp } from './stage.ts';
import type { Account, Stage } from './stage.ts';
import type { Page } from 'playwright-core';
import type { ApplicationProcess } from '../support/start-application.ts';

// Two directories at the stand-in for Entra ID: Fabrikam's, and that of the MSP itself.
const FABRIKAM = { id: randomUUID(), name: 'Fabrikam' };
const NORTHWIND = { id: randomUUID(), name: 'Northwind' };
const PAT = {
  oid: randomUUID(),
  directory: FABRIKAM.id,
  upn: 'pat@fabrikam.example',
  name: 'Pat',
  password: 'at-fabrikam',
};
const ADMIN = {
  oid: randomUUID(),
  directory: NORTHWIND.id,
  upn: 'admin@northwind.example',
  name: 'Alex',
  password: 'at-northwind',
};

let stage: Stage;
let microsoft: Fabrikam;
let admin: Page;
let account: Account;
let reports: ApplicationProcess;

beforeAll(async () => {
  const certificates = await makeTestCertificates();
  microsoft = await startBehindTls(certificates, (origin) =>
    startFabrikam({ origin, directories: [FABRIKAM, NORTHWIND], users: [PAT, ADMIN] }),
  );
  stage = await setStage({ certificates, entraAuthority: microsoft.issuer });
});
afterAll(async () => {
  await reports?.stop();
  await stage?.[Symbol.asyncDispose]();
  await microsoft?.stop();
});

/** The provider's own login page. */
async function logInAtMicrosoft(page: Page, user: { upn: string; password: string }): Promise<void> {
  await page.locator('input[name=loginfmt]').fill(user.upn);
  await page.locator('input[name=passwd]').fill(user.password);
  await page.getByRole('button', { name: 'Sign in' }).click();
}

it('logs in through Entra ID without a credential: an ID token is posted from one site to the other', async () => {
  admin = await stage.person();
  account = await setUp(stage, admin, 'Northwind', ADMIN.upn);
  await admin.getByRole('link', { name: 'Configuration' }).click();
  reports = await registerAndStart(stage, admin, 'Reports');
  await addOrganization(admin, 'Fabrikam');
  const clientId = randomUUID();
  await configure(admin, { method: 'entra-id', clientId, directory: FABRIKAM.id }, async (redirectUrl) => {
    expect(redirectUrl).toBe(`${stage.service.url}/login/callback`);
    await microsoft.addApps({ clientId, directory: FABRIKAM.id, redirectUris: [{ uri: redirectUrl }], idTokens: true });
  });
  await invite(admin, [PAT.upn]);

  const mail = await stage.mailbox.waitForMail({ to: PAT.upn });
  const pat = await stage.person();
  await pat.goto(linkNamed(mail, 'Access Gatehouse'));
  await pat.getByRole('button', { name: 'Log In' }).click();
  await pat.getByRole('button', { name: 'Continue' }).click();
  await logInAtMicrosoft(pat, PAT);
  // Exactly one application: straight there.
  await pat.getByRole('heading', { name: 'Hello Pat' }).waitFor();
  expect(new URL(pat.url()).origin).toBe(reports.url);
});

it('logs in through Entra ID with a client secret, straight in where one is logged in there already', async () => {
  const pat = await stage.person();
  await pat.goto(`${reports.url}/work`);
  await giveAddress(pat, PAT.upn);
  await logInAtMicrosoft(pat, PAT);
  await pat.getByRole('heading', { name: 'Your work' }).waitFor();

  await admin.getByRole('link', { name: 'Managed organizations' }).first().click();
  await admin.getByRole('link', { name: 'Fabrikam' }).click();
  const clientId = randomUUID();
  await configure(
    admin,
    { method: 'entra-id', clientId, directory: FABRIKAM.id, secret: 'the-value' },
    async (redirectUrl) => {
      expect(redirectUrl).toMatch(new RegExp(`^${stage.service.url}/login/callback/org_[a-z2-7]{26}$`));
      await microsoft.addApps({
        clientId,
        directory: FABRIKAM.id,
        redirectUris: [{ uri: redirectUrl }],
        secrets: [{ id: randomUUID(), value: 'the-value' }],
      });
    },
  );
  await invite(admin, ['kim@fabrikam.example']);

  // A browser that Microsoft knows: no page of theirs, no page of ours.
  await pat.context().clearCookies({ domain: 'localhost' });
  await pat.context().clearCookies({ domain: '127.0.0.1' });
  await pat.goto(`${reports.url}/work`);
  await giveAddress(pat, PAT.upn);
  await pat.getByRole('heading', { name: 'Your work' }).waitFor();
});

it('lets the administrator who configured it for My organization in without an invitation, and in by /login/emergency when the provider is down', async () => {
  await admin.getByRole('link', { name: 'My organization' }).click();
  const clientId = randomUUID();
  await configure(admin, { method: 'entra-id', clientId, directory: NORTHWIND.id }, async (redirectUrl) =>
    microsoft.addApps({ clientId, directory: NORTHWIND.id, redirectUris: [{ uri: redirectUrl }], idTokens: true }),
  );
  const same = await stage.person();
  await same.goto(stage.service.url);
  await same
    .getByRole('link', { name: 'Log In' })
    .or(same.getByRole('button', { name: 'Log In' }))
    .first()
    .click();
  await giveAddress(same, ADMIN.upn);
  await logInAtMicrosoft(same, ADMIN);
  await same.getByRole('link', { name: 'Configuration' }).click();
  await same.getByRole('heading', { name: 'Managed organizations' }).waitFor();

  await microsoft.stop();
  const stranded = await stage.person();
  await stranded.goto(`${stage.service.url}/login/emergency`);
  await stranded.getByRole('button', { name: 'Log In' }).click();
  await giveAddress(stranded, account.email);
  await giveProofs(stage, stranded, account);
  await stranded.getByRole('link', { name: 'Configuration' }).waitFor();
  await stage.mailbox.waitForMail({ to: account.email, subject: /emergency/i });
});
