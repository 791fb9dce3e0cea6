import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Organization } from '../../src/organizations/organization.ts';
import { makeManaged, makePerson, makeRoot } from '../support/fixtures.ts';
import type { Person } from '../support/fixtures.ts';
import { openHttpBrowser } from '../support/http-browser.ts';
import { startService } from '../support/start-service.ts';
import type { TestService } from '../support/start-service.ts';
import { sendElsewhere } from '../support/stories.ts';

// Lesson: a login that the organization's method forbids was reachable through another entrance (Keycloak CVE-2026-16442).

let service: TestService;
let contoso: Organization;
let maria: Person;
let keeper: Person;

beforeAll(async () => {
  service = await startService();
  const root = await makeRoot(service);
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
