import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { formatId } from '../../src/base/ids.ts';
import type { Organization } from '../../src/organizations/organization.ts';
import { configure, eventsOf, inForce } from '../support/federation.ts';
import { makeManaged } from '../support/fixtures.ts';
import { MALLORY, startHostileGround } from '../support/hostile-organization.ts';
import type { HostileGround } from '../support/hostile-organization.ts';
import { startHostileProvider } from '../support/hostile-provider.ts';
import type { HostileProvider } from '../support/hostile-provider.ts';
import { openHttpBrowser } from '../support/http-browser.ts';
import { addUser } from '../support/people.ts';

// Lesson: who may end somebody's session is a question of its own. A logout token is believed as little as an ID token, and
// a front-channel request, which carries no proof, ends only the session whose name it knows.

const SID = 'session-of-mallory-at-her-provider';
let ground: HostileGround;

beforeAll(async () => {
  ground = await startHostileGround();
  await ground.use('code');
});
afterAll(async () => ground?.[Symbol.asyncDispose]());
beforeEach(async () => {
  ground.provider.setFaults({});
  ground.provider.person = { sub: 'h-1', email: MALLORY, email_verified: true, sid: SID };
  await ground.service.database.db.deleteFrom('session').execute();
  await ground.service.database.db.deleteFrom('rateLimit').execute();
});

async function loggedIn(): Promise<void> {
  await using browser = ground.openBrowser();
  const page = await ground.tryLogin(browser);
  expect(page.text).toContain('Your applications');
}

const live = async (organization: Organization = ground.organization): Promise<number> => {
  const { db } = ground.service.database;
  const rows = db.selectFrom('session').select('id').where('organizationId', '=', organization.id);
  return (await rows.execute()).length;
};

async function send(token: string | null, organization: Organization = ground.organization): Promise<number> {
  const answer = await fetch(`${ground.service.url}/logout/backchannel/${formatId('org', organization.id)}`, {
    method: 'POST',
    body: new URLSearchParams(token === null ? {} : { logout_token: token }),
  });
  expect(answer.headers.get('cache-control')).toBe('no-store');
  return answer.status;
}

async function lastRefusal(): Promise<string | null> {
  return (await inForce(ground.service, ground.organization))?.lastFailure ?? null;
}

const token = async (claims: Record<string, unknown> = {}, by: HostileProvider = ground.provider): Promise<string> =>
  by.makeLogoutToken('gatehouse', { sid: SID, ...claims });

test('a good logout token ends the session: each refusal below differs from it by one thing', async () => {
  await loggedIn();
  expect(await send(await token())).toBe(200);
  expect(await live()).toBe(0);
});

const now = (): number => Math.floor(ground.service.clock.now().getTime() / 1000);
const REFUSED: Record<string, { claims?: () => Record<string, unknown>; fault?: object; code: string }> = {
  'of another issuer': { claims: () => ({ iss: 'https://login.contoso.example' }), code: 'logout.issuer' },
  'for another client': { claims: () => ({ aud: 'another' }), code: 'logout.audience' },
  'for nobody': { claims: () => ({ aud: null }), code: 'logout.audience' },
  'that has expired': { claims: () => ({ exp: now() - 61 }), code: 'logout.times' },
  'made more than ten minutes ago': { claims: () => ({ iat: now() - 661 }), code: 'logout.times' },
  'made in time to come': { claims: () => ({ iat: now() + 120 }), code: 'logout.times' },
  'without the time it was made at': { claims: () => ({ iat: null }), code: 'logout.times' },
  'without its event': { claims: () => ({ events: null }), code: 'logout.claim' },
  'with another event': { claims: () => ({ events: { 'https://example.com/event': {} } }), code: 'logout.claim' },
  'with a nonce, as ID tokens have': { claims: () => ({ nonce: 'n' }), code: 'logout.claim' },
  'without a jti': { claims: () => ({ jti: null }), code: 'logout.claim' },
  'that names neither session nor subject': { claims: () => ({ sid: null }), code: 'logout.claim' },
  'of another media type': { fault: { kind: 'header', set: { typ: 'at+jwt' } }, code: 'logout.claim' },
  'signed by a stranger': { fault: { kind: 'wrong-signature' }, code: 'logout.signature' },
  'signed by a key nobody published': { fault: { kind: 'unknown-key-id' }, code: 'logout.signature' },
  'that brings its own key': { fault: { kind: 'embedded-key' }, code: 'logout.signature' },
  'without a signature': { fault: { kind: 'alg-none' }, code: 'logout.algorithm' },
  'signed with the public key as a secret': { fault: { kind: 'hs256' }, code: 'logout.algorithm' },
};

describe('ends no session: a logout token', () => {
  test.each(Object.entries(REFUSED))('%s', async (_name, { claims, fault, code }) => {
    await loggedIn();
    if (fault !== undefined) ground.provider.setFaults({ token: [fault] } as never);
    expect(await send(await token(claims?.()))).toBe(400);
    expect(await live()).toBe(1);
    expect(await lastRefusal()).toBe(code);
  });

  test('that is an ID token of the same provider', async () => {
    await loggedIn();
    expect(await send(await ground.provider.makeIdToken('gatehouse'))).toBe(400);
    expect(await live()).toBe(1);
  });

  test('that is none', async () => {
    await loggedIn();
    for (const none of [null, '', 'a.b', 'x'.repeat(70_000)]) expect(await send(none)).toBe(400);
    expect(await live()).toBe(1);
  });

  test('that counted before: the session made since lives on', async () => {
    await loggedIn();
    const first = await token({ sub: 'h-1', sid: null });
    expect(await send(first)).toBe(200);
    expect(await live()).toBe(0);
    await loggedIn();
    expect(await send(first)).toBe(400);
    expect(await live()).toBe(1);
    expect(await lastRefusal()).toBe('logout.replayed');
  });

  test('about another session, or another subject', async () => {
    await loggedIn();
    expect(await send(await token({ sid: 'another session of the provider' }))).toBe(200);
    expect(await send(await token({ sid: null, sub: 'h-2' }))).toBe(200);
    expect(await live()).toBe(1);
  });
});

describe('ends no session of another organization', () => {
  let sibling: Organization;
  let other: HostileProvider;

  beforeAll(async () => {
    other = await startHostileProvider({
      person: { sub: 'h-1', email: 'maria@contoso.example', email_verified: true },
    });
    sibling = await makeManaged(ground.service, ground.root, 'Contoso');
    await addUser({ db: ground.service.database.db, clock: ground.service.clock }, sibling, 'maria@contoso.example');
    await configure(ground.service, sibling, {
      method: 'openid-connect',
      clientId: 'gatehouse',
      discoveryUrl: other.issuer,
      credential: 'none',
      flow: 'id-token',
    });
  });
  afterAll(async () => other?.stop());

  test('a logout token of its provider with the same session name and subject, at either address', async () => {
    await loggedIn();
    const foreign = await token({ sub: 'h-1' }, other);
    expect(await send(foreign)).toBe(400);
    expect(await send(foreign, sibling)).toBe(200);
    expect(await live()).toBe(1);
  });

  test('a front-channel request that names its issuer', async () => {
    await loggedIn();
    await frontChannel({ iss: other.issuer, sid: SID });
    expect(await live()).toBe(1);
  });
});

async function frontChannel(parameters: Record<string, string>): Promise<Response> {
  const answer = await fetch(`${ground.service.url}/logout/frontchannel?${new URLSearchParams(parameters).toString()}`);
  expect(answer.status).toBe(200);
  return answer;
}

describe('a front-channel request', () => {
  test('ends the session whose issuer and sid it names, without a cookie', async () => {
    await loggedIn();
    const answer = await frontChannel({ iss: ground.provider.issuer, sid: SID });
    expect(await live()).toBe(0);
    expect(answer.headers.get('x-frame-options')).toBeNull();
    expect(answer.headers.get('content-security-policy')).toBe("default-src 'none'");
  });

  test('that knows no name, a part of it or a pattern, ends none and tells nothing', async () => {
    await loggedIn();
    const answers = new Set<string>();
    const { issuer: iss } = ground.provider;
    const tries: Record<string, string>[] = [
      {},
      { iss },
      { sid: SID },
      { iss, sid: SID.slice(0, -1) },
      { iss, sid: '%' },
      { iss, sid: `${SID}\u0000` },
      { iss: `${iss}/`, sid: SID },
    ];
    for (const parameters of tries) answers.add(await (await frontChannel(parameters)).text());
    expect(answers.size).toBe(1);
    expect(await live()).toBe(1);
  });

  test('ends no session whose name can be guessed', async () => {
    ground.provider.person = { ...ground.provider.person, sid: '4711' };
    await loggedIn();
    await frontChannel({ iss: ground.provider.issuer, sid: '4711' });
    expect(await live()).toBe(1);
    expect(await send(await token({ sid: '4711' }))).toBe(200);
    expect(await live()).toBe(0);
  });

  test('carries the browser’s own cookie in vain: another session of the same browser lives on', async () => {
    await using browser = openHttpBrowser({ now: () => ground.service.clock.now() });
    await ground.tryLogin(browser);
    const page = await browser.open(`${ground.service.url}/logout/frontchannel?iss=${ground.provider.issuer}&sid=x`);
    expect(page.status).toBe(200);
    expect(await live()).toBe(1);
  });
});

test('refused tokens fill no log without end', async () => {
  const before = (await eventsOf(ground.service, ground.organization)).length;
  for (let i = 0; i < 15; i += 1) expect(await send(await token({ aud: 'another' }))).toBe(400);
  const events = (await eventsOf(ground.service, ground.organization)).slice(before);
  expect(events).toEqual(Array.from({ length: 10 }, () => 'connection.logout-refused'));
});
