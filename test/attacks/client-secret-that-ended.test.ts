import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import type { Application } from '../../src/applications/application.ts';
import { formatId } from '../../src/base/ids.ts';
import { randomPlainSecret } from '../../src/base/random.ts';
import type { Organization } from '../../src/organizations/organization.ts';
import { apiClient } from '../support/api-client.ts';
import type { ApiClient } from '../support/api-client.ts';
import { makeApplication, makeRoot } from '../support/fixtures.ts';
import { addApiToken, addOldSecret } from '../support/people.ts';
import { askForTokens } from '../support/relying-application.ts';
import { createTestDatabase } from '../support/start-database.ts';
import type { TestDatabase } from '../support/start-database.ts';
import { startService } from '../support/start-service.ts';
import type { TestService } from '../support/start-service.ts';

// Lesson: for up to five seconds a new secret was refused and the one it replaced worked, on every server for itself.

let database: TestDatabase;
let servers: [TestService, TestService];
let root: Organization;
let api: ApiClient;
const redirectUri = 'http://127.0.0.1:9001/back';

beforeAll(async () => {
  database = await createTestDatabase();
  servers = [await startService({ database }), await startService({ database })];
  const [here] = servers;
  root = await makeRoot(here);
  api = apiClient(here.url, await addApiToken({ db: database.db, clock: here.clock }, root, 'administrator'));
});
afterAll(async () => {
  await servers?.[0].close();
  await servers?.[1].close();
  await database?.close();
});

async function register(): Promise<{ application: Application; clientSecret: string; path: string }> {
  const { application, clientSecret } = await makeApplication(servers[0], root, { redirectUris: [redirectUri] });
  const path = `/organizations/${formatId('org', root.id)}/applications/${formatId('app', application.id)}`;
  return { application, clientSecret: clientSecret!, path };
}

async function answerTo(server: TestService, { clientId }: Application, clientSecret: string): Promise<unknown> {
  const form = { grant_type: 'authorization_code', code: 'none', redirect_uri: redirectUri, code_verifier: 'none' };
  return (await askForTokens(server, { clientId, clientSecret, redirectUri }, form)).body.error;
}

test('a removed secret is refused at once on every server, and a new one taken', async () => {
  const { application, clientSecret, path } = await register();
  for (const server of servers) {
    expect(await answerTo(server, application, clientSecret)).toBe('invalid_grant');
    // What this server read of the application stays fresh for the whole test: only being told ends it.
    server.clock.advance(-600);
  }
  const made = (await api.send('POST', `${path}/secrets`, { overlapHours: 1 })).body;
  for (const server of servers) expect(await answerTo(server, application, made.clientSecret)).toBe('invalid_grant');
  const old = (await api.get(`${path}/secrets`)).body.items[1];
  expect((await api.send('DELETE', `${path}/secrets/${old.id}`)).status).toBe(204);
  for (const server of servers) {
    await vi.waitFor(async () => expect(await answerTo(server, application, clientSecret)).toBe('invalid_client'));
    expect(await answerTo(server, application, made.clientSecret)).toBe('invalid_grant');
  }
});

test('a secret whose overlap ended is refused, though its row is still there', async () => {
  const { application, clientSecret } = await register();
  const old = randomPlainSecret();
  await addOldSecret({ db: database.db, clock: servers[0].clock }, root, application.id, old);
  expect(await answerTo(servers[0], application, old)).toBe('invalid_grant');
  servers[0].clock.advance(3601);
  expect(await answerTo(servers[0], application, old)).toBe('invalid_client');
  expect(await answerTo(servers[0], application, clientSecret)).toBe('invalid_grant');
});

test('wrong secrets, however many, do not make us read the application each time', async () => {
  const { application, clientSecret } = await register();
  expect(await answerTo(servers[0], application, clientSecret)).toBe('invalid_grant');
  servers[0].clock.advance(-600);
  const counted = await servers[0].countStatements(async () => {
    for (let tried = 0; tried < 30; tried += 1) {
      expect(await answerTo(servers[0], application, randomPlainSecret())).toBe('invalid_client');
    }
  });
  expect(counted.texts.filter((text) => text.includes('application_secret'))).toHaveLength(1);
});

test('a secret opens no other application, and none of an application of before', async () => {
  const [one, other] = [await register(), await register()];
  expect(await answerTo(servers[0], other.application, one.clientSecret)).toBe('invalid_client');
  const [, there] = servers;
  expect(await answerTo(there, one.application, one.clientSecret)).toBe('invalid_grant');
  there.clock.advance(-600);
  await api.send('DELETE', `${one.path}?confirm=${encodeURIComponent(one.application.name)}`);
  await vi.waitFor(async () => expect(await answerTo(there, one.application, one.clientSecret)).toBe('invalid_client'));
});
