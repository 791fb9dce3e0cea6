import { afterAll, beforeAll, expect, test } from 'vitest';
import { keepRecoveryCodes } from '../../src/authenticators/enroll-authenticator.ts';
import { newRecoveryCodes } from '../../src/authenticators/recovery-codes.ts';
import { after } from '../../src/base/clock.ts';
import { makePerson, makeRoot } from '../support/fixtures.ts';
import type { Person } from '../support/fixtures.ts';
import { openHttpBrowser } from '../support/http-browser.ts';
import type { HttpBrowser } from '../support/http-browser.ts';
import type { Page } from '../support/page.ts';
import { startService } from '../support/start-service.ts';
import type { TestService } from '../support/start-service.ts';
import { totpAt } from '../support/totp.ts';

// Lesson: one-time codes were guessed session by session (ZITADEL GHSA-xrw9) and used twice (RFC 6238 section 5.2).

let service: TestService;
let root: Awaited<ReturnType<typeof makeRoot>>;

beforeAll(async () => {
  service = await startService();
  root = await makeRoot(service);
});
afterAll(async () => service.close());

async function toFactor(browser: HttpBrowser, person: Person): Promise<Page> {
  const asked = await browser.submit(await browser.open(`${service.url}/login/start`), { email: person.email });
  return browser.submit(asked, { password: person.password }, { button: 'Continue' });
}

/** The same with each page in a browser of its own, all of them at the code. */
async function manyAtFactor(person: Person, count: number): Promise<{ browsers: HttpBrowser[]; pages: Page[] }> {
  const browsers = Array.from({ length: count }, () => openHttpBrowser());
  const pages: Page[] = [];
  for (const browser of browsers) pages.push(await toFactor(browser, person));
  return { browsers, pages };
}

test('the same code in several logins at once gets one of them in', async () => {
  const person = await makePerson(service, root, 'once@northwind.example');
  const { browsers, pages } = await manyAtFactor(person, 4);
  service.clock.advance(30);
  const code = await totpAt(person.seed, service.clock.now());
  const answers = await Promise.all(
    pages.map(async (page, i) => browsers[i]!.submit(page, { code }, { button: 'Continue' })),
  );
  expect(answers.filter((answer) => answer.text.includes('Your applications'))).toHaveLength(1);
  await using later = openHttpBrowser();
  const again = await later.submit(await toFactor(later, person), { code }, { button: 'Continue' });
  expect(again.status).toBe(422);
});

test('guesses are counted by account: a new login, browser or correct password gives no new ones', async () => {
  const person = await makePerson(service, root, 'guessed@northwind.example');
  const statuses: number[] = [];
  for (let login = 0; login < 3; login += 1) {
    await using browser = openHttpBrowser();
    let page = await toFactor(browser, person);
    for (let i = 0; i < 3; i += 1) {
      page = await browser.submit(page, { code: String(100_000 + login * 10 + i) }, { button: 'Continue' });
      statuses.push(page.status);
    }
  }
  expect(statuses).toEqual([422, 422, 422, 422, 422, 422, 429, 429, 429]);
  // Not even the right code, until the time is over.
  await using browser = openHttpBrowser();
  const page = await toFactor(browser, person);
  service.clock.advance(30);
  const code = await totpAt(person.seed, service.clock.now());
  const answer = await browser.submit(page, { code }, { button: 'Continue' });
  expect(answer.status).toBe(429);
  expect(answer.text).toContain('Too many attempts');
});

test('a code may be one step early or late by the clock of the server, not two', async () => {
  for (const [offset, accepted] of [
    [-60, false],
    [60, false],
    [-30, true],
    [30, true],
  ] as const) {
    const person = await makePerson(service, root, `step${offset}@northwind.example`);
    service.clock.advance(120);
    await using browser = openHttpBrowser();
    const page = await toFactor(browser, person);
    const code = await totpAt(person.seed, after(service.clock.now(), offset));
    const answer = await browser.submit(page, { code }, { button: 'Continue' });
    expect([offset, answer.text.includes('Your applications')]).toEqual([offset, accepted]);
  }
});

test('recovery codes: once, none of an older set, none of another user', async () => {
  const person = await makePerson(service, root, 'codes@northwind.example');
  const other = await makePerson(service, root, 'other@northwind.example');
  const deps = { db: service.database.db, clock: service.clock, secrets: service.secrets };
  const [old, mine, theirs] = [newRecoveryCodes(), newRecoveryCodes(), newRecoveryCodes()];
  await keepRecoveryCodes(deps, person, old);
  await keepRecoveryCodes(deps, person, mine);
  await keepRecoveryCodes(deps, other, theirs);
  const use = async (code: string): Promise<boolean> => {
    await using browser = openHttpBrowser();
    const page = await browser.submit(await toFactor(browser, person), {}, { button: 'Use a recovery code' });
    return (await browser.submit(page, { code }, { button: 'Continue' })).text.includes('Your applications');
  };
  expect(await use(old[0]!)).toBe(false);
  expect(await use(theirs[0]!)).toBe(false);
  expect(await use(mine[0]!)).toBe(true);
  expect(await use(mine[0]!)).toBe(false);
  expect(await use(mine[1]!)).toBe(true);
});

test('enrolment uses the server’s seed, whatever the browser sends', async () => {
  const person = await makePerson(service, root, 'enrol@northwind.example');
  const { db } = service.database;
  await db.deleteFrom('authenticator').where('userId', '=', person.userId).where('kind', '=', 'totp').execute();
  await using browser = openHttpBrowser();
  const safe = await toFactor(browser, person);
  expect(safe.title).toContain('Keep Your Account Safe');
  const app = await browser.submit(safe, {}, { form: 'form.choices', forged: { choose: 'otp' } });
  const seed = 'JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP';
  const code = await totpAt(seed, service.clock.now());
  const forged = { code, seed, secret: seed, sealedSeed: seed, kept: seed };
  const answer = await browser.submit(app, {}, { button: 'Continue', forged });
  expect(answer.status).toBe(422);
  expect(
    await db
      .selectFrom('authenticator')
      .select('id')
      .where('userId', '=', person.userId)
      .where('kind', '=', 'totp')
      .execute(),
  ).toHaveLength(0);
});
