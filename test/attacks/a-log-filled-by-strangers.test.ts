import { afterAll, beforeAll, expect, test } from 'vitest';
import { makeApplication, makeRoot } from '../support/fixtures.ts';
import { authorizeUrl } from '../support/relying-application.ts';
import type { RelyingApplication } from '../support/relying-application.ts';
import { startService } from '../support/start-service.ts';
import type { TestService } from '../support/start-service.ts';

// Lesson: a line of the log for each refused request is a log that anybody fills.

let service: TestService;
let application: RelyingApplication;
let log = '';

beforeAll(async () => {
  service = await startService({ log: { write: (line) => (log += line) } });
  const root = await makeRoot(service);
  const redirectUri = 'http://127.0.0.1:9001/back';
  const made = await makeApplication(service, root, { redirectUris: [redirectUri] });
  application = { clientId: made.application.clientId, clientSecret: made.clientSecret, redirectUri };
});
afterAll(async () => service?.close());

const refused = (): number => log.split('\n').filter((line) => line.includes('"refused"')).length;

test('requests that are no fault of their application: the first ten are lines of the log', async () => {
  const before = refused();
  for (let sent = 0; sent < 30; sent += 1) {
    await fetch(authorizeUrl(service, application, { prompt: 'none' }), { redirect: 'manual' });
  }
  expect(refused() - before).toBe(10);
});

test('forms of devices that nobody opened: the first ten are lines of the log', async () => {
  const before = refused();
  const body = new URLSearchParams({ user_code: 'BBBB-BBBB', xsrf: 'guessed' });
  for (let sent = 0; sent < 30; sent += 1) {
    await fetch(`${service.url}/device`, { method: 'POST', body, redirect: 'manual' });
  }
  expect(refused() - before).toBe(10);
});
