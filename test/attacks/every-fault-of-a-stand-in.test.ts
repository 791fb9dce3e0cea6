import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { apiClient } from '../support/api-client.ts';
import type { ApiClient } from '../support/api-client.ts';
import { configure, gained, goToProvider } from '../support/federation.ts';
import { makeManaged, makeRoot } from '../support/fixtures.ts';
import { openHttpBrowser } from '../support/http-browser.ts';
import type { Page } from '../support/page.ts';
import { addApiToken, addUser, org } from '../support/people.ts';
import { startService } from '../support/start-service.ts';
import type { TestService } from '../support/start-service.ts';
import { startStandIn } from '../../src/stand-ins/start-stand-in.ts';
import type { RunningStandIn } from '../../src/stand-ins/start-stand-in.ts';
import { SWITCHES, switchOn } from '../../src/stand-ins/switches/switches.ts';
import type { Switch } from '../../src/stand-ins/switches/switch.ts';
import type { Organization } from '../../src/organizations/organization.ts';

/**
 * What `gatehouse dev provider` can switch on, one after the other: no session, one audit event with its category, a page
 * that says what to do next and repeats nothing of the provider's.
 */
const PEOPLE = ['pat@fabrikam.example', 'lee@contoso-retail.example', 'kim@northwind-traders.example'] as const;

/** Those that a login does not meet, or that harm nobody: the person gets in as the user it is. */
const IN = new Set([
  'key-address', // jku is not looked at
  'guest', // bound already
  'edov-false',
  'foreign-email', // known by its subject, never by an address (nOAuth)
  'no-email',
  'email-unverified',
  'email-verified-text',
  'no-pkce', // sent all the same
]);
/** Those that end on the provider's page: found later as started, not finished. */
const THEIRS = new Set([
  'application-unknown',
  'application-disabled',
  'redirect-uri',
  'not-assigned',
  'consent',
  'admin-consent',
]);

let service: TestService;
let entra: RunningStandIn;
let openid: RunningStandIn;
let root: Organization;

beforeAll(async () => {
  const start = (as: 'entra-id' | 'any') => startStandIn({ as, port: 0, redirectUris: [], people: PEOPLE });
  [entra, openid] = await Promise.all([start('entra-id'), start('any')]);
  service = await startService({ settings: { GATEHOUSE_ENTRA_AUTHORITY: entra.standIn.origin } });
  root = await makeRoot(service);
});
afterAll(async () => {
  await service?.close();
  await entra?.standIn.close();
  await openid?.standIn.close();
});

/** An organization whose only user is a person of a stand-in, and its confirmed connection. */
async function connect(of: RunningStandIn, email: string, settings: object): Promise<Organization> {
  const organization = await makeManaged(service, root, email.split('@')[0]!);
  await addUser({ db: service.database.db, clock: service.clock }, organization, email);
  const value = Object.fromEntries(of.values);
  const common =
    of.standIn.kind === 'entra-id'
      ? { method: 'entra-id', clientId: value['Client ID'], directoryId: value['Directory (tenant) ID'] }
      : { method: 'openid-connect', clientId: 'gatehouse', discoveryUrl: value['Discovery url'] };
  await configure(service, organization, { ...common, ...settings });
  switchOn(of.standIn, []);
  choose(of, email);
  expect((await logIn(email)).title).toContain('Your applications');
  return organization;
}

function choose({ standIn }: RunningStandIn, email: string): void {
  standIn.choose(standIn.people().find(({ signInName }) => signInName === email)!.id);
}

async function logIn(email: string): Promise<Page> {
  await using browser = openHttpBrowser({ now: () => service.clock.now() });
  return await goToProvider(browser, service, email);
}

const events = async () => service.database.db.selectFrom('auditEvent').selectAll().orderBy('id').execute();

/** Logs somebody in with one thing switched on, and expects of it what stands above. */
async function tryWith(of: RunningStandIn, one: Switch, organization: Organization, email: string): Promise<void> {
  const before = { gained: await gained(service, organization), events: (await events()).length };
  expect(switchOn(of.standIn, [one.id])).toEqual([one.id]);
  choose(of, email);
  const page = await logIn(email);
  const after = await gained(service, organization);
  const recorded = (await events()).slice(before.events);
  // userinfo is not asked where the ID token says enough, and decides nothing
  if (IN.has(one.id) || one.id.startsWith('userinfo-') || (of === openid && one.id === 'answer-in-query')) {
    expect(page.title).toContain('Your applications');
    expect(after).toEqual({ ...before.gained, sessions: before.gained.sessions + 1 });
    expect(recorded.map(({ kind }) => kind)).toContain('login.finished');
    expect(new Set(recorded.map(({ organizationId }) => organizationId))).toEqual(new Set([organization.id]));
    return;
  }
  expect(after).toEqual(before.gained);
  if (THEIRS.has(one.id) && of === entra) {
    expect(page.url.origin).toBe(of.standIn.origin);
    expect(recorded).toEqual([]);
    return;
  }
  expect(page.url.origin).toBe(service.url);
  expect(page.status).toBeLessThan(500);
  expect(recorded.map(({ kind }) => kind)).toEqual(['login.refused']);
  const { code, reason } = recorded[0]!.details as { code?: string; reason?: string };
  expect(code ?? reason).toMatch(/^(?:login|entra)\.|^callback-of-no-login$/);
  expect(page.text).toMatch(/Log in again|Try again|quote the reference|administrator/);
  // neither what the provider said, nor where in our code it went wrong
  // A reference is random, and may spell one of these.
  expect(page.text.replace(/Reference [A-Z0-9]{8}/, '')).not.toMatch(
    /AADSTS|cancelled the request|not assigned|somebody-else|JWT|\bat \w+ \(|Error:/,
  );
}

const groups = (...names: string[]): Switch[] => names.flatMap((name) => SWITCHES[name]!);
/** Waiting for these takes as long as the time limit; they are tried together, below. */
const isQuick = ({ id }: Switch): boolean => !/-(?:hang|slow)$/.test(id);

describe('Entra ID, ID token by form post', () => {
  let organization: Organization;
  beforeAll(async () => {
    organization = await connect(entra, PEOPLE[0], { credential: 'none' });
  });
  const all = groups(
    'Registration of the application',
    'ID token: claims',
    'ID token: signature',
    'Answer through the browser',
  );
  test.each(all.filter(({ only, id }) => only !== 'openid-connect' && !/^(?:secret-|public-client)/.test(id)))(
    '$says',
    async (one) => tryWith(entra, one, organization, PEOPLE[0]),
  );
});

describe('Entra ID, code with a client secret', () => {
  let organization: Organization;
  beforeAll(async () => {
    organization = await connect(entra, PEOPLE[1], { credential: 'secret', clientSecret: 'development-only' });
  });
  const all = groups('Registration of the application', 'Token endpoint').filter(
    ({ id, only }) => only !== 'openid-connect' && id !== 'id-tokens-off',
  );
  test.each(all.filter(isQuick))('$says', async (one) => tryWith(entra, one, organization, PEOPLE[1]));
});

describe('OpenID Connect, code with a client secret', () => {
  let organization: Organization;
  beforeAll(async () => {
    organization = await connect(openid, PEOPLE[2], { credential: 'secret', clientSecret: 'development-only' });
  });
  /** Those of its own, and those that its way of answering meets otherwise. The others are tried in id-token-not-believed. */
  const all = groups(...Object.keys(SWITCHES)).filter(
    ({ id, only }) =>
      only === 'openid-connect' || (only === undefined && /^secret-replaced|public-client|^answer|state/.test(id)),
  );
  test.each(all.filter(isQuick))('$says', async (one) => tryWith(openid, one, organization, PEOPLE[2]));
});

describe('a document that is read when a connection is saved', () => {
  let organizations: Organization[];
  let administrator: ApiClient;
  let checks = 0;
  beforeAll(async () => {
    organizations = await Promise.all(['One', 'Two'].map(async (name) => makeManaged(service, root, name)));
    const token = await addApiToken({ db: service.database.db, clock: service.clock }, root, 'administrator');
    administrator = apiClient(service.url, token);
  });

  /** What *Save* says; null: it goes through. */
  async function problemWith(running: RunningStandIn): Promise<{ code: string; fix: string } | null> {
    // each organization may be checked 30 times a minute
    checks += 1;
    const path = `/organizations/${org(organizations[checks % 2]!)}/authentication/check`;
    const { body } = await administrator.send('POST', path, {
      settings: {
        method: 'openid-connect',
        clientId: 'gatehouse',
        discoveryUrl: running.standIn.issuer,
        credential: 'none',
      },
    });
    return body.problem;
  }

  /** Harmless: what is not needed for this way, or is left out. */
  const TAKEN = new Set(['no-pkce', 'no-form-post', 'weak-algorithms', 'no-token-endpoint', 'keys-twice']);
  const all = groups('Discovery document', 'Key set').filter(({ only }) => only !== 'entra-id');

  test.each(all.filter(isQuick))('$says', async ({ id }) => {
    switchOn(openid.standIn, [id]);
    const problem = await problemWith(openid);
    expect(TAKEN.has(id) ? problem : problem?.code).toEqual(
      TAKEN.has(id) ? null : expect.stringMatching(/^(?:discovery|keys)\./),
    );
  });

  test('what is never answered, or a byte a second, ends at the time limit', async () => {
    const slow = all.filter((one) => !isQuick(one)).map(({ id }) => id);
    expect(slow).toEqual(['metadata-hang', 'metadata-slow', 'keys-hang', 'keys-slow']);
    const problems = slow.map(async (id) => {
      const own = await startStandIn({ as: 'okta', port: 0, redirectUris: [], people: [] });
      switchOn(own.standIn, [id]);
      const problem = await problemWith(own);
      await own.standIn.close();
      return problem?.code;
    });
    expect(await Promise.all(problems)).toEqual([
      'discovery.timeout',
      'discovery.timeout',
      'keys.unreachable',
      'keys.unreachable',
    ]);
  });
});
