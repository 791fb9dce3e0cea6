import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { SERVICE } from '../../src/audit/audit-event.ts';
import { createRecoveryLink } from '../../src/authenticators/ask-for-reset.ts';
import { formatId } from '../../src/base/ids.ts';
import { createSetupLink } from '../../src/invitations/create-setup-link.ts';
import { inviteUsers } from '../../src/invitations/invite-users.ts';
import { findRootOrganization } from '../../src/organizations/find-organization.ts';
import type { Organization } from '../../src/organizations/organization.ts';
import { createTexts } from '../../src/texts/catalog.ts';
import { en } from '../../src/texts/en.ts';
import { apiClient } from '../support/api-client.ts';
import { causeDomainMails } from '../support/cause-domain-mails.ts';
import { causeFullTreeMail } from '../support/cause-full-tree-mail.ts';
import { causeTestMail } from '../support/cause-test-mail.ts';
import { callbacksOf, configure } from '../support/federation.ts';
import { administratorOf, makeApplication, makeManaged, makePerson, PASSWORD } from '../support/fixtures.ts';
import type { Person } from '../support/fixtures.ts';
import { openHttpBrowser } from '../support/http-browser.ts';
import { openLookingBrowser } from '../support/looking-browser.ts';
import type { LookingBrowser } from '../support/looking-browser.ts';
import { codeIn, startMailbox } from '../support/mailbox.ts';
import type { Mailbox } from '../support/mailbox.ts';
import type { Page } from '../support/page.ts';
import { addApiToken } from '../support/people.ts';
import { NEWCOMER, seeAddressPages, seeConflict } from '../support/person-pages.ts';
import { expectFromCatalog, patternOf, PSEUDO, strayText } from '../support/pseudo-locale.ts';
import { authorizeUrl } from '../support/relying-application.ts';
import { startContoso } from '../support/start-provider.ts';
import type { Contoso } from '../support/start-provider.ts';
import { seeDevicePages } from '../support/see-device-pages.ts';
import { seeConnections } from '../support/see-connections.ts';
import { seeOwnFactor } from '../support/see-own-factor.ts';
import { seeSetupLink } from '../support/see-setup-link.ts';
import { startService } from '../support/start-service.ts';
import type { TestService } from '../support/start-service.ts';
import { totpAt } from '../support/totp.ts';
import { seeTrialPages } from '../support/trial-pages.ts';

const texts = createTexts('Gatehouse', { en: PSEUDO });
const titles = new Set<string>();
const HELD = { username: 'tom', password: 'pw-tom' };
const TOM = { id: 'c-1', email: 'tom@fabrikam.example', emailVerified: false, name: 'Tom', ...HELD };
let service: TestService;
let mailbox: Mailbox;
let provider: Contoso;
let root: Organization;
let ada: Person;

beforeAll(async () => {
  mailbox = await startMailbox();
  provider = await startContoso({ users: [TOM, NEWCOMER] });
  service = await startService({
    settings: { SMTP_URL: mailbox.url, MAIL_FROM: 'gate@northwind.example' },
    catalogs: { en: PSEUDO },
  });
});
afterAll(async () => {
  await service?.close();
  await provider?.stop();
  await mailbox?.stop();
});

const deps = () => ({ db: service.database.db, clock: service.clock, secrets: service.secrets });
/** What is data on the pages: names that the test gave. */
const GIVEN = ['Northwind', 'Contoso Retail', 'Contoso', 'Tickets', 'Phone', 'Fabrikam', 'Trading'];
const looking = (): LookingBrowser => openLookingBrowser(service, { given: GIVEN, titles });

/** The provider's client of an organization has the secret “kept”. */
async function configureAtProvider(organization: Organization, clientSecret: string): Promise<void> {
  const clientId = organization.name;
  await provider.addClients({ clientId, clientSecret: 'kept', redirectUris: [callbacksOf(service, organization).own] });
  const settings = { clientId, discoveryUrl: provider.issuer, credential: 'secret' as const, clientSecret };
  await configure(service, organization, { method: 'openid-connect', ...settings }, { texts });
}

async function logIn(browser: LookingBrowser, person: Person, path = '/login/start'): Promise<Page> {
  service.clock.advance(30);
  const asked = await browser.main(await browser.open(new URL(path, service.url)), { email: person.email });
  const factor = await browser.main(asked, { password: person.password });
  return browser.main(factor, { code: await totpAt(person.seed, service.clock.now()) });
}

describe('in a language of which every message is marked, nothing else stands on', () => {
  test('the pages of setup and of a first login', async () => {
    const url = (await createSetupLink({ ...deps(), config: service.config })).url;
    await using browser = looking();
    await browser.open(`${service.url}/`);
    const form = await browser.open(url);
    await browser.main(form, { organization: '', email: 'x' });
    const asked = await browser.main(form, { organization: 'Northwind', email: 'zoe@northwind.example' });
    const choose = await browser.main(asked);
    for (const [password, repeat] of [
      ['short', 'short'],
      ['northwind2026', 'northwind2026'],
      [PASSWORD, 'another one'],
    ] as const) {
      await browser.main(choose, { password, repeat });
    }
    const safe = await browser.main(choose, { password: PASSWORD, repeat: PASSWORD });
    const key = await browser.submit(safe, {}, { form: 'form.choices', forged: { choose: 'security-key' } });
    const back = await browser.submit(key, {}, { form: '.below form' });
    const app = await browser.submit(back, {}, { form: 'form.choices', forged: { choose: 'otp' } });
    await browser.main(app, { code: '000000' });
    const seed = app.html.querySelector('#seed')?.text.trim() ?? '';
    const codes = await browser.main(app, { code: await totpAt(seed, service.clock.now()) });
    await browser.main(codes);
    await browser.main(codes, { saved: 'yes' });
    await browser.open(url);
    await browser.open(`${service.url}/login/setup/unknown`);
  });

  test('the pages of a login, of an account, of a logout', async () => {
    root = (await findRootOrganization(deps()))!;
    ada = await makePerson(service, root, 'ada@northwind.example', { role: 'administrator', breakGlass: true });
    const ben = await makePerson(service, root, 'ben@northwind.example');
    const redirectUri = 'http://127.0.0.1:9003/back';
    const settings = { name: 'Tickets', firstParty: false, redirectUris: [redirectUri] };
    const { application, clientSecret } = await makeApplication(service, root, settings);
    const tickets = { clientId: application.clientId, clientSecret, redirectUri };
    const api = apiClient(service.url, await addApiToken(deps(), root, 'administrator'));
    const path = `/organizations/${formatId('org', root.id)}/applications/${formatId('app', application.id)}`;
    const { version } = (await api.get(path)).body;
    const redirectUris = [redirectUri, 'http://127.0.0.1:9003/other'];
    expect((await api.send('PATCH', path, { version, redirectUris })).status).toBe(200);

    await using browser = looking();
    const asked = await browser.open(`${service.url}/login/start`);
    await browser.main(asked, { email: 'no address' });
    const password = await browser.main(asked, { email: ada.email });
    await browser.main(password, { password: 'wrong' });
    await browser.main(password, { password: ada.password });
    await browser.main(password, { password: ada.password });
    await logIn(browser, ada);
    await browser.open(asked.url);
    await browser.open(`${service.url}/`);
    const account = await browser.open(`${service.url}/account`);
    for (const action of ['add-otp', 'add-key', 'codes', 'profile']) {
      await browser.submit(account, {}, { form: `form[action="/account/${action}"]` });
    }
    const otp = await browser.submit(account, {}, { form: 'form[action="/account/add-otp"]' });
    const seed = otp.html.querySelector('#seed')?.text.trim() ?? '';
    await browser.main(otp, { code: '000000' });
    await browser.main(otp, { code: await totpAt(seed, service.clock.now()) });
    await browser.open(authorizeUrl(service, tickets, { prompt: 'select_account' }));
    await browser.open(authorizeUrl(service, tickets, { login_hint: 'nobody@fabrikam.example' }));
    const consent = await browser.open(authorizeUrl(service, tickets));
    await browser.submit(consent, {}, { forged: { answer: 'deny' } });
    const other = await browser.open(authorizeUrl(service, tickets, { login_hint: ben.email, prompt: 'login' }));
    const benPassword = await browser.main(other, { email: ben.email });
    const benFactor = await browser.main(benPassword, { password: ben.password });
    await browser.main(benFactor, { code: await totpAt(ben.seed, service.clock.now()) });
    service.clock.advance(11 * 60);
    await browser.submit(account, {}, { form: 'form[action="/account/codes"]' });
    const question = await browser.open(`${service.url}/logout`);
    await browser.submit(question, {}, { forged: { logout: 'yes' } });

    await browser.open(`${service.url}/login/trouble`);
    const emergency = await browser.main(await browser.open(`${service.url}/login/emergency`));
    const emergencyPassword = await browser.main(emergency, { email: ada.email });
    const factor = await browser.main(emergencyPassword, { password: PASSWORD });
    await browser.main(factor, { code: '000000' });
    await browser.main(factor, { code: await totpAt(ada.seed, service.clock.now()) });
  });

  test('the pages of links that come by mail', async () => {
    const caller = administratorOf(root, service);
    const given = { ...deps(), texts, config: service.config };
    await inviteUsers(given, caller, { organizationId: root.id, addresses: 'kim@northwind.example' });
    const mail = await mailbox.waitForMail({ to: 'kim@northwind.example' });
    const link = /https?:\/\/\S+\/login\/invitation\/\S+/.exec(mail.text)![0];
    await using browser = looking();
    await browser.main(await browser.submit(await browser.open(link)));
    await browser.open(`${service.url}/login/invitation/unknown`);
    const past = new Date(service.clock.now().getTime() - 1000);
    await service.database.db
      .updateTable('invitation')
      .set({ expiresAt: past })
      .where('acceptedAt', 'is', null)
      .execute();
    await browser.submit(await browser.open(link));

    const forgot = await browser.open(`${service.url}/login/forgot`);
    await browser.main(forgot, { email: 'x' });
    await browser.main(forgot, { email: ada.email });
    const reset = await mailbox.waitForMail({ to: ada.email, subject: patternOf('mail.reset.subject') });
    const form = await browser.open(/https?:\/\/\S+\/login\/reset\/\S+/.exec(reset.text)![0]);
    await browser.main(form, { password: PASSWORD, repeat: 'another' });
    await browser.main(form, { password: 'slow river under old oaks', repeat: 'slow river under old oaks' });
    await browser.open(form.url);
    const recovery = await createRecoveryLink({ ...deps(), publicUrl: service.config.publicUrl }, ada, SERVICE);
    await browser.open(recovery.url);
    const api = apiClient(service.url, await addApiToken(deps(), root, 'administrator'));
    const user = `/organizations/${formatId('org', root.id)}/users/${formatId('usr', ada.userId)}`;
    expect((await api.send('POST', `${user}/reset-authenticators`, {})).status).toBeLessThan(300);
    await seeAddressPages(service, mailbox, { root, administrator: ada, looking, logIn });
  });

  test('the pages of refusals and faults', async () => {
    await using browser = looking();
    await browser.open(`${service.url}/nothing-here`);
    await browser.open(`${service.url}/login/unknown`);
    await browser.open(`${service.url}/login/callback?state=x`);
    await browser.open(`${service.url}/oauth2/authorize?client_id=unknown`);
    await browser.open(`${service.url}/oauth2/authorize?client_id=%00`);
    await browser.open(`${service.url}/logout?post_logout_redirect_uri=https://evil.example`);
    await browser.open(`${service.url}/console/`);
    const forgot = `${service.url}/login/forgot`;
    const form = new URLSearchParams({ email: 'x' });
    await browser.post(forgot, form, new URL('https://evil.example'));
    for (let count = 0; count < 31; count += 1) await openHttpBrowser().post(forgot, form, new URL(service.url));
    await browser.main(await browser.open(forgot), { email: 'x' });
  });

  test('the pages between an identity provider and us', async () => {
    const fabrikam = await makeManaged(service, root, 'Fabrikam');
    const inviter = await makePerson(service, fabrikam, 'ann@fabrikam.example', { role: 'administrator' });
    await inviteUsers(
      { ...deps(), texts, config: service.config },
      { ...administratorOf(fabrikam, service), kind: 'user', userId: inviter.userId, name: inviter.email },
      { organizationId: fabrikam.id, addresses: 'liz@fabrikam.example' },
    );
    await configureAtProvider(fabrikam, 'kept');
    await using browser = looking();
    await browser.open(`${service.url}/login/o/${formatId('org', fabrikam.id)}`);
    const email = 'liz@fabrikam.example';
    const there = await browser.main(await browser.open(`${service.url}/login/start`), { email });
    expect(there.url.origin).toBe(provider.origin);
    const asked = await browser.submit(there, HELD, { button: 'Log in' });
    const sent = await browser.main(asked);
    await browser.main(sent, { code: '000000' });
    const mail = await mailbox.waitForMail({ to: email, subject: patternOf('mail.binding-code.subject') });
    await browser.main(sent, { code: codeIn(mail) });

    await provider.endSessions();
    await seeTrialPages(service, mailbox, { organization: fabrikam, looking, held: HELD });
    await provider.endSessions();

    await seeConflict(service, { provider, organization: fabrikam, email, administrator: ada, looking });
    await seeOwnFactor({ mailbox, pseudo: PSEUDO, given: GIVEN, titles });
    await seeSetupLink(service, { mailbox, organization: fabrikam, issuer: provider.issuer, pseudo: PSEUDO, looking });
    await seeConnections(service, { root, organization: fabrikam, looking });
    await using refused = looking();
    await provider.setFaults({ http: { authorize: { kind: 'error' } } });
    await refused.main(await refused.open(`${service.url}/login/start`), { email });
    const trading = await makeManaged(service, root, 'Trading');
    const pat = await makePerson(service, trading, 'pat@trading.example', { role: 'administrator' });
    await configureAtProvider(trading, 'another');
    await provider.setFaults({});
    await using tried = looking();
    const away = await tried.main(await tried.open(`${service.url}/login/start`), { email: pat.email });
    await tried.submit(away, HELD, { button: 'Log in' }); // the connection goes back
  });

  test('an address in several organizations, and a stranger at the second factor', async () => {
    for (const name of ['Contoso', 'Contoso Retail']) {
      await makePerson(service, await makeManaged(service, root, name), 'kim@consulting.example');
    }
    await using browser = looking();
    const check = await browser.main(await browser.open(`${service.url}/login/start`), {
      email: 'kim@consulting.example',
    });
    await browser.main(check, { code: '000000' });
    const mail = await mailbox.waitForMail({ to: 'kim@consulting.example' });
    await browser.main(check, { code: codeIn(mail) });

    await seeDevicePages(service, root, { looking, logIn });
    const eve = await makePerson(service, root, 'eve@northwind.example');
    const password = await browser.main(await browser.open(`${service.url}/login/start`), { email: eve.email });
    const factor = await browser.main(password, { password: eve.password });
    for (let count = 0; count < 8; count += 1) {
      await service.database.db.deleteFrom('rateLimit').where('key', 'like', 'factor:%').execute();
      await browser.main(factor, { code: '000000' });
    }
    await browser.main(factor, { code: '000000' }); // over the limit
    await service.database.db.deleteFrom('rateLimit').where('key', 'like', 'factor:%').execute();
    await service.database.db.updateTable('appUser').set({ status: 'disabled' }).where('id', '=', eve.userId).execute();
    await browser.main(factor, { code: await totpAt(eve.seed, service.clock.now()) });
  });
});

test('every page was looked at that has a title', () => {
  const shown = (Object.keys(en) as (keyof typeof en)[]).filter(
    (key) => key.endsWith('.title') && !/^(?:console|api)\./.test(key),
  );
  expect(shown.filter((key) => ![...titles].some((title) => patternOf(key).test(title)))).toEqual([]);
});

test('mails: every kind was sent, and all of it is from the catalog', async () => {
  await causeDomainMails(service, root);
  await causeTestMail(service, root, ada, texts.default);
  await causeFullTreeMail(service, root, texts);
  const subjects = (Object.keys(en) as (keyof typeof en)[]).filter((key) => /^mail\..*\.subject$/.test(key));
  const missing = () => subjects.filter((key) => !mailbox.mails.some(({ subject }) => patternOf(key).test(subject)));
  await expect.poll(missing).toEqual([]);
  for (const { subject, html, text } of mailbox.mails) {
    const typed = [...text.matchAll(/[\w.]+@[\w.-]+/g)].map(([address]) => address);
    expectFromCatalog(`mail ${subject}`, html, [...GIVEN, ...typed]);
    expect({ subject, stray: strayText(`${subject} ${text}`, [...GIVEN, ...typed]) }).toEqual({ subject, stray: '' });
  }
});
