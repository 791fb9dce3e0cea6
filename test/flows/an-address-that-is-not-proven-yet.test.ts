import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Organization } from '../../src/organizations/organization.ts';
import { addDomainClaim } from '../support/add-domain-claim.ts';
import { makePerson, makeRoot } from '../support/fixtures.ts';
import type { Person } from '../support/fixtures.ts';
import { openHttpBrowser } from '../support/http-browser.ts';
import type { HttpBrowser } from '../support/http-browser.ts';
import { logIn } from '../support/log-in.ts';
import { startMailbox } from '../support/mailbox.ts';
import type { Mailbox } from '../support/mailbox.ts';
import { startService } from '../support/start-service.ts';
import type { TestService } from '../support/start-service.ts';

let mailbox: Mailbox;
let service: TestService;
let root: Organization;
let anna: Person;
let browser: HttpBrowser;

beforeAll(async () => {
  mailbox = await startMailbox();
  service = await startService({ settings: { SMTP_URL: mailbox.url, MAIL_FROM: 'gate@northwind.example' } });
  root = await makeRoot(service);
  anna = await makePerson(service, root, 'anna@northwind.example', { role: 'administrator' });
  const { db } = service.database;
  await db.updateTable('appUser').set({ emailProvenAt: null }).where('id', '=', anna.userId).execute();
  browser = openHttpBrowser();
  await logIn(browser, service, await browser.open(`${service.url}/login/start`), anna);
});
afterAll(async () => {
  await browser[Symbol.asyncDispose]();
  await service.close();
  await mailbox.stop();
});

const textAt = async (path: string): Promise<string> => (await browser.open(`${service.url}${path}`)).text;

test('a domain that the organization verified proves the address, as long as it is verified', async () => {
  const { db } = service.database;
  await addDomainClaim({ db, clock: service.clock }, root, 'northwind.example', []);
  expect(await textAt('/')).toContain('Your address is not proven yet'); // the domain waits
  await db
    .updateTable('domainVerification')
    .set({ state: 'verified', takesEffectAt: null, verifiedAt: service.clock.now() })
    .execute();
  expect(await textAt('/')).not.toContain('not proven');
  expect(await textAt('/account')).toContain('Email address. Proven.');
  await db.deleteFrom('domainVerification').execute();
});

test('the empty start page leads to the proof, and the account says once that it is done', async () => {
  const start = await browser.open(`${service.url}/`);
  expect(start.html.querySelector('main a[href="/account"]')?.text).toBe('Prove your address');
  const account = await browser.open(`${service.url}/account`);
  expect(account.text).toContain('Not proven: most applications are not told it.');
  const asked = await browser.submit(account, {}, { button: 'Prove my address' });
  const mail = await mailbox.waitForMail({ to: anna.email });
  const code = /\b\d{6}\b/.exec(mail.text)?.[0] ?? '';
  const proven = await browser.submit(asked, { code }, { button: 'Continue' });
  expect(proven.url.pathname).toBe('/account');
  expect(proven.text).toContain('Your address is proven.');
  expect(proven.text).toContain('Email address. Proven.');
  expect(await textAt('/account')).not.toContain('Your address is proven.');
  expect(await textAt('/')).not.toContain('not proven');
});
