import type { Page } from 'playwright-core';
import { registrationOf, startApplication } from '../support/start-application.ts';
import type { ApplicationProcess } from '../support/start-application.ts';
import { freePort } from '../../demo/free-port.ts';
import type { Stage } from './stage.ts';

/** *Managed organizations → Add organization*; ends on the new organization's page. */
export async function addOrganization(page: Page, name: string): Promise<void> {
  await page.getByRole('link', { name: 'Managed organizations' }).first().click();
  await page.getByRole('button', { name: 'Add organization' }).first().click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Name').fill(name);
  await dialog.getByRole('button', { name: 'Add organization' }).click();
  await page.getByRole('heading', { level: 1, name }).waitFor();
}

/** What an administrator fills in under *Authentication settings*. */
export type Settings = { clientId: string; secret?: string } & (
  | { method: 'openid-connect'; discoveryUrl: string }
  | { method: 'entra-id'; directory: string }
);

/**
 * *Edit Settings*, the form, **Save**, the dialog; ends where "Single Sign-On (SSO) is configured" stands.
 * @param registered is told the redirect URL to register at the provider, before anything is saved
 */
export async function configure(
  page: Page,
  settings: Settings,
  registered: (redirectUrl: string) => Promise<void>,
): Promise<void> {
  await page
    .getByRole('link', { name: 'Edit Settings' })
    .or(page.getByRole('button', { name: 'Edit Settings' }))
    .click();
  await page.getByLabel('Method').selectOption(settings.method);
  if (settings.secret !== undefined) await page.getByLabel('Credential').selectOption('secret');
  const shown = page.locator('code', { hasText: '/login/callback' }).first();
  await registered((await shown.innerText()).trim());
  await page.getByLabel('Client ID').fill(settings.clientId);
  if (settings.method === 'openid-connect') await page.getByLabel('Discovery url').fill(settings.discoveryUrl);
  else await page.getByLabel('Directory').fill(settings.directory);
  if (settings.secret !== undefined) await page.getByLabel('Client secret', { exact: true }).fill(settings.secret);
  await page.getByRole('button', { name: 'Save' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Save' }).click();
  const name = settings.method === 'entra-id' ? 'Entra ID' : 'OpenID Connect';
  await page.getByText(`Single Sign-On (SSO) is configured with ${name} authentication.`).first().waitFor();
}

/** The organization's *Users → Invite users*, one or many addresses; ends with the result closed. */
export async function invite(page: Page, addresses: string[], role?: 'Administrator'): Promise<void> {
  await page
    .getByRole('tab', { name: 'Users' })
    .or(page.locator('main').getByRole('link', { name: 'Users' }))
    .first()
    .click();
  await page.getByRole('button', { name: 'Invite users' }).first().click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Email addresses').fill(addresses.join('\n'));
  if (role !== undefined) await dialog.getByLabel('Console role').selectOption({ label: role });
  await dialog.getByRole('button', { name: 'Send invitations' }).click();
  await dialog.getByRole('button', { name: 'Done' }).click();
}

/** *Applications → Register application → All settings*, the secret copied from its dialog, and the application started with it. */
export async function registerAndStart(
  stage: Stage,
  page: Page,
  name: string,
  other?: { name: string; url: string },
): Promise<ApplicationProcess> {
  const port = await freePort();
  const { redirectUris, postLogoutRedirectUris, initiateLoginUri, backchannelLogoutUri } = registrationOf(
    `http://127.0.0.1:${port}`,
  );
  await page.getByRole('link', { name: 'Applications' }).first().click();
  await page
    .getByRole('button', { name: 'Register application' })
    .or(page.getByRole('link', { name: 'Register application' }))
    .first()
    .click();
  await page.getByRole('link', { name: 'All settings' }).click();
  await page.getByRole('heading', { level: 1, name: 'Register application' }).waitFor();
  await page.getByLabel('Name', { exact: true }).fill(name);
  await page.getByLabel('Redirect URIs').fill(redirectUris.join('\n'));
  await page.getByLabel('Logout URIs (optional)', { exact: true }).fill(postLogoutRedirectUris.join('\n'));
  await page.getByLabel('Back-channel logout URI (optional)').fill(backchannelLogoutUri);
  await page.getByLabel('Initiate login URI (optional)').fill(initiateLoginUri);
  await page.getByLabel('First-party').check({ force: true });
  await page.getByRole('button', { name: 'Register application' }).click();
  const dialog = page.getByRole('dialog');
  const stored = dialog.getByRole('button', { name: 'I have stored it' });
  await stored.waitFor();
  const [clientId, clientSecret] = await dialog.locator('code').allInnerTexts();
  await stored.click();
  await dialog.waitFor({ state: 'hidden' });
  return startApplication(
    {
      name,
      port,
      issuer: stage.service.url,
      clientId: clientId ?? '',
      clientSecret: clientSecret ?? '',
      ...(other === undefined ? {} : { other }),
    },
    { NODE_EXTRA_CA_CERTS: stage.certificates.caFile },
  );
}
