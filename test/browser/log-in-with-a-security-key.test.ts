import { showScheme } from '../../tools/screens/screen.ts';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createSetupLink } from '../../src/invitations/create-setup-link.ts';
import { launchChromium, openContext, plugInSecurityKey } from '../support/chromium.ts';
import { startService } from '../support/start-service.ts';
import type { TestService } from '../support/start-service.ts';
import { violationsOn } from './faults-of-a-screen.ts';

const PASSWORD = 'brass gate at dusk, quietly';
let service: TestService;
let browser: Browser;

beforeAll(async () => {
  service = await startService();
  browser = await launchChromium();
});
afterAll(async () => {
  await browser?.close();
  await service?.close();
});

/** Nothing axe finds, in both colour schemes, and no sideways scrolling at 360 px. */
async function expectGood(page: Page): Promise<void> {
  for (const colorScheme of ['dark', 'light'] as const) {
    await showScheme(page, colorScheme);
    const violations = await violationsOn(page);
    expect(violations.map((one) => [page.url(), one.id, one.nodes.map((node) => node.html)])).toEqual([]);
  }
  const { width, height } = page.viewportSize()!;
  await page.setViewportSize({ width: 360, height });
  expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(360);
  await page.setViewportSize({ width, height });
}

test('enrolled at the first login, it is touched at the next; each page on the way is accessible', async () => {
  const deps = { db: service.database.db, clock: service.clock, config: service.config };
  const { url } = await createSetupLink(deps, { organizationName: 'Northwind' });
  const context = await openContext(browser);
  const page = await context.newPage();
  const faults: string[] = [];
  page.on('pageerror', (error) => faults.push(error.message));
  page.on('console', (message) => message.text().includes('Content Security Policy') && faults.push(message.text()));
  const key = await plugInSecurityKey(page);

  await page.goto(url);
  await expectGood(page);
  await page.getByLabel('Your email address').fill('ada@northwind.example');
  await page.getByRole('button', { name: 'Create' }).click();
  await expectGood(page);
  await page.getByRole('button', { name: 'Continue' }).click();
  await page.getByLabel('New password', { exact: true }).fill('password1234');
  await page.getByLabel('New password again').fill('password1234');
  await page.getByRole('button', { name: 'Save password' }).click();
  await expectGood(page); // with its problem
  await page.getByLabel('New password', { exact: true }).fill(PASSWORD);
  await page.getByLabel('New password again').fill(PASSWORD);
  await page.getByRole('button', { name: 'Save password' }).click();

  await page.getByRole('heading', { name: 'Keep Your Account Safe' }).waitFor();
  await expectGood(page);
  await page.getByRole('button', { name: 'Google Authenticator or similar' }).click();
  await page.getByText('Can’t scan?').click();
  await expectGood(page);
  await page.getByRole('button', { name: 'Choose another way' }).click();
  await page.getByRole('button', { name: 'Security Key' }).click();
  await expectGood(page);
  await key.setTouched(true);
  await page.getByRole('button', { name: 'Add security key' }).click();
  await page.getByRole('heading', { name: 'Save Your Recovery Codes' }).waitFor();
  expect(await key.credentials()).toHaveLength(1);
  await expectGood(page);
  await page.getByLabel('I’ve saved these codes').check();
  await page.getByRole('button', { name: 'Continue' }).click();
  await page.getByRole('heading', { name: 'Your applications' }).waitFor();
  await expectGood(page);
  await page.getByRole('link', { name: 'Your account' }).click();
  await expectGood(page);

  await page.getByRole('link', { name: 'Log out' }).click();
  await expectGood(page);
  await page.getByRole('button', { name: 'Log out' }).click();
  await page.getByRole('heading', { name: 'You are logged out' }).waitFor();
  await expectGood(page);
  await page.getByRole('link', { name: 'Log in again' }).click();
  await page.getByRole('link', { name: 'Log In' }).click();
  await page.getByLabel('Email address').fill('ada@northwind.example');
  await page.getByRole('button', { name: 'Continue' }).click();
  await page.getByLabel('Password').fill(PASSWORD);
  await expectGood(page);
  await page.getByRole('button', { name: 'Continue' }).click();
  await page.getByRole('heading', { name: 'Confirm It’s You' }).waitFor();
  await expectGood(page);
  await page.getByRole('button', { name: 'Use security key' }).click();
  await page.getByRole('heading', { name: 'Your applications' }).waitFor();
  expect(faults).toEqual([]);
  await context.close();
});

test.each(['/', '/login/emergency', '/login/trouble', '/login/forgot', '/login/no-such-login'])(
  '%s is accessible',
  async (path) => {
    const context = await openContext(browser);
    const page = await context.newPage();
    await page.goto(`${service.url}${path}`);
    await expectGood(page);
    await context.close();
  },
);
