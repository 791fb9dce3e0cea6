import { sql } from 'kysely';
import { afterAll, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import type { Application } from '../../src/applications/application.ts';
import { formatId } from '../../src/base/ids.ts';
import { randomPlainSecret, sha256 } from '../../src/base/random.ts';
import type { Organization } from '../../src/organizations/organization.ts';
import { apiClient } from '../support/api-client.ts';
import type { ApiClient } from '../support/api-client.ts';
import { makeApplication, makePerson, makeRoot } from '../support/fixtures.ts';
import type { Person } from '../support/fixtures.ts';
import { openHttpBrowser } from '../support/http-browser.ts';
import { logIn } from '../support/log-in.ts';
import { addApiToken } from '../support/people.ts';
import { askForTokens, authorizeUrl, codeIn, redeem } from '../support/relying-application.ts';
import { startService } from '../support/start-service.ts';
import type { TestService } from '../support/start-service.ts';

let service: TestService;
let root: Organization;
let maria: Person;
let api: ApiClient;
let application: Application;
let first: string;
let path: string;
const redirectUri = 'http://127.0.0.1:9001/back';

beforeAll(async () => {
  service = await startService();
  root = await makeRoot(service);
  maria = await makePerson(service, root, 'maria@northwind.example');
  api = apiClient(
    service.url,
    await addApiToken({ db: service.database.db, clock: service.clock }, root, 'administrator'),
  );
});
afterAll(async () => service.close());

beforeEach(async () => {
  const made = await makeApplication(service, root, { redirectUris: [redirectUri] });
  ({ application } = made);
  first = made.clientSecret!;
  path = `/organizations/${formatId('org', root.id)}/applications/${formatId('app', application.id)}`;
});

/** Whether the application is known by this secret; the code it redeems is none. */
async function opens(clientSecret: string): Promise<boolean> {
  const form = { grant_type: 'authorization_code', code: 'none', redirect_uri: redirectUri, code_verifier: 'none' };
  const { body } = await askForTokens(service, { clientId: application.clientId, clientSecret, redirectUri }, form);
  if (body.error !== 'invalid_client' && body.error !== 'invalid_grant') throw new Error(JSON.stringify(body));
  return body.error === 'invalid_grant';
}

/** Every server process is told in a moment. */
const isRefused = async (secret: string): Promise<void> =>
  vi.waitFor(async () => expect(await opens(secret)).toBe(false));

const make = async (overlapHours?: number) =>
  api.send('POST', `${path}/secrets`, overlapHours === undefined ? {} : { overlapHours });
const list = async (): Promise<Record<string, unknown>[]> => (await api.get(`${path}/secrets`)).body.items;

test('which secret was used last is noted with what the token request writes anyway, once in five minutes', async () => {
  await using browser = openHttpBrowser({ now: () => service.clock.now(), stopAt: (url) => url.port === '9001' });
  const second = (await make()).body.clientSecret as string;
  const relying = { clientId: application.clientId, clientSecret: second, redirectUri };
  const page = await logIn(browser, service, await browser.open(authorizeUrl(service, relying)), maria);
  await browser.open(authorizeUrl(service, relying)); // the application is read by now
  const counted = await service.countStatements(async () => {
    expect((await redeem(service, relying, codeIn(page, relying))).status).toBe(200);
  });
  expect([counted.statements, counted.commits]).toEqual([2, 1]);
  const [newest, old] = await list();
  expect(Date.parse(String(newest!['lastUsedAt']))).toBeGreaterThan(0);
  expect(old!['lastUsedAt']).toBeNull();

  service.clock.advance(60);
  const again = await service.countStatements(async () => void (await opens(second)));
  expect(again.texts.filter((text) => text.includes('last_used_at'))).toEqual([]);
  expect((await list())[0]!['lastUsedAt']).toBe(newest!['lastUsedAt']);
  service.clock.advance(300);
  await opens(second);
  expect((await list())[0]!['lastUsedAt']).not.toBe(newest!['lastUsedAt']);
});

test('another secret works at once beside the one it replaces, until that one’s overlap ends', async () => {
  const { status, body } = await make();
  expect([status, body.secret]).toMatchObject([201, { expiresAt: null, lastUsedAt: null }]);
  expect([await opens(first), await opens(body.clientSecret)]).toEqual([true, true]);
  const listed = await list();
  expect(listed).toMatchObject([{ id: body.secret.id }, { madeBy: 'fixtures' }]);
  const inSevenDays = service.clock.now().getTime() + 7 * 86_400_000;
  expect(Math.abs(Date.parse(String(listed[1]!['expiresAt'])) - inSevenDays)).toBeLessThan(600_000);
  expect(JSON.stringify(listed)).not.toContain(body.clientSecret);

  // A third one waits until one of the two is gone.
  expect((await make()).body).toMatchObject({ code: 'application.two-secrets' });
  service.clock.advance(7 * 86_400 + 1);
  expect([await opens(first), await opens(body.clientSecret)]).toEqual([false, true]);
  const third = await make(1);
  expect(await opens(body.clientSecret)).toBe(true);
  // Read a moment ago because of a wrong one: this process waits until it is told.
  await vi.waitFor(async () => expect(await opens(third.body.clientSecret)).toBe(true));
  expect(await list()).toHaveLength(2);
});

test('with no overlap, and by rotate-secret, all before end at once', async () => {
  const second = (await make()).body.clientSecret as string;
  const third = (await make(0)).body.clientSecret as string;
  await isRefused(first);
  expect([await opens(second), await opens(third)]).toEqual([false, true]);
  await make();
  const rotated = (await api.send('POST', `${path}/rotate-secret`)).body;
  expect(rotated).toMatchObject({ application: { clientId: application.clientId } });
  await isRefused(third);
  expect(await opens(rotated.clientSecret)).toBe(true);
  expect(await list()).toMatchObject([{ expiresAt: null }]);
});

test('the one that is left when another is removed stays valid; the last one stays', async () => {
  const { secret, clientSecret } = (await make(1)).body;
  const [, old] = await list();
  expect((await api.send('DELETE', `${path}/secrets/${secret.id}`)).status).toBe(204);
  expect(await list()).toMatchObject([{ id: old!['id'], expiresAt: null }]);
  service.clock.advance(3601);
  expect([await opens(first), await opens(clientSecret)]).toEqual([true, false]);
  expect((await api.send('DELETE', `${path}/secrets/${String(old!['id'])}`)).body).toMatchObject({
    code: 'application.last-secret',
  });
  expect((await api.send('DELETE', `${path}/secrets/${secret.id}`)).body).toMatchObject({
    code: 'application.secret-not-found',
  });
  const events = await service.database.db
    .selectFrom('auditEvent')
    .select('kind')
    .where('kind', 'in', ['application.secret-changed', 'application.secret-removed'])
    .where(sql<boolean>`details ->> 'application' = ${application.clientId}`)
    .orderBy('id')
    .execute();
  expect(events.map(({ kind }) => kind)).toEqual(['application.secret-changed', 'application.secret-removed']);
});

test('a secret that a server of the version before writes replaces all others', async () => {
  await make();
  const written = randomPlainSecret();
  await service.database.db
    .updateTable('application')
    .set({ clientSecretHash: sha256(written) })
    .where('id', '=', application.id)
    .execute();
  service.clock.advance(6); // those servers tell nobody
  expect([await opens(first), await opens(written)]).toEqual([false, true]);
  expect(await list()).toMatchObject([{ madeAt: null, madeBy: null, expiresAt: null }]);
});

test('an application that leaves its secrets for a key has none any longer', async () => {
  await make();
  const jwk = {
    kty: 'EC',
    crv: 'P-256',
    x: 'f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU',
    y: 'x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0',
  };
  const change = { clientAuthentication: 'private_key_jwt', jwks: { keys: [jwk] } };
  const { body } = await api.send('PATCH', path, { ...change, version: 2 });
  expect([body.clientAuthentication, await list()]).toEqual(['private_key_jwt', []]);
  expect((await make()).body).toMatchObject({ code: 'application.no-secret' });
  const back = await api.send('PATCH', path, { clientAuthentication: 'client_secret_basic', version: 3 });
  await isRefused(first);
  expect(await opens(back.body.clientSecret)).toBe(true);
  expect(await list()).toMatchObject([{ madeBy: expect.any(String), expiresAt: null }]);
});
