import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { launchChromium, openContext } from '../support/chromium.ts';
import { startService } from '../support/start-service.ts';
import type { TestService } from '../support/start-service.ts';

let service: TestService;
let browser: Browser;

beforeAll(async () => {
  [service, browser] = await Promise.all([startService(), launchChromium()]);
});
afterAll(async () => {
  await browser.close();
  await service.close();
});

test('/api/docs shows every group of operations, asks nobody else, and keeps to its content security policy', async () => {
  const context = await openContext(browser, { colorScheme: 'light' });
  const page = await context.newPage();
  const complaints: string[] = [];
  const elsewhere: string[] = [];
  page.on('console', (message) => {
    if (message.type() === 'error') complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('request', (request) => {
    const { protocol, origin } = new URL(request.url());
    if (protocol.startsWith('http') && origin !== service.url) elsewhere.push(request.url());
  });
  await page.goto(`${service.url}/api/docs`);
  await page.getByRole('heading', { name: 'Gatehouse API' }).waitFor();
  for (const group of ['Organizations', 'Authentication', 'Users', 'Invitations', 'Applications', 'Audit log']) {
    await expect.poll(async () => page.locator('nav, aside').first().innerText()).toContain(group);
  }
  if (process.env['LOOK'] !== undefined) await page.screenshot({ path: process.env['LOOK'] });
  expect({ complaints, elsewhere }).toEqual({ complaints: [], elsewhere: [] });
  await context.close();
});
