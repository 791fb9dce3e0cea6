import { afterAll, beforeAll, expect, test } from 'vitest';
import { randomSecret } from '../../src/base/random.ts';
import { revokeInvitation } from '../../src/invitations/invite-users.ts';
import { redeemInvitation } from '../../src/invitations/redeem-invitation.ts';
import type { Organization } from '../../src/organizations/organization.ts';
import { createText } from '../../src/texts/catalog.ts';
import { firstLogin } from '../support/first-login.ts';
import { administratorOf, makeManaged, makePerson, makeRoot } from '../support/fixtures.ts';
import { openHttpBrowser } from '../support/http-browser.ts';
import type { HttpBrowser } from '../support/http-browser.ts';
import { startMailbox } from '../support/mailbox.ts';
import type { Mailbox } from '../support/mailbox.ts';
import { startService } from '../support/start-service.ts';
import type { TestService } from '../support/start-service.ts';
import { invite } from '../support/stories.ts';

// Lesson: an invitation's facts could be edited in its token (Keycloak CVE-2026-1529), it was accepted by another person
// (Better Auth GHSA-fmh4), its link was built from the request's Host (ZITADEL GHSA-pfrf).

let service: TestService;
let mailbox: Mailbox;
let root: Organization;
let contoso: Organization;

beforeAll(async () => {
  mailbox = await startMailbox();
  service = await startService({ settings: { SMTP_URL: mailbox.url, MAIL_FROM: 'gate@northwind.example' } });
  root = await makeRoot(service);
  contoso = await makeManaged(service, root, 'Contoso');
});
afterAll(async () => {
  await service.close();
  await mailbox.stop();
});

async function takeUp(browser: HttpBrowser, link: string) {
  return browser.submit(await browser.open(link), {}, { button: 'Log In' });
}

async function post(browser: HttpBrowser, link: string) {
  return browser.post(link, new URLSearchParams(), new URL(link));
}

async function statusOf(email: string): Promise<string> {
  const { db } = service.database;
  const user = await db.selectFrom('app_user').select('status').where('email', '=', email).executeTakeFirstOrThrow();
  return user.status;
}

test('no look at the link spends it: GET, HEAD, a scanner', async () => {
  const link = await invite(service, mailbox, contoso, 'scanned@contoso.example');
  for (const method of ['GET', 'HEAD', 'GET']) await fetch(link, { method });
  const row = await service.database.db
    .selectFrom('invitation')
    .innerJoin('app_user', 'app_user.id', 'invitation.user_id')
    .select(['taken_up_at', 'browser_hash'])
    .where('app_user.email', '=', 'scanned@contoso.example')
    .executeTakeFirstOrThrow();
  expect(row).toEqual({ taken_up_at: null, browser_hash: null });
});

test('an edited or made-up link is none', async () => {
  const link = await invite(service, mailbox, contoso, 'edited@contoso.example');
  await using browser = openHttpBrowser();
  for (const wrong of [`${link.slice(0, -1)}${link.endsWith('A') ? 'B' : 'A'}`, `${link}x`, link.slice(0, -2)]) {
    const page = await browser.open(wrong);
    expect([page.status, page.text.includes('There is no such invitation.')]).toEqual([404, true]);
    expect((await post(browser, wrong)).status).toBe(404);
  }
});

test('expired, it can be looked at and asked for again, and no more', async () => {
  const link = await invite(service, mailbox, contoso, 'late@contoso.example');
  service.clock.advance(2 * 24 * 3600);
  await using browser = openHttpBrowser();
  const page = await post(browser, link);
  expect(page.status).toBe(410);
  expect(page.text).toContain('This invitation has expired');
  expect(await statusOf('late@contoso.example')).toBe('pending');
});

test('revoked, by whoever had it open, it does nothing', async () => {
  const email = 'revoked@contoso.example';
  const link = await invite(service, mailbox, contoso, email);
  await using browser = openHttpBrowser();
  const choose = await browser.submit(await takeUp(browser, link));
  const { database, clock, secrets, config } = service;
  const invitation = await database.db
    .selectFrom('invitation')
    .innerJoin('app_user', 'app_user.id', 'invitation.user_id')
    .select('invitation.id')
    .where('app_user.email', '=', email)
    .executeTakeFirstOrThrow();
  const deps = { db: database.db, clock, secrets, config, t: createText('en', 'Gatehouse') };
  await revokeInvitation(deps, administratorOf(contoso, service), {
    organizationId: contoso.id,
    invitationId: invitation.id,
  });
  const refused = await browser.submit(choose, { password: 'brass gate at dusk', repeat: 'brass gate at dusk' });
  expect(refused.status).toBe(403);
  expect((await browser.open(link)).text).toContain('It was withdrawn');
  expect(await statusOf(email)).toBe('pending');
});

test('taken up by one browser, no other goes on with it', async () => {
  const link = await invite(service, mailbox, contoso, 'first@contoso.example');
  await using mine = openHttpBrowser();
  await takeUp(mine, link);
  await using other = openHttpBrowser();
  expect((await other.open(link)).text).toContain('It was opened in another browser.');
  expect((await post(other, link)).status).toBe(410);
  const asked = await other.submit(await other.open(`${service.url}/login/start`), { email: 'first@contoso.example' });
  expect(asked.title).toContain('Enter Your Password'); // as for anybody, and there is none
  expect((await mine.open(link)).text).toContain('Contoso has invited');
});

test('two people at the same moment: one takes it up', async () => {
  const link = await invite(service, mailbox, contoso, 'raced@contoso.example');
  const token = new URL(link).pathname.split('/').at(-1)!;
  // Straight at the operation, as from several servers: the limit of the door would put them into a row.
  const deps = { db: service.database.db, clock: service.clock };
  const answers = await Promise.all(
    Array.from({ length: 8 }, async () => redeemInvitation(deps, { token, browserSecret: randomSecret() })),
  );
  expect(answers.filter((answer) => answer.kind === 'open')).toHaveLength(1);
  expect(answers.filter((answer) => answer.kind === 'other-browser')).toHaveLength(7);
});

test('accepted, it is over: for its own browser, and for a second login that was under way with it', async () => {
  const link = await invite(service, mailbox, contoso, 'once@contoso.example');
  await using browser = openHttpBrowser();
  const one = await browser.submit(await takeUp(browser, link));
  const two = await browser.submit(await takeUp(browser, link));
  await firstLogin(browser, service, one);
  const answer = await browser.submit(two, { password: 'another one entirely', repeat: 'another one entirely' });
  expect(answer.status).toBe(403);
  expect((await post(browser, link)).status).toBe(410);
});

test('it falls with the inviter’s rights and with its organization', async () => {
  const boss = await makePerson(service, contoso, 'boss@contoso.example', { role: 'administrator' });
  const caller = { ...administratorOf(contoso, service), kind: 'user' as const, id: boss.userId, userId: boss.userId };
  const link = await invite(service, mailbox, contoso, 'orphan@contoso.example', caller);
  const { db } = service.database;
  await using browser = openHttpBrowser();
  expect((await browser.open(link)).status).toBe(200);
  await db.updateTable('app_user').set({ status: 'disabled' }).where('id', '=', boss.userId).execute();
  expect((await post(browser, link)).status).toBe(410);

  const contosoRetail = await makeManaged(service, root, 'Contoso Retail');
  const other = await invite(service, mailbox, contosoRetail, 'late@contoso-retail.example');
  await db
    .updateTable('organization')
    .set({ suspended_at: service.clock.now() })
    .where('id', '=', contosoRetail.id)
    .execute();
  expect((await post(browser, other)).status).toBe(410);
});

test('taken up already, it falls with the inviter’s rights, too', async () => {
  const chief = await makePerson(service, contoso, 'chief@contoso.example', { role: 'administrator' });
  const about = { kind: 'user' as const, id: chief.userId, userId: chief.userId };
  const link = await invite(service, mailbox, contoso, 'left@contoso.example', {
    ...administratorOf(contoso, service),
    ...about,
  });
  await using browser = openHttpBrowser();
  const identify = await browser.submit(await browser.open(link), {}, { button: 'Log In' });
  const { db } = service.database;
  await db.updateTable('app_user').set({ console_role: null }).where('id', '=', chief.userId).execute();
  const next = await browser.submit(identify, {}, { button: 'Continue' });
  expect(next.title).toContain('Enter Your Password');
});

test('its link names the public address, whatever Host a request claims', async () => {
  const link = await invite(service, mailbox, contoso, 'host@contoso.example');
  expect(new URL(link).origin).toBe(service.url);
  const answer = await fetch(link, {
    method: 'POST',
    redirect: 'manual',
    headers: { 'sec-fetch-site': 'same-origin', 'x-forwarded-host': 'evil.example' },
  });
  expect(new URL(answer.headers.get('location') ?? '').origin).toBe(service.url);
});

test('a stranger’s invitation changes nothing for a user of the same address elsewhere', async () => {
  const maria = await makePerson(service, root, 'maria@northwind.example');
  await invite(service, mailbox, contoso, 'maria@northwind.example');
  await using browser = openHttpBrowser();
  const asked = await browser.submit(await browser.open(`${service.url}/login/start`), { email: maria.email });
  expect(asked.title).toContain('Enter Your Password');
  const factor = await browser.submit(asked, { password: maria.password }, { button: 'Continue' });
  expect(factor.title).toContain('Confirm It’s You');
});
