import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type { UserDetail } from '../../src/api/contract/users.ts';
import type { User } from '../../src/users/user.ts';
import { apiClient } from '../support/api-client.ts';
import type { ApiAnswer, ApiClient } from '../support/api-client.ts';
import { eventsOf, goToProvider } from '../support/federation.ts';
import { makeManaged } from '../support/fixtures.ts';
import { MALLORY, startHostileGround } from '../support/hostile-organization.ts';
import type { HostileGround } from '../support/hostile-organization.ts';
import { openHttpBrowser } from '../support/http-browser.ts';
import type { Page } from '../support/page.ts';
import { addApiToken, addSession, addUser, org, usr } from '../support/people.ts';

// Lesson: an address may be given to another person (OpenID Connect Core 5.7). Whoever comes with it is not the user who had
// it, before an administrator who saw both says so.

let ground: HostileGround;
let old: User;
let administrator: ApiClient;
let path: string;

const deps = () => ({ db: ground.service.database.db, clock: ground.service.clock, url: ground.service.url });
const as = async (user: User): Promise<ApiClient> =>
  apiClient(ground.service.url, (await addSession(deps(), user)).token);
const OLD = { sub: 'old', email: MALLORY, email_verified: true, name: 'Mallory Old' };
const NEW = { sub: 'new', email: MALLORY, email_verified: true, name: 'Mallory New' };

beforeAll(async () => {
  ground = await startHostileGround();
  administrator = await as(await addUser(deps(), ground.root, 'anna@northwind.example', { role: 'administrator' }));
});
afterAll(async () => ground?.[Symbol.asyncDispose]());

/** The old user, tied to the subject *old*, and nobody else. */
beforeEach(async () => {
  const { db } = deps();
  await db.deleteFrom('appUser').where('organizationId', '=', ground.organization.id).execute();
  old = await addUser(deps(), ground.organization, MALLORY);
  path = `/organizations/${org(ground.organization)}/users/${usr(old)}`;
  await ground.use('code');
  const { text } = await comes(OLD);
  if (!text.includes('Your applications')) throw new Error(text);
});

async function comes(person: typeof OLD, email = MALLORY): Promise<Page> {
  ground.provider.person = person;
  await using browser = ground.openBrowser();
  return await goToProvider(browser, ground.service, email);
}
const refuses = async (person: typeof OLD): Promise<void> =>
  expect((await comes(person)).text).toContain('Your organization’s login knows you as somebody else');

const shown = async (client = administrator): Promise<UserDetail> => (await client.get(path)).body as UserDetail;
async function decide(
  what: 'same-person' | 'another-person',
  more: { of?: UserDetail; email?: string; client?: ApiClient } = {},
): Promise<ApiAnswer> {
  const [conflict] = (more.of ?? (await shown())).conflicts;
  const { email, client = administrator } = more;
  const body = { shown: conflict!.shown, ...(email === undefined || what === 'same-person' ? {} : { email }) };
  return client.send('POST', `${path}/conflicts/${conflict!.id}/${what}`, body);
}
async function tiesOf(user: User): Promise<string[]> {
  const rows = await deps().db.selectFrom('identity').select('subject').where('userId', '=', user.id).execute();
  return rows.map(({ subject }) => subject);
}
async function sessionsOf(user: User): Promise<number> {
  return (await deps().db.selectFrom('session').select('id').where('userId', '=', user.id).execute()).length;
}

test('a new subject with the same address is not the old user: not at once, not after a reset, not by any number of tries', async () => {
  await refuses(NEW);
  const reset = await administrator.send('POST', `${path}/reset-identity`);
  expect(reset.status).toBe(200);
  await refuses(NEW);
  await refuses(NEW);
  expect(await tiesOf(old)).toEqual([]);
  expect(await sessionsOf(old)).toBe(0);
  // Not the one from before either: the reset may have been about that one.
  await refuses(OLD);
  expect((await shown()).conflicts).toMatchObject([{ subject: 'old' }, { subject: 'new' }]);
});

test('whoever reads a changed address that nobody proved is not the user: an administrator decides', async () => {
  await deps().db.deleteFrom('identity').where('userId', '=', old.id).execute();
  const email = `typo-${MALLORY}`;
  const { version } = (await shown()) as unknown as { version: number };
  expect((await administrator.send('PUT', `${path}/address`, { email, version })).status).toBe(200);
  const page = await comes({ ...NEW, email }, email);
  expect(page.text).toContain('Your organization’s login knows you as somebody else');
  expect(await tiesOf(old)).toEqual([]);
  expect((await shown()).conflicts).toMatchObject([{ subject: 'new', address: email }]);
});

test('one who looks after users decides that it is another person, never that it is the same', async () => {
  await refuses(NEW);
  const user = await shown();
  const editor = await as(
    await addUser(deps(), ground.organization, 'ed@fabrikam-trading.example', { role: 'editor' }),
  );
  const same = await decide('same-person', { of: user, client: editor });
  expect([same.status, same.body.code]).toEqual([403, 'caller.denied']);
  expect(await tiesOf(old)).toEqual(['old']);
});

test('an administrator sees both persons, once each, and nobody outside the tree sees either', async () => {
  await deps().db.deleteFrom('mailOutbox').where('kind', '=', 'identity-conflict').execute();
  await refuses(NEW);
  await refuses(NEW);
  const user = await shown();
  expect(user.identities).toMatchObject([{ subject: 'old', statedAddress: null }]);
  expect(user.conflicts).toMatchObject([
    { subject: 'new', name: 'Mallory New', address: MALLORY, sameAddress: true, tiedTo: null },
  ]);
  const list = await administrator.get(`/organizations/${org(ground.organization)}/users`);
  expect(list.body.items).toMatchObject([{ email: MALLORY, awaitsDecision: true }]);
  const mails = await deps()
    .db.selectFrom('mailOutbox')
    .select('userId')
    .where('kind', '=', 'identity-conflict')
    .execute();
  // Fabrikam Trading has no administrator of its own here: those who manage it are told, once each.
  expect(mails.length).toBeGreaterThan(0);
  expect(new Set(mails.map(({ userId }) => userId)).size).toBe(mails.length);

  const beside = await as(
    await addUser(
      deps(),
      await makeManaged(ground.service, ground.root, 'Contoso'),
      `eve-${usr(old)}@contoso.example`,
      { role: 'administrator' },
    ),
  );
  const answers = [
    await beside.get(path),
    await decide('same-person', { of: user, client: beside }),
    await decide('another-person', { of: user, client: beside, email: 'x@contoso.example' }),
  ];
  expect(answers.map(({ status, body }) => [status, body.code])).toEqual(
    answers.map(() => [404, 'organization.not-found']),
  );
  expect(await tiesOf(old)).toEqual(['old']);
});

test('another person becomes a user of their own, and the old one keeps what it was', async () => {
  await refuses(NEW);
  const renamed = 'mallory.old@fabrikam-trading.example';
  expect((await comes({ ...OLD, email: renamed })).text).toContain('Your applications');
  const user = await shown();
  expect(user.identities).toMatchObject([{ statedAddress: renamed }]);
  expect(await eventsOf(ground.service, ground.organization)).toContain('identity.address-stated');
  const without = await decide('another-person', { of: user });
  expect([without.status, without.body.errors?.[0]?.field]).toEqual([422, 'email']);
  const kept = await decide('another-person', { of: user, email: renamed });
  expect(kept.body).toMatchObject({ invited: MALLORY, user: { id: usr(old), email: renamed, conflicts: [] } });

  expect((await comes(NEW)).text).toContain('Your applications');
  expect((await comes({ ...OLD, email: renamed }, renamed)).text).toContain('Your applications');
  const tied = await deps()
    .db.selectFrom('identity')
    .innerJoin('appUser', 'appUser.id', 'identity.userId')
    .select(['subject', 'email', 'appUser.id'])
    .where('appUser.organizationId', '=', ground.organization.id)
    .orderBy('subject')
    .execute();
  expect(tied).toMatchObject([
    { subject: 'new', email: MALLORY },
    { subject: 'old', email: renamed, id: old.id },
  ]);
});

test('the same person made anew is the old user from then on, and the subject from before is nobody', async () => {
  await refuses(NEW);
  expect((await decide('same-person')).body).toMatchObject({
    identities: [{ subject: 'new' }],
    conflicts: [],
    sessions: 0,
  });
  expect((await comes(NEW)).text).toContain('Your applications');
  await refuses(OLD);
  expect(await tiesOf(old)).toEqual(['new']);
  expect(await eventsOf(ground.service, ground.organization)).toContain('identity.moved');
});

test('a decision about what has changed since it was shown is refused', async () => {
  await refuses(NEW);
  let before = await shown();
  await comes(OLD); // the user of before is alive: hardly the same person made anew
  expect((await decide('same-person', { of: before })).body.code).toBe('version.conflict');

  before = await shown();
  await refuses({ ...NEW, name: 'Somebody Else' });
  expect((await decide('same-person', { of: before })).body.code).toBe('version.conflict');

  before = await shown();
  expect((await decide('another-person', { email: 'mallory.old@fabrikam-trading.example' })).status).toBe(200);
  for (const what of ['same-person', 'another-person'] as const) {
    const answer = await decide(what, { of: before, email: 'third@fabrikam-trading.example' });
    expect([what, answer.status, answer.body.code]).toEqual([what, 409, 'version.conflict']);
  }
  expect(await tiesOf(old)).toEqual(['old']);
});

test('nobody decides without a fresh factor, as a program, or about a user above the own role', async () => {
  await refuses(NEW);
  const { db } = deps();
  await db.updateTable('appUser').set({ consoleRole: 'administrator' }).where('id', '=', old.id).execute();
  const user = await shown();
  const anna = await addUser(deps(), ground.root, `anna-${usr(old)}@northwind.example`, { role: 'administrator' });
  const stale = apiClient(ground.service.url, (await addSession(deps(), anna, { factorAt: null })).token);
  const program = apiClient(ground.service.url, await addApiToken(deps(), ground.root, 'editor'));
  const editor = await as(
    await addUser(deps(), ground.organization, 'ed@fabrikam-trading.example', { role: 'editor' }),
  );
  for (const what of ['same-person', 'another-person'] as const) {
    const codes = [];
    for (const client of [stale, program, editor]) {
      const answer = await decide(what, { of: user, client, email: 'third@fabrikam-trading.example' });
      codes.push(answer.body.code);
    }
    expect(codes).toEqual(['caller.stale-factor', 'caller.denied', 'caller.denied']);
  }
  const address = await editor.send('PUT', `${path}/address`, { email: 'ed2@fabrikam-trading.example', version: 1 });
  expect(address.body.code).toBe('caller.denied');
  expect(await tiesOf(old)).toEqual(['old']);
});

test('a login finished before the decision makes no session after it', async () => {
  await refuses(NEW);
  let stops = true;
  const stopAt = (url: URL): boolean => stops && /^\/oauth2\/authorize\/./.test(url.pathname);
  await using browser = openHttpBrowser({ now: () => ground.service.clock.now(), stopAt });
  ground.provider.person = OLD;
  const finished = await goToProvider(browser, ground.service, MALLORY);
  expect((await decide('same-person')).status).toBe(200);
  stops = false;
  expect((await browser.open(finished.stoppedAt!)).text).not.toContain('Your applications');
  expect(await sessionsOf(old)).toBe(0);
});

test('a decision and a login at the same moment: the subject of before is never logged in beside the new one', async () => {
  for (let round = 0; round < 4; round += 1) {
    ground.service.clock.advance(60);
    const { db } = deps();
    await db.deleteFrom('identityConflict').where('userId', '=', old.id).execute();
    await refuses({ ...NEW, sub: `new-${round}` });
    const user = await shown();
    const tied = await tiesOf(old);
    const [decision] = await Promise.all([
      decide('same-person', { of: user }),
      comes({ ...OLD, sub: tied[0]! }),
      comes({ ...OLD, sub: tied[0]! }),
    ]);
    expect([200, 409]).toContain(decision.status);
    expect(await tiesOf(old)).toEqual(decision.status === 200 ? [`new-${round}`] : tied);
    if (decision.status === 200) expect(await sessionsOf(old)).toBe(0);
  }
});

test('one newcomer who comes as one user after the other is mailed about five times in a day', async () => {
  const { db } = deps();
  await addUser(deps(), ground.organization, 'ada@fabrikam-trading.example', { role: 'administrator', proven: true });
  const mails = async (): Promise<number> =>
    (await db.selectFrom('mailOutbox').select('id').where('kind', '=', 'identity-conflict').execute()).length;
  const before = await mails();
  const perConflict = [];
  for (let number = 1; number <= 7; number += 1) {
    const email = `user-${number}@fabrikam-trading.example`;
    await addUser(deps(), ground.organization, email);
    expect((await comes({ ...OLD, sub: `owner-${number}`, email }, email)).text).toContain('Your applications');
    await comes({ ...NEW, sub: 'one newcomer', email }, email);
    perConflict.push(await mails());
  }
  const [first = 0] = perConflict;
  const each = first - before;
  expect(each).toBeGreaterThan(0);
  expect(perConflict.at(-1)! - before).toBe(5 * each);
  expect(perConflict[4]).toBe(perConflict[6]);
});
