import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { formatId } from '../../src/base/ids.ts';
import type { ApplicationId, UserId } from '../../src/base/ids.ts';
import { apiClient } from '../support/api-client.ts';
import type { ApiClient } from '../support/api-client.ts';
import { goToProvider } from '../support/federation.ts';
import { makeApplication } from '../support/fixtures.ts';
import { MALLORY, startHostileGround } from '../support/hostile-organization.ts';
import type { HostileGround } from '../support/hostile-organization.ts';
import { addSession, addUser, org } from '../support/people.ts';

// Lesson: whoever runs the groups of a provider gives and takes what rules give. What an administrator gave by hand is not
// theirs to take by adding somebody to a group and removing them again; and nobody gains by leaving a group.

let ground: HostileGround;
let administrator: ApiClient;
let userId: UserId;
let reports: { id: ApplicationId };

const deps = () => ({ db: ground.service.database.db, clock: ground.service.clock, url: ground.service.url });
type Role = 'administrator' | 'editor' | 'viewer' | null;
const gives = (value: string, role: Role) => ({ claim: 'groups', value, gives: { kind: 'console', role } });
const at = (): string => `/organizations/${org(ground.organization)}/users/${formatId('usr', userId)}`;

beforeAll(async () => {
  ground = await startHostileGround();
  const anna = await addUser(deps(), ground.root, 'anna@northwind.example', { role: 'administrator' });
  administrator = apiClient(ground.service.url, (await addSession(deps(), anna)).token);
  const redirectUris = ['https://reports.northwind.example/callback'];
  reports = (await makeApplication(ground.service, ground.root, { name: 'Reports', redirectUris })).application;
  await ground.use('code');
  const { db } = deps();
  const row = await db.selectFrom('appUser').select('id').where('emailKey', '=', MALLORY).executeTakeFirstOrThrow();
  userId = row.id;
  // Another one, so that she is never the last.
  await addUser(deps(), ground.organization, 'ada@fabrikam-trading.example', { role: 'administrator' });
});
afterAll(async () => ground?.[Symbol.asyncDispose]());
beforeEach(async () => {
  const columns = { consoleRole: null, ruledRoles: [], rolesByHand: [] };
  await deps().db.updateTable('appUser').set(columns).where('id', '=', userId).execute();
  await deps().db.deleteFrom('userApplicationRole').execute();
});

async function rules(...saved: unknown[]): Promise<void> {
  const path = `/organizations/${org(ground.organization)}/authentication/role-rules`;
  const { version } = (await administrator.get(path)).body;
  expect((await administrator.send('PUT', path, { rules: saved, version })).status).toBe(200);
}

async function byHand(role: Role): Promise<void> {
  const { version } = (await administrator.get(at())).body;
  expect((await administrator.send('PATCH', at(), { role, version })).status).toBe(200);
}

/** Logs mallory in with groups; gives her role after that. */
async function roleWith(...groups: string[]): Promise<Role> {
  return (await userWith(...groups)).role;
}

async function userWith(...groups: string[]): Promise<{ role: Role; applicationRoles: { roles: string[] }[] }> {
  ground.provider.person = { ...ground.provider.person, groups };
  await using browser = ground.openBrowser();
  expect((await goToProvider(browser, ground.service, MALLORY)).title).toContain('Your applications');
  return (await administrator.get(at())).body as never;
}

test('a role that was given by hand, and then by a group too, stays when the group ends', async () => {
  await rules(gives('g-editors', 'editor'));
  await byHand('editor');
  expect(await roleWith('g-editors')).toBe('editor');
  expect(await roleWith('g-editors')).toBe('editor');
  expect(await roleWith()).toBe('editor');
  // What the group alone gave does not.
  await byHand(null);
  expect(await roleWith('g-editors')).toBe('editor');
  expect(await roleWith()).toBeNull();
});

test('one that a group made more of is the one by hand again', async () => {
  await rules(gives('g-admins', 'administrator'), gives('g-editors', 'editor'));
  await byHand('viewer');
  expect(await roleWith('g-admins')).toBe('administrator');
  expect(await roleWith('g-editors')).toBe('editor');
  expect(await roleWith()).toBe('viewer');
  // Where the rules are gone, too.
  expect(await roleWith('g-admins')).toBe('administrator');
  await rules();
  expect(await roleWith('g-admins')).toBe('viewer');
});

test('leaving a group gives nobody more than they had in it', async () => {
  await rules(gives('g-viewers', 'viewer'), gives('g-out', null));
  await byHand('administrator');
  expect(await roleWith('g-viewers')).toBe('viewer');
  expect(await roleWith()).toBe('viewer');
  await byHand('editor');
  expect(await roleWith('g-out')).toBeNull();
  expect(await roleWith()).toBeNull();
});

test('a role by hand that a server of the version before took away is not given back by a group that ends', async () => {
  await rules(gives('g-editors', 'editor'));
  // That server clears the one column, and does not know the other.
  const stale = { consoleRole: 'viewer', ruledRoles: ['console'], rolesByHand: ['console:administrator'] } as const;
  const store = async () =>
    deps()
      .db.updateTable('appUser')
      .set({ ...stale, ruledRoles: [...stale.ruledRoles], rolesByHand: [...stale.rolesByHand] })
      .where('id', '=', userId)
      .execute();
  await store();
  expect(await roleWith()).toBeNull();
  await store();
  expect(await roleWith('g-editors')).toBe('editor');
  expect(await roleWith()).toBeNull();
});

test('what an administrator gives while a group rules is given by hand', async () => {
  await rules(gives('g-admins', 'administrator'));
  await byHand('viewer');
  expect(await roleWith('g-admins')).toBe('administrator');
  await byHand('editor');
  expect(await roleWith()).toBe('editor');
});

test('the same role as the group’s, given by hand, is one of its own and on record', async () => {
  await rules(gives('g-editors', 'editor'));
  expect(await roleWith('g-editors')).toBe('editor');
  const { kind } = { kind: 'user.role-changed' } as const;
  const changes = async (): Promise<number> =>
    (await deps().db.selectFrom('auditEvent').select('id').where('kind', '=', kind).execute()).length;
  const before = await changes();
  await byHand('editor');
  expect(await changes()).toBe(before + 1);
  expect(await roleWith('g-editors')).toBe('editor');
  // Once given it is given: nothing changes.
  await byHand('editor');
  expect(await changes()).toBe(before + 1);
  expect(await roleWith()).toBe('editor');
});

test('so it is with the roles of an application', async () => {
  const applicationId = formatId('app', reports.id);
  const given = { kind: 'application', applicationId, roles: ['author', 'reader'] };
  await rules({ claim: 'groups', value: 'g-authors', gives: given });
  const path = `${at()}/application-roles/${applicationId}`;
  const inOrganization = { organizationId: org(ground.organization) };
  const hand = await administrator.send('PUT', path, { ...inOrganization, roles: ['owner', 'reader'] });
  expect(hand.status).toBeLessThan(300);
  expect(await userWith('g-authors')).toMatchObject({ applicationRoles: [{ roles: ['author', 'reader'] }] });
  expect(await userWith('g-authors')).toMatchObject({ applicationRoles: [{ roles: ['author', 'reader'] }] });
  expect(await userWith()).toMatchObject({ applicationRoles: [{ roles: ['reader'] }] });
  expect(await userWith()).toMatchObject({ applicationRoles: [{ roles: ['reader'] }] });
  // One that is not there any more does not come back.
  await userWith('g-authors');
  await deps()
    .db.updateTable('appUser')
    .set({ rolesByHand: [`${reports.id}:owner`] })
    .where('id', '=', userId)
    .execute();
  expect((await userWith()).applicationRoles.flatMap(({ roles }) => roles)).toEqual([]);
});
