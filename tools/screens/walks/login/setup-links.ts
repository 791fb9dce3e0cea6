import type { Page } from 'playwright-core';
import { codeIn, linkNamed } from '../../../../test/support/mailbox.ts';
import { press } from '../../person.ts';
import type { See, Walk } from '../../screen.ts';
import type { SetStage } from '../../stage.ts';
import { button, dialog, enterConsole, openConsole, settled } from '../console/the-console.ts';

const IT = 'it@contoso-travel.example';

/** An administrator makes a link, the IT person prepares the connection, the administrator turns it on. */
export const setupLinks: Walk = {
  title: 'Setup link',
  async walk(stage, see) {
    // Of its own: it leaves as the other walks know the organizations.
    const made = await stage.api.send('POST', '/organizations', { name: 'Contoso Travel' });
    const { id } = made.body as { id: string };
    const console = await enterConsole(stage);
    const path = `/managed-organizations/${id}`;
    await openConsole(stage, console, path);
    await see(console, 'Authentication, no setup link');
    await button(console, 'Make a setup link').click();
    await dialog(console).getByLabel('Mailbox').fill(IT);
    await see(console, 'Make a setup link');
    await dialog(console).getByRole('button', { name: 'Mail the link' }).click();
    await dialog(console).getByText('is on its way').waitFor();
    await see(console, 'Setup link, shown once');
    await dialog(console).getByRole('button', { name: 'Done' }).click();

    const mail = await stage.mailbox.waitForMail({ to: IT, subject: 'Set up single sign-on for Contoso Travel' });
    const page = await stage.newVisitor();
    await page.goto(linkNamed(mail, 'Open the setup pages'));
    await see(page, 'Setup link');
    await proveMailbox(stage, page, see);
    await toGuide(page, see);
    await enterValues(stage, page, see);
    await openConsole(stage, console, path);
    await see(console, 'Setup link, opened');
    await press(page, 'Hand over');
    await see(page, 'Handed over');

    await openConsole(stage, console, path);
    await see(console, 'Draft');
    await button(console, 'Discard').click();
    await dialog(console).waitFor();
    await see(console, 'Discard a draft');
    await dialog(console).getByRole('button', { name: 'Cancel' }).click();
    await button(console, 'Turn on').click();
    await dialog(console).getByText('You can switch back for 30 days.').waitFor();
    await see(console, 'Turn on a draft');
    await dialog(console).getByRole('button', { name: 'Turn on' }).click();
    await console.getByText('Turned on', { exact: true }).waitFor();
    await settled(console);
    await see(console, 'Draft, turned on');
    await page.reload();
    await see(page, 'Setup link, closed');
    await stage.api.send('DELETE', `/organizations/${id}?confirm=Contoso+Travel`);
  },
};

async function proveMailbox(stage: SetStage, page: Page, see: See): Promise<void> {
  await press(page, 'Mail me a code');
  const mail = await stage.mailbox.waitForMail({ to: IT, subject: /is your code for the setup pages/ });
  await page.getByLabel('Code', { exact: true }).fill('000');
  await press(page, 'Continue');
  await see(page, 'Setup link, code');
  await page.getByLabel('Code', { exact: true }).fill(codeIn(mail));
  await press(page, 'Continue');
}

async function toGuide(page: Page, see: See): Promise<void> {
  await page.getByRole('heading', { level: 1, name: 'Where do your people have their accounts?' }).waitFor();
  await see(page, 'Setup, provider');
  await page.getByRole('button', { name: /^Microsoft Entra ID/ }).click();
  await see(page, 'Setup, domain');
  await press(page, 'Show the record');
  await press(page, 'Check now');
  await see(page, 'Setup, record');
  await press(page, 'Go on meanwhile');
  await see(page, 'Setup, guide for Entra ID');
  await press(page, 'Provider');
  await page.getByRole('button', { name: /^Any other with/ }).click();
  await press(page, 'Go on meanwhile');
  await see(page, 'Setup, guide for another provider');
  await press(page, 'I have done this');
}

async function enterValues(stage: SetStage, page: Page, see: See): Promise<void> {
  await page.getByLabel('Client ID').fill('gatehouse');
  await page.getByLabel('Discovery url').fill(`${stage.contoso.issuer}/nowhere`);
  await page.getByLabel('Client secret').fill('the-secret-contoso-gave-us');
  await press(page, 'Check and continue');
  await see(page, 'Setup, values that do not hold');
  await page.getByLabel('Discovery url').fill(stage.contoso.issuer);
  await page.getByLabel('Client secret').fill('the-secret-contoso-gave-us');
  await press(page, 'Check and continue');
  await see(page, 'Setup, test');
  await press(page, 'Go on without a test');
  await see(page, 'Setup, hand over');
}
