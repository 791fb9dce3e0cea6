import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { preparePassword } from '../../src/authenticators/enroll-authenticator.ts';
import { createPasswordHasher } from '../../src/authenticators/password.ts';
import { inTransaction } from '../../src/db/database.ts';
import type { Organization } from '../../src/organizations/organization.ts';
import { makeManaged, makePerson, makeRoot } from '../support/fixtures.ts';
import type { Person } from '../support/fixtures.ts';
import { openHttpBrowser } from '../support/http-browser.ts';
import type { HttpBrowser } from '../support/http-browser.ts';
import type { Page } from '../support/page.ts';
import { startService } from '../support/start-service.ts';
import type { TestService } from '../support/start-service.ts';
import { sendElsewhere } from '../support/stories.ts';
import { totpAt } from '../support/totp.ts';

// Lesson: a login that the organization's method forbids was reachable through another entrance (Keycloak CVE-2026-16442).

let service: TestService;
let root: Organization;
let contoso: Organization;
let maria: Person;
let keeper: Person;

beforeAll(async () => {
  service = await startService();
  root = await makeRoot(service);
  contoso = await makeManaged(service, root, 'Contoso');
  maria = await makePerson(service, contoso, 'maria@contoso.example', { role: 'administrator' });
  keeper = await makePerson(service, contoso, 'keeper@contoso.example', { breakGlass: true });
});
afterAll(async () => service.close());

test('a password page opened before the method changed takes no password any more', async () => {
  await using browser = openHttpBrowser();
  const asked = await browser.submit(await browser.open(`${service.url}/login/start`), { email: maria.email });
  expect(asked.title).toContain('Enter Your Password');
  await sendElsewhere(service, contoso);
  const answer = await browser.submit(asked, { password: maria.password }, { button: 'Continue' });
  expect(answer.status).toBe(422);
  expect(answer.text).toContain('That email and password don’t match.');
});

test('the hidden step is refused; emergency access is for flagged users and the same for everyone', async () => {
  const answers = [];
  for (const person of [maria, { ...maria, email: 'nobody@contoso.example' }, keeper]) {
    await using browser = openHttpBrowser();
    const emergency = await browser.submit(
      await browser.open(`${service.url}/login/emergency`),
      {},
      { button: 'Log In' },
    );
    expect(emergency.title).toContain('Emergency access');
    const asked = await browser.submit(emergency, { email: person.email });
    expect(asked.title).toContain('Enter Your Password');
    const answer = await browser.submit(asked, { password: person.password }, { button: 'Continue' });
    answers.push([answer.status, answer.title]);
  }
  expect(answers).toEqual([
    [422, 'Enter Your Password · Gatehouse'],
    [422, 'Enter Your Password · Gatehouse'],
    [200, 'Confirm It’s You · Gatehouse'],
  ]);
});

describe('a login that was begun with the password', () => {
  /** The page that asks for the second factor. */
  async function atSecondFactor(browser: HttpBrowser, person: Person): Promise<Page> {
    const asked = await browser.submit(await browser.open(`${service.url}/login/start`), { email: person.email });
    const factor = await browser.submit(asked, { password: person.password }, { button: 'Continue' });
    expect(factor.title).toContain('Confirm It’s You');
    return factor;
  }

  async function finish(browser: HttpBrowser, factor: Page, person: Person): Promise<Page> {
    const code = await totpAt(person.seed, service.clock.now());
    return browser.submit(factor, { code }, { button: 'Continue' });
  }

  test('does not end well after the method changed', async () => {
    const fabrikam = await makeManaged(service, root, 'Fabrikam');
    const lena = await makePerson(service, fabrikam, 'lena@fabrikam.example');
    await using browser = openHttpBrowser();
    const factor = await atSecondFactor(browser, lena);
    await sendElsewhere(service, fabrikam);
    expect((await finish(browser, factor, lena)).title).toContain('You could not be logged in');
    expect(await sessionsOf(lena)).toBe(0);
  });

  test('does not end well after the password was changed', async () => {
    const rail = await makeManaged(service, root, 'Northwind Rail');
    const noor = await makePerson(service, rail, 'noor@northwind-rail.example');
    await using browser = openHttpBrowser();
    const factor = await atSecondFactor(browser, noor);
    service.clock.advance(5);
    const passwords = createPasswordHasher({ memoryKib: 8 * 1024, passes: 1, lanes: 1 });
    const deps = { db: service.database.db, clock: service.clock, passwords };
    const owner = { userId: noor.userId, organizationId: rail.id, email: noor.email };
    const changed = await preparePassword(deps, owner, 'another password, quietly', []);
    if ('flaw' in changed) throw new Error(changed.flaw);
    await inTransaction(deps, async ({ db }) => changed.set(db));
    expect((await finish(browser, factor, noor)).title).toContain('You could not be logged in');
    expect(await sessionsOf(noor)).toBe(0);
  });
});

async function sessionsOf(person: Person): Promise<number> {
  const rows = await service.database.db
    .selectFrom('session')
    .select('id')
    .where('userId', '=', person.userId)
    .execute();
  return rows.length;
}
