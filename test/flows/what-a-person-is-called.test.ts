import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { createSetupLink } from '../../src/invitations/create-setup-link.ts';
import { apiClient } from '../support/api-client.ts';
import type { ApiClient } from '../support/api-client.ts';
import { PASSWORD, makeApplication, makePerson } from '../support/fixtures.ts';
import { openHttpBrowser } from '../support/http-browser.ts';
import type { HttpBrowser } from '../support/http-browser.ts';
import { MALLORY, startHostileGround } from '../support/hostile-organization.ts';
import type { HostileGround } from '../support/hostile-organization.ts';
import { goToProvider } from '../support/federation.ts';
import { logIn } from '../support/log-in.ts';
import { codeIn as mailedCode, startMailbox } from '../support/mailbox.ts';
import type { Mailbox } from '../support/mailbox.ts';
import { addSession, addUser, org } from '../support/people.ts';
import { authorizeUrl, claimsOf, codeIn, redeem } from '../support/relying-application.ts';
import type { RelyingApplication } from '../support/relying-application.ts';
import { startService } from '../support/start-service.ts';
import type { TestService } from '../support/start-service.ts';
import { invite } from '../support/stories.ts';
import { totpAt } from '../support/totp.ts';
import { epochSeconds } from '../../src/base/clock.ts';
import { formatId } from '../../src/base/ids.ts';

let ground: HostileGround;
let service: TestService;
let mailbox: Mailbox;
let reports: RelyingApplication;
let administrator: ApiClient;
let browser: HttpBrowser;

const deps = () => ({ db: service.database.db, clock: service.clock, url: service.url });

beforeAll(async () => {
  mailbox = await startMailbox();
  const settings = { SMTP_URL: mailbox.url, MAIL_FROM: 'gate@northwind.example' };
  ground = await startHostileGround({ statesIssuer: false, settings });
  service = ground.service;
  const redirectUri = 'http://127.0.0.1:9018/back';
  const made = await makeApplication(service, ground.root, { redirectUris: [redirectUri] });
  reports = { clientId: made.application.clientId, clientSecret: made.clientSecret, redirectUri };
  const anna = await addUser(deps(), ground.root, 'anna@northwind.example', { role: 'administrator' });
  administrator = apiClient(service.url, (await addSession(deps(), anna)).token);
});
afterAll(async () => {
  await ground?.[Symbol.asyncDispose]();
  await mailbox?.stop();
});
beforeEach(() => {
  browser = openHttpBrowser({ now: () => service.clock.now(), stopAt: (url) => url.port === '9018' });
  return async () => browser[Symbol.asyncDispose]();
});

async function told(): Promise<Record<string, unknown>> {
  const page = await browser.open(authorizeUrl(service, reports));
  return claimsOf((await redeem(service, reports, codeIn(page, reports))).body.id_token);
}

test('who accepts an invitation is asked for a name, may leave it out, and keeps what was typed when the password is refused', async () => {
  const link = await invite(service, mailbox, ground.root, 'eva@northwind.example');
  const start = await browser.submit(await browser.open(link), {}, { button: 'Log In' });
  const choose = await browser.submit(start, {}, { button: 'Continue' });
  expect(choose.title).toContain('Choose a Password');
  const named = { given_name: 'Eva', family_name: 'Ōno' };
  const short = await browser.submit(choose, { ...named, password: 'short', repeat: 'short' });
  expect(short.html.querySelector('input[name=given_name]')?.getAttribute('value')).toBe('Eva');
  const badly = { given_name: 'www.evil.example', family_name: '', password: PASSWORD, repeat: PASSWORD };
  const refused = await browser.submit(short, badly);
  expect([refused.status, refused.text]).toEqual([422, expect.stringContaining('No web address.')]);
  const safe = await browser.submit(refused, { ...named, password: PASSWORD, repeat: PASSWORD });
  const app = await browser.submit(safe, {}, { form: 'form.choices', forged: { choose: 'otp' } });
  const seed = app.html.querySelector('#seed')?.text.trim() ?? '';
  const codes = await browser.submit(app, { code: await totpAt(seed, service.clock.now()) }, { button: 'Continue' });
  await browser.submit(codes, { saved: 'yes' }, { button: 'Continue' });
  const changed = epochSeconds(service.clock.now());
  const claims = await told();
  expect(claims).toMatchObject({ name: 'Eva Ōno', given_name: 'Eva', family_name: 'Ōno' });
  expect(claims).not.toHaveProperty('locale');
  expect(Math.abs(Number(claims['updated_at']) - changed)).toBeLessThan(60);
});

test('in the account people say what to be called and in which language', async () => {
  const tom = await makePerson(service, ground.root, 'tom@northwind.example');
  await logIn(browser, service, await browser.open(`${service.url}/login/start`), tom);
  expect(await told()).not.toHaveProperty('name');
  const form = await browser.submit(
    await browser.open(`${service.url}/account`),
    {},
    { form: 'form[action="/account/profile"]' },
  );
  const wrong = await browser.submit(form, { given_name: 'Tom', family_name: 'Ash', locale: 'english please' });
  expect([wrong.status, wrong.text]).toEqual([422, expect.stringContaining('A language tag such as en or pt-BR.')]);
  const account = await browser.submit(wrong, { given_name: 'Tom', family_name: 'Ash', locale: 'pt_br' });
  expect(account.text).toContain('Tom Ash');
  expect(await told()).toMatchObject({ name: 'Tom Ash', given_name: 'Tom', family_name: 'Ash', locale: 'pt-BR' });
  const again = await browser.submit(account, {}, { form: 'form[action="/account/profile"]' });
  await browser.submit(again, { given_name: '', family_name: '', locale: '' });
  const claims = await told();
  for (const claim of ['name', 'given_name', 'family_name', 'locale']) expect(claims).not.toHaveProperty(claim);
});

test('an administrator sets them; a name that was typed stays beside given and family name', async () => {
  const kim = await makePerson(service, ground.root, 'kim@northwind.example');
  const path = `/organizations/${org(ground.root)}/users/${formatId('usr', kim.userId)}`;
  const set = async (change: object) => {
    const { version } = (await administrator.get(path)).body as { version: number };
    return administrator.send('PATCH', path, { ...change, version });
  };
  const typed = { name: 'Dr Kim', givenName: 'Kim', familyName: 'Lee', locale: 'de-AT' };
  expect((await set(typed)).body).toMatchObject(typed);
  expect((await set({ familyName: 'Park' })).body).toMatchObject({ name: 'Dr Kim', familyName: 'Park' });
  expect((await set({ name: '' })).body).toMatchObject({ name: 'Kim Park' });
  expect((await set({ givenName: 'Kimberly' })).body).toMatchObject({ name: 'Kimberly Park' });
  expect(await set({ locale: '../..' })).toMatchObject({ status: 422, body: { errors: [{ field: 'locale' }] } });
  const { items } = (await administrator.get(`/organizations/${org(ground.root)}/audit-events?limit=1`)).body as {
    items: object[];
  };
  expect(items[0]).toMatchObject({ kind: 'user.changed', details: { changed: ['name', 'givenName'] } });
});

test('an identity provider’s are taken at the first login, where there are none; what somebody typed stays', async () => {
  await ground.use('code');
  const person = {
    sub: 'h-9',
    email: MALLORY,
    email_verified: true,
    name: 'Mallory M',
    given_name: 'Mal',
    family_name: 'Ory',
    locale: 'nl',
  };
  ground.provider.person = person;
  const user = service.database.db.updateTable('appUser').where('email', '=', MALLORY);
  await user.set({ familyName: 'Typed' }).execute();
  await goToProvider(browser, service, MALLORY);
  expect(await told()).toMatchObject({ name: 'Mallory M', given_name: 'Mal', family_name: 'Typed', locale: 'nl' });
  await user.set({ givenName: null }).execute();
  await using later = openHttpBrowser({ now: () => service.clock.now() });
  await goToProvider(later, service, MALLORY);
  expect(await told()).not.toHaveProperty('given_name');
});

test('after setup the first administrator is mailed one code, and proves the address with it', async () => {
  await using fresh = await startService({ settings: { SMTP_URL: mailbox.url, MAIL_FROM: 'gate@northwind.example' } });
  const { database, clock, secrets, config } = fresh;
  const link = await createSetupLink({ db: database.db, clock, secrets, config } as never);
  await using zoe = openHttpBrowser({ now: () => clock.now() });
  const asked = await zoe.submit(await zoe.open(link.url), {
    organization: 'Northwind',
    email: 'zoe@northwind.example',
  });
  const choose = await zoe.submit(asked, {}, { button: 'Continue' });
  const safe = await zoe.submit(choose, { password: PASSWORD, repeat: PASSWORD });
  const app = await zoe.submit(safe, {}, { form: 'form.choices', forged: { choose: 'otp' } });
  const seed = app.html.querySelector('#seed')?.text.trim() ?? '';
  const codes = await zoe.submit(app, { code: await totpAt(seed, clock.now()) }, { button: 'Continue' });
  await zoe.submit(codes, { saved: 'yes' }, { button: 'Continue' });
  const mail = await mailbox.waitForMail({ to: 'zoe@northwind.example', subject: /proves your address/ });
  const account = await zoe.open(`${fresh.url}/account`);
  expect(account.text).toContain('we have mailed you a code');
  const page = await zoe.submit(account, {}, { button: 'Enter the code' });
  const proven = await zoe.submit(page, { code: mailedCode(mail) }, { button: 'Continue' });
  expect(proven.text).not.toContain('Not proven');
  expect(mailbox.mails.filter(({ subject }) => subject.includes('proves your address'))).toHaveLength(1);
});
