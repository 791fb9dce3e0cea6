import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Organization } from '../../src/organizations/organization.ts';
import { removeFactors } from '../../src/authenticators/enroll-authenticator.ts';
import { PASSWORD_FAILURES } from '../../src/authenticators/verify-authenticator.ts';
import { inTransaction } from '../../src/db/database.ts';
import { createRateLimit } from '../../src/db/limits/rate-limit.ts';
import { makeApplication, makeManaged, makePerson, makeRoot } from '../support/fixtures.ts';
import type { Person } from '../support/fixtures.ts';
import { openHttpBrowser } from '../support/http-browser.ts';
import type { HttpBrowser } from '../support/http-browser.ts';
import { logIn } from '../support/log-in.ts';
import { startMailbox } from '../support/mailbox.ts';
import type { Mailbox } from '../support/mailbox.ts';
import type { Page } from '../support/page.ts';
import { authorizeUrl } from '../support/relying-application.ts';
import type { RelyingApplication } from '../support/relying-application.ts';
import { startService } from '../support/start-service.ts';
import type { TestService } from '../support/start-service.ts';
import { sendElsewhere } from '../support/stories.ts';
import { totpAt } from '../support/totp.ts';

// Lesson: a mark, a count or a step that belonged to one person was had by another, who only named an address.

let service: TestService;
let mailbox: Mailbox;
let root: Organization;
let maria: Person;
let mallory: Person;
let tickets: RelyingApplication;

beforeAll(async () => {
  mailbox = await startMailbox();
  service = await startService({
    settings: { SMTP_URL: mailbox.url, MAIL_FROM: 'gate@northwind.example', TRUSTED_PROXIES: '127.0.0.1' },
  });
  root = await makeRoot(service);
  maria = await makePerson(service, root, 'maria@northwind.example');
  mallory = await makePerson(service, root, 'mallory@northwind.example');
  const redirectUri = 'http://127.0.0.1:9003/back';
  const { application, clientSecret } = await makeApplication(service, root, {
    name: 'Tickets',
    firstParty: false,
    redirectUris: [redirectUri],
  });
  tickets = { clientId: application.clientId, clientSecret, redirectUri };
});
afterAll(async () => {
  await service?.close();
  await mailbox?.stop();
});

const open = (headers: Record<string, string> = {}): HttpBrowser =>
  openHttpBrowser({ headers, stopAt: (url) => url.port === '9003' });

async function toPassword(browser: HttpBrowser, email: string): Promise<Page> {
  const page = await browser.open(`${service.url}/login/start`);
  return browser.submit(page, { email }, { button: 'Continue' });
}

test('a question for consent or a step-up that names Maria marks no browser as known to Maria', async () => {
  await using browser = open();
  await logIn(browser, service, await browser.open(`${service.url}/login/start`), mallory);
  const own = browser.cookies.all().find(({ name }) => name === 'known_browser')?.value;
  expect(own?.split('.')).toHaveLength(2);
  const named = authorizeUrl(service, tickets, { prompt: 'consent', login_hint: maria.email });
  const which = await browser.open(named);
  expect(which.title).toContain('Which account?');
  const consent = await browser.submit(which, {}, { button: `Continue as ${mallory.email}` });
  expect(consent.title).toContain('Allow Tickets?');
  await browser.submit(consent, {}, { button: 'Allow' });
  expect(browser.cookies.all().find(({ name }) => name === 'known_browser')?.value).toBe(own);
});

test('addresses of one IPv6 network share its guesses', async () => {
  const limit = createRateLimit({ ...service, db: service.database.db });
  const guesses = { name: 'password-network', points: 300, seconds: 300 };
  for (let i = 0; i < 299; i += 1) await limit.consume(guesses, '2001:db8:7:7::/64');
  const statuses: number[] = [];
  for (const address of ['2001:db8:7:7::1', '2001:db8:7:7:ffff::2', '2001:db8:7:8::3']) {
    await using browser = open({ 'x-forwarded-for': address });
    const page = await toPassword(browser, 'nobody@northwind.example');
    statuses.push((await browser.submit(page, { password: 'wrong' }, { button: 'Continue' })).status);
  }
  expect(statuses).toEqual([422, 429, 422]);
});

test('a hundred wrong passwords in a row end guessing, but not the owner’s way in', async () => {
  const person = await makePerson(service, root, 'guessed@northwind.example');
  await using mine = open();
  await logIn(mine, service, await mine.open(`${service.url}/login/start`), person);
  mine.cookies.remove('localhost', 'session');
  // As 100 strangers at an unhurried pace.
  const limit = createRateLimit({ ...service, db: service.database.db });
  for (let i = 0; i < 100; i += 1) await limit.consume(PASSWORD_FAILURES, person.email);
  await using stranger = open();
  const blocked = await stranger.submit(
    await toPassword(stranger, person.email),
    { password: person.password },
    { button: 'Continue' },
  );
  expect([blocked.status, blocked.text]).toEqual([429, expect.stringContaining('Choose Forgot password')]);
  const home = await logIn(mine, service, await mine.open(`${service.url}/login/start`), person);
  expect(home.text).toContain('Your applications');
});

test('a login that waits at Keep Your Account Safe enrols nothing once its owner enrolled a factor; each enrolment is mailed', async () => {
  const person = await makePerson(service, root, 'late@northwind.example');
  const owner = { ...person, db: service.database.db, clock: service.clock };
  await inTransaction(owner, async (deps) => removeFactors(deps, person));
  await using thief = open();
  await using mine = open();
  const atThief = await thief.submit(
    await toPassword(thief, person.email),
    { password: person.password },
    { button: 'Continue' },
  );
  const atMine = await mine.submit(
    await toPassword(mine, person.email),
    { password: person.password },
    { button: 'Continue' },
  );
  expect([atThief.title, atMine.title]).toEqual(Array(2).fill(expect.stringContaining('Keep Your Account Safe')));
  const [first, second] = await Promise.all([enrol(mine, atMine), enrol(thief, atThief)]);
  expect(new Set([first.status, second.status])).toEqual(new Set([200, 403]));
  const mail = await mailbox.waitForMail({ to: person.email });
  expect(mail.subject).toBe('How you log in to Gatehouse was changed');
  const factors = await service.database.db
    .selectFrom('authenticator')
    .select('kind')
    .where('userId', '=', person.userId)
    .where('kind', '=', 'totp')
    .execute();
  expect(factors).toHaveLength(1);
});

/** Chooses an authenticator app and proves it. */
async function enrol(browser: HttpBrowser, page: Page): Promise<Page> {
  const app = await browser.submit(page, {}, { form: 'form.choices', forged: { choose: 'otp' } });
  const seed = app.html.querySelector('#seed')?.text.trim() ?? '';
  return browser.submit(app, { code: await totpAt(seed, service.clock.now()) }, { button: 'Continue' });
}

test('consent is given by the user who was asked, not by who is logged in since', async () => {
  await using browser = open();
  await logIn(browser, service, await browser.open(`${service.url}/login/start`), maria);
  const consent = await browser.open(authorizeUrl(service, tickets, { scope: 'openid' }));
  expect(consent.title).toContain('Allow Tickets?');
  // The session that was asked belongs to somebody else by now.
  await service.database.db
    .updateTable('session')
    .set({ userId: mallory.userId })
    .where('userId', '=', maria.userId)
    .execute();
  const answer = await browser.submit(consent, {}, { button: 'Allow' });
  expect([answer.status, answer.stoppedAt]).toEqual([410, undefined]);
  const given = await service.database.db
    .selectFrom('applicationConsent')
    .select('userId')
    .where('userId', '=', maria.userId)
    .execute();
  expect(given).toEqual([]);
});

test('eight wrong second factors in a row are told to the owner', async () => {
  const person = await makePerson(service, root, 'alarm@northwind.example');
  await using browser = open();
  for (let round = 0; round < 2; round += 1) {
    let page = await browser.submit(
      await toPassword(browser, person.email),
      { password: person.password },
      { button: 'Continue' },
    );
    for (let i = 0; i < 4; i += 1) page = await browser.submit(page, { code: '000000' }, { button: 'Continue' });
    expect(page.status).toBe(422);
    service.clock.advance(600);
    await service.database.db.deleteFrom('rateLimit').where('key', 'like', 'factor:%').execute();
  }
  const mail = await mailbox.waitForMail({ to: person.email });
  expect(mail.subject).toBe('Somebody may know your password for Gatehouse');
});

test('what is never asked cannot be enrolled: people of an organization that logs in elsewhere', async () => {
  const contoso = await makeManaged(service, root, 'Contoso');
  const person = await makePerson(service, contoso, 'sso@contoso.example');
  await using browser = open();
  await logIn(browser, service, await browser.open(`${service.url}/login/start`), person);
  await sendElsewhere(service, contoso);
  const account = await browser.open(`${service.url}/account`);
  const answer = await browser.post(`${service.url}/account/add-otp`, new URLSearchParams(), account.url);
  expect([answer.status, answer.text]).toEqual([403, expect.stringContaining('logs in elsewhere')]);
});
