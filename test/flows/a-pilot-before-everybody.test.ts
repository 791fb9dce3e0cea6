import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Authentication } from '../../src/api/contract/authentication.ts';
import { apiClient } from '../support/api-client.ts';
import type { ApiClient } from '../support/api-client.ts';
import { configure, eventsOf, inForce } from '../support/federation.ts';
import { makePerson } from '../support/fixtures.ts';
import type { Person } from '../support/fixtures.ts';
import { MALLORY, startHostileGround } from '../support/hostile-organization.ts';
import type { HostileGround } from '../support/hostile-organization.ts';
import { addApiToken, org } from '../support/people.ts';
import { logIn } from '../support/log-in.ts';
import type { Page } from '../support/page.ts';
import { findLoginMethod } from '../../src/connections/find-login-method.ts';
import { findOrganization } from '../../src/organizations/find-organization.ts';
import { SHARE_DIGITS } from '../../src/connections/pilot/pilot.ts';

/** Fabrikam Trading tries its provider, an honest one here, with some people first. */
let ground: HostileGround;
let ines: Person;
let api: ApiClient;
let path: string;

beforeAll(async () => {
  ground = await startHostileGround();
  ines = await makePerson(ground.service, ground.organization, 'ines@fabrikam-trading.example', {
    role: 'administrator',
  });
  api = apiClient(ground.service.url, await addApiToken(groundDeps(), ground.root, 'administrator'));
  await configure(ground.service, ground.organization, { method: 'built-in' });
  path = `/organizations/${org(ground.organization)}/authentication`;
});
afterAll(async () => {
  await ground?.[Symbol.asyncDispose]();
});

const groundDeps = () => ({ db: ground.service.database.db, clock: ground.service.clock });
const settings = () => ({
  method: 'openid-connect',
  clientId: 'gatehouse',
  discoveryUrl: ground.provider.issuer,
  credential: 'secret',
  flow: 'code',
  clientSecret: 'kept',
});
const read = async (): Promise<Authentication> => (await api.get(path)).body as Authentication;

/** Where an address leads from our first page. */
async function ledTo(email: string): Promise<Page> {
  await using browser = ground.openBrowser();
  const start = await browser.open(`${ground.service.url}/login/start`);
  return await browser.submit(start, { email }, { button: 'Continue' });
}

const PROVIDER = 'at the provider';
const PASSWORD_PAGE = 'Enter Your Password';

/** Which method an address leads to; the provider answers at once. */
async function methodOf(email: string): Promise<string> {
  const { title } = await ledTo(email);
  return title.includes(PASSWORD_PAGE) ? PASSWORD_PAGE : PROVIDER;
}

test('who is named logs in the new way; the others, and addresses of nobody, log in as before', async () => {
  const saved = await api.send('PUT', path, {
    settings: settings(),
    pilot: { addresses: `Mallory <${MALLORY}>` },
    version: (await read()).version,
  });
  expect(saved.status).toBe(200);
  expect(saved.body.pilot).toEqual({ percent: null, named: 1, users: 1, previous: 'built-in' });
  expect(await methodOf(MALLORY)).toBe(PROVIDER);
  expect(await methodOf(ines.email)).toBe(PASSWORD_PAGE);
  expect(await methodOf('nobody@fabrikam-trading.example')).toBe(PASSWORD_PAGE);
  const listed = await api.get(`${path}/affected-users?only=pilot`);
  expect(listed.body.items.map(({ email }: { email: string }) => email)).toEqual([MALLORY]);
  expect((await api.get(`${path}/affected-users?only=pilot&search=ines`)).body.items).toEqual([]);
});

test('the first success in a pilot ends nothing of the others: sessions, passwords, second factors', async () => {
  const { service, organization } = ground;
  await using other = ground.openBrowser();
  await logIn(other, service, await other.open(`${service.url}/login/start`), ines);
  await using browser = ground.openBrowser();
  expect((await ground.tryLogin(browser)).title).toContain('Your applications');
  expect((await inForce(service, organization))?.state).toBe('active');
  expect(await inForce(service, organization)).toMatchObject({ endsSessionsAt: null });
  await using again = ground.openBrowser();
  const page = await logIn(again, service, await again.open(`${service.url}/login/start`), ines);
  expect(page.title).toContain('Your applications');
  expect((await other.open(`${service.url}/account`)).title).toContain('account');
});

test('a link that names the organization asks for the address first, since that decides', async () => {
  await using browser = ground.openBrowser();
  const page = await browser.open(`${ground.service.url}/login/o/${org(ground.organization)}`);
  expect(page.text).toContain('You will log in to Fabrikam Trading.');
  expect(page.text).toContain('Email address');
});

test('*Why?* names the pilot, of a real login and of a simulated one', async () => {
  const simulated = await api.send('POST', `/organizations/${org(ground.organization)}/logins/simulation`, {
    email: ines.email,
  });
  const told = JSON.stringify(simulated.body);
  expect(told).toContain('this person is not in it: the method from before the pilot holds');
  const logins = await api.get(
    `/organizations/${org(ground.organization)}/logins?search=${encodeURIComponent(MALLORY)}`,
  );
  const [{ reference }] = logins.body.items as [{ reference: string }];
  const explained = await api.get(`/organizations/${org(ground.organization)}/logins/${reference}`);
  expect(JSON.stringify(explained.body)).toContain('this person is in it: the method of the pilot holds');
});

test('settings saved anew during a pilot leave the others the method from before it', async () => {
  const saved = await api.send('PUT', path, {
    settings: { ...settings(), scope: 'openid email' },
    pilot: { addresses: MALLORY },
    version: (await read()).version,
  });
  expect(saved.status).toBe(200);
  expect(await methodOf(ines.email)).toBe(PASSWORD_PAGE);
  expect(saved.body.switchBack).toMatchObject({ method: 'built-in', until: null });
});

test('a share: the same users at each login, and those of a smaller share are in a larger one', async () => {
  const share = (id: string): number => Number.parseInt(id.slice(0, SHARE_DIGITS), 16) % 100;
  const shares: string[][] = [];
  for (const percent of [1, 50, 99]) {
    const changed = await api.send('PUT', `${path}/pilot`, { pilot: { percent }, version: (await read()).version });
    expect(changed.status).toBe(200);
    const listed = await api.get(`${path}/affected-users?only=pilot`);
    shares.push((listed.body.items as { email: string }[]).map(({ email }) => email));
    const inside = share(ines.userId) < percent;
    expect(listed.body.items.some(({ email }: { email: string }) => email === ines.email)).toBe(inside);
    expect(await methodOf(ines.email)).toBe(inside ? PROVIDER : PASSWORD_PAGE);
    expect(await methodOf(ines.email)).toBe(inside ? PROVIDER : PASSWORD_PAGE);
    expect(changed.body.pilot).toMatchObject({ percent, users: listed.body.total });
  }
  for (const [smaller, larger] of [
    [0, 1],
    [1, 2],
  ] as const) {
    expect(shares[smaller]!.every((email) => shares[larger]!.includes(email))).toBe(true);
  }
});

test('who is named has to be a user; a pilot needs its version, and one that runs', async () => {
  const refused = await api.send('PUT', `${path}/pilot`, {
    pilot: { addresses: 'stranger@elsewhere.example' },
    version: (await read()).version,
  });
  expect(refused.body).toMatchObject({
    code: 'input.malformed',
    errors: [{ field: 'pilot.addresses', code: 'no-user' }],
  });
  const stale = await api.send('POST', `${path}/pilot/everybody`, { version: 1 });
  expect(stale.body.code).toBe('version.conflict');
});

test('*Everybody*: the method holds for all, what the others used before is refused, and one may switch back for 30 days', async () => {
  await api.send('PUT', `${path}/pilot`, { pilot: { addresses: MALLORY }, version: (await read()).version });
  await using browser = ground.openBrowser();
  await ground.tryLogin(browser);
  const ended = await api.send('POST', `${path}/pilot/everybody`, { version: (await read()).version });
  expect(ended.status).toBe(200);
  expect(ended.body).toMatchObject({ pilot: null, switchBack: { method: 'built-in' } });
  expect(ended.body.switchBack.until).not.toBeNull();
  expect(await methodOf(ines.email)).toBe(PROVIDER);
  const again = await api.send('POST', `${path}/pilot/everybody`, { version: (await read()).version });
  expect(again.body.code).toBe('pilot.none');
  expect(await eventsOf(ground.service, ground.organization)).toEqual(
    expect.arrayContaining(['connection.pilot-changed', 'connection.pilot-ended']),
  );
});

test('*Back*: everybody logs in as before', async () => {
  await configure(ground.service, ground.organization, { method: 'built-in' });
  await configure(ground.service, ground.organization, settings(), { pilot: { addresses: MALLORY } });
  expect(await methodOf(MALLORY)).toBe(PROVIDER);
  // However long it lasts: the method before is kept, and may be returned to.
  ground.service.clock.advance(40 * 86_400);
  const organization = await findOrganization(groundDeps(), ground.organization.id);
  const others = await findLoginMethod(groundDeps(), organization!, ines.userId);
  expect(others).toMatchObject({ current: { method: 'built-in' }, pilot: 'outside' });
  const back = await api.send('POST', `${path}/switch-back`, { version: (await read()).version });
  expect(back.body).toMatchObject({ method: 'built-in', pilot: null });
});
