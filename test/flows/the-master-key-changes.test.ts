import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { apiClient } from '../support/api-client.ts';
import { askForDevice } from '../support/devices.ts';
import { configure, goToProvider } from '../support/federation.ts';
import { makeApplication, makeManaged, makePerson, makeRoot } from '../support/fixtures.ts';
import { startHostileProvider } from '../support/hostile-provider.ts';
import { openHttpBrowser } from '../support/http-browser.ts';
import type { HttpBrowser } from '../support/http-browser.ts';
import { logIn } from '../support/log-in.ts';
import { startMailbox } from '../support/mailbox.ts';
import type { Page } from '../support/page.ts';
import { addApiToken, addSession, addUser, org, usr } from '../support/people.ts';
import { createTestDatabase } from '../support/start-database.ts';
import { startService } from '../support/start-service.ts';
import type { TestService } from '../support/start-service.ts';
import { makeTicket, readTicket } from '../../src/applications/trying/try-ticket.ts';
import { keepRecoveryCodes } from '../../src/authenticators/enroll-authenticator.ts';
import { newRecoveryCodes } from '../../src/authenticators/recovery-codes.ts';
import { createSecretBox } from '../../src/base/secret-box.ts';
import { bounceAddressOf, readBounceAddress } from '../../src/mail/bounces/bounce-address.ts';
import { knownBrowserOf, rememberBrowser } from '../../src/login/steps/known-browser.ts';
import { lastChoiceOf, rememberChoice } from '../../src/login/steps/last-choice.ts';

const OLD = Buffer.alloc(32, 7);
const NEW = Buffer.alloc(32, 8);

async function withRecoveryCode(
  service: TestService,
  browser: HttpBrowser,
  person: Parameters<typeof logIn>[3],
  code: string,
): Promise<Page> {
  const address = await browser.open(`${service.url}/login/start`);
  const password = await browser.submit(address, { email: person.email }, { button: 'Continue' });
  const factor = await browser.submit(password, { password: person.password }, { button: 'Continue' });
  const recovery = await browser.submit(factor, {}, { button: 'Use a recovery code' });
  return browser.submit(recovery, { code }, { button: 'Continue' });
}

test('with a new master key before the old one, all that was sealed or keyed under the old one still counts', async () => {
  await using database = await createTestDatabase();
  const first = await startService({ database, masterKeys: [OLD] });
  const root = await makeRoot(first);
  const maria = await makePerson(first, root, 'maria@northwind.example');
  const codes = newRecoveryCodes();
  const { db } = database;
  await keepRecoveryCodes({ db, clock: first.clock, secrets: first.secrets }, maria, codes);
  const token = await addApiToken({ db, clock: first.clock }, root, 'administrator');
  const create = async ({ url }: TestService) =>
    apiClient(url, token).send('POST', '/organizations', { name: 'Contoso' }, { 'idempotency-key': 'contoso' });
  const created = await create(first);
  const jwks = await (await fetch(`${first.url}/oauth2/jwks`)).text();
  await first.close();
  await using second = await startService({
    database,
    port: first.port,
    masterKeys: [NEW, OLD],
  });
  // Signing keys and a kept answer are opened; tokens and passwords hang on no master key.
  expect(await (await fetch(`${second.url}/oauth2/jwks`)).text()).toBe(jwks);
  expect((await create(second)).body).toEqual(created.body);
  // A TOTP seed and a recovery code made under the old key.
  await using browser = openHttpBrowser();
  expect((await logIn(browser, second, await browser.open(`${second.url}/login/start`), maria)).text).toContain(
    'Your applications',
  );
  await using other = openHttpBrowser();
  expect((await withRecoveryCode(second, other, maria, codes[0]!)).text).toContain('Your applications');
  await using thief = openHttpBrowser();
  expect((await withRecoveryCode(second, thief, maria, codes[0]!)).text).not.toContain('Your applications');
});

test('what waits and what is under way goes on: a mail, the code in it, a logout notice', async () => {
  await using mailbox = await startMailbox();
  const told: string[] = [];
  let status = 500;
  const reports = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk: Buffer) => (body += chunk.toString()));
    request.on('end', () => {
      told.push(body);
      response.writeHead(status).end();
    });
  });
  await new Promise<void>((resolve) => {
    reports.listen(0, '127.0.0.1', resolve);
  });
  onTestFinished(() => void reports.close());
  const backchannelLogoutUri = `http://127.0.0.1:${(reports.address() as AddressInfo).port}/logout`;
  await using database = await createTestDatabase();
  const settings = { SMTP_URL: mailbox.url, MAIL_FROM: 'gate@northwind.example' };
  const first = await startService({ database, masterKeys: [OLD], settings });
  const root = await makeRoot(first);
  const kim = await makePerson(first, root, 'kim@consulting.example');
  await makePerson(first, await makeManaged(first, root, 'Contoso'), kim.email);
  const { application } = await makeApplication(first, root, {
    redirectUris: ['http://127.0.0.1:9001/back'],
    backchannelLogoutUri,
  });
  const deps = { db: database.db, clock: first.clock, url: first.url };
  const maria = await addUser(deps, root, 'maria@northwind.example');
  await addSession(deps, maria, { clientId: application.clientId });
  const administrator = apiClient(first.url, await addApiToken(deps, root, 'administrator'));
  const path = `/organizations/${org(root)}/users/${usr(maria)}/disable`;
  expect((await administrator.send('POST', path, {})).status).toBe(200);

  mailbox.fail('greeting', '421 back soon');
  await using browser = openHttpBrowser();
  const address = await browser.open(`${first.url}/login/start`);
  const check = await browser.submit(address, { email: kim.email }, { button: 'Continue' });
  expect(check.title).toContain('Check your mail');
  await first.app.jobs.runDue();
  await first.close();

  mailbox.acceptAll();
  status = 200;
  told.length = 0;
  await using second = await startService({ database, port: first.port, masterKeys: [NEW, OLD], settings });
  const { subject } = await mailbox.waitForMail({ to: kim.email, subject: /is your code/ });
  const list = await browser.submit(check, { code: subject.slice(0, 6) }, { button: 'Continue' });
  expect(list.text).toContain('Choose your organization');
  second.clock.advance(60);
  await second.app.jobs.runDue();
  expect(told).toEqual([expect.stringContaining('logout_token=')]);
});

const leo = 'leo@fabrikam.example';

test('what was used since then is sealed under the new key: the old one may be left out', async () => {
  await using database = await createTestDatabase();
  const first = await startService({ database, masterKeys: [OLD] });
  const sealEvents = async (service: TestService): Promise<void> => {
    service.clock.advance(10);
    await service.app.jobs.runDue();
  };
  const sealKeys = async (): Promise<number> =>
    (await database.db.selectFrom('auditKey').select('id').execute()).length;
  let moved = 0;
  await using provider = await startHostileProvider({
    clockOffset: () => moved,
    person: { sub: 'leo', email: leo, email_verified: true },
  });
  const root = await makeRoot(first);
  const maria = await makePerson(first, root, 'maria@northwind.example');
  const fabrikam = await makeManaged(first, root, 'Fabrikam');
  await addUser({ db: database.db, clock: first.clock }, fabrikam, leo);
  await configure(first, fabrikam, {
    method: 'openid-connect',
    clientId: 'gatehouse',
    discoveryUrl: provider.issuer,
    credential: 'secret',
    clientSecret: 'made before the rotation',
  });
  await sealEvents(first);
  expect(await sealKeys()).toBe(1);
  await first.close();
  let logins = 0;
  const everyLoginWorks = async (service: TestService): Promise<void> => {
    service.clock.advance((logins += 1) * 60); // a code counts once; each service starts at the machine's time
    await using browser = openHttpBrowser({ now: () => service.clock.now() });
    const page = await browser.open(`${service.url}/login/start`);
    expect((await logIn(browser, service, page, maria)).text).toContain('Your applications');
    moved = Math.round((service.clock.now().getTime() - Date.now()) / 1000);
    await using another = openHttpBrowser({ now: () => service.clock.now() });
    expect((await goToProvider(another, service, leo)).text).toContain('Your applications');
    await sealEvents(service);
  };
  const second = await startService({ database, port: first.port, masterKeys: [NEW, OLD] });
  await everyLoginWorks(second);
  await second.close();
  await using third = await startService({ database, port: first.port, masterKeys: [NEW] });
  await everyLoginWorks(third);
  expect(await sealKeys()).toBe(1);
});

test('cookies signed under the old key are known, and written anew under the new one', () => {
  const before = { secrets: createSecretBox([OLD]) };
  const now = { secrets: createSecretBox([NEW, OLD]) };
  const later = { secrets: createSecretBox([NEW]) };
  const holding = (value: string) => ({ cookie: () => value });
  const key = 'maria@northwind.example';
  const device = rememberBrowser(before, holding(''), key).value;
  expect(knownBrowserOf(later, holding(device), key)).toBeUndefined();
  expect(knownBrowserOf(now, holding(device), key)).toBe(device.split('.')[0]);
  const rewritten = rememberBrowser(now, holding(device), key).value;
  expect(knownBrowserOf(later, holding(rewritten), key)).toBe(device.split('.')[0]);

  const organizationId = '00000000-0000-4000-8000-000000000001' as Parameters<typeof rememberChoice>[3];
  const choice = rememberChoice(before, holding(''), key, organizationId).value;
  expect(lastChoiceOf(later, holding(choice), key)).toBeNull();
  expect(lastChoiceOf(now, holding(choice), key)).toBe(organizationId);
  const chosenAgain = rememberChoice(now, holding(choice), key, organizationId).value;
  expect(lastChoiceOf(later, holding(chosenAgain), key)).toBe(organizationId);
});

test('the code of a device, given out before, is entered after', async () => {
  await using database = await createTestDatabase();
  const first = await startService({ database, masterKeys: [OLD] });
  const root = await makeRoot(first);
  const television = { kind: 'native', deviceLogin: true, redirectUris: [], name: 'Television' } as const;
  const { application } = await makeApplication(first, root, { ...television, redirectUris: [] });
  const { user_code: code } = await askForDevice(first, application.clientId);
  await first.close();
  await using second = await startService({ database, port: first.port, masterKeys: [NEW, OLD] });
  await using browser = openHttpBrowser({ now: () => second.clock.now() });
  const entered = await browser.submit(await browser.open(`${second.url}/device`), { user_code: code });
  expect(entered.title).toContain('Is this your device?');
});

test('a ticket to try an application, and the address a mail comes back to, are known under each key', () => {
  const clock = { now: () => new Date('2026-03-01T12:00:00Z') };
  const userId = '00000000-0000-4000-8000-000000000002' as Parameters<typeof makeTicket>[1]['userId'];
  const about = { clientId: 'app_1', codeChallenge: 'challenge', userId };
  const ticket = makeTicket({ clock, secrets: createSecretBox([OLD]) }, about);
  const mailId = '00000000-0000-4000-8000-000000000003' as Parameters<typeof bounceAddressOf>[2];
  const address = bounceAddressOf(createSecretBox([OLD]), 'bounces@northwind.example', mailId);
  const knownUnder = (...keys: Buffer[]) => {
    const secrets = createSecretBox(keys);
    return [readTicket({ clock, secrets }, ticket, about), readBounceAddress(secrets, address)];
  };
  expect(knownUnder(NEW, OLD)).toEqual([userId, mailId]);
  expect(knownUnder(NEW)).toEqual([undefined, undefined]);
});

test('a short code made under the old key is compared under each', () => {
  const mac = createSecretBox([OLD]).mac('address code', '123456');
  expect(createSecretBox([NEW, OLD]).isMac('address code', '123456', mac)).toBe(true);
  expect(createSecretBox([NEW, OLD]).isMac('address code', '123457', mac)).toBe(false);
  expect(createSecretBox([NEW, OLD]).isMac('binding code', '123456', mac)).toBe(false);
  expect(createSecretBox([NEW]).isMac('address code', '123456', mac)).toBe(false);
});
