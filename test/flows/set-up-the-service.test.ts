import { afterAll, beforeAll, expect, test } from 'vitest';
import { createSetupLink } from '../../src/invitations/create-setup-link.ts';
import { firstLogin } from '../support/first-login.ts';
import type { Kept } from '../support/first-login.ts';
import { openHttpBrowser } from '../support/http-browser.ts';
import { logIn } from '../support/log-in.ts';
import { startService } from '../support/start-service.ts';
import type { TestService } from '../support/start-service.ts';

let service: TestService;
let link: string;
let kept: Kept;
const deps = () => ({ db: service.database.db, clock: service.clock, config: service.config });

beforeAll(async () => {
  service = await startService();
  link = (await createSetupLink(deps(), { organizationName: 'Northwind' })).url;
});
afterAll(async () => service.close());

test('the setup link makes the root organization and its first administrator, who enrols and is in', async () => {
  await using browser = openHttpBrowser();
  await using scanner = openHttpBrowser();
  await scanner.open(link);

  const form = await browser.open(link);
  expect(form.title).toBe('Set up Gatehouse · Gatehouse');
  const nameless = await browser.submit(form, { organization: ' ', email: 'ada@northwind.example' });
  expect(nameless.status).toBe(422);
  const addressless = await browser.submit(nameless, { organization: 'Northwind', email: 'ada' });
  expect(addressless.status).toBe(422);
  const login = await browser.submit(addressless, { email: 'ada@northwind.example' });
  expect(login.title).toContain('Log in');
  expect(login.text).toContain('You will log in to Northwind.');
  expect(login.html.querySelector('[name=email]')?.getAttribute('value')).toBe('ada@northwind.example');
  const choose = await browser.submit(login);
  expect(choose.text).toContain('For ada@northwind.example at Northwind.');
  const weak = await browser.submit(choose, { password: 'northwind2026', repeat: 'northwind2026' });
  expect(weak.status).toBe(422);
  expect(weak.text).toContain('That is too easy to guess.');
  expect(weak.body).not.toContain('northwind2026');

  kept = await firstLogin(browser, service, weak);
  expect(kept.recoveryCodes).toHaveLength(10);
  expect(kept.page.url.pathname).toBe('/');
  expect(kept.page.text).toContain('Your applications');
  expect(kept.page.text).toContain('Configuration');

  const user = await service.database.db.selectFrom('appUser').selectAll().executeTakeFirstOrThrow();
  expect(user).toMatchObject({ status: 'verified', consoleRole: 'administrator', breakGlass: true });
  expect(user.emailProvenAt).toBeNull(); // a link on the terminal proves no mailbox
});

test('the first login closes setup for good: for this link, another one and a new one', async () => {
  await using browser = openHttpBrowser();
  const again = await browser.open(link);
  expect(again.status).toBe(410);
  expect(again.text).toContain('This service is set up already.');
  await expect(createSetupLink(deps())).rejects.toThrow('setup.closed');
});

test('the administrator logs in with password and code, and with a recovery code exactly once', async () => {
  await using browser = openHttpBrowser();
  const start = await browser.open(`${service.url}/`);
  const identify = await browser.follow(start, 'Log In');
  const person = { email: 'Ada@Northwind.example', password: kept.password, seed: kept.seed };
  const home = await logIn(browser, service, identify, person as Parameters<typeof logIn>[3]);
  expect(home.text).toContain('Your applications');

  for (const expected of ['Your applications', 'was used before']) {
    await using other = openHttpBrowser();
    const asked = await other.submit(await other.open(`${service.url}/login/start`), { email: person.email });
    const factor = await other.submit(asked, { password: kept.password }, { button: 'Continue' });
    const recovery = await other.submit(factor, {}, { button: 'Use a recovery code' });
    const code = kept.recoveryCodes[0]!.toLowerCase();
    expect((await other.submit(recovery, { code }, { button: 'Continue' })).text).toContain(expected);
  }
});

test('a browser closed after Create locks nobody out: the link, and a new one, go on until password and factor stand', async () => {
  await using other = await startService();
  const ground = { db: other.database.db, clock: other.clock, config: other.config };
  const { url } = await createSetupLink(ground, { organizationName: 'Northwind', email: 'ada@northwind.example' });
  await using closed = openHttpBrowser();
  const form = await closed.open(url);
  expect(form.text).toContain('Keep this link until you have a password, a second proof and your recovery codes');
  await closed.submit(form, {}, { button: 'Create' });
  const printedAgain = await createSetupLink(ground);
  for (const link of [url, printedAgain.url]) {
    await using browser = openHttpBrowser();
    const begun = await browser.open(link);
    expect(begun.text).toContain('Northwind was created with ada@northwind.example as its administrator.');
    const login = await browser.submit(begun, {}, { button: 'Continue' });
    const choose = await browser.submit(login);
    expect(choose.title).toContain('Choose a Password');
    expect(choose.text).toContain('Keep the link that brought you here until you have saved your recovery codes');
    if (link === url) {
      const password = 'brass gate at dusk, quietly';
      await browser.submit(choose, { password, repeat: password });
      // *Log in* does not go on, and tells what does, to everybody.
      await using lost = openHttpBrowser();
      const identify = await lost.open(`${other.url}/login/start`);
      const asked = await lost.submit(identify, { email: 'ada@northwind.example' });
      const refused = await lost.submit(asked, { password }, { button: 'Continue' });
      expect(refused.text).toContain('Not finished setting up your account? Open your invitation or setup link again.');
      continue;
    }
    expect((await firstLogin(browser, other, choose)).page.text).toContain('Configuration');
  }
  await using late = openHttpBrowser();
  expect((await late.open(printedAgain.url)).status).toBe(410);
  await expect(createSetupLink(ground)).rejects.toThrow('setup.closed');
});

test('two setups at the same moment make one root organization', async () => {
  await using second = await startService();
  const ground = { db: second.database.db, clock: second.clock, config: second.config };
  const links = await Promise.all([createSetupLink(ground), createSetupLink(ground)]);
  const browsers = links.map(() => openHttpBrowser());
  const forms = await Promise.all(links.map(async ({ url }, i) => browsers[i]!.open(url)));
  const answers = await Promise.all(
    forms.map(async (form, i) =>
      browsers[i]!.submit(form, { organization: `Root ${i}`, email: `admin${i}@northwind.example` }),
    ),
  );
  for (const browser of browsers) await browser[Symbol.asyncDispose]();
  // Whoever comes a moment later goes on with the setup that was begun, or is told that it is over.
  const statuses = answers.map((page) => page.status);
  expect(statuses).toContain(200);
  expect(statuses.filter((status) => status !== 200 && status !== 410)).toEqual([]);
  expect(await second.database.db.selectFrom('organization').select('id').execute()).toHaveLength(1);
  expect(await second.database.db.selectFrom('appUser').select('id').execute()).toHaveLength(1);
});
