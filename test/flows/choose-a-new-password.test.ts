import { afterAll, beforeAll, expect, test } from 'vitest';
import { createRecoveryLink } from '../../src/authenticators/ask-for-reset.ts';
import type { Organization } from '../../src/organizations/organization.ts';
import { makeManaged, makePerson, makeRoot } from '../support/fixtures.ts';
import { openHttpBrowser } from '../support/http-browser.ts';
import { logIn } from '../support/log-in.ts';
import { linkNamed, startMailbox } from '../support/mailbox.ts';
import type { Mailbox } from '../support/mailbox.ts';
import { startService } from '../support/start-service.ts';
import type { TestService } from '../support/start-service.ts';
import { sendElsewhere } from '../support/stories.ts';

let service: TestService;
let mailbox: Mailbox;
let root: Organization;
const NEW = 'slow river under old oaks';

beforeAll(async () => {
  mailbox = await startMailbox();
  service = await startService({ settings: { SMTP_URL: mailbox.url, MAIL_FROM: 'gate@northwind.example' } });
  root = await makeRoot(service);
});
afterAll(async () => {
  await service.close();
  await mailbox.stop();
});
const open = () => openHttpBrowser();

test('Forgot password: a mailed link, a new password, all sessions end, the second factor stays', async () => {
  const ada = await makePerson(service, root, 'ada@northwind.example');
  await using elsewhere = open();
  await logIn(elsewhere, service, await elsewhere.open(`${service.url}/login/start`), ada);
  expect((await elsewhere.open(`${service.url}/`)).text).toContain('Your applications');

  await using browser = open();
  const password = await browser.submit(await browser.open(`${service.url}/login/start`), { email: ada.email });
  const forgot = await browser.follow(password, 'Forgot password');
  const sent = await browser.submit(forgot, { email: ada.email });
  expect(sent.text).toContain('If an account exists for that address, we’ve sent a link.');
  const mail = await mailbox.waitForMail({ to: ada.email, subject: /new password/ });
  const link = linkNamed(mail, 'Choose a new password');
  for (let look = 0; look < 2; look += 1) await browser.open(link); // a GET spends nothing
  const form = await browser.open(link);
  const other = await browser.submit(form, { password: NEW, repeat: `${NEW}!` });
  expect(other.status).toBe(422);
  const done = await browser.submit(other, { password: NEW, repeat: NEW });
  expect(done.text).toContain('Your password is changed.');
  await mailbox.waitForMail({ to: ada.email, subject: 'Your password for Gatehouse was changed' });
  expect((await elsewhere.open(`${service.url}/`)).text).toContain('Log In');

  const identify = await browser.follow(done, 'Log In');
  const home = await logIn(browser, service, identify, { ...ada, password: NEW });
  expect(home.text).toContain('Your applications');
});

test('a link asked for at a process that ends is mailed by another one; the audit log knows who asked', async () => {
  const settings = { SMTP_URL: mailbox.url, MAIL_FROM: 'gate@northwind.example' };
  await using ending = await startService({ settings });
  const rita = await makePerson(ending, await makeRoot(ending), 'rita@northwind.example');
  await ending.app.jobs.stop();
  await using browser = open();
  await browser.submit(await browser.open(`${ending.url}/login/forgot`), { email: rita.email });
  await using other = await startService({ settings, database: ending.database });
  await mailbox.waitForMail({ to: rita.email, subject: /new password/ });
  const asked = other.database.db.selectFrom('auditEvent').selectAll().where('kind', '=', 'password.reset-asked');
  expect(await asked.executeTakeFirstOrThrow()).toMatchObject({ network: '127.0.0.1' });
});

test('a link of Forgot password opens nothing for a user who was disabled meanwhile', async () => {
  const tom = await makePerson(service, root, 'tom@northwind.example');
  await using browser = open();
  await browser.submit(await browser.open(`${service.url}/login/forgot`), { email: tom.email });
  const mail = await mailbox.waitForMail({ to: tom.email, subject: /new password/ });
  const link = linkNamed(mail, 'Choose a new password');
  const { db } = service.database;
  await db.updateTable('appUser').set({ status: 'disabled' }).where('id', '=', tom.userId).execute();
  expect((await browser.open(link)).status).toBe(410);
});

test('where the organization logs in elsewhere, a new password leads to emergency access', async () => {
  const contoso = await makeManaged(service, root, 'Contoso');
  const keeper = await makePerson(service, contoso, 'keeper@contoso.example', { breakGlass: true });
  await sendElsewhere(service, contoso);
  await using browser = open();
  await browser.submit(await browser.open(`${service.url}/login/forgot`), { email: keeper.email });
  const mail = await mailbox.waitForMail({ to: keeper.email, subject: 'Choose a new password' });
  const form = await browser.open(linkNamed(mail, 'Choose a new password'));
  const done = await browser.submit(form, { password: NEW, repeat: NEW });
  expect(done.text).toContain('Your password is changed');
  const emergency = await browser.follow(done, 'Emergency access for administrators');
  expect(emergency.url.pathname).toBe('/login/emergency');
});

test('the operator’s recovery link also removes the second factor, and brings a pending or disabled user back', async () => {
  const omar = await makePerson(service, root, 'omar@northwind.example', { role: 'administrator' });
  const { db } = service.database;
  await db.updateTable('appUser').set({ status: 'disabled' }).where('id', '=', omar.userId).execute();
  const deps = { db, clock: service.clock, publicUrl: service.config.publicUrl };
  const { url } = await createRecoveryLink(deps, omar, { kind: 'operator', id: null, name: null });
  await using browser = open();
  const form = await browser.open(url);
  expect(form.text).toContain('Your second proof and recovery codes are removed');
  const done = await browser.submit(form, { password: NEW, repeat: NEW });
  const identify = await browser.follow(done, 'Log In');
  const asked = await browser.submit(identify);
  const enroll = await browser.submit(asked, { password: NEW }, { button: 'Continue' });
  expect(enroll.title).toContain('Keep Your Account Safe');
  expect((await browser.open(url)).status).toBe(410);
});

test('a stranger who asks for a link to reset does not revoke the operator’s', async () => {
  const ines = await makePerson(service, root, 'ines@northwind.example');
  const deps = { db: service.database.db, clock: service.clock, publicUrl: service.config.publicUrl };
  const { url } = await createRecoveryLink(deps, ines, { kind: 'operator', id: null, name: null });
  await using stranger = open();
  await stranger.submit(await stranger.open(`${service.url}/login/forgot`), { email: ines.email });
  await mailbox.waitForMail({ to: ines.email, subject: 'Choose a new password' });
  await using browser = open();
  expect((await browser.open(url)).text).toContain('Your second proof and recovery codes are removed');
});
