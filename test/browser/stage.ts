import { onTestFailed } from 'vitest';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { createSetupLink } from '../../src/invitations/create-setup-link.ts';
import { makeTestCertificates, trustInThisProcess } from '../support/certificates.ts';
import type { TestCertificates } from '../support/certificates.ts';
import { launchChromium, openContext } from '../support/chromium.ts';
import { PASSWORD } from '../support/fixtures.ts';
import { startMailbox } from '../support/mailbox.ts';
import type { Mailbox } from '../support/mailbox.ts';
import { freePort } from '../../demo/free-port.ts';
import { startService } from '../support/start-service.ts';
import type { TestService } from '../support/start-service.ts';
import { startTlsProxy } from '../support/tls-proxy.ts';
import { totpAt } from '../support/totp.ts';

/** Gatehouse on `https://localhost`, its world on other sites, and a real browser. */
export interface Stage extends AsyncDisposable {
  service: TestService;
  certificates: TestCertificates;
  mailbox: Mailbox;
  /** A new person with an empty browser of their own. */
  person(): Promise<Page>;
}

/** @param options.entraAuthority where the stand-in for Entra ID listens */
export async function setStage(
  options: { certificates?: TestCertificates; entraAuthority?: string } = {},
): Promise<Stage> {
  const certificates = options.certificates ?? (await makeTestCertificates());
  trustInThisProcess(certificates);
  const proxy = await startTlsProxy(certificates, 'localhost');
  const mailbox = await startMailbox();
  const port = await freePort();
  const service = await startService({
    publicUrl: proxy.url,
    port,
    settings: {
      TRUSTED_PROXIES: '127.0.0.1',
      SMTP_URL: mailbox.url,
      MAIL_FROM: 'Gatehouse <no-reply@gatehouse.example>',
      ...(options.entraAuthority === undefined ? {} : { GATEHOUSE_ENTRA_AUTHORITY: options.entraAuthority }),
    },
  });
  proxy.forwardTo(port);
  const browser: Browser = await launchChromium({ spki: [certificates.spki] });
  const contexts: BrowserContext[] = [];
  return {
    service,
    certificates,
    mailbox,
    async person() {
      const context = await openContext(browser, { viewport: { width: 1280, height: 860 } });
      contexts.push(context);
      const page = await context.newPage();
      photographFailure(page, contexts.length);
      return page;
    },
    async [Symbol.asyncDispose]() {
      await Promise.all(contexts.map(async (context) => context.close()));
      await browser.close();
      await service.close();
      await proxy.stop();
      await mailbox.stop();
    },
  };
}

/** What a failed test saw, in `test-results/`. */
function photographFailure(page: Page, person: number): void {
  onTestFailed(async ({ task }) => {
    const path = `test-results/${task.name.replaceAll(/\W+/g, '-').slice(0, 60)}-${person}.png`;
    await page.screenshot({ path, fullPage: true });
    console.error(`person ${person} saw ${page.url()} (${path})`);
  });
}

/** A person who logs in with password and authenticator app. */
export interface Account {
  email: string;
  password: string;
  seed: string;
}

/** From the setup link to *Your applications*: the root organization and its first administrator. */
export async function setUp(stage: Stage, page: Page, organization: string, email: string): Promise<Account> {
  const { database, clock, config } = stage.service;
  await page.goto((await createSetupLink({ db: database.db, clock, config })).url);
  await page.getByLabel('Organization name').fill(organization);
  await page.getByLabel('Your email address').fill(email);
  await page.getByRole('button', { name: 'Create' }).click();
  await page.getByRole('button', { name: 'Continue' }).click();
  await choosePassword(page);
  const seed = await enrollApp(stage, page);
  return { email, password: PASSWORD, seed };
}

/** *Choose a Password*. */
export async function choosePassword(page: Page): Promise<void> {
  await page.getByLabel('New password', { exact: true }).fill(PASSWORD);
  await page.getByLabel('New password again').fill(PASSWORD);
  await page.getByRole('button', { name: 'Save password' }).click();
}

/** *Keep Your Account Safe* with the key typed by hand, and the recovery codes; the seed. */
export async function enrollApp(stage: Stage, page: Page): Promise<string> {
  await page.getByText('Google Authenticator or similar').click();
  await page.getByText('Can’t scan?').click();
  const seed = (await page.locator('#seed').innerText()).replaceAll(/\s/g, '');
  await page.getByLabel('One-time code').fill(await totpAt(seed, stage.service.clock.now()));
  await page.getByRole('button', { name: 'Continue' }).click();
  await keepRecoveryCodes(page);
  return seed;
}

/** *Save Your Recovery Codes*. */
export async function keepRecoveryCodes(page: Page): Promise<void> {
  await page.getByLabel('I’ve saved these codes').check();
  await page.getByRole('button', { name: 'Continue' }).click();
}

/** *Log in*: the address. */
export async function giveAddress(page: Page, email: string): Promise<void> {
  await page.getByLabel('Email address').fill(email);
  await page.getByRole('button', { name: 'Continue' }).click();
}

/** *Enter Your Password* and the app's code. The clock moves on first: no code is used twice. */
export async function giveProofs(stage: Stage, page: Page, account: Account): Promise<void> {
  stage.service.clock.advance(30);
  await page.getByLabel('Password', { exact: true }).fill(account.password);
  await page.getByRole('button', { name: 'Continue' }).click();
  await page.getByLabel('One-time code').fill(await totpAt(account.seed, stage.service.clock.now()));
  await page.getByRole('button', { name: 'Continue' }).click();
}
