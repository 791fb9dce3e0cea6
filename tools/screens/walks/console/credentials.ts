import type { Page } from 'playwright-core';
import { formatId } from '../../../../src/base/ids.ts';
import { codeIn, linkNamed } from '../../../../test/support/mailbox.ts';
import { press } from '../../person.ts';
import type { See, Walk } from '../../screen.ts';
import type { SetStage } from '../../stage.ts';
import { button, dialog, enterConsole, openConsole, settled } from './the-console.ts';

const IT = 'it@contoso-keys.example';

/** A client secret that is replaced, keys and their rotation, the board, and the guides of a setup link with a key. */
export const credentials: Walk = {
  title: 'Credentials of a connection',
  async walk(stage, see) {
    const console = await enterConsole(stage);
    const contoso = `/managed-organizations/${formatId('org', stage.houses.contoso.id)}`;
    await openConsole(stage, console, contoso);
    await see(console, 'Client secrets');
    await button(console, 'Enter the next secret').click();
    await dialog(console).getByLabel('Next client secret').fill('of next year');
    await see(console, 'Enter the next client secret');
    await dialog(console).getByRole('button', { name: 'Enter the next secret' }).click();
    await console.getByText('Not tested').waitFor();
    await settled(console);
    await see(console, 'Client secrets, the next one waits');
    const { db } = stage.service.database;
    await db.updateTable('connectionSecret').set({ testedAt: stage.service.clock.now() }).execute();
    await openConsole(stage, console, contoso);
    await button(console, 'Take into use').click();
    await dialog(console).waitFor();
    await see(console, 'Take the next client secret into use');
    await dialog(console).getByRole('button', { name: 'Cancel' }).click();
    await openConsole(stage, console, '/credentials');
    await see(console, 'Secrets and certificates');
    await seeKeys(stage, console, see);
    await seeGuides(stage, see);
    await db.deleteFrom('connectionSecret').execute();
  },
};

async function seeKeys(stage: SetStage, console: Page, see: See): Promise<void> {
  const made = await stage.api.send('POST', '/organizations', { name: 'Contoso Keys' });
  const { id } = made.body as { id: string };
  const at = `/organizations/${id}`;
  const { body: keys } = await stage.api.send('POST', `${at}/client-keys`, { credential: 'private-key' });
  const settings = {
    method: 'openid-connect',
    clientId: 'by-key',
    discoveryUrl: stage.contoso.issuer,
    credential: 'private-key',
    clientKeys: keys.id,
  };
  await stage.api.send('PUT', `${at}/authentication`, { settings, version: 1 });
  await stage.api.send('POST', `${at}/client-keys/${keys.id}/next`);
  await openConsole(stage, console, `/managed-organizations/${id}`);
  await see(console, 'Keys');
  await button(console, 'Take into use').click();
  await dialog(console).getByRole('button', { name: 'Take into use' }).click();
  await button(console, 'Use again').click();
  await dialog(console).waitFor();
  await see(console, 'Use a key again');
  await dialog(console).getByRole('button', { name: 'Cancel' }).click();
}

async function seeGuides(stage: SetStage, see: See): Promise<void> {
  const made = await stage.api.send('POST', '/organizations', { name: 'Contoso Guides' });
  const { id } = made.body as { id: string };
  await stage.api.send('POST', `/organizations/${id}/setup-links`, { email: IT });
  const mail = await stage.mailbox.waitForMail({ to: IT, subject: 'Set up single sign-on for Contoso Guides' });
  const page = await stage.newVisitor();
  const link = linkNamed(mail, 'Open the setup pages');
  await page.goto(link);
  await press(page, 'Mail me a code');
  const code = await stage.mailbox.waitForMail({ to: IT, subject: /is your code for the setup pages/ });
  await page.getByLabel('Code').fill(codeIn(code));
  await press(page, 'Continue');
  for (const [tile, way] of [
    ['Microsoft Entra ID', 'with a certificate'],
    ['Any other with OpenID Connect', 'with a key (private_key_jwt)'],
  ] as const) {
    await page.goto(`${link}/provider`);
    await page.getByRole('button', { name: tile }).click();
    await page.goto(`${link}/guide`);
    await page.getByRole('button', { name: `Show me the way ${way}` }).click();
    await page.getByRole('button', { name: 'I have done this' }).waitFor();
    await see(page, `Guide ${way}`);
  }
}
