import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Organization } from '../../src/organizations/organization.ts';
import type { User } from '../../src/users/user.ts';
import { apiClient } from '../support/api-client.ts';
import type { ApiAnswer, ApiClient } from '../support/api-client.ts';
import { makeApplication, makeManaged, makePerson, makeRoot } from '../support/fixtures.ts';
import type { Person } from '../support/fixtures.ts';
import { openHttpBrowser } from '../support/http-browser.ts';
import type { HttpBrowser } from '../support/http-browser.ts';
import { logIn } from '../support/log-in.ts';
import { linkNamed, startMailbox } from '../support/mailbox.ts';
import type { Mailbox } from '../support/mailbox.ts';
import { addSession, addUser, org, usr } from '../support/people.ts';
import { authorizeUrl, claimsOf, codeIn, redeem } from '../support/relying-application.ts';
import { startService } from '../support/start-service.ts';
import type { TestService } from '../support/start-service.ts';

let service: TestService;
let mailbox: Mailbox;
let contoso: Organization;
let administrator: ApiClient;
let reports: { clientId: string; clientSecret: string | null; redirectUri: string };

const PORT = '9001';
const deps = () => ({ db: service.database.db, clock: service.clock, url: service.url });
const open = (): HttpBrowser => openHttpBrowser({ now: () => service.clock.now(), stopAt: (url) => url.port === PORT });

beforeAll(async () => {
  mailbox = await startMailbox();
  service = await startService({ settings: { SMTP_URL: mailbox.url, MAIL_FROM: 'gate@northwind.example' } });
  const root = await makeRoot(service);
  contoso = await makeManaged(service, root, 'Contoso');
  const anna = await addUser(deps(), root, 'anna@northwind.example', { role: 'administrator', proven: true });
  administrator = apiClient(service.url, (await addSession(deps(), anna)).token);
  const redirectUri = `http://127.0.0.1:${PORT}/callback`;
  const { application, clientSecret } = await makeApplication(service, root, { redirectUris: [redirectUri] });
  reports = { clientId: application.clientId, clientSecret, redirectUri };
});
afterAll(async () => {
  await service?.close();
  await mailbox?.stop();
});

const pathOf = (user: { id: User['id'] }): string => `/organizations/${org(contoso)}/users/${usr(user)}`;
async function change(user: { id: User['id'] }, email: string): Promise<ApiAnswer> {
  const { version } = (await administrator.get(pathOf(user))).body as { version: number };
  return administrator.send('PUT', `${pathOf(user)}/address`, { email, version });
}
/** What an application is told of the person logged in in this browser. */
async function told(browser: HttpBrowser): Promise<unknown> {
  const back = await browser.open(authorizeUrl(service, reports));
  const { body } = await redeem(service, reports, codeIn(back, reports));
  const { sub, email, email_verified } = claimsOf(body.id_token);
  return { sub, email, email_verified };
}

test('an address counts at once and is proven anew; the session goes on, and applications hear of it when it is proven', async () => {
  const maria: Person = await makePerson(service, contoso, 'maria@contoso.example');
  const user = { id: maria.userId };
  await using browser = open();
  await logIn(browser, service, await browser.open(`${service.url}/login/start`), maria);
  expect(await told(browser)).toEqual({ sub: usr(user), email: maria.email, email_verified: true });

  const changed = await change(user, 'Maria.Rossi@contoso.example');
  expect(changed.body).toMatchObject({
    email: 'Maria.Rossi@contoso.example',
    emailProven: false,
    addressProof: { expiresAt: expect.any(String) },
    sessions: 1,
  });
  const notice = await mailbox.waitForMail({ to: maria.email, subject: 'Your address for Gatehouse was changed' });
  expect(notice.text).toContain('from maria@contoso.example to Maria.Rossi@contoso.example');
  expect(await told(browser)).toEqual({ sub: usr(user), email: undefined, email_verified: undefined });

  const mail = await mailbox.waitForMail({
    to: 'Maria.Rossi@contoso.example',
    subject: 'Confirm your address for Gatehouse',
  });
  const link = linkNamed(mail, 'Confirm address');
  const page = await browser.open(link);
  expect(page.text).toContain('Confirm that Maria.Rossi@contoso.example is your address at Contoso.');
  const done = await browser.submit(page, {}, { button: 'Confirm' });
  expect(done.text).toContain('Maria.Rossi@contoso.example is proven to be yours.');
  expect((await administrator.get(pathOf(user))).body).toMatchObject({ emailProven: true, addressProof: null });
  const address = { email: 'Maria.Rossi@contoso.example', email_verified: true };
  expect(await told(browser)).toEqual({ sub: usr(user), ...address });
  expect((await browser.open(link)).text).toContain('This link cannot be used any more');

  // Logs in with it from now on, and no longer with the one before.
  service.clock.advance(60);
  await using later = open();
  const identify = await later.open(`${service.url}/login/start`);
  const back = await logIn(later, service, identify, { ...maria, email: 'maria.rossi@contoso.example' });
  expect(back.text).toContain('Your applications');
});

test('the link alone, or in the session of another user, proves nothing; the newest alone works', async () => {
  const omar = await makePerson(service, contoso, 'omar@contoso.example');
  const lena = await makePerson(service, contoso, 'lena@contoso.example');
  const user = { id: omar.userId };
  await change(user, 'omar.haddad@contoso.example');
  const wanted = { to: 'omar.haddad@contoso.example', subject: 'Confirm your address for Gatehouse' };
  const first = linkNamed(await mailbox.waitForMail(wanted), 'Confirm address');
  await using reader = open();
  const asked = await reader.open(first);
  expect(asked.text).toContain('Log in to Contoso first.');
  expect((await reader.submit(asked, {}, { forged: { confirm: 'yes' } })).html.querySelector('#email')).not.toBeNull();

  await using other = open();
  await logIn(other, service, await other.open(`${service.url}/login/start`), lena);
  const elsewhere = await other.open(first);
  expect(elsewhere.text).toContain('You are logged in here as lena@contoso.example.');
  await other.submit(elsewhere, {}, { forged: { confirm: 'yes' } });
  const isProven = async (): Promise<boolean> =>
    ((await administrator.get(pathOf(user))).body as { emailProven: boolean }).emailProven;
  expect(await isProven()).toBe(false);

  expect((await administrator.send('POST', `${pathOf(user)}/address-proof`)).status).toBe(200);
  const second = linkNamed(await mailbox.waitForMail(wanted), 'Confirm address');
  expect((await reader.open(first)).text).toContain('This link cannot be used any more');
  const again = await reader.submit(await reader.open(second), {}, { button: 'Log In' });
  // The login leads back to the page.
  const confirm = await logIn(reader, service, again, { ...omar, email: 'omar.haddad@contoso.example' });
  expect(confirm.text).toContain('Confirm that omar.haddad@contoso.example is your address');
  await reader.submit(confirm, {}, { button: 'Confirm' });
  expect(await isProven()).toBe(true);
});

test('what was mailed to the address before, and a password link to one that nobody proved, do not work', async () => {
  const ines = await makePerson(service, contoso, 'ines@contoso.example');
  const user = { id: ines.userId };
  const ask = async (email: string): Promise<void> => {
    await using browser = open();
    await browser.submit(await browser.open(`${service.url}/login/forgot`), { email });
  };
  await ask(ines.email);
  const subject = 'Choose a new password for Gatehouse';
  const before = linkNamed(await mailbox.waitForMail({ to: ines.email, subject }), 'Choose a new password');
  await change(user, 'ines.typo@contoso.example');
  await using browser = open();
  expect((await browser.open(before)).text).toContain('This link cannot be used any more');
  await ask('ines.typo@contoso.example');
  const seen = { lastLoginAt: service.clock.now() };
  await service.database.db.updateTable('appUser').set(seen).where('id', '=', user.id).execute();
  // Disabled meanwhile and enabled again, it is as unproven as before.
  await administrator.send('POST', `${pathOf(user)}/disable`, {});
  await change(user, 'ines.other@contoso.example');
  await administrator.send('POST', `${pathOf(user)}/enable`, {});
  expect((await administrator.get(pathOf(user))).body).toMatchObject({ status: 'verified' });
  await ask('ines.other@contoso.example');
  await ask('lena@contoso.example'); // asked later, and answered
  await mailbox.waitForMail({ to: 'lena@contoso.example', subject });
  expect(
    mailbox.mails.filter(({ to, subject: about }) => about === subject && /ines\.(?:typo|other)@/.test(String(to))),
  ).toEqual([]);
});

test('a user who never logged in is invited at the new address, and the invitation before is void', async () => {
  const invitations = `/organizations/${org(contoso)}/invitations`;
  await administrator.send('POST', invitations, { addresses: 'tom@contoso.example' });
  const subject = 'Welcome to Gatehouse';
  const before = linkNamed(await mailbox.waitForMail({ to: 'tom@contoso.example', subject }), 'Access Gatehouse');
  const [tom] = (await administrator.get(`/organizations/${org(contoso)}/users?search=tom@`)).body.items;
  const changed = await administrator.send('PUT', `/organizations/${org(contoso)}/users/${tom.id}/address`, {
    email: 'tom.kim@contoso.example',
    version: tom.version,
  });
  expect(changed.body).toMatchObject({ status: 'pending', invitation: { expired: false }, addressProof: null });
  const now = linkNamed(await mailbox.waitForMail({ to: 'tom.kim@contoso.example', subject }), 'Access Gatehouse');
  await using browser = open();
  expect((await browser.open(before)).text).toContain('It was withdrawn or replaced by a newer one.');
  expect((await browser.open(now)).text).toContain('Contoso has invited tom.kim@contoso.example.');
});

test('an address that is none, is taken, or was changed meanwhile is refused', async () => {
  const nina = await addUser(deps(), contoso, 'nina@contoso.example');
  const send = async (email: string, version: number): Promise<unknown> => {
    const { status, body } = await administrator.send('PUT', `${pathOf(nina)}/address`, { email, version });
    return [status, body.code];
  };
  expect(await send('nina at contoso', 1)).toEqual([422, 'email.malformed']);
  expect(await send('LENA@contoso.example', 1)).toEqual([409, 'user.exists']);
  expect(await send('nina.berg@contoso.example', 7)).toEqual([409, 'version.conflict']);
  expect((await administrator.get(pathOf(nina))).body).toMatchObject({ email: 'nina@contoso.example', version: 1 });
});
