import { afterAll, beforeAll, expect, test } from 'vitest';
import { formatId } from '../../src/base/ids.ts';
import type { OrganizationId, UserId } from '../../src/base/ids.ts';
import { randomUuid } from '../../src/base/random.ts';
import type { Organization } from '../../src/organizations/organization.ts';
import { makeManaged, makePerson, makeRoot } from '../support/fixtures.ts';
import type { Person } from '../support/fixtures.ts';
import { openHttpBrowser } from '../support/http-browser.ts';
import { logIn } from '../support/log-in.ts';
import type { Page } from '../support/page.ts';
import { addUser } from '../support/people.ts';
import { startService } from '../support/start-service.ts';
import type { TestService } from '../support/start-service.ts';
import { sendElsewhere } from '../support/stories.ts';
import { totpAt } from '../support/totp.ts';

// Lesson: an address that a customer's administrator typed, or a customer's provider stated, steered somebody else's login.

let service: TestService;
let contoso: Organization;
let hostile: Organization;
let maria: Person;

beforeAll(async () => {
  service = await startService();
  const root = await makeRoot(service);
  contoso = await makeManaged(service, root, 'Contoso');
  hostile = await makeManaged(service, root, 'Fabrikam Trading');
  maria = await makePerson(service, contoso, 'maria@contoso.example');
  await sendElsewhere(service, hostile);
});
afterAll(async () => service.close());

const deps = () => ({ db: service.database.db, clock: service.clock });

/** Where an address leads: the page, or the host of an identity provider. */
async function lead(email: string, query = ''): Promise<Page> {
  await using browser = openHttpBrowser({ stopAt: (url) => url.hostname === 'login.contoso.example' });
  const page = await browser.open(`${service.url}/login/start${query}`);
  return await browser.submit(page, { email }, { button: 'Continue' });
}

test.each(['verified', 'pending'] as const)(
  'a %s user that another organization made with Maria’s address changes nothing for Maria',
  async (status) => {
    const before = await lead(maria.email);
    const planted = await addUser(deps(), hostile, maria.email, { status });
    const after = await lead(maria.email);
    expect(after.title).toBe(before.title);
    expect(after.title).toContain('Enter Your Password');
    await deps().db.deleteFrom('appUser').where('id', '=', planted.id).execute();
  },
);

test('a break-glass user that another organization made with Ada’s address does not take her emergency access', async () => {
  const ada = await makePerson(service, contoso, 'ada@contoso.example', { breakGlass: true });
  await addUser(deps(), hostile, ada.email, { breakGlass: true });
  await using browser = openHttpBrowser();
  const emergency = await browser.open(`${service.url}/login/emergency`);
  const page = await logIn(browser, service, await browser.submit(emergency, {}, { button: 'Log In' }), ada);
  expect(page.text).toContain('Your applications');
});

test('however many users others made with an address before, its proven user logs in and is mailed a reset link', async () => {
  const { db } = deps();
  const email = 'kim@contoso.example';
  const planted = Array.from({ length: 60 }, () => randomUuid() as OrganizationId);
  const createdAt = service.clock.now();
  const below = { managingOrganizationId: hostile.id, depth: 3, createdAt };
  await db
    .insertInto('organization')
    .values(planted.map((id) => ({ ...below, id, path: `${hostile.path}${id}/`, name: id })))
    .execute();
  const user = { email, emailKey: email, status: 'verified' as const, createdAt };
  await db
    .insertInto('appUser')
    .values(planted.map((organizationId) => ({ ...user, id: randomUuid() as UserId, organizationId })))
    .execute();
  const kim = await makePerson(service, contoso, email);
  await using browser = openHttpBrowser();
  await browser.submit(await browser.open(`${service.url}/login/forgot`), { email });
  const links = db.selectFrom('resetLink').select('id').where('userId', '=', kim.userId);
  await expect.poll(async () => links.execute()).toHaveLength(1);
  const page = await logIn(browser, service, await browser.open(`${service.url}/login/start`), kim);
  expect(page.text).toContain('Your applications');
});

test.each(['verified', 'pending'] as const)(
  'a %s user with nobody else’s address leads to no provider',
  async (status) => {
    const email = `${status}@unheard-of.example`;
    await addUser(deps(), hostile, email, { status });
    const page = await lead(email);
    expect(page.stoppedAt).toBeUndefined();
    expect(page.title).toContain('Enter Your Password');
  },
);

test('an address at a domain routed or verified elsewhere goes there, whatever users others made with it', async () => {
  const { db } = service.database;
  const now = service.clock.now();
  await makePerson(service, hostile, 'proven@fabrikam.example');
  const owner = await makeManaged(service, contoso, 'Contoso Retail');
  const owned = { organizationId: owner.id, createdAt: now };
  await db
    .insertInto('organizationDomain')
    .values({ ...owned, domain: 'routed.example' })
    .execute();
  await db
    .insertInto('domainVerification')
    .values({
      ...owned,
      domain: 'fabrikam.example',
      state: 'verified',
      token: 'a'.repeat(26),
      startedAt: now,
      verifiedAt: now,
    })
    .execute();
  await addUser(deps(), hostile, 'planted@routed.example');
  expect((await lead('planted@routed.example')).title).toContain('Enter Your Password');
  // Proved by a mailed invitation at the hostile organization, and yet the domain's own organization decides.
  expect((await lead('proven@fabrikam.example')).title).toContain('Enter Your Password');
});

test('a link that names an organization says so, with an address or without, and sends no address there', async () => {
  const organization = formatId('org', hostile.id);
  await addUser(deps(), hostile, 'victim@contoso.example', { status: 'pending' });
  for (const hint of ['', `&login_hint=${encodeURIComponent('victim@contoso.example')}`]) {
    await using browser = openHttpBrowser({ stopAt: (url) => url.hostname === 'login.contoso.example' });
    const plain = await browser.open(`${service.url}/login/start`);
    const request = new URL(plain.hops[1]!.url);
    request.searchParams.set('organization', organization);
    const page = await browser.open(`${request.href}${hint}`);
    expect(page.text).toContain('You will log in to Fabrikam Trading at login.contoso.example.');
    const away = await browser.submit(page, {}, { button: 'Continue' });
    expect(away.stoppedAt?.hostname).toBe('login.contoso.example');
    expect(away.stoppedAt?.searchParams.get('login_hint')).toBeNull();
  }
  await using browser = openHttpBrowser();
  const plain = await browser.open(`${service.url}/login/start`);
  const request = new URL(plain.hops[1]!.url);
  request.searchParams.set('organization', formatId('org', contoso.id));
  expect((await browser.open(request)).text).toContain('You will log in to Contoso.');
});

test('codes that strangers ask for do not use up those of the owner’s browser', async () => {
  const email = 'shared@contoso.example';
  await makePerson(service, contoso, email);
  const other = await makeManaged(service, contoso, 'Contoso Toys');
  const person = await makePerson(service, other, email);
  await using mine = openHttpBrowser();
  // A browser that logged in with the address before: by the link of its organization.
  const known = new URL((await mine.open(`${service.url}/login/start`)).hops[1]!.url);
  known.searchParams.set('organization', formatId('org', other.id));
  const asked = await mine.submit(await mine.open(known), { email }, { button: 'Continue' });
  service.clock.advance(30);
  const factor = await mine.submit(asked, { password: person.password }, { button: 'Continue' });
  await mine.submit(factor, { code: await totpAt(person.seed, service.clock.now()) }, { button: 'Continue' });
  mine.cookies.remove('localhost', 'session');
  const statuses: number[] = [];
  for (let i = 0; i < 8; i += 1) statuses.push((await lead(email)).status);
  expect(statuses.at(-1)).toBe(429);
  const page = await mine.submit(await mine.open(`${service.url}/login/start`), { email }, { button: 'Continue' });
  expect([page.status, page.title]).toEqual([200, expect.stringContaining('Check your mail')]);
});
