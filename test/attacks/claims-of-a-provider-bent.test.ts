import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { epochSeconds } from '../../src/base/clock.ts';
import { eventsOf } from '../support/federation.ts';
import { MALLORY, startHostileGround } from '../support/hostile-organization.ts';
import type { HostileGround } from '../support/hostile-organization.ts';
import type { ClaimedPerson } from '../support/hostile-provider.ts';
import type { Page } from '../support/page.ts';

/** Whatever a provider states of a person: nobody is locked out by it, and nobody gains by it. */
let ground: HostileGround;
let plain: ClaimedPerson;
const db = () => ground.service.database.db;

beforeAll(async () => {
  ground = await startHostileGround();
  plain = ground.provider.person;
  await ground.use('code');
});
afterAll(async () => {
  await ground?.[Symbol.asyncDispose]();
});
beforeEach(() => ground.provider.setFaults({}));

async function logInAs(claims: Partial<ClaimedPerson>): Promise<Page> {
  ground.provider.person = { ...plain, ...claims };
  await using browser = ground.openBrowser();
  const page = await ground.tryLogin(browser);
  return page;
}

async function nameOf(email: string): Promise<string | null> {
  const row = await db().selectFrom('appUser').select('name').where('email', '=', email).executeTakeFirstOrThrow();
  return row.name;
}

async function latestSession() {
  return db()
    .selectFrom('session')
    .select(['authTime', 'factorAt'])
    .where('organizationId', '=', ground.organization.id)
    .orderBy('loggedInAt', 'desc')
    .executeTakeFirstOrThrow();
}

test.each([
  ['a character that begins where a text is cut', `${'x'.repeat(127)}\u{1F600}`],
  ['half a character', 'Mallory \uD83D'],
  ['a character that cannot be stored', 'Mallory \0 Smith'],
  ['10,000 characters', 'y\u{1F600}'.repeat(5000)],
])('a name with %s locks nobody out', async (_what, name) => {
  expect((await logInAs({ name })).title).toContain('Your applications');
  expect((await nameOf(MALLORY))?.isWellFormed()).toBe(true);
});

test('a name turns nothing round on a page', async () => {
  expect((await logInAs({ name: '\u202Eyrollam\u202C \u2066(administrator)\u2069' })).title).toContain(
    'Your applications',
  );
  expect(await nameOf(MALLORY)).toBe('yrollam (administrator)');
});

test.each([
  ['that cannot be stored', 'h-1\0'],
  ['with half a character, which the database would take for another', 'h-1\uD83D'],
])('a subject %s is refused with a page, and is an event', async (_what, sub) => {
  const page = await logInAs({ sub });
  expect(page.status).toBeLessThan(500);
  expect(page.title).not.toContain('Your applications');
  expect(await eventsOf(ground.service, ground.organization)).toContain('login.refused');
});

test('a factor proved in the year 2100 is not fresh until then', async () => {
  expect((await logInAs({ auth_time: 4_102_444_800 })).title).toContain('Your applications');
  expect(await latestSession()).toEqual({ authTime: null, factorAt: null });
});

test('a clock a little ahead of ours is taken for ours', async () => {
  const now = epochSeconds(ground.service.clock.now());
  expect((await logInAs({ auth_time: now + 30 })).title).toContain('Your applications');
  const { factorAt } = await latestSession();
  expect(epochSeconds(factorAt ?? new Date(0))).toBeLessThan(now + 30);
});
