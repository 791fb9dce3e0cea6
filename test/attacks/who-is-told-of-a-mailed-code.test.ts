import { afterAll, beforeAll, expect, test } from 'vitest';
import { apiClient } from '../support/api-client.ts';
import type { ApiClient } from '../support/api-client.ts';
import { makeManaged } from '../support/fixtures.ts';
import { MALLORY, startHostileGround } from '../support/hostile-organization.ts';
import type { HostileGround } from '../support/hostile-organization.ts';
import { addApiToken, addUser, org } from '../support/people.ts';

// Lesson: before Save an administrator is told who will be matched by the address alone. Who is left out of that list must have
// something better: an identity that stays, or a domain the organization proved. And nobody beside is in it.

let ground: HostileGround;
let api: ApiClient;
let path: string;
beforeAll(async () => {
  ground = await startHostileGround();
  await ground.use('code');
  await using browser = ground.openBrowser();
  const { title } = await ground.tryLogin(browser);
  if (!title.includes('Your applications')) throw new Error(title);
  api = apiClient(ground.service.url, await addApiToken(deps(), ground.root, 'administrator'));
  path = `/organizations/${org(ground.organization)}/authentication`;
  await addUser(deps(), ground.organization, 'ines@fabrikam-trading.example');
  await addUser(deps(), ground.organization, 'otto@fabrikam-toys.example');
  const { id } = await addUser(deps(), ground.organization, 'gone@fabrikam-trading.example');
  await deps().db.updateTable('appUser').set({ status: 'disabled' }).where('id', '=', id).execute();
});
afterAll(async () => ground?.[Symbol.asyncDispose]());

const deps = () => ({ db: ground.service.database.db, clock: ground.service.clock });
async function listed(query = ''): Promise<string[]> {
  const { body } = await api.get(`${path}/affected-users?only=mailed-code${query}`);
  const emails = (body.items as { email: string }[]).map(({ email }) => email);
  expect(body.total).toBe(emails.length);
  return emails;
}

test('it names those without an identity that stays; all where none stays', async () => {
  const ALL = [MALLORY, 'ines@fabrikam-trading.example', 'otto@fabrikam-toys.example'].toSorted();
  expect(await listed('&keepsIdentities=true')).toEqual(ALL.filter((one) => one !== MALLORY));
  expect(await listed()).toEqual(ALL);
  const settings = {
    method: 'openid-connect',
    clientId: 'gatehouse',
    discoveryUrl: ground.provider.issuer,
    credential: 'secret',
    flow: 'code',
  };
  const checked = async (more: object) =>
    (await api.send('POST', `${path}/check`, { settings: { ...settings, ...more } })).body;
  expect((await checked({})).affected).toMatchObject({ keepsIdentities: true, mailedCode: 2 });
});

test('a domain counts where this organization verified it, not another one, and not any more when it is lost', async () => {
  const contoso = await makeManaged(ground.service, ground.root, 'Contoso');
  const now = ground.service.clock.now();
  const OTTO = 'otto@fabrikam-toys.example';
  const about = { domain: 'fabrikam-toys.example', token: 'a'.repeat(26), startedAt: now, createdAt: now };
  const { db } = deps();
  const verified = { ...about, organizationId: contoso.id, state: 'verified', verifiedAt: now } as const;
  await db.insertInto('domainVerification').values(verified).execute();
  expect(await listed()).toContain(OTTO);
  await db.deleteFrom('domainVerification').execute();
  await db
    .insertInto('domainVerification')
    .values({ ...verified, organizationId: ground.organization.id })
    .execute();
  expect(await listed()).not.toContain(OTTO);
  await db.updateTable('domainVerification').set({ state: 'grace', graceSince: now }).execute();
  expect(await listed()).not.toContain(OTTO);
  await db.updateTable('domainVerification').set({ state: 'lost', graceSince: null, verifiedAt: null }).execute();
  expect(await listed()).toContain(OTTO);
});
