import { afterAll, beforeAll, expect, test } from 'vitest';
import { formatId } from '../../src/base/ids.ts';
import { apiClient } from '../support/api-client.ts';
import type { ApiClient } from '../support/api-client.ts';
import { configure, goToProvider, inForce } from '../support/federation.ts';
import { makeApplication } from '../support/fixtures.ts';
import { MALLORY, startHostileGround } from '../support/hostile-organization.ts';
import type { HostileGround } from '../support/hostile-organization.ts';
import { startHostileProvider } from '../support/hostile-provider.ts';
import type { HostileProvider } from '../support/hostile-provider.ts';
import { addSession, addUser, org } from '../support/people.ts';

// Lesson: a method that comes back brings what was decided long ago. Rules that nobody was shown since give no role, and rules
// that were removed meanwhile stay removed. Where no rule decides, roles that rules gave stay as well.

let ground: HostileGround;
let other: HostileProvider;
let administrator: ApiClient;
let path: string;

const ADMINS = { claim: 'groups', value: 'g-admins', gives: { kind: 'console', role: 'administrator' } };

beforeAll(async () => {
  ground = await startHostileGround();
  other = await startHostileProvider({ host: '127.0.0.4' });
  const deps = { db: ground.service.database.db, clock: ground.service.clock, url: ground.service.url };
  const anna = await addUser(deps, ground.root, 'anna@northwind.example', { role: 'administrator' });
  // Another one, so that nobody is the last.
  await addUser(deps, ground.organization, 'ada@fabrikam-trading.example', { role: 'administrator' });
  administrator = apiClient(ground.service.url, (await addSession(deps, anna)).token);
  path = `/organizations/${org(ground.organization)}/authentication`;
});
afterAll(async () => {
  await ground?.[Symbol.asyncDispose]();
  await other?.stop();
});

const rules = async () => (await administrator.get(`${path}/role-rules`)).body;
async function save(saved: unknown[]): Promise<void> {
  const { version } = await rules();
  expect((await administrator.send('PUT', `${path}/role-rules`, { rules: saved, version })).status).toBe(200);
}
async function switchBack(): Promise<void> {
  const { version } = (await administrator.get(path)).body;
  expect((await administrator.send('POST', `${path}/switch-back`, { version })).status).toBe(200);
}
/** Settings of another provider. */
const elsewhere = () => ({
  method: 'openid-connect',
  clientId: 'gatehouse',
  discoveryUrl: other.issuer,
  credential: 'none',
});
/** Her role after a login with the group. */
async function roleByGroup(): Promise<string | null> {
  return roleWith('g-admins');
}

async function roleWith(...groups: string[]): Promise<string | null> {
  ground.provider.person = { ...ground.provider.person, groups };
  await using browser = ground.openBrowser();
  expect((await goToProvider(browser, ground.service, MALLORY)).title).toContain('Your applications');
  const row = ground.service.database.db.selectFrom('appUser').select('consoleRole').where('emailKey', '=', MALLORY);
  return (await row.executeTakeFirstOrThrow()).consoleRole;
}

test('rules of a method that comes back give and take nothing before an administrator saved them', async () => {
  await ground.use('code');
  await save([ADMINS]);
  ground.provider.person = { ...ground.provider.person, groups: [] };
  await using browser = ground.openBrowser();
  expect((await ground.tryLogin(browser)).title).toContain('Your applications');
  await configure(ground.service, ground.organization, elsewhere());
  expect(await rules()).toMatchObject({ rules: [], active: true });
  await switchBack();
  expect(await rules()).toMatchObject({ rules: [ADMINS], active: false });
  expect(await roleByGroup()).toBeNull();
  await save([ADMINS]);
  expect(await rules()).toMatchObject({ active: true });
  expect(await roleByGroup()).toBe('administrator');
});

test('rules that were removed at the same provider are not back with the settings before', async () => {
  await ground.use('code', { scope: 'openid email groups' });
  expect(await roleByGroup()).toBe('administrator');
  expect((await inForce(ground.service, ground.organization))?.state).toBe('active');
  await save([]);
  await switchBack();
  expect(await rules()).toMatchObject({ rules: [], active: true });
  expect(await roleByGroup()).toBeNull();
});

const PILOT = { pilot: { addresses: 'ada@fabrikam-trading.example' } };

/** A rule of some connection gave her a role that this one has no rule about. */
async function givenByRule(): Promise<void> {
  const ruled = { consoleRole: 'viewer' as const, ruledRoles: ['console'] };
  await ground.service.database.db.updateTable('appUser').set(ruled).where('emailKey', '=', MALLORY).execute();
}

test('a method that came back takes no role that a rule gave', async () => {
  await ground.use('code');
  const redirectUris = ['https://reports.northwind.example/callback'];
  const { application } = await makeApplication(ground.service, ground.root, { name: 'Reports', redirectUris });
  const gives = { kind: 'application', applicationId: formatId('app', application.id), roles: ['reader'] };
  const saved = [{ claim: 'groups', value: 'g-readers', gives }];
  await save(saved);
  expect(await roleWith()).toBeNull();
  await configure(ground.service, ground.organization, elsewhere());
  await switchBack();
  expect(await rules()).toMatchObject({ active: false });
  await givenByRule();
  expect(await roleWith()).toBe('viewer');
  await save(saved);
  expect(await roleWith()).toBeNull();
});

test('so it is with the method before, which a pilot leaves to the others', async () => {
  await ground.use('code');
  await save([]);
  await givenByRule();
  expect(await roleWith()).toBeNull();
  await configure(ground.service, ground.organization, elsewhere(), PILOT);
  await givenByRule();
  expect(await roleWith()).toBe('viewer');
});

test('and with the method of the managing organization beside a pilot', async () => {
  const { service, organization, root, provider } = ground;
  await configure(service, root, { ...elsewhere(), discoveryUrl: provider.issuer, flow: 'id-token' });
  await configure(service, organization, { method: 'same-as-managing' });
  await givenByRule();
  // In force, it gives nothing: what a rule gave ends.
  expect(await roleWith()).toBeNull();
  await givenByRule();
  await configure(service, organization, elsewhere(), PILOT);
  expect(await roleWith()).toBe('viewer');
});

/** Saves with an editor that was opened before. */
const saveFrom = async (version: number) =>
  administrator.send('PUT', `${path}/role-rules`, { rules: [ADMINS], version });
const CONFLICT = { status: 409, body: { code: 'version.conflict' } };

test('an editor opened on the rules of one connection saves nothing over those of the one that came back', async () => {
  await ground.use('code');
  await save([ADMINS]);
  expect(await roleByGroup()).toBe('administrator');
  const before = (await rules()).version as number;
  await configure(ground.service, ground.organization, elsewhere());
  // As many changes as the one before had.
  while (((await rules()).version as number) < before) await save([]);
  const opened = (await rules()).version as number;
  await switchBack();
  expect(await rules()).toMatchObject({ rules: [ADMINS], active: false });
  expect(await saveFrom(opened)).toMatchObject(CONFLICT);
  expect(await rules()).toMatchObject({ active: false });
  // Nor after another administrator looked at them and saved.
  await save([]);
  expect(await saveFrom(opened)).toMatchObject(CONFLICT);
  expect(await rules()).toMatchObject({ rules: [] });
});

test('an editor opened on the rules of one connection saves nothing over those of a new one', async () => {
  await configure(ground.service, ground.organization, elsewhere());
  const opened = (await rules()).version as number;
  await ground.use('code');
  expect(await saveFrom(opened)).toMatchObject(CONFLICT);
  expect(await rules()).toMatchObject({ rules: [] });
});
