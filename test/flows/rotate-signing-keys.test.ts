import { createRemoteJWKSet, decodeProtectedHeader, jwtVerify } from 'jose';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { freePort } from '../../demo/free-port.ts';
import { allow, makeApiResource, makeMachine } from '../support/api-resources.ts';
import { administratorOf, makeApplication, makePerson, makeRoot } from '../support/fixtures.ts';
import { openHttpBrowser } from '../support/http-browser.ts';
import { logIn } from '../support/log-in.ts';
import { MASTER_KEY } from '../support/master-key.ts';
import { askForTokens, authorizeUrl, codeIn, redeem } from '../support/relying-application.ts';
import { gatehouseHere } from '../support/run-here.ts';
import { createTestDatabase } from '../support/start-database.ts';
import type { TestDatabase } from '../support/start-database.ts';
import { startService } from '../support/start-service.ts';
import type { TestService } from '../support/start-service.ts';
import { DAY, HOUR, MINUTE } from '../../src/base/clock.ts';
import { replaceSigningKeys } from '../../src/keys/rotate-signing-keys.ts';
import type { Organization } from '../../src/organizations/organization.ts';

/** A server that hears of nothing reads every five seconds. */
const UNHEARD = { timeout: 15_000 };

const ALGORITHMS = ['RS256', 'ES256'] as const;
type Algorithm = (typeof ALGORITHMS)[number];
const audienceOf = (algorithm: Algorithm): string => `urn:northwind:${algorithm.toLowerCase()}`;

let database: TestDatabase;
let servers: TestService[];
let root: Organization;
let machine: Awaited<ReturnType<typeof makeMachine>>;
/** What Maria's application keeps for its logout. */
let hint: string;

beforeAll(async () => {
  database = await createTestDatabase({ started: true });
  const first = await startService({ database });
  // The other server missed every notification, as one does whose listening connection was lost.
  const deaf = { ...database, open: { ...database.open, listen: async () => async () => {} } };
  const port = await freePort();
  const second = await startService({ database: deaf, publicUrl: first.url, port });
  servers = [first, { ...second, url: `http://localhost:${port}` }];
  root = await makeRoot(first);
  machine = await makeMachine(first, root);
  for (const signingAlgorithm of ALGORITHMS) {
    const name = `Orders ${signingAlgorithm}`;
    const resource = await makeApiResource(first, root, {
      audience: audienceOf(signingAlgorithm),
      name,
      signingAlgorithm,
    });
    await allow(first, root, machine.application, resource, ['orders:read']);
  }
  const reports = await makeApplication(first, root, { redirectUris: ['http://127.0.0.1:9001/back'] });
  const { clientId } = reports.application;
  const relying = { clientId, clientSecret: reports.clientSecret, redirectUri: 'http://127.0.0.1:9001/back' };
  const maria = await makePerson(first, root, 'maria@northwind.example');
  await using browser = openHttpBrowser({ stopAt: (url) => url.port === '9001' });
  const page = await browser.open(authorizeUrl(first, relying));
  hint = (await redeem(first, relying, codeIn(await logIn(browser, first, page, maria), relying))).body.id_token!;
});
afterAll(async () => {
  for (const server of servers ?? []) await server.app.close();
  await database?.close();
});

/** Both clocks move; what is due runs on one of the servers, as it would anyhow. */
async function pass(seconds: number): Promise<void> {
  for (const { clock } of servers) clock.advance(seconds);
  await servers[0]!.app.jobs.runDue();
}

async function tokenOf(server: TestService, algorithm: Algorithm): Promise<string> {
  const form = { grant_type: 'client_credentials', resource: audienceOf(algorithm) };
  const { status, body } = await askForTokens(server, { ...machine, redirectUri: '' }, form);
  expect(status).toBe(200);
  return body.access_token!;
}

/** A token of each algorithm from each server. */
async function tokens(): Promise<string[]> {
  return Promise.all(servers.flatMap((server) => ALGORITHMS.map(async (algorithm) => tokenOf(server, algorithm))));
}

/** An application's key set as jose keeps it. It reads each server once and never again: the test says when its time is over. */
function readers() {
  return servers.map(({ url }) =>
    createRemoteJWKSet(new URL('/oauth2/keys', url), { cooldownDuration: Infinity, cacheMaxAge: Infinity }),
  );
}

/** Every application takes every token. */
async function areTaken(given: readonly string[], by: ReturnType<typeof readers>): Promise<void> {
  for (const reader of by) for (const token of given) await jwtVerify(token, reader);
}

async function published(server: TestService): Promise<string[]> {
  const answer = await fetch(`${server.url}/oauth2/keys`);
  expect(answer.headers.get('cache-control')).toBe('public, max-age=300');
  return ((await answer.json()) as { keys: { kid: string }[] }).keys.map(({ kid }) => kid);
}

/** Whichever server runs the job, and whether or not this one heard of it. */
async function publishes(server: TestService, count: number): Promise<void> {
  await expect.poll(async () => (await published(server)).length, UNHEARD).toBe(count);
}

const kidsOf = (given: readonly string[]): Set<string> =>
  new Set(given.map((token) => decodeProtectedHeader(token).kid!));

async function keys(...words: string[]) {
  const settings = { DATABASE_URL: database.url, GATEHOUSE_MASTER_KEY: MASTER_KEY.toString('base64') };
  return gatehouseHere(['keys', ...words], settings);
}

const hintStatus = async (server: TestService): Promise<number> =>
  (await fetch(`${server.url}/logout?id_token_hint=${hint}`, { redirect: 'manual' })).status;

const eventKinds = async (): Promise<string[]> => {
  const rows = await database.db
    .selectFrom('auditEvent')
    .select('kind')
    .where('organizationId', '=', root.id)
    .where('kind', 'like', 'signing-key.%')
    .orderBy('id')
    .execute();
  return rows.map(({ kind }) => kind);
};

test('applications that keep keys notice nothing of a rotation: next, signing, old, removed', async () => {
  const before = await tokens();
  expect(kidsOf(before).size).toBe(2);
  const early = readers();
  await areTaken(before, early);

  // An operator begins it; the next keys are published by both servers and sign nothing.
  const { code, out } = await keys('rotate');
  expect([code, out]).toEqual([0, expect.stringContaining('The next signing keys are published. They sign from')]);
  expect((await keys('rotate')).out).toContain('under way already');
  await publishes(servers[0]!, 4);
  await pass(5 * MINUTE);
  // Within five minutes of the publication an application may still have the keys from before.
  await areTaken(await tokens(), early);
  await pass(DAY - 10 * MINUTE);
  for (const server of servers) await publishes(server, 4);
  const late = await tokens();
  expect(kidsOf(late)).toEqual(kidsOf(before));

  // A reader of minutes ago knows what signs from now on, whichever server it asked and whichever signed.
  const kept = readers();
  await areTaken(late, kept);
  await pass(6 * MINUTE);
  await expect
    .poll(async () => kidsOf([await tokenOf(servers[0]!, 'RS256')]), UNHEARD)
    .not.toEqual(kidsOf(late.slice(0, 1)));
  const after = await tokens();
  await areTaken(after, kept);
  expect(kidsOf([after[0]!, after[1]!]).intersection(kidsOf(before)).size).toBe(0);
  // And one of now knows what signed a moment ago.
  await pass(HOUR);
  const following = readers();
  await areTaken([...late, ...(await tokens())], following);

  // When its last token has ended, the old key is gone, with its private half.
  await pass(2 * HOUR);
  for (const server of servers) {
    await publishes(server, 2);
    expect(new Set(await published(server))).toEqual(kidsOf(await tokens()));
  }
  for (const reader of readers()) await expect(jwtVerify(late[0]!, reader)).rejects.toThrow('no applicable key');
  const left = await database.db.selectFrom('signingKey').select('kid').execute();
  expect(new Set(left.map(({ kid }) => kid))).toEqual(kidsOf(after.slice(0, 2)));
  // An application that kept its ID token for the logout may still bring it back.
  for (const server of servers) expect(await hintStatus(server)).toBe(200);
  expect(await eventKinds()).toEqual([
    'signing-key.published',
    'signing-key.published',
    'signing-key.taken-into-use',
    'signing-key.taken-into-use',
    'signing-key.removed',
    'signing-key.removed',
  ]);
});

test('a rotation begins by itself when the keys are old enough, and “keys status” says what is when', async () => {
  await pass(85 * DAY);
  await publishes(servers[0]!, 2);
  await pass(6 * DAY);
  for (const server of servers) await publishes(server, 4);
  const { out } = await keys('status', '--json');
  const status = JSON.parse(out) as { signingKeys: { algorithm: string; state: string; until: string | null }[] };
  expect(status.signingKeys.map(({ algorithm, state }) => `${algorithm} ${state}`).toSorted()).toEqual([
    'ES256 next',
    'ES256 signing',
    'RS256 next',
    'RS256 signing',
  ]);
  const said = (await keys('status')).out;
  expect(said).toMatch(/RS256 {2}next .* signs from \d{4}-\d\d-\d\d \d\d:\d\d UTC on/);
  expect(said).toMatch(/[0-9a-f]{8} {2}newest {2}\d+ values, what is sealed is sealed by it/);
  // Hints of keys that were removed a month ago are over.
  expect((await database.db.selectFrom('formerSigningKey').select('kid').execute()).length).toBe(0);
  await pass(2 * DAY);
  await pass(5 * HOUR);
  await publishes(servers[1]!, 2);
});

test('keys that somebody else may have are replaced at once, when the operator confirms it', async () => {
  const stolen = await tokens();
  const refused = await keys('rotate', '--now', '--json');
  expect([refused.code, JSON.parse(refused.err)]).toEqual([
    1,
    { error: { code: 'key.unconfirmed', message: expect.stringContaining('stops verifying') } },
  ]);
  await areTaken(stolen, readers());

  // What the command does, but that it waits ten seconds for the servers, those too that hear of nothing.
  const [first] = servers;
  const deps = { db: database.db, clock: first!.clock, secrets: first!.secrets };
  const pause = async (): Promise<void> => {
    for (const server of servers) await publishes(server, 4);
    await areTaken(stolen, readers());
  };
  expect(await replaceSigningKeys({ ...deps, pause }, administratorOf(root, first!))).toEqual({ removed: 2 });
  for (const server of servers) {
    await publishes(server, 2);
    expect(kidsOf([await tokenOf(server, 'RS256'), await tokenOf(server, 'ES256')])).toEqual(
      new Set(await published(server)),
    );
    expect(await hintStatus(server)).toBe(400);
  }
  await areTaken(await tokens(), readers());
  for (const reader of readers()) await expect(jwtVerify(stolen[0]!, reader)).rejects.toThrow('no applicable key');
  expect((await eventKinds()).slice(-2)).toEqual(['signing-key.withdrawn', 'signing-key.withdrawn']);
});
