import { afterAll, beforeAll, expect, test } from 'vitest';
import { apiClient } from '../support/api-client.ts';
import type { ApiClient } from '../support/api-client.ts';
import { makeApplication, makePerson, makeRoot } from '../support/fixtures.ts';
import { openHttpBrowser } from '../support/http-browser.ts';
import { logIn } from '../support/log-in.ts';
import { addApiToken, org } from '../support/people.ts';
import { authorizeUrl } from '../support/relying-application.ts';
import { createTestDatabase } from '../support/start-database.ts';
import type { TestDatabase } from '../support/start-database.ts';
import { startService } from '../support/start-service.ts';
import type { TestService } from '../support/start-service.ts';

// Lesson: *Check now* counted its attempts on a second database connection while its transaction held the first one. As
// many checks at once as the pool has connections waited for each other, and with them every login, until they timed out.

let database: TestDatabase;
let service: TestService;
let api: ApiClient;
let root: Awaited<ReturnType<typeof makeRoot>>;

beforeAll(async () => {
  database = await createTestDatabase({ poolSize: 1 });
  service = await startService({ database });
  root = await makeRoot(service);
  const deps = { db: database.db, clock: service.clock };
  api = apiClient(service.url, await addApiToken(deps, root, 'administrator'));
});
afterAll(async () => {
  await service?.close();
  await database?.close();
});

test('a request of the API needs no second connection', async () => {
  const at = `/organizations/${org(root)}`;
  const settings = { method: 'openid-connect', clientId: 'c', discoveryUrl: 'http://127.0.0.1:1', credential: 'none' };
  const asked: [string, string, unknown?][] = [
    ['POST', `${at}/domains`, { domain: 'northwind.example' }],
    ['POST', `${at}/domains/northwind.example/check`],
    ['POST', `${at}/authentication/check`, { settings }],
    ['PUT', `${at}/authentication`, { settings: { method: 'built-in' }, version: 1 }],
    ['POST', `${at}/invitations`, { addresses: 'lena@northwind.example' }],
  ];
  const statuses: number[] = [];
  for (const [method, path, body] of asked) statuses.push((await api.send(method, path, body)).status);
  expect(statuses).toEqual([201, 200, 200, 200, 201]);
});

test('neither does a login', async () => {
  const maria = await makePerson(service, root, 'maria@northwind.example');
  const redirectUri = 'http://127.0.0.1:9001/back';
  const { application, clientSecret } = await makeApplication(service, root, { redirectUris: [redirectUri] });
  await using browser = openHttpBrowser({
    now: () => service.clock.now(),
    stopAt: (url) => url.port === '9001',
  });
  const relying = { clientId: application.clientId, clientSecret, redirectUri };
  const back = await logIn(browser, service, await browser.open(authorizeUrl(service, relying)), maria);
  expect(back.stoppedAt?.searchParams.get('code')).toBeTruthy();
});
