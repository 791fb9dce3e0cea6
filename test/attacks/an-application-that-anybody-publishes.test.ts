import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type { Organization } from '../../src/organizations/organization.ts';
import { documentOf } from '../support/client-documents.ts';
import { openHttpBrowser } from '../support/http-browser.ts';
import type { HttpBrowser } from '../support/http-browser.ts';
import { authorizeUrl, redeem } from '../support/relying-application.ts';
import type { TestService } from '../support/start-service.ts';
import { addUnregistered, openUnregisteredGround } from '../support/unregistered.ts';
import type { DocumentSite, UnregisteredGround } from '../support/unregistered.ts';

// Lesson: anybody may name a URL as client ID, so reading what is there is bounded in time, size and number, asks nobody inside,
// tells nothing of who is there, and writes nothing.

let ground: UnregisteredGround;
let site: DocumentSite;
let service: TestService;
let contoso: Organization;

beforeAll(async () => {
  // The operator trusts one host: what is at other addresses of this machine is private.
  ground = await openUnregisteredGround({ GATEHOUSE_ALLOWED_PROVIDER_HOSTS: '127.0.0.2' });
  ({ service, site, contoso } = ground);
});
afterAll(async () => ground?.[Symbol.asyncDispose]());
// Each test has what may be read in a minute.
beforeEach(() => service.clock.advance(61));

const at = (): HttpBrowser =>
  openHttpBrowser({ now: () => service.clock.now(), stopAt: (url) => url.pathname === '/back' });
const rows = async () =>
  service.database.db.selectFrom('application').select('id').where('clientId', 'like', 'https://%').execute();
const deps = () => ({ db: service.database.db, clock: service.clock });

test.each([
  ['a fragment', '/agent.json#part'],
  ['a query', '/agent.json?of=another'],
  ['dot segments', '/a/../agent.json'],
  ['encoded dot segments', '/a/%2e%2e/agent.json'],
  ['no path', '/'],
  ['a backslash', '/a\\agent.json'],
  ['more than 300 characters', `/${'a'.repeat(300)}`],
])('a client ID with %s is none, and nothing is read for it', async (_, path) => {
  site.answer('*', (response) => response.writeHead(200).end('{}'));
  await using browser = at();
  const before = site.asked;
  const page = await browser.open(authorizeUrl(service, { ...site.publish('/x'), clientId: site.origin + path }));
  expect([page.status, page.text.includes('client-document.address')]).toEqual([400, true]);
  expect(site.asked).toBe(before);
});

test('a client ID with a user, an upper-case host or another scheme is none', async () => {
  await using browser = at();
  const { host } = new URL(site.origin);
  for (const clientId of [
    `https://user@${host}/a`,
    'https://Agent.example/a',
    `http://${host}/a`,
    'HTTPS://a.example/a',
  ]) {
    const page = await browser.open(authorizeUrl(service, { ...site.publish('/x'), clientId }));
    expect(page.status).toBe(400);
    expect(page.text).toMatch(/client-document\.address|is not known to us/);
  }
});

test.each([
  ['says another client ID', { client_id: 'https://127.0.0.2/other.json' }, 'client-document.client-id'],
  ['holds a secret', { client_secret: 'abc' }, 'client-document.authentication'],
  ['says when its secret ends', { client_secret_expires_at: 0 }, 'client-document.authentication'],
  [
    'authenticates by a secret',
    { token_endpoint_auth_method: 'client_secret_basic' },
    'client-document.authentication',
  ],
  ['posts a secret', { token_endpoint_auth_method: 'client_secret_post' }, 'client-document.authentication'],
  ['signs with a secret', { token_endpoint_auth_method: 'client_secret_jwt' }, 'client-document.authentication'],
  ['sends people elsewhere', { redirect_uris: ['https://elsewhere.example/back'] }, 'client-document.redirect-uri'],
  ['sends people to a scheme', { redirect_uris: ['com.example.app:/back'] }, 'client-document.redirect-uri'],
  ['sends people to http', { redirect_uris: ['http://elsewhere.example/back'] }, 'client-document.redirect-uri'],
  ['sends people nowhere', { redirect_uris: [] }, 'client-document.malformed'],
  [
    'sends people to many places',
    { redirect_uris: Array.from({ length: 21 }, (_, i) => `https://127.0.0.2/${i}`) },
    'client-document.malformed',
  ],
  ['is large', { client_uri: 'x'.repeat(17_000) }, 'client-document.unreachable'],
])('a document that %s is not taken, with a stable code', async (_, said, code) => {
  await using browser = at();
  const agent = site.publish(`/${code}-${Object.keys(said)[0]}.json`, said);
  const page = await browser.open(authorizeUrl(service, agent));
  expect([page.status, page.text.includes(code)]).toEqual([400, true]);
  expect(await rows()).toEqual([]);
});

test('what is private on this machine is neither asked nor told apart from what is nowhere', async () => {
  await using browser = at();
  const inner = createServer((_, response) => response.end('{}'));
  inner.listen(0, '127.0.0.3');
  await once(inner, 'listening');
  let asked = 0;
  inner.on('connection', () => (asked += 1));
  const { port } = inner.address() as AddressInfo;
  const said: string[] = [];
  for (const host of [
    `127.0.0.3:${port}`,
    '127.0.0.3',
    '10.0.0.1',
    '169.254.169.254',
    '[::1]',
    'localhost',
    'nobody.invalid',
  ]) {
    const clientId = `https://${host}/latest`;
    const page = await browser.open(
      authorizeUrl(service, { clientId, clientSecret: null, redirectUri: `${clientId}/back` }),
    );
    said.push(page.text.replace(/[A-Z0-9-]{6,}/gi, ''));
    expect(page.text).toContain('client-document.unreachable');
  }
  expect(new Set(said).size).toBe(1);
  expect(asked).toBe(0);
  inner.close();
});

test('a document that is slow, redirects, is no JSON or answers otherwise than 200 is given up and not kept', async () => {
  await using browser = at();
  const open = async (path: string) =>
    (
      await browser.open(
        authorizeUrl(service, { clientId: site.origin + path, clientSecret: null, redirectUri: site.origin }),
      )
    ).text;
  site.answer('/slow.json', (response) => response.writeHead(200).write('{'));
  expect(await open('/slow.json')).toContain('client-document.unreachable');
  site.answer('/moved.json', (response) => response.writeHead(302, { location: '/agent.json' }).end());
  expect(await open('/moved.json')).toContain('client-document.unreachable');
  site.answer('/gone.json', (response) =>
    response.writeHead(404).end(JSON.stringify(documentOf(`${site.origin}/gone.json`, site.origin))),
  );
  expect(await open('/gone.json')).toContain('client-document.unreachable');
  site.answer('/list.json', (response) => response.writeHead(200).end('[]'));
  expect(await open('/list.json')).toContain('client-document.malformed');
  const mended = site.publish('/list.json');
  expect((await browser.open(authorizeUrl(service, mended))).title).toContain('Log in');
});

test('a burst of client IDs reads so many documents, and writes no row', async () => {
  await using browser = at();
  const db = service.database.db;
  const count = async () => ({
    logins: (await db.selectFrom('login').select('id').execute()).length,
    applications: (await rows()).length,
    used: (await db.selectFrom('unregisteredApplication').select('clientId').execute()).length,
    events: (await db.selectFrom('auditEvent').select('id').where('kind', '=', 'application.request-refused').execute())
      .length,
  });
  site.answer('*', (response) => response.writeHead(404).end());
  const [before, asked] = [await count(), site.asked];
  const codes = new Map<string, number>();
  for (let i = 0; i < 60; i += 1) {
    const clientId = `${site.origin}/burst/${i}`;
    const page = await browser.open(
      authorizeUrl(service, { clientId, clientSecret: null, redirectUri: `${site.origin}/back` }),
    );
    const code = /client-document\.[a-z-]+/.exec(page.text)?.[0] ?? page.text;
    codes.set(code, (codes.get(code) ?? 0) + 1);
  }
  expect(Object.fromEntries(codes)).toEqual({ 'client-document.unreachable': 12, 'client-document.too-many': 48 });
  expect(site.asked - asked).toBe(12);
  const after = await count();
  expect({ ...after, events: 0 }).toEqual({ ...before, events: 0 });
  expect(after.events - before.events).toBeLessThanOrEqual(20);
  // The operator reads in the root's log what was wrong with whose.
  const events = await db
    .selectFrom('auditEvent')
    .select('details')
    .where('kind', '=', 'application.request-refused')
    .execute();
  expect(events.map(({ details }) => details)).toContainEqual(
    expect.objectContaining({ came: site.origin, problem: 'client-document.address' }),
  );
  // One that people here use is read all the same.
  const agent = site.publish('/used.json');
  await addUnregistered(deps(), contoso, agent.clientId);
  expect((await browser.open(authorizeUrl(service, agent))).title).toContain('Log in');
});

test('a token endpoint reads no document, however often strangers name one', async () => {
  const asked = site.asked;
  const agent = site.publish('/never-allowed.json');
  expect((await redeem(service, agent, 'nothing')).body.error).toBe('invalid_client');
  expect(site.asked).toBe(asked);
});
