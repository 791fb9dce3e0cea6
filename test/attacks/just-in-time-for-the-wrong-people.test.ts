import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type { OrganizationId } from '../../src/base/ids.ts';
import { randomUuid } from '../../src/base/random.ts';
import { newToken } from '../../src/domains/domain.ts';
import type { UserId } from '../../src/base/ids.ts';
import { apiClient } from '../support/api-client.ts';
import type { ApiClient } from '../support/api-client.ts';
import { eventsOf, goToProvider } from '../support/federation.ts';
import { makeManaged } from '../support/fixtures.ts';
import { startHostileGround } from '../support/hostile-organization.ts';
import type { HostileGround } from '../support/hostile-organization.ts';
import type { Page } from '../support/page.ts';
import { addApiToken, addSession, addUser, org } from '../support/people.ts';

// Lesson: whoever lets people in without an invitation lets in whom somebody else names. The provider must prove the address,
// the organization its domain, and nothing of it gives a right.

let ground: HostileGround;
let administrator: ApiClient;

const DOMAIN = 'fabrikam-trading.example';
const NORA = { sub: 'n-1', email: `nora@${DOMAIN}`, email_verified: true, name: 'Nora' };
const NOBODY = 'Your account isn’t set up for Gatehouse yet';
const deps = () => ({ db: ground.service.database.db, clock: ground.service.clock, url: ground.service.url });

beforeAll(async () => {
  ground = await startHostileGround();
  const anna = await addUser(deps(), ground.root, 'anna@northwind.example', { role: 'administrator' });
  administrator = apiClient(ground.service.url, (await addSession(deps(), anna)).token);
  await ground.use('code');
});
afterAll(async () => ground?.[Symbol.asyncDispose]());

beforeEach(async () => {
  const { db } = deps();
  await db.deleteFrom('appUser').where('emailKey', 'like', `%@${DOMAIN}`).execute();
  await db.deleteFrom('domainVerification').execute();
  await verified(DOMAIN);
  await switchTo(true);
});

async function verified(domain: string, organizationId: OrganizationId = ground.organization.id): Promise<void> {
  const now = ground.service.clock.now();
  await deps()
    .db.insertInto('domainVerification')
    .values({
      organizationId,
      domain,
      state: 'verified',
      token: newToken(),
      startedAt: now,
      verifiedAt: now,
      createdAt: now,
    })
    .execute();
}

async function switchTo(justInTime: boolean, client = administrator): Promise<number> {
  const path = `/organizations/${org(ground.organization)}`;
  const { version } = (await administrator.get(path)).body as { version: number };
  return (await client.send('PATCH', path, { justInTime, version })).status;
}

async function comes(
  person: { sub: string; email: string; [claim: string]: unknown } = NORA,
  typed = NORA.email,
): Promise<Page> {
  ground.provider.person = person;
  await using browser = ground.openBrowser();
  return await goToProvider(browser, ground.service, typed);
}

async function users(): Promise<{ email: string }[]> {
  const { body } = await administrator.get(`/organizations/${org(ground.organization)}/users`);
  return body.items as { email: string }[];
}

test('who is proven with an address at a verified domain gets a user at the first login, without any right', async () => {
  const claims = { ...NORA, roles: ['administrator'], role: 'administrator', groups: ['administrators'] };
  expect((await comes(claims)).text).toContain('Your applications');
  expect(await users()).toMatchObject([
    { email: NORA.email, name: 'Nora', status: 'verified', role: null, roleHeldBack: null, cameBySingleSignOn: true },
  ]);
  expect(await eventsOf(ground.service, ground.organization)).toContain('user.created');
  expect((await comes()).text).toContain('Your applications');
  expect(await users()).toHaveLength(1);
  // The next one with her address is nobody: an administrator decides.
  expect((await comes({ ...NORA, sub: 'n-2' })).text).toContain('knows you as somebody else');
});

test('nobody is made beyond the limit of users: a page says so, administrators are told once, who has a user logs in', async () => {
  expect((await comes()).text).toContain('Your applications');
  const limits = `/organizations/${org(ground.organization)}/limits`;
  const { body } = await administrator.get(limits);
  const { used } = (body.limits as { kind: string; used: number }[]).find(({ kind }) => kind === 'users')!;
  expect((await administrator.send('PATCH', limits, { users: used })).status).toBe(200);
  const before = await users();
  const olga = { ...NORA, sub: 'o-1', email: `olga@${DOMAIN}` };
  const petra = { ...NORA, sub: 'p-1', email: `petra@${DOMAIN}` };
  for (const person of [olga, petra]) {
    const page = await comes(person, person.email);
    expect(page.status).toBe(403);
    expect(page.text).toContain('your organization has as many as it may');
  }
  expect(await users()).toEqual(before);
  expect((await comes()).text).toContain('Your applications');
  const { db } = deps();
  const mails = await db.selectFrom('mailOutbox').select('recipient').where('kind', '=', 'users-full').execute();
  expect(mails).toEqual([{ recipient: 'anna@northwind.example' }]);
  const refused = await db
    .selectFrom('auditEvent')
    .select(['organizationId', 'details'])
    .where('kind', '=', 'login.refused')
    .where('details', '@>', JSON.stringify({ reason: 'login.full' }))
    .execute();
  expect(refused.map(({ organizationId }) => organizationId)).toEqual([ground.organization.id, ground.organization.id]);
  await administrator.send('PATCH', limits, { users: null });
  expect((await comes(olga, olga.email)).text).toContain('Your applications');
});

test('nobody is made where it is switched off, and that is how it begins', async () => {
  await switchTo(false);
  expect((await comes()).text).toContain(NOBODY);
  const other = await makeManaged(ground.service, ground.root, 'Litware');
  expect((await administrator.get(`/organizations/${org(other)}`)).body.justInTime).toBe(false);
  expect(await users()).toEqual([]);
});

test.each([
  ['an address that the provider only claims', { ...NORA, email_verified: false }],
  ['an address that it proves by a text', { ...NORA, email_verified: 'true' }],
  ['an address at another domain', { ...NORA, email: 'nora@contoso.example' }],
  ['an address below the domain', { ...NORA, email: `nora@mail.${DOMAIN}` }],
  ['an address that looks like one', { ...NORA, email: 'nora@fabrikam-trаding.example' }],
  ['several addresses', { ...NORA, email: [NORA.email] as never }],
  ['no address', { sub: 'n-1', email: '', preferred_username: NORA.email }],
])('nobody is made of %s', async (_, person) => {
  expect((await comes(person)).text).toContain(NOBODY);
  expect(await users()).toEqual([]);
});

test('nobody is made for a domain that is lost, was never proved, waits, or is another organization’s', async () => {
  const { db } = deps();
  await db.updateTable('domainVerification').set({ state: 'lost' }).execute();
  // Routed still, so the address leads here.
  await db
    .insertInto('organizationDomain')
    .values({ domain: DOMAIN, organizationId: ground.organization.id, createdAt: ground.service.clock.now() })
    .onConflict((conflict) => conflict.doNothing())
    .execute();
  expect((await comes()).text).toContain(NOBODY);
  await db.updateTable('domainVerification').set({ state: 'pending' }).execute();
  expect((await comes()).text).toContain(NOBODY);
  const takesEffectAt = new Date(ground.service.clock.now().getTime() + 1000);
  await db.updateTable('domainVerification').set({ state: 'waiting', takesEffectAt }).execute();
  expect((await comes()).text).toContain(NOBODY);
  await verified('contoso.example', ground.root.id);
  expect((await comes({ ...NORA, email: 'nora@contoso.example' })).text).toContain(NOBODY);
  expect(await users()).toEqual([]);
});

test('a disabled user stays out, and a pending one is no second user', async () => {
  const nora = await addUser(deps(), ground.organization, NORA.email, { status: 'disabled' });
  expect((await comes()).text).toContain('You could not be logged in');
  expect(await users()).toMatchObject([{ email: NORA.email, status: 'disabled' }]);
  await deps().db.updateTable('appUser').set({ status: 'pending' }).where('id', '=', nora.id).execute();
  expect((await comes()).text).toContain('Your applications');
  expect(await users()).toMatchObject([{ email: NORA.email, status: 'verified', cameBySingleSignOn: false }]);
});

test('two first logins at the same moment make one user', async () => {
  const pages = await Promise.all([comes(), comes(), comes()]);
  expect(pages.map(({ text }) => text.includes('Your applications'))).toEqual([true, true, true]);
  expect(await users()).toHaveLength(1);
});

test('so many within an hour, and no more', async () => {
  const { db } = deps();
  const createdAt = ground.service.clock.now();
  const { id: organizationId } = ground.organization;
  await db
    .insertInto('appUser')
    .values(
      Array.from({ length: 200 }, (_, at) => {
        const email = `p${at}@${DOMAIN}`;
        const id = randomUuid() as UserId;
        return {
          id,
          organizationId,
          email,
          emailKey: email,
          status: 'verified' as const,
          cameBySingleSignOn: true,
          createdAt,
        };
      }),
    )
    .execute();
  expect((await comes()).text).toContain(NOBODY);
  const anHourAgo = new Date(createdAt.getTime() - 3_600_001);
  await db.updateTable('appUser').set({ createdAt: anHourAgo }).where('cameBySingleSignOn', '=', true).execute();
  expect((await comes()).text).toContain('Your applications');
});

test('only an administrator with a fresh factor switches it', async () => {
  const editor = await addUser(deps(), ground.organization, `ed@${DOMAIN}`, { role: 'editor' });
  const stale = await addUser(deps(), ground.organization, `stale@${DOMAIN}`, { role: 'administrator' });
  const clients = [
    apiClient(ground.service.url, (await addSession(deps(), editor)).token),
    apiClient(ground.service.url, (await addSession(deps(), stale, { factorAt: null })).token),
    apiClient(ground.service.url, await addApiToken(deps(), ground.organization, 'editor')),
  ];
  const statuses = [];
  for (const client of clients) statuses.push(await switchTo(false, client));
  expect(statuses).toEqual([403, 403, 403]);
});
