import { afterAll, beforeAll, expect, it } from 'vitest';
import { plugInSecurityKey } from '../support/chromium.ts';
import { PASSWORD } from '../support/fixtures.ts';
import { linkNamed } from '../support/mailbox.ts';
import { addOrganization, invite, registerAndStart } from './console-hands.ts';
import { choosePassword, giveAddress, keepRecoveryCodes, setStage, setUp } from './stage.ts';
import type { Stage } from './stage.ts';

const EMAIL = 'otto@contoso-retail.example';

let stage: Stage;

beforeAll(async () => {
  stage = await setStage();
});
afterAll(async () => {
  await stage?.[Symbol.asyncDispose]();
});

it('enrolls a security key on Keep Your Account Safe and logs in with it', async () => {
  const admin = await stage.person();
  await setUp(stage, admin, 'Northwind', 'admin@northwind.example');
  await admin.getByRole('link', { name: 'Configuration' }).click();
  const reports = await registerAndStart(stage, admin, 'Reports');
  await addOrganization(admin, 'Contoso Retail');
  await invite(admin, [EMAIL]);

  const otto = await stage.person();
  const key = await plugInSecurityKey(otto);
  const mail = await stage.mailbox.waitForMail({ to: EMAIL });
  await otto.goto(linkNamed(mail, 'Access Gatehouse'));
  await otto.getByRole('button', { name: 'Log In' }).click();
  await otto.getByRole('button', { name: 'Continue' }).click();
  await choosePassword(otto);
  await otto.getByRole('heading', { name: 'Keep Your Account Safe' }).waitFor();
  await otto.getByText('Security Key').click();
  await otto.getByRole('button', { name: 'Add security key' }).click();
  await keepRecoveryCodes(otto);
  await otto.getByRole('heading', { name: 'Hello' }).waitFor();
  expect(new URL(otto.url()).origin).toBe(reports.url);
  expect(await key.credentials()).toHaveLength(1);

  await otto.getByRole('button', { name: 'Log Out' }).click();
  await otto.getByRole('button', { name: 'Log out' }).click();
  await otto.getByRole('heading', { name: 'You are logged out' }).waitFor();
  await otto.goto(`${reports.url}/work`);
  await giveAddress(otto, EMAIL);
  await otto.getByLabel('Password', { exact: true }).fill(PASSWORD);
  await otto.getByRole('button', { name: 'Continue' }).click();
  await otto.getByRole('button', { name: 'Use security key' }).click();
  await otto.getByRole('heading', { name: 'Your work' }).waitFor();
  await reports.stop();
});
