import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { apiClient } from '../support/api-client.ts';
import type { ApiClient } from '../support/api-client.ts';
import { configure, goToProvider, inForce, paneOf, routeDomains } from '../support/federation.ts';
import { makeManaged } from '../support/fixtures.ts';
import { MALLORY, startHostileGround } from '../support/hostile-organization.ts';
import type { HostileGround } from '../support/hostile-organization.ts';
import type { HostileProvider } from '../support/hostile-provider.ts';
import type { Page } from '../support/page.ts';
import { addApiToken, addUser, org } from '../support/people.ts';

/** What people and administrators read of a provider whose answers are not as they should be. */
let ground: HostileGround;
let administrator: ApiClient;

beforeAll(async () => {
  // No RFC 9207: an answer may then be bent without the issuer parameter being looked at first.
  ground = await startHostileGround({ statesIssuer: false });
  const deps = { db: ground.service.database.db, clock: ground.service.clock };
  administrator = apiClient(ground.service.url, await addApiToken(deps, ground.root, 'administrator'));
});
afterAll(async () => {
  await ground?.[Symbol.asyncDispose]();
});
beforeEach(() => ground.provider.setFaults({}));

/** A login that works makes the connection active, so that no failure after it takes it back. */
async function confirmed(flow: 'code' | 'id-token'): Promise<void> {
  await ground.use(flow);
  expect((await login()).title).toContain('Your applications');
  expect((await inForce(ground.service, ground.organization))?.state).toBe('active');
}

async function login(): Promise<Page> {
  await using browser = ground.openBrowser();
  const page = await ground.tryLogin(browser);
  return page;
}

/** What the pane shows of the last failure. */
async function lastFailure(): Promise<{ code: string; what: string; fix: string } | null> {
  const { body } = await administrator.get(`/organizations/${org(ground.organization)}/authentication`);
  return body.connection.lastFailure;
}

/** What the pane shows of the connection. */
const connection = async () => (await paneOf(ground.service, ground.organization)).connection;

/** Details of the newest refused login, as its audit event keeps them. */
async function lastRefusal(): Promise<Record<string, unknown>> {
  const event = await ground.service.database.db
    .selectFrom('auditEvent')
    .select('details')
    .where('organizationId', '=', ground.organization.id)
    .where('kind', '=', 'login.refused')
    .orderBy('id', 'desc')
    .executeTakeFirstOrThrow();
  return event.details as Record<string, unknown>;
}

describe('a token endpoint that answers', () => {
  const at = (): string => `${ground.provider.issuer}/token`;

  test.each<[string, Parameters<HostileProvider['setFaults']>[0], string, RegExp, RegExp]>([
    [
      '401 invalid_client',
      { http: { token: { kind: 'error', status: 401, body: { error: 'invalid_client' } } } },
      'login.credential',
      /client secret, sent by client_secret_post, client_secret_basic \(401 invalid_client from AT\)/,
      /enter it here as Client secret/,
    ],
    [
      '503 without a word',
      { http: { token: { kind: 'error', status: 503, body: 'down' } } },
      'login.provider-fault',
      /^AT of the identity provider answers, and reports a fault of its own: 503/,
      /waiting does not help/,
    ],
    [
      'without an ID token',
      { http: { token: { kind: 'change', members: { id_token: null } } } },
      'login.member-missing',
      /^The answer of AT lacks id_token/,
      /scope openid/,
    ],
    [
      'with another type of token',
      { http: { token: { kind: 'change', members: { token_type: 'mac' } } } },
      'login.member-wrong',
      /has token_type = "mac"/,
      /token_type = "Bearer"/,
    ],
    [
      'with a page',
      { http: { token: { kind: 'html' } } },
      'login.unusable-answer',
      /What AT of the identity provider answered/,
      /proxy, firewall/,
    ],
    [
      'with a number as subject',
      { token: [{ kind: 'claims', set: { sub: 7 } }] },
      'login.claim-wrong',
      /The ID token has sub = 7/,
      /state sub as JSON type string/,
    ],
    [
      'for another application',
      { token: [{ kind: 'wrong-audience' }] },
      'login.audience',
      /aud is "somebody-else", and the Client ID here is "gatehouse"/,
      /Enter the Client ID/,
    ],
  ])('%s: cause, place and value stand in the trace and in the pane', async (_what, faults, code, what, fix) => {
    await confirmed('code');
    ground.provider.setFaults(faults);
    const page = await login();
    expect(page.title).not.toContain('Your applications');
    expect(await lastRefusal()).toMatchObject({ code, values: expect.any(Object) });
    const shown = await lastFailure();
    expect(shown?.code).toBe(code);
    expect(shown?.what.replaceAll(at(), 'AT')).toMatch(what);
    expect(shown?.fix).toMatch(fix);
    // The person is told what to do, and nothing of that.
    expect(page.text).not.toContain(at());
    ground.provider.setFaults({});
    expect((await login()).title).toContain('Your applications');
  });

  test('out of reach, and with a fault of its own, are two sentences', async () => {
    await confirmed('code');
    ground.provider.setFaults({ http: { token: { kind: 'reset' } } });
    expect((await login()).text).toContain('We cannot reach your organization’s login page');
    expect((await lastFailure())?.code).toBe('login.unreachable');
    ground.provider.setFaults({ http: { token: { kind: 'error', status: 500, body: 'half configured' } } });
    const faulty = await login();
    expect(faulty.text).toContain('reports a fault of its own');
    expect(faulty.text).not.toContain('cannot reach');
    expect((await lastFailure())?.code).toBe('login.provider-fault');
  });

  test('more or less than it must is let in where that is harmless', async () => {
    await ground.use('code');
    const members = { token_type: null, refresh_token: '', expires_in: 'soon' };
    ground.provider.setFaults({ http: { token: { kind: 'change', members } } });
    expect((await login()).title).toContain('Your applications');
  });
});

test('what is wrong with a token that the browser brings stands in the pane until a login succeeds, and counts as nothing', async () => {
  await confirmed('id-token');
  ground.provider.setFaults({ token: [{ kind: 'claims', set: { sub: 7 } }] });
  expect((await login()).title).not.toContain('Your applications');
  expect(await lastFailure()).toMatchObject({ code: 'login.claim-wrong', what: 'The ID token has sub = 7.' });
  expect((await inForce(ground.service, ground.organization))?.failingSince).toBeNull();
  ground.provider.setFaults({});
  expect((await login()).title).toContain('Your applications');
  expect(await lastFailure()).toBeNull();
});

test('Cancel at the provider: the person reads who said no, and it is stored', async () => {
  await confirmed('code');
  ground.provider.setFaults({ response: [{ kind: 'error', error: 'access_denied' }] });
  const page = await login();
  expect(page.text).toContain('You or your organization said no. Log in again');
  expect(await lastRefusal()).toMatchObject({
    code: 'login.refused',
    providerCode: 'access_denied',
    values: { status: 'access_denied' },
  });
});

describe('an answer in a way that was not asked for is named', () => {
  test.each<['code' | 'id-token', 'form_post' | 'query', string, RegExp]>([
    ['code', 'form_post', 'login.posted-code', /response mode of this application .* to query/],
    ['id-token', 'query', 'login.token-in-address', /response mode of this application .* to form_post/],
  ])('%s by %s', async (flow, mode, code, fix) => {
    await confirmed(flow);
    ground.provider.setFaults({ response: [{ kind: 'mode', mode }] });
    const page = await login();
    expect(page.text).toContain('is not set up right yet');
    expect(page.text).not.toContain('did not come from one of our pages');
    expect(await lastRefusal()).toMatchObject({ code });
    expect(await lastFailure()).toMatchObject({ code, fix: expect.stringMatching(fix) });
    expect((await inForce(ground.service, ground.organization))?.failingSince).toBeNull();
  });

  test.each(['code', 'id-token'] as const)('%s in the fragment', async (flow) => {
    await confirmed(flow);
    ground.provider.setFaults({ response: [{ kind: 'mode', mode: 'fragment' }] });
    await using browser = ground.openBrowser();
    const page = await ground.tryLogin(browser);
    expect(page.text).toContain('answered in a way that was not asked for');
    expect(await lastRefusal()).toMatchObject({ code: 'login.fragment' });
    expect(page.text).toContain(String((await lastRefusal())['reference']));
    const fix = expect.stringContaining('query for a code, form_post for an ID token');
    expect(await lastFailure()).toMatchObject({ code: 'login.fragment', fix });
  });

  test.each(['code', 'id-token'] as const)('%s, and an issuer beside it that is percent-encoded', async (flow) => {
    await confirmed(flow);
    const iss = encodeURIComponent(ground.provider.issuer);
    ground.provider.setFaults({ response: [{ kind: 'change', parameters: { iss } }] });
    expect((await login()).text).toContain('is not set up right yet');
    expect(await lastFailure()).toMatchObject({ code: 'login.issuer-parameter', what: expect.stringContaining(iss) });
  });

  test('an address without an answer ends no login that is under way', async () => {
    await confirmed('code');
    await using browser = ground.openBrowser();
    ground.provider.setFaults({ response: [{ kind: 'mode', mode: 'fragment' }] });
    await ground.tryLogin(browser);
    ground.provider.setFaults({});
    expect((await ground.tryLogin(browser)).title).toContain('Your applications');
  });
});

describe('what the data of one person causes', () => {
  test.each(['code', 'id-token'] as const)('is not counted against the connection: by %s too large', async (flow) => {
    await ground.use(flow);
    const person = { ...ground.provider.person };
    ground.provider.person = { ...person, photo: 'x'.repeat(70_000) };
    await using browser = ground.openBrowser();
    const page = await ground.tryLogin(browser);
    ground.provider.person = person;
    expect(page.text).toContain('sends more about you than can be taken');
    const { lastFailure: shown, failingSince, state } = (await connection()) ?? {};
    expect([state, failingSince]).toEqual(['unconfirmed', null]);
    expect(shown).toMatchObject({
      code: 'login.too-large',
      what: expect.stringMatching(/too large: \d+ KB, and 64 KB are taken\. Its largest claim is photo \(69 KB\)/),
    });
  });
});

test('a userinfo endpoint that refuses keeps nobody out, is not asked for who is bound, and stays to be read', async () => {
  await ground.use('code');
  const { service, organization } = ground;
  const forget = async (): Promise<unknown> =>
    service.database.db.deleteFrom('identity').where('organizationId', '=', organization.id).execute();
  await forget();
  const noAddress = { kind: 'claims', set: { email: null } } as const;
  const down = { userinfo: { kind: 'error', status: 403, body: {} } } as const;
  ground.provider.setFaults({ token: [noAddress], http: down });
  expect((await login()).text).toContain('states no usable address for you');
  ground.provider.setFaults({ token: [noAddress] });
  expect((await login()).title).toContain('Your applications'); // bound by the address of userinfo
  ground.provider.received.length = 0;
  ground.provider.setFaults({ token: [noAddress], http: down });
  expect((await login()).title).toContain('Your applications');
  expect(ground.provider.received.map(({ path }) => path)).not.toContain('/userinfo');
  expect(await connection()).toMatchObject({ state: 'active', lastFailure: null });

  // Bound by a name in a verified domain: the fault stays to be read while nobody asks there, and goes with an answer.
  await forget();
  const now = service.clock.now();
  await service.database.db
    .insertInto('domainVerification')
    .values({
      organizationId: organization.id,
      domain: 'fabrikam-trading.example',
      state: 'verified',
      token: 'a'.repeat(26),
      startedAt: now,
      verifiedAt: now,
      createdAt: now,
    })
    .execute();
  const named = { kind: 'claims', set: { email: null, preferred_username: MALLORY } } as const;
  const fault = {
    code: 'login.userinfo',
    what: expect.stringContaining('/userinfo of the identity provider answered 403'),
  };
  for (const _login of ['the first', 'another']) {
    ground.provider.setFaults({ token: [named], http: down });
    expect((await login()).title).toContain('Your applications');
    expect(await connection()).toMatchObject({ state: 'active', failingSince: null, lastFailure: fault });
  }
  await forget();
  ground.provider.setFaults({ token: [named] });
  expect((await login()).title).toContain('Your applications');
  expect((await connection())?.lastFailure).toBeNull();
});

test('who is bound in the managing organization is not bound in one below it that logs in the same way: userinfo is asked', async () => {
  const { service, organization, provider } = ground;
  await ground.use('code');
  provider.setFaults({});
  expect((await login()).title).toContain('Your applications');
  const below = await makeManaged(service, organization, 'Fabrikam Toys');
  await addUser({ db: service.database.db, clock: service.clock }, below, 'mallory@fabrikam-toys.example');
  await configure(service, below, { method: 'same-as-managing' });
  await routeDomains(service, below);
  const before = provider.person;
  provider.person = { ...before, email: 'mallory@fabrikam-toys.example' };
  provider.setFaults({ token: [{ kind: 'claims', set: { email: null } }] });
  await using browser = ground.openBrowser();
  expect((await goToProvider(browser, service, 'mallory@fabrikam-toys.example')).title).toContain('Your applications');
  provider.person = before;
});
