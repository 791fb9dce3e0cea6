import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { formatId } from '../../src/base/ids.ts';
import type { ApplicationId } from '../../src/base/ids.ts';
import type { User } from '../../src/users/user.ts';
import { apiClient } from '../support/api-client.ts';
import type { ApiAnswer, ApiClient } from '../support/api-client.ts';
import { configure, goToProvider } from '../support/federation.ts';
import { makeApplication, makeManaged, makePerson } from '../support/fixtures.ts';
import { MALLORY, startHostileGround } from '../support/hostile-organization.ts';
import type { HostileGround } from '../support/hostile-organization.ts';
import { addApiToken, addSession, addUser, org } from '../support/people.ts';

// Lesson: groups of a provider give roles by rules that an administrator made, and nothing beyond them. What is not known
// takes nothing away and gives nothing; nobody is made more than the administrator could make them, and nobody locked out.

let ground: HostileGround;
let administrator: ApiClient;
let mallory: User;
let reports: { id: ApplicationId };

const deps = () => ({ db: ground.service.database.db, clock: ground.service.clock, url: ground.service.url });
const ADMINS = { claim: 'groups', value: 'g-admins', gives: { kind: 'console', role: 'administrator' } };
const STAFF = { claim: 'groups', value: 'g-staff', gives: { kind: 'console', role: 'viewer' } };
const path = () => `/organizations/${org(ground.organization)}/authentication/role-rules`;

beforeAll(async () => {
  ground = await startHostileGround();
  const anna = await addUser(deps(), ground.root, 'anna@northwind.example', { role: 'administrator' });
  administrator = apiClient(ground.service.url, (await addSession(deps(), anna)).token);
  const made = await makeApplication(ground.service, ground.root, {
    name: 'Reports',
    redirectUris: ['https://reports.northwind.example/callback'],
  });
  reports = made.application;
  await ground.use('code');
  mallory = await deps()
    .db.selectFrom('appUser')
    .selectAll()
    .where('emailKey', '=', MALLORY)
    .executeTakeFirstOrThrow()
    .then((row) => row as unknown as User);
});
afterAll(async () => ground?.[Symbol.asyncDispose]());

beforeEach(async () => {
  ground.provider.setFaults({});
  await save([]);
  await deps()
    .db.updateTable('appUser')
    .set({ consoleRole: null, consoleRoleHeldBack: null, ruledRoles: [], breakGlass: false })
    .where('organizationId', '=', ground.organization.id)
    .execute();
  await deps().db.deleteFrom('userApplicationRole').execute();
});

async function save(rules: unknown[], at = path(), client = administrator): Promise<ApiAnswer> {
  const { version = 1 } = (await administrator.get(at)).body as { version?: number };
  return client.send('PUT', at, { rules, version });
}

/** Logs mallory in with claims of groups; returns her user as the API shows it. */
async function comesWith(claims: Record<string, unknown>): Promise<{ role: string | null; version: number }> {
  const before = ground.provider.person;
  ground.provider.person = { ...before, ...claims };
  await using browser = ground.openBrowser();
  const page = await goToProvider(browser, ground.service, MALLORY);
  ground.provider.person = before;
  expect(page.title).toContain('Your applications');
  return (await shown()).body as never;
}

const shown = async (): Promise<ApiAnswer> =>
  administrator.get(`/organizations/${org(ground.organization)}/users/${formatId('usr', mallory.id)}`);

async function roleIs(role: 'administrator' | 'editor' | 'viewer' | null): Promise<void> {
  await deps().db.updateTable('appUser').set({ consoleRole: role }).where('id', '=', mallory.id).execute();
}

const preview = async (of: unknown, rules: unknown[] | null = null): Promise<ApiAnswer> =>
  administrator.send('POST', `${path()}/preview`, { rules, of });

test('the first rule that matches decides, before the session starts, and what it gave ends with the group', async () => {
  expect((await save([STAFF, ADMINS])).status).toBe(200);
  expect(await comesWith({ groups: ['g-admins', 'g-staff'] })).toMatchObject({ role: 'viewer' });
  expect(await comesWith({ groups: ['g-admins'] })).toMatchObject({ role: 'administrator' });
  // Another one, so that she is not the last.
  await addUser(deps(), ground.organization, `other-${Date.now()}@fabrikam-trading.example`, { role: 'administrator' });
  expect(await comesWith({ groups: [] })).toMatchObject({ role: null });
  // Given by hand it stays, where no rule matches.
  await roleIs('editor');
  expect(await comesWith({ groups: ['g-none'] })).toMatchObject({ role: 'editor' });
  const events = await administrator.get(`/organizations/${org(ground.organization)}/audit-events?limit=50`);
  expect(JSON.stringify(events.body)).toContain('1. groups = g-staff');
});

test.each([
  ['groups that stand elsewhere (overage)', { _claim_names: { groups: 'src1' }, _claim_sources: { src1: {} } }],
  ['groups that are only announced', { hasgroups: true }],
  ['a list that is too long', { groups: Array.from({ length: 501 }, (_, at) => `g-${at}`) }],
])('%s are not known: nothing is given and nothing is taken', async (_, claims) => {
  await save([STAFF]);
  expect(await comesWith({ groups: ['g-staff'] })).toMatchObject({ role: 'viewer' });
  expect(await comesWith(claims)).toMatchObject({ role: 'viewer' });
  await roleIs(null);
  expect(await comesWith({ ...claims, roles: ['g-staff'] })).toMatchObject({ role: null });
});

test('a rule before the one that matches is not passed over because its claim is not known', async () => {
  const never = { claim: 'groups', value: 'g-suspended', gives: { kind: 'console', role: null } };
  const byRole = { claim: 'roles', value: 'admin', gives: { kind: 'console', role: 'administrator' } };
  await save([never, byRole]);
  expect(await comesWith({ roles: ['admin'], hasgroups: true })).toMatchObject({ role: null });
  expect(await comesWith({ roles: ['admin'], groups: [] })).toMatchObject({ role: 'administrator' });
});

test('groups that only userinfo states count, and its fault takes nothing away', async () => {
  await save([STAFF]);
  expect(await comesWith({ groups: ['g-staff'] })).toMatchObject({ role: 'viewer' });
  const hidden = [{ kind: 'claims', set: { groups: null } }] as const;
  ground.provider.setFaults({ token: [...hidden] });
  expect(await comesWith({ groups: ['g-staff'] })).toMatchObject({ role: 'viewer' });
  const down = { userinfo: { kind: 'error', status: 503, body: {} } } as const;
  ground.provider.setFaults({ token: [...hidden], http: down });
  expect(await comesWith({ groups: ['g-staff'] })).toMatchObject({ role: 'viewer' });
});

test.each([
  ['in other capitals', { groups: ['G-STAFF'] }],
  ['within a longer text', { groups: 'g-staff g-admins' }],
  ['in a list within the list', { groups: [['g-staff']] }],
  ['as an object', { groups: { 0: 'g-staff' } }],
  ['in another claim', { group: ['g-staff'], Groups: ['g-staff'] }],
])('a value %s gives no role', async (_, claims) => {
  await save([STAFF]);
  expect(await comesWith({ groups: [], ...claims })).toMatchObject({ role: null });
});

test('break-glass administrators, a role that waits, and the last administrator are not touched', async () => {
  const none = { claim: 'groups', value: 'g-out', gives: { kind: 'console', role: null } };
  await save([none, ADMINS]);
  await deps().db.deleteFrom('appUser').where('emailKey', 'like', 'other-%').execute();
  await roleIs('administrator');
  expect(await comesWith({ groups: ['g-out'] })).toMatchObject({ role: 'administrator' });
  const eve = await addUser(deps(), ground.organization, 'eve@fabrikam-trading.example', { role: 'administrator' });
  await deps().db.updateTable('appUser').set({ breakGlass: true }).where('id', '=', mallory.id).execute();
  expect(await comesWith({ groups: ['g-out'] })).toMatchObject({ role: 'administrator' });
  await deps()
    .db.updateTable('appUser')
    .set({ breakGlass: false, consoleRole: null, consoleRoleHeldBack: 'viewer' })
    .where('id', '=', mallory.id)
    .execute();
  expect(await comesWith({ groups: ['g-admins'] })).toMatchObject({ role: null, roleHeldBack: 'viewer' });
  await deps().db.deleteFrom('appUser').where('id', '=', eve.id).execute();
});

test('no rule makes administrators of the root, gives more than its maker has, or reads what people write themselves', async () => {
  const root = `/organizations/${org(ground.root)}/authentication/role-rules`;
  await configure(ground.service, ground.root, {
    method: 'openid-connect',
    clientId: 'gatehouse',
    discoveryUrl: ground.provider.issuer,
    credential: 'secret',
    clientSecret: 'known to the attacker',
  });
  expect((await save([ADMINS], root)).body).toMatchObject({ code: 'role-rule.root' });
  expect((await save([STAFF], root)).status).toBe(200);
  for (const claim of ['email', 'preferred_username', 'Name', 'upn', 'sub', 'acr', '_claim_names']) {
    expect((await save([{ ...ADMINS, claim }])).body).toMatchObject({ code: 'role-rule.claim' });
  }
  const editor = await addUser(deps(), ground.organization, 'ed@fabrikam-trading.example', { role: 'editor' });
  const asEditor = apiClient(ground.service.url, (await addSession(deps(), editor)).token);
  expect((await save([STAFF], path(), asEditor)).status).toBe(403);
  const stale = apiClient(ground.service.url, (await addSession(deps(), editor, { factorAt: null })).token);
  expect((await save([STAFF], path(), stale)).status).toBe(403);
  const program = apiClient(ground.service.url, await addApiToken(deps(), ground.organization, 'viewer'));
  expect((await program.get(path())).status).toBe(403);
});

test('an administrator below learns of no user or application beside, by saving or by a preview', async () => {
  const other = await makeManaged(ground.service, ground.root, 'Litware');
  const stranger = await addUser(deps(), other, 'lena@litware.example');
  const theirs = await makeApplication(ground.service, other, {
    name: 'Ledger',
    firstParty: false,
    redirectUris: ['https://ledger.litware.example/callback'],
  });
  const gives = (applicationId: string) => ({ kind: 'application', applicationId, roles: ['reader'] });
  const foreign = { ...STAFF, gives: gives(formatId('app', theirs.application.id)) };
  expect((await save([foreign])).body).toMatchObject({ code: 'role-rule.application' });
  expect((await preview({ stated: { groups: [] } }, [foreign])).body).toMatchObject({ code: 'role-rule.application' });
  expect((await preview({ userId: formatId('usr', stranger.id) })).body).toMatchObject({
    code: 'user.not-found',
  });
});

test('people of an organization that follows get nothing by the rules of the one above', async () => {
  await save([ADMINS]);
  const below = await makeManaged(ground.service, ground.organization, 'Fabrikam Toys');
  await addUser(deps(), below, 'mallory@fabrikam-toys.example');
  await configure(ground.service, below, { method: 'same-as-managing' });
  const before = ground.provider.person;
  ground.provider.person = { ...before, email: 'mallory@fabrikam-toys.example', groups: ['g-admins'] };
  await using browser = ground.openBrowser();
  const page = await goToProvider(browser, ground.service, 'mallory@fabrikam-toys.example');
  ground.provider.person = before;
  expect(page.title).toContain('Your applications');
  const { body } = await administrator.get(`/organizations/${org(below)}/users`);
  expect(body.items).toMatchObject([{ role: null }]);
});

test('roles in an application follow the groups; those given by hand elsewhere stay; a preview says the same', async () => {
  const gives = { kind: 'application', applicationId: formatId('app', reports.id), roles: ['reader', 'author'] };
  const rule = { claim: 'groups', value: 'g-staff', gives };
  await save([rule, STAFF]);
  expect(await comesWith({ groups: ['g-staff'] })).toMatchObject({
    role: 'viewer',
    applicationRoles: [{ roles: ['author', 'reader'] }],
  });
  const saved = await preview({ userId: formatId('usr', mallory.id) });
  expect(saved.body).toMatchObject({
    stated: { groups: ['g-staff'] },
    decisions: [
      { rule: 1, known: true, sentence: expect.stringContaining('Reports: reader, author. Rule 1') },
      { target: 'console', rule: 2, sentence: expect.stringContaining('the console: viewer. Rule 2') },
    ],
  });
  expect((await preview({ stated: { groups: null } })).body).toMatchObject({
    decisions: [{ known: false }, { known: false, sentence: expect.stringContaining('stays') }],
  });
  expect(await comesWith({ groups: [] })).toMatchObject({ role: null, applicationRoles: [] });
  // An application that is gone keeps nobody out.
  await save([rule]);
  await deps().db.deleteFrom('application').where('id', '=', reports.id).execute();
  expect(await comesWith({ groups: ['g-staff'] })).toMatchObject({ role: null });
});

test('rules that were removed give nothing through the connection before, which a pilot leaves to the others', async () => {
  await save([ADMINS]);
  const ines = await makePerson(ground.service, ground.organization, 'ines@fabrikam-trading.example');
  const settings = { method: 'openid-connect', clientId: 'pilot', discoveryUrl: ground.provider.issuer };
  const { service, organization } = ground;
  await configure(
    service,
    organization,
    { ...settings, credential: 'none', flow: 'code' },
    { pilot: { addresses: ines.email } },
  );
  expect((await save([])).status).toBe(200);
  expect(await comesWith({ groups: ['g-admins'] })).toMatchObject({ role: null });
});
