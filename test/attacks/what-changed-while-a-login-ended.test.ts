import { sql } from 'kysely';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { upsertPassword } from '../../src/authenticators/authenticator-store.ts';
import type { AuthenticatorId, UserId } from '../../src/base/ids.ts';
import { randomSecret, randomUuid, sha256 } from '../../src/base/random.ts';
import { findReturnedLogin, findSubjectLogin } from '../../src/logins/find-login.ts';
import { endPlainly } from '../../src/logins/finishing/end-plainly.ts';
import type { PlainEnd } from '../../src/logins/finishing/plain-end.ts';
import type { LoginRow } from '../../src/logins/login-row.ts';
import { toLoginResult } from '../../src/logins/login-state.ts';
import { transition } from '../../src/logins/login.ts';
import type { LoginEvent } from '../../src/logins/login.ts';
import { makeManaged, makePerson } from '../support/fixtures.ts';
import type { Person } from '../support/fixtures.ts';
import { goToProvider } from '../support/federation.ts';
import { MALLORY, startHostileGround } from '../support/hostile-organization.ts';
import type { HostileGround } from '../support/hostile-organization.ts';
import { openHttpBrowser } from '../support/http-browser.ts';
import { queryAs } from '../support/query.ts';

// Lesson: what is read first and written later has to be the same still (time of check, time of use). A login that ends in one
// statement ends only where login, user, and identity or password are as its request read them; otherwise nothing is written.

let ground: HostileGround;
let maria: Person;

beforeAll(async () => {
  ground = await startHostileGround();
  // A posted answer: its login ends at /finish, in a request of its own.
  await ground.use('id-token');
  await ground.tryLogin(ground.openBrowser()); // binds the identity and confirms the connection
  const contoso = await makeManaged(ground.service, ground.root, 'Contoso');
  maria = await makePerson(ground.service, contoso, 'maria@contoso.example');
});
afterAll(async () => ground?.[Symbol.asyncDispose]());

interface Ending {
  row: LoginRow;
  event: LoginEvent;
  end: PlainEnd;
}

/** A login of mallory that is back from the provider: its end, as the request at /finish reads it. */
async function atFinish(): Promise<Ending> {
  const { service } = ground;
  const { db } = service.database;
  const stopAt = (url: URL): boolean => url.pathname.endsWith('/finish');
  await using browser = openHttpBrowser({ now: () => service.clock.now(), stopAt });
  const page = await goToProvider(browser, service, MALLORY);
  const found = await findReturnedLogin({ db, clock: service.clock }, page.stoppedAt!.pathname.split('/')[2]!);
  const { row, returned } = found!;
  const user = returned!.users.find(({ id }) => id === returned!.boundTo)!;
  const identity = await db.selectFrom('identity').selectAll().where('userId', '=', user.id).executeTakeFirstOrThrow();
  const subject = { userId: user.id, organizationId: user.organizationId };
  const federated = { amr: [], acr: null, authTime: null, factorAt: null, providerSession: null };
  const proof = { key: identity, userId: user.id, statedValues: null, success: null };
  const at = service.clock.now();
  return { row, event: { kind: 'connection-proved', subject, at, federated }, end: { user, proof } };
}

/** A login of maria whose password is proved: its end, as the request with the code reads it. */
async function atCode(): Promise<Ending> {
  const { service } = ground;
  await using browser = openHttpBrowser({ now: () => service.clock.now() });
  const asked = await browser.submit(await browser.open(`${service.url}/login/start`), { email: maria.email });
  const factor = await browser.submit(asked, { password: maria.password }, { button: 'Continue' });
  const deps = { db: service.database.db, clock: service.clock };
  const { row, subject } = (await findSubjectLogin(deps, factor.url.pathname.split('/')[2]!, 'prove'))!;
  const provedAt = row.state!.login.proofs.find(({ kind }) => kind === 'password')!.at;
  const event = { kind: 'factor-proved', factor: 'otp', at: service.clock.now() } as const;
  return { row, event, end: { user: subject!.user!, passwordProvedAt: provedAt } };
}

async function tryEnd({ row, event, end }: Ending): Promise<boolean> {
  const login = transition(row.state!.login, event, null);
  const change = { state: { login, stepState: {} }, result: toLoginResult(login), consent: null, trace: row.trace };
  return endPlainly({ db: ground.service.database.db, clock: ground.service.clock }, row, login, change, end);
}

/** What ends of it must not change: the login's row, when its user was last seen, how many ends the audit log has. */
async function written({ row, end }: Ending) {
  const { rows } = await sql`
    select l.step, l.version, u.last_login_at,
      (select count(*)::int from audit_event where login_id = ${row.id} and kind = 'login.finished') as ends
    from login l, app_user u where l.id = ${row.id} and u.id = ${end.user.id}`.execute(ground.service.database.db);
  return rows[0];
}

test.each([
  ['at the provider', atFinish],
  ['with password and code', atCode],
])('a login %s ends in one statement where nothing changed', async (_, reach) => {
  const ending = await reach();
  expect(await tryEnd(ending)).toBe(true);
  expect(await written(ending)).toMatchObject({ step: 'finished', ends: 1 });
  expect(await tryEnd(ending)).toBe(false);
  expect(await written(ending)).toMatchObject({ step: 'finished', ends: 1 });
});

/** What happens between the read and the write, and what undoes it. */
const CHANGES: Record<string, (of: Ending) => readonly [string, string]> = {
  'another tab went on': ({ row }) => [`update login set version = version + 1 where id = '${row.id}'`, 'select 1'],
  'the login was ended': ({ row }) => [`update login set ended_at = now() where id = '${row.id}'`, 'select 1'],
  'the user was disabled': ofUser(`status = 'disabled'`, `status = 'verified'`),
  'the user’s access ended': ofUser(`access_until = '2020-01-01'`, 'access_until = null'),
  'the user was changed': ofUser('version = version + 1', 'version = version'),
  'the organization was suspended': ({ end }) => [
    `update organization set suspended_at = now() where id = '${end.user.organizationId}'`,
    `update organization set suspended_at = null where id = '${end.user.organizationId}'`,
  ],
};

function ofUser(change: string, back: string) {
  return ({ end }: Ending) =>
    [
      `update app_user set ${change} where id = '${end.user.id}'`,
      `update app_user set ${back} where id = '${end.user.id}'`,
    ] as const;
}

test.each(
  Object.entries(CHANGES).flatMap(([what, change]) => [
    { what, change, where: 'at the provider', reach: atFinish },
    { what, change, where: 'with password and code', reach: atCode },
  ]),
)('a login $where does not end so once $what', async ({ change, reach }) => {
  const { db } = ground.service.database;
  const ending = await reach();
  const [happens, undo] = change(ending);
  await sql.raw(happens).execute(db);
  const before = await written(ending);
  expect(await tryEnd(ending)).toBe(false);
  expect(await written(ending)).toEqual(before);
  await sql.raw(undo).execute(db);
});

test('a login at the provider does not end so once its identity was bound to somebody else', async () => {
  const { db } = ground.service.database;
  const ending = await atFinish();
  const before = await written(ending);
  const other = randomUuid() as UserId;
  const user = await db
    .selectFrom('appUser')
    .selectAll()
    .where('id', '=', ending.end.user.id)
    .executeTakeFirstOrThrow();
  const email = 'other@fabrikam-trading.example';
  await db
    .insertInto('appUser')
    .values({ ...user, id: other, email, emailKey: email })
    .execute();
  await db.updateTable('identity').set({ userId: other }).where('userId', '=', user.id).execute();
  expect(await tryEnd(ending)).toBe(false);
  expect(await written(ending)).toEqual(before);
  await db.updateTable('identity').set({ userId: user.id }).where('userId', '=', other).execute();
});

test('a login with password and code does not end so once there is another password, or it is deactivated', async () => {
  const { db } = ground.service.database;
  const ending = await atCode();
  const before = await written(ending);
  const owner = db.updateTable('authenticator').where('userId', '=', maria.userId).where('kind', '=', 'password');
  await owner.set({ dormantSince: ground.service.clock.now() }).execute();
  expect(await tryEnd(ending)).toBe(false);
  await owner.set({ dormantSince: null }).execute();
  const { passwordHash } = await db
    .selectFrom('authenticator')
    .select('passwordHash')
    .where('userId', '=', maria.userId)
    .where('kind', '=', 'password')
    .executeTakeFirstOrThrow();
  ground.service.clock.advance(30);
  await upsertPassword(db, maria, randomUuid() as AuthenticatorId, passwordHash!, ground.service.clock.now());
  expect(await tryEnd(ending)).toBe(false);
  expect(await written(ending)).toEqual(before);
});

test('a login with password and code does not end so once its organization logs in elsewhere, itself or by one above', async () => {
  const { db } = ground.service.database;
  const ending = await atCode();
  const before = await written(ending);
  const set = async (id: string, change: string) =>
    sql.raw(`update organization set ${change} where id = '${id}'`).execute(db);
  // A pilot: passwords do not sleep, for the others still use theirs.
  await set(maria.organizationId, `method = 'openid-connect', previous_method = 'built-in'`);
  expect(await tryEnd(ending)).toBe(false);
  await set(maria.organizationId, `method = 'same-as-managing', previous_method = null`);
  await set(ground.root.id, `method = 'openid-connect'`);
  expect(await tryEnd(ending)).toBe(false);
  expect(await written(ending)).toEqual(before);
  await set(ground.root.id, `method = 'built-in'`);
  expect(await tryEnd(ending)).toBe(true);
  await set(maria.organizationId, `method = 'built-in'`);
});

test('a link to choose a new password that waits is not left open by a login that ends so', async () => {
  const { db } = ground.service.database;
  const ending = await atCode();
  const now = ground.service.clock.now();
  await db
    .insertInto('resetLink')
    .values({
      id: randomUuid(),
      organizationId: maria.organizationId,
      userId: maria.userId,
      kind: 'password',
      tokenHash: sha256(randomSecret()),
      createdAt: now,
      expiresAt: new Date(now.getTime() + 60_000),
    })
    .execute();
  expect(await tryEnd(ending)).toBe(false);
  expect(await written(ending)).toMatchObject({ step: 'second-factor', ends: 0 });
});

test('a provider that cannot be used is not written over what another tab did meanwhile', async () => {
  const { service } = ground;
  const { db } = service.database;
  const hold = JSON.stringify({ changes: [], part: null });
  const connections = db.updateTable('connection').where('organizationId', '=', ground.organization.id);
  await connections.set({ heldSince: service.clock.now(), hold }).execute();
  // The other tab: the person goes back to the question for the address.
  await queryAs(
    service.database.url,
    `create function other_tab() returns trigger language plpgsql as
      $$ begin update login set step = 'identify', version = version + 1 where id = new.id; return null; end $$;
    create trigger other_tab after update on login for each row
      when (new.step = 'connection-out' and pg_trigger_depth() = 0) execute function other_tab()`,
  );
  await using browser = openHttpBrowser({ now: () => service.clock.now() });
  const start = await browser.open(`${service.url}/login/start`);
  await browser.submit(start, { email: MALLORY }, { button: 'Continue' });
  await queryAs(service.database.url, 'drop trigger other_tab on login');
  await connections.set({ heldSince: null, hold: null }).execute();
  const { rows } = await sql<{ step: string; trace: { event: string }[] }>`
    select step, trace from login order by created_at desc limit 1`.execute(db);
  expect(rows[0]).toMatchObject({ step: 'identify' });
  expect(rows[0]!.trace.map(({ event }) => event)).not.toContain('failed');
});
