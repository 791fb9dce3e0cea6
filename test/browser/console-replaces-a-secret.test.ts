import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { apiClient } from '../support/api-client.ts';
import { launchChromium, openContext } from '../support/chromium.ts';
import { listenForComplaints, openConsole } from '../support/console.ts';
import { NS1, txtRecord } from '../support/dns/domain-attempts.ts';
import { startDnsWorld } from '../support/dns/dns-world.ts';
import type { DnsWorld } from '../support/dns/dns-world.ts';
import { callbacksOf, configure } from '../support/federation.ts';
import { makePerson } from '../support/fixtures.ts';
import { openHttpBrowser } from '../support/http-browser.ts';
import { addApiToken, addUser, org } from '../support/people.ts';
import { startSetupStage } from '../support/setup-links.ts';
import type { SetupStage } from '../support/setup-links.ts';

// One administrator at one console, from test to test: each leaves it where the next one goes on.
const maria = { id: 'c-1', email: 'maria@contoso.example', name: 'Maria', username: 'maria', password: 'pw-maria' };
const NOW = 'now.example';
const WITHDRAWN = 'withdrawn.example';

let dns: DnsWorld;
let stage: SetupStage;
let browser: Browser;
let context: BrowserContext;
let page: Page;
let complaints: string[];
let email: string;

beforeAll(async () => {
  dns = await startDnsWorld({ delegations: { [NOW]: [NS1], [WITHDRAWN]: [NS1] } });
  stage = await startSetupStage(dns.settings);
  await stage.provider.addUsers(maria);
  const { service, houses } = stage;
  await wait();

  // A client secret of last year, and the next one handed in by a setup link.
  const client = { clientId: 'by-link', redirectUris: [callbacksOf(service, houses.contoso).own] };
  await stage.provider.addClients({ ...client, clientSecret: 'of this year' });
  const settings = { method: 'openid-connect', clientId: 'by-link', discoveryUrl: stage.provider.issuer };
  await configure(service, houses.contoso, { ...settings, credential: 'secret', clientSecret: 'of last year' });
  const link = await stage.makeLink();
  ({ email } = link);
  await using visitor = openHttpBrowser({ now: () => service.clock.now() });
  const entered = { clientId: 'by-link', clientSecret: 'of this year', clientSecretExpiresOn: '2028-05-31' };
  const ready = await stage.prepare(visitor, await stage.open(visitor, link), entered);
  await visitor.submit(ready, {}, { button: 'Hand over' });

  const person = await makePerson(service, houses.northwind, 'tess@northwind.example', { role: 'administrator' });
  browser = await launchChromium();
  context = await openContext(browser, { timezoneId: 'America/Los_Angeles' });
  page = await context.newPage();
  complaints = listenForComplaints(page);
  await openConsole(page, service, person, `managed-organizations/${org(houses.contoso)}`);
});
afterAll(async () => {
  await browser?.close();
  await stage?.[Symbol.asyncDispose]();
  await dns?.[Symbol.asyncDispose]();
});

/** Contoso proves two domains at which people of Fabrikam have addresses. */
async function wait(): Promise<void> {
  const { service, houses } = stage;
  const deps = { db: service.database.db, clock: service.clock, url: service.url };
  const api = apiClient(service.url, await addApiToken(deps, houses.northwind, 'administrator'));
  for (const domain of [NOW, WITHDRAWN]) {
    await addUser(deps, houses.fabrikam, `ines@${domain}`, { proven: true });
    const { body } = await api.send('POST', stage.at('/domains'), { domain });
    await dns.ns1.publish(dns.zone(domain, [txtRecord(body.verification.record.value as string)]));
    await api.send('POST', stage.at(`/domains/${domain}/check`));
  }
  service.clock.advance(150);
  // Checked here, or at this moment by the service itself.
  for (const domain of [NOW, WITHDRAWN]) await api.send('POST', stage.at(`/domains/${domain}/check`));
  const bothWait = async (): Promise<boolean> => {
    const { body } = await api.get(stage.at('/domains'));
    return (body.items as { verification: { state: string } }[]).every(
      ({ verification }) => verification.state === 'waiting',
    );
  };
  await vi.waitUntil(bothWait, { timeout: 60_000 });
}

const main = () => page.getByRole('main');
/** Answers the question of this title by its button. */
const answer = async (title: string, button: string): Promise<void> =>
  page.getByRole('dialog', { name: title }).getByRole('button', { name: button }).click();

test('Enter as next secret asks first, and says what goes with the draft', async () => {
  await main().getByText('press “Enter as next secret”').waitFor();
  await main().getByRole('button', { name: 'Enter as next secret' }).click();
  const title = `Enter the client secret of ${email} as the next one?`;
  await page.getByRole('dialog', { name: title }).getByText('it is deleted with its test').waitFor();
  await answer(title, 'Enter as next secret');
  await page.getByText('The secret is entered as the next one. See Client secrets.').waitFor();
  await main().getByText('Entered as next secret', { exact: true }).waitFor();
  await main().getByText('Not tested', { exact: true }).waitFor();
  // As it was entered, also west of Greenwich.
  await main().getByText('expires 31 May 2028').waitFor();
});

test('Test with it opens the round trip; what passed is taken into use', async () => {
  const opened = context.waitForEvent('page');
  await main().getByRole('button', { name: 'Test with it' }).click();
  const there = await opened;
  await there.getByRole('button', { name: /^Go to / }).click();
  await there.getByLabel('Email or user name').fill(maria.username);
  await there.getByLabel('Password').fill(maria.password);
  await there.getByRole('button', { name: 'Log in' }).click();
  await main().getByText('Test passed').first().waitFor();
  await there.close();
  await main().getByRole('button', { name: 'Take into use' }).click();
  await answer('Take the next client secret into use?', 'Take into use');
  await page.getByText('The client secret is in use.').waitFor();
  await main().getByRole('button', { name: 'Use again' }).waitFor();
  await main().getByText('Secret in use', { exact: true }).waitFor();
});

test('a next secret that was entered by mistake is deleted', async () => {
  await main().getByRole('button', { name: 'Enter the next secret' }).click();
  const form = page.getByRole('dialog', { name: 'Enter the next client secret' });
  await form.getByLabel('Next client secret', { exact: true }).fill('a typing error');
  await form.getByRole('button', { name: 'Enter the next secret' }).click();
  await page.getByText('The next secret is entered. Test it now.').waitFor();
  await main().getByRole('button', { name: 'Delete it' }).click();
  await answer('Delete the next client secret?', 'Delete it');
  await page.getByText('The next client secret was deleted.').waitFor();
  await main().getByRole('button', { name: 'Delete it' }).waitFor({ state: 'detached' });
});

test('a domain that waits is taken into effect now, and a claim withdrawn', async () => {
  await main().getByRole('link', { name: 'Domains' }).click();
  await main()
    .getByRole('button', { name: `Take effect now: ${NOW}` })
    .click();
  await answer(`Take ${NOW} into effect now?`, 'Take effect now');
  await page.getByText(`${NOW} is verified.`).waitFor();
  await main().getByRole('listitem', { name: NOW }).locator('.chip', { hasText: 'Verified' }).waitFor();
  await main()
    .getByRole('button', { name: `Withdraw the claim on ${WITHDRAWN}` })
    .click();
  await answer(`Withdraw the claim on ${WITHDRAWN}?`, 'Withdraw claim');
  await page.getByText(`${WITHDRAWN} was removed.`).waitFor();
  await main().getByRole('listitem', { name: WITHDRAWN }).waitFor({ state: 'detached' });
  expect(complaints).toEqual([]);
});
