import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startProgram } from '../../demo/start-program.ts';
import type { Program } from '../../demo/start-program.ts';
import { makeTestCertificates } from '../support/certificates.ts';
import { giveAddress, giveProofs, setStage, setUp } from './stage.ts';
import type { Account, Stage } from './stage.ts';

// Gatehouse on https://localhost, the agent on https://127.0.0.2 in a process of its own.
let stage: Stage;
let agent: Program;
let page: Page;
let pat: Account;

beforeAll(async () => {
  const certificates = await makeTestCertificates();
  stage = await setStage({ certificates });
  agent = await startProgram(
    'test/support/agent-program.ts',
    { issuer: stage.service.url, key: certificates.key, certificate: certificates.certificate },
    { NODE_EXTRA_CA_CERTS: certificates.caFile },
  );
});
afterAll(async () => {
  await agent?.stop();
  await stage?.[Symbol.asyncDispose]();
});

const origin = (): string => String(agent.ready['origin']);
const host = (): string => new URL(origin()).host;

async function openSettings(): Promise<void> {
  await page.goto(`${stage.service.url}/console/my-organization/settings`);
  await page.getByRole('heading', { name: 'Applications nobody registered', exact: true }).waitFor();
}

it('finds nothing to log in to while no organization takes such applications', async () => {
  page = await stage.person();
  pat = await setUp(stage, page, 'Northwind', 'pat@northwind.example');
  await page.goto(origin());
  expect(await page.content()).toContain('not taken');
});

it('is let in by an administrator, with a fresh factor', async () => {
  await openSettings();
  await page.getByLabel('Let people log in to applications that nobody registered').click();
  await page.getByText('People of Northwind may log in to applications that nobody registered.').waitFor();
  expect(await page.getByText('Weaker', { exact: true }).isVisible()).toBe(true);
});

it('tells the person whose it is, asks, and logs them in', async () => {
  stage.service.clock.advance(11);
  const other = await stage.person();
  await other.goto(origin());
  await giveAddress(other, pat.email);
  await giveProofs(stage, other, pat);
  await other.getByRole('heading', { name: `Allow ${host()}?` }).waitFor();
  const said = await other.locator('main').innerText();
  expect(said).toContain('It calls itself “Agent”.');
  expect(said).toContain('Nobody at your organization registered this application, and nobody checked it.');
  await other.getByRole('button', { name: 'Allow', exact: true }).click();
  await other.getByText('Hello from "Northwind", renewed: true').waitFor();
});

it('stands in the settings of the organization, and is blocked there', async () => {
  await openSettings();
  const row = page.getByRole('row').filter({ hasText: host() });
  await row.getByText('Each person decides').waitFor();
  await row.getByRole('button', { name: 'Block', exact: true }).click();
  await row.getByText('Blocked', { exact: true }).waitFor();
  await page.goto(origin());
  await page.getByText('Your organization does not allow').waitFor();
  expect(new URL(page.url()).origin).toBe(stage.service.url);
});

it('is removed, and a person is asked anew', async () => {
  await openSettings();
  const row = page.getByRole('row').filter({ hasText: host() });
  await row.getByRole('button', { name: 'Remove' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Remove' }).click();
  await page.getByText(`${host()} was removed.`).waitFor();
  await page.goto(origin());
  await page.getByRole('heading', { name: `Allow ${host()}?` }).waitFor();
});
