import { afterAll, beforeAll, expect, test } from 'vitest';
import { randomSecret } from '../../src/base/random.ts';
import { revokeInvitation } from '../../src/invitations/invite-users.ts';
import { findRedeemedInvitation, redeemInvitation } from '../../src/invitations/redeem-invitation.ts';
import type { Organization } from '../../src/organizations/organization.ts';
import { createTexts } from '../../src/texts/catalog.ts';
import { apiClient } from '../support/api-client.ts';
import { firstLogin } from '../support/first-login.ts';
import { administratorOf, makeManaged, makePerson, makeRoot } from '../support/fixtures.ts';
import { openHttpBrowser } from '../support/http-browser.ts';
import type { HttpBrowser } from '../support/http-browser.ts';
import { startMailbox } from '../support/mailbox.ts';
import type { Mailbox } from '../support/mailbox.ts';
import { addApiToken, org } from '../support/people.ts';
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

async function redeem(browser: HttpBrowser, link: string) {
  return browser.submit(await browser.open(link), {}, { button: 'Log In' });
}

async function post(browser: HttpBrowser, link: string) {
  return browser.post(link, new URLSearchParams(), new URL(link));
}

async function statusOf(email: string): Promise<string> {
  const { db } = service.database;
  const user = await db.selectFrom('appUser').select('status').where('email', '=', email).executeTakeFirstOrThrow();
  return user.status;
}

test('no look at the link spends it: GET, HEAD, a scanner', async () => {
  const link = await invite(service, mailbox, contoso, 'scanned@contoso.example');
  for (const method of ['GET', 'HEAD', 'GET']) await fetch(link, { method });
  const row = await service.database.db
    .selectFrom('invitation')
    .innerJoin('appUser', 'appUser.id', 'invitation.userId')
    .select(['takenUpAt', 'browserHash'])
    .where('appUser.email', '=', 'scanned@contoso.example')
    .executeTakeFirstOrThrow();
  expect(row).toEqual({ takenUpAt: null, browserHash: null });
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
  const choose = await browser.submit(await redeem(browser, link));
  const { database, clock, secrets, config } = service;
  const invitation = await database.db
    .selectFrom('invitation')
    .innerJoin('appUser', 'appUser.id', 'invitation.userId')
    .select('invitation.id')
    .where('appUser.email', '=', email)
    .executeTakeFirstOrThrow();
  const deps = { db: database.db, clock, secrets, config, texts: createTexts('Gatehouse') };
  await revokeInvitation(deps, administratorOf(contoso, service), {
    organizationId: contoso.id,
    invitationId: invitation.id,
  });
  const refused = await browser.submit(choose, { password: 'brass gate at dusk', repeat: 'brass gate at dusk' });
  expect(refused.status).toBe(403);
  expect((await browser.open(link)).text).toContain('It was withdrawn');
  expect(await statusOf(email)).toBe('pending');
});

test('redeemed by a mail scanner that presses the button, it still gets its person in; the browser before goes no further', async () => {
  const link = await invite(service, mailbox, contoso, 'first@contoso.example');
  await using scanner = openHttpBrowser();
  const scanned = await scanner.submit(await redeem(scanner, link)); // at Choose a Password
  await using mine = openHttpBrowser();
  const page = await mine.submit(await redeem(mine, link));
  const refused = await scanner.submit(scanned, { password: 'chosen by a scanner', repeat: 'chosen by a scanner' });
  expect(refused.status).toBe(403);
  const asked = await scanner.submit(await scanner.open(`${service.url}/login/start`), {
    email: 'first@contoso.example',
  });
  expect(asked.title).toContain('Enter Your Password'); // as for anybody, and there is none
  expect((await firstLogin(mine, service, page)).page.text).toContain('Your applications');
  const events = await service.database.db
    .selectFrom('auditEvent')
    .select(['kind', 'details'])
    .where('kind', '=', 'invitation.redeemed')
    .orderBy('id', 'desc')
    .limit(2)
    .execute();
  expect(events.map(({ details }) => details)).toMatchObject([{ again: true }, { again: false }]);
});

test('redeemed by many at the same moment, it is one browser’s', async () => {
  const link = await invite(service, mailbox, contoso, 'raced@contoso.example');
  const token = new URL(link).pathname.split('/').at(-1)!;
  // Straight at the operation, as from several servers: the limit of the door would put them into a row.
  const deps = { db: service.database.db, clock: service.clock };
  const secrets = Array.from({ length: 8 }, () => randomSecret());
  await Promise.all(secrets.map(async (browserSecret) => redeemInvitation(deps, { token, browserSecret })));
  const held = await Promise.all(secrets.map(async (secret) => findRedeemedInvitation(deps, secret)));
  expect(held.filter((one) => one !== undefined)).toHaveLength(1);
});

test('accepted, it is over: for its own browser, and for a second login that was under way with it', async () => {
  const link = await invite(service, mailbox, contoso, 'once@contoso.example');
  await using browser = openHttpBrowser();
  const one = await browser.submit(await redeem(browser, link));
  const two = await browser.submit(await redeem(browser, link));
  await firstLogin(browser, service, one);
  const answer = await browser.submit(two, { password: 'another one entirely', repeat: 'another one entirely' });
  expect(answer.status).toBe(403);
  expect((await post(browser, link)).status).toBe(410);
});

test('accepted, an earlier one of its user is not sent again', async () => {
  const deps = { db: service.database.db, clock: service.clock };
  const api = apiClient(service.url, await addApiToken(deps, contoso, 'administrator'));
  const path = `/organizations/${org(contoso)}/invitations`;
  const replaced = await api.send('POST', path, { addresses: 'twice@contoso.example' });
  await mailbox.waitForMail({ to: 'twice@contoso.example' });
  const link = await invite(service, mailbox, contoso, 'twice@contoso.example');
  await using browser = openHttpBrowser();
  await firstLogin(browser, service, await browser.submit(await redeem(browser, link)));
  const again = await api.send('POST', `${path}/${replaced.body.results[0].invitation.id}/resend`);
  expect([again.status, again.body.code]).toEqual([410, 'invitation.used']);
});

test('it falls with the inviter’s rights and with its organization', async () => {
  const boss = await makePerson(service, contoso, 'boss@contoso.example', { role: 'administrator' });
  const caller = { ...administratorOf(contoso, service), kind: 'user' as const, id: boss.userId, userId: boss.userId };
  const link = await invite(service, mailbox, contoso, 'orphan@contoso.example', caller);
  const { db } = service.database;
  await using browser = openHttpBrowser();
  expect((await browser.open(link)).status).toBe(200);
  await db.updateTable('appUser').set({ status: 'disabled' }).where('id', '=', boss.userId).execute();
  expect((await post(browser, link)).status).toBe(410);

  const contosoRetail = await makeManaged(service, root, 'Contoso Retail');
  const other = await invite(service, mailbox, contosoRetail, 'late@contoso-retail.example');
  await db
    .updateTable('organization')
    .set({ suspendedAt: service.clock.now() })
    .where('id', '=', contosoRetail.id)
    .execute();
  expect((await post(browser, other)).status).toBe(410);
});

test('redeemed already, it falls with the inviter’s rights, too', async () => {
  const chief = await makePerson(service, contoso, 'chief@contoso.example', { role: 'administrator' });
  const about = { kind: 'user' as const, id: chief.userId, userId: chief.userId };
  const link = await invite(service, mailbox, contoso, 'left@contoso.example', {
    ...administratorOf(contoso, service),
    ...about,
  });
  await using browser = openHttpBrowser();
  const identify = await browser.submit(await browser.open(link), {}, { button: 'Log In' });
  const { db } = service.database;
  await db.updateTable('appUser').set({ consoleRole: null }).where('id', '=', chief.userId).execute();
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
