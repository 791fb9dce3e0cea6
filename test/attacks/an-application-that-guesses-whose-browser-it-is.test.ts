import { afterAll, beforeAll, expect, test } from 'vitest';
import { makeApplication, makeManaged, makePerson, makeRoot } from '../support/fixtures.ts';
import type { Person } from '../support/fixtures.ts';
import { openHttpBrowser } from '../support/http-browser.ts';
import type { HttpBrowser } from '../support/http-browser.ts';
import { logIn } from '../support/log-in.ts';
import { authorizeUrl } from '../support/relying-application.ts';
import type { RelyingApplication } from '../support/relying-application.ts';
import { startService } from '../support/start-service.ts';
import type { TestService } from '../support/start-service.ts';

// Lesson: with `prompt=none` an application asks in a hidden frame. One that the person may not use, or has allowed nothing, must
// not learn by a `login_hint` whose browser it is.

let service: TestService;
let maria: Person;
let browser: HttpBrowser;
const applications = new Map<string, RelyingApplication>();

beforeAll(async () => {
  service = await startService();
  const root = await makeRoot(service);
  maria = await makePerson(service, root, 'maria@northwind.example');
  const register = async (name: string, settings: Record<string, unknown>): Promise<RelyingApplication> => {
    const redirectUri = 'http://127.0.0.1:9013/back';
    const made = await makeApplication(service, root, { name, redirectUris: [redirectUri], ...settings });
    const application = { clientId: made.application.clientId, clientSecret: made.clientSecret, redirectUri };
    applications.set(name, application);
    return application;
  };
  const own = await register('own', { firstParty: true });
  await register('without consent', { firstParty: false });
  await register('without access', { firstParty: true, access: [(await makeManaged(service, root, 'Contoso')).id] });
  browser = openHttpBrowser({ stopAt: (url) => url.port === '9013' });
  await logIn(browser, service, await browser.open(authorizeUrl(service, own)), maria);
});
afterAll(async () => {
  await browser?.[Symbol.asyncDispose]();
  await service?.close();
});

async function errorOf(name: string, hint: string): Promise<string | null | undefined> {
  const asked = authorizeUrl(service, applications.get(name)!, { prompt: 'none', login_hint: hint });
  return (await browser.open(asked)).stoppedAt?.searchParams.get('error');
}

test.each([
  ['without access', 'access_denied'],
  ['without consent', 'consent_required'],
])('%s, the right hint and a wrong one are answered alike', async (name, error) => {
  const answers = [];
  for (const hint of [maria.email, 'tom@contoso.example', 'nobody@nowhere.example']) {
    answers.push(await errorOf(name, hint));
  }
  expect(answers).toEqual([error, error, error]);
});

test('an application that may know the person is told that the hint is of somebody else', async () => {
  expect(await errorOf('own', maria.email)).toBeNull();
  expect(await errorOf('own', 'tom@contoso.example')).toBe('account_selection_required');
});
