import type { Page } from 'playwright-core';
import type { Person } from '../../test/support/fixtures.ts';
import { totpAt } from '../../test/support/totp.ts';
import type { Stage } from './stage.ts';

/** Presses the button, or the link, with this name. */
export async function press(page: Page, name: string): Promise<void> {
  const button = page.getByRole('button', { name, exact: true });
  const link = page.getByRole('link', { name, exact: true });
  await button.or(link).first().click();
}

/** Goes to the page that asks for the email address. */
export async function toLogIn(stage: Stage, page: Page): Promise<void> {
  await page.goto(`${stage.service.url}/login/start`);
}

/** Types an address where it is asked for and goes on. */
export async function giveAddress(page: Page, email: string): Promise<void> {
  await page.getByLabel('Email address').fill(email);
  await press(page, 'Continue');
}

export async function givePassword(page: Page, password: string): Promise<void> {
  await page.getByLabel('Password', { exact: true }).fill(password);
  await press(page, 'Continue');
}

/**
 * The code an authenticator app shows now. That it was used before is forgotten first: the service's clock stays the
 * browser's, or screens would speak of times to come.
 */
export async function freshCode({ service }: Stage, seed: string): Promise<string> {
  await service.database.db.updateTable('authenticator').set({ lastTimeStep: null }).execute();
  return totpAt(seed, service.clock.now());
}

export async function giveCode(page: Page, code: string): Promise<void> {
  await page.getByLabel('One-time code').fill(code);
  await press(page, 'Continue');
}

/** From the page that asks for the address to where the login leads, with the built-in method. */
export async function logInAs(stage: Stage, page: Page, person: Person): Promise<void> {
  await giveAddress(page, person.email);
  await givePassword(page, person.password);
  await giveCode(page, await freshCode(stage, person.seed));
}

/** From an invitation's link to *Keep Your Account Safe*: redeems it and chooses a password. */
export async function toEnrollment(page: Page, link: string, password: string): Promise<void> {
  await page.goto(link);
  await press(page, 'Log In');
  await press(page, 'Continue');
  await page.getByLabel('New password', { exact: true }).fill(password);
  await page.getByLabel('New password again').fill(password);
  await press(page, 'Save password');
}

/** An authorization request, as an application would send it. */
export function authorizeUrl(stage: Stage, clientId: string, redirectUri: string, more: object = {}): string {
  const url = new URL('/oauth2/authorize', stage.service.url);
  url.search = new URLSearchParams({
    client_id: clientId,
    response_type: 'code',
    scope: 'openid profile email roles',
    redirect_uri: redirectUri,
    state: 'state',
    code_challenge: 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM',
    code_challenge_method: 'S256',
    ...more,
  }).toString();
  return url.href;
}

/** Lets what the browser would refuse reach the service, as an old browser would. */
export async function withoutBrowserChecks(page: Page): Promise<void> {
  await page.evaluate('for (const form of document.querySelectorAll("form")) form.noValidate = true');
}
