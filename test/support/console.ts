import type { Page } from 'playwright-core';
import type { Person } from './fixtures.ts';
import type { TestService } from './start-service.ts';
import { totpAt } from './totp.ts';

/** Goes through the log-in pages the browser stands at: address, password, code of the authenticator app. */
export async function passLogIn(page: Page, service: TestService, person: Person): Promise<void> {
  await page.getByLabel('Email address').fill(person.email);
  await page.getByRole('button', { name: 'Continue' }).click();
  await page.getByLabel('Password', { exact: true }).fill(person.password);
  await page.getByRole('button', { name: 'Continue' }).click();
  await proveFactor(page, service, person);
}

/** Enters the code of the authenticator app; the clock moves on first, so that it was never used. */
export async function proveFactor(page: Page, service: TestService, person: Person): Promise<void> {
  service.clock.advance(30);
  await page.getByLabel('One-time code').fill(await totpAt(person.seed, service.clock.now()));
  await page.getByRole('button', { name: 'Continue' }).click();
}

/** Opens a page of the console as somebody who is not logged in yet. */
export async function openConsole(page: Page, service: TestService, person: Person, path = ''): Promise<void> {
  await page.goto(`${service.url}/console/${path}`);
  await passLogIn(page, service, person);
  await page.waitForURL(/\/console\//);
  await page.getByRole('heading', { level: 1 }).waitFor();
}

/** What the browser complained about on its console: refused styles and scripts, errors of the code. */
export function listenForComplaints(page: Page): string[] {
  const complaints: string[] = [];
  page.on('pageerror', (error) => complaints.push(String(error)));
  page.on('console', (message) => {
    const expected = message.text().startsWith('Failed to load resource'); // a refused request; the page says so
    if (['error', 'warning'].includes(message.type()) && !expected) complaints.push(message.text());
  });
  return complaints;
}
