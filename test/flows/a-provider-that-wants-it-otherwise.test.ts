import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Authentication } from '../../src/api/contract/authentication.ts';
import type { Organization } from '../../src/organizations/organization.ts';
import { apiClient } from '../support/api-client.ts';
import type { ApiClient } from '../support/api-client.ts';
import { callbacksOf, configure, goToProvider, inForce, paneOf } from '../support/federation.ts';
import { makeManaged } from '../support/fixtures.ts';
import { startHostileGround } from '../support/hostile-organization.ts';
import type { HostileGround } from '../support/hostile-organization.ts';
import type { Page } from '../support/page.ts';
import { addApiToken, addUser, org } from '../support/people.ts';
import { startContoso } from '../support/start-provider.ts';
import type { Contoso } from '../support/start-provider.ts';

/** What no discovery document says of a client, and how it is found, explained and mended. */
const SECRET = 'what Contoso gave us + more';
const MARIA = { id: 'c-1', email: 'maria@contoso.example', name: 'Maria', username: 'maria', password: 'pw-maria' };

let ground: HostileGround;
let contosoProvider: Contoso;
let administrator: ApiClient;

beforeAll(async () => {
  contosoProvider = await startContoso({ users: [MARIA] });
  ground = await startHostileGround({ statesIssuer: false });
  const deps = { db: ground.service.database.db, clock: ground.service.clock };
  administrator = apiClient(ground.service.url, await addApiToken(deps, ground.root, 'administrator'));
});
afterAll(async () => {
  await ground?.[Symbol.asyncDispose]();
  await contosoProvider?.stop();
});
beforeEach(async () => {
  ground.provider.setFaults({});
  await contosoProvider.endSessions();
  await contosoProvider.forget();
});

type Client = Parameters<Contoso['addClients']>[0];

let registered = 0;

/** Contoso with a registration of its own for each test; its callbacks are registered both. */
async function contosoWith(client: Partial<Client>, settings: Record<string, unknown> = {}): Promise<Organization> {
  registered += 1;
  const { service, root } = ground;
  const organization = await makeManaged(service, root, `Contoso ${registered}`);
  const clientId = `gatehouse-${registered}`;
  const { shared, own } = callbacksOf(service, organization);
  await contosoProvider.addClients({ clientId, redirectUris: [shared, own], ...client });
  const { db } = service.database;
  await db.deleteFrom('organizationDomain').where('domain', '=', 'contoso.example').execute();
  await db
    .updateTable('appUser')
    .set({ email: `old-${registered}`, emailKey: `old-${registered}` })
    .where('emailKey', '=', MARIA.email)
    .execute();
  await addUser({ db, clock: service.clock }, organization, MARIA.email, { status: 'pending' });
  const given =
    client.clientSecret === undefined ? { credential: 'none' } : { credential: 'secret', clientSecret: SECRET };
  const discoveryUrl = contosoProvider.issuer;
  await configure(service, organization, { method: 'openid-connect', clientId, discoveryUrl, ...given, ...settings });
  return organization;
}

/** Maria's login in a browser of its own, up to where it leads. */
async function mariasLogin(): Promise<Page> {
  await using browser = ground.openBrowser();
  const page = await goToProvider(browser, ground.service, MARIA.email);
  if (page.title !== 'Log in at Contoso') return page;
  const { username, password } = MARIA;
  const back = await browser.submit(page, { username, password }, { button: 'Log in' });
  return back;
}

const pane = async (organization: Organization): Promise<Authentication> => paneOf(ground.service, organization);

/** *Use … instead*: Save with the setting that was offered. */
async function takeOffer(organization: Organization): Promise<void> {
  const { connection, version } = await pane(organization);
  const { setting = '', value } = connection?.offer ?? {};
  const settings = {
    method: connection?.method,
    credential: connection?.credential,
    ...connection?.settings,
    [setting]: value,
  };
  const path = `/organizations/${org(organization)}/authentication`;
  const saved = await administrator.send('PUT', path, { settings, version });
  expect(saved.status).toBe(200);
}

async function requestsTo(path: string): Promise<Record<string, string>[]> {
  const journal = await contosoProvider.journal();
  return journal.filter((entry) => entry.path === path).map(({ query, headers }) => ({ ...headers, ...query }));
}

describe('a client secret', () => {
  const login = async (): Promise<Page> => {
    await using browser = ground.openBrowser();
    const page = await ground.tryLogin(browser);
    return page;
  };
  /** How the secret came in each token request since the last look. */
  const ways = (): string[] => {
    const sent = ground.provider.received.splice(0).filter(({ path }) => path === '/token');
    return sent.map(
      ({ headers, form }) => headers['authorization']?.split(' ')[0] ?? (form?.['client_secret'] ? 'post' : ''),
    );
  };
  beforeEach(() => void ways());
  afterEach(() => void (ground.provider.clientAuthentication = undefined));

  test('is sent the other way by a new round trip of the person, once; the way that works is remembered', async () => {
    ground.provider.clientAuthentication = 'client_secret_basic';
    await ground.use('code');
    const saved = await inForce(ground.service, ground.organization);
    expect((await login()).title).toContain('Your applications');
    expect(ground.provider.received.filter(({ path }) => path === '/authorize')).toHaveLength(2);
    expect(ways()).toEqual(['post', 'Basic']);
    const connection = await inForce(ground.service, ground.organization);
    expect(connection).toMatchObject({ state: 'active', lastFailure: null, version: saved?.version });
    expect((await login()).title).toContain('Your applications');
    expect(ways()).toEqual(['Basic']);
    // Registered otherwise there meanwhile.
    ground.provider.clientAuthentication = 'client_secret_post';
    expect((await login()).title).toContain('Your applications');
    expect(ways()).toEqual(['Basic', 'post']);
  });

  test('is sent the other way in a test, too', async () => {
    ground.provider.clientAuthentication = 'client_secret_basic';
    const path = `/organizations/${org(ground.organization)}/authentication/trials`;
    const settings = { method: 'openid-connect', clientId: 'gatehouse', discoveryUrl: ground.provider.issuer };
    const secret = { credential: 'secret', clientSecret: 'known to the attacker' };
    const begun = await administrator.send('POST', path, { settings: { ...settings, ...secret } });
    await using browser = ground.openBrowser();
    const result = await browser.submit(await browser.open(begun.body.url));
    expect(ways()).toEqual(['post', 'Basic']);
    const { body } = await administrator.get(`${path}/${begun.body.trial.id}`);
    expect(body.run).toMatchObject({ state: 'passed', problem: null });
    expect(result.text).toContain('mallory@fabrikam-trading.example'); // this browser alone is shown the result
  });

  test('whose way was chosen is sent no other way, and the choice is named as the cause', async () => {
    ground.provider.clientAuthentication = 'client_secret_basic';
    const way = { clientAuthentication: 'client_secret_post' };
    await ground.use('code', way);
    expect((await login()).title).not.toContain('Your applications');
    expect(ways()).toEqual(['post']);
    // It went back by itself, and keeps what went wrong.
    const { connection } = (await pane(ground.organization)).switchBack ?? {};
    expect(connection?.settings).toMatchObject(way);
    expect(connection?.lastFailure).toMatchObject({
      code: 'login.credential-way',
      what: expect.stringContaining('sent by client_secret_post as is chosen here'),
      fix: expect.stringContaining('the provider takes client_secret_basic, too'),
    });
    expect(connection?.offer).toEqual({ setting: 'clientAuthentication', value: 'automatic' });
  });

  test('that is wrong is sent both ways, and then explained with both', async () => {
    const organization = await contosoWith({ clientSecret: SECRET }, { clientSecret: 'not this one' });
    expect((await mariasLogin()).text).toContain('is not set up right yet');
    expect(await requestsTo('/token')).toHaveLength(2);
    const { switchBack } = await pane(organization);
    expect(switchBack?.connection?.lastFailure).toMatchObject({
      code: 'login.credential',
      what: expect.stringContaining('sent by client_secret_post, client_secret_basic (401 invalid_client'),
    });
  });

  test('is refused at Save where the provider takes none in a way we have', async () => {
    const members = { token_endpoint_auth_methods_supported: ['private_key_jwt'] };
    await contosoProvider.setFaults({ http: { metadata: { kind: 'change', members } } });
    await expect(contosoWith({ clientSecret: SECRET })).rejects.toThrow('discovery.no-client-authentication');
    await contosoProvider.setFaults({});
  });
});

describe('without a credential', () => {
  test('a code with PKCE is proposed, though the provider lists no clients without a secret', async () => {
    const members = { token_endpoint_auth_methods_supported: ['client_secret_basic'] };
    await contosoProvider.setFaults({ http: { metadata: { kind: 'change', members } } });
    const organization = await contosoWith({});
    await contosoProvider.setFaults({});
    const { connection } = await pane(organization);
    const { own } = callbacksOf(ground.service, organization);
    expect(connection).toMatchObject({ settings: { flow: 'code' }, redirectUrl: own });
    expect((await mariasLogin()).title).toContain('Your applications');
  });

  test.each([
    ['code', 'id-token', 'id_token', 'own', 'shared'],
    ['id-token', 'code', 'code', 'shared', 'own'],
  ] as const)(
    '%s that is refused is explained, and %s works once it is chosen',
    async (flow, other, type, from, to) => {
      const organization = await contosoWith({ responseTypes: [type] }, { flow });
      const callbacks = callbacksOf(ground.service, organization);
      expect((await mariasLogin()).title).not.toContain('Your applications');
      const { lastFailure, offer, redirectUrl, state } = (await pane(organization)).connection ?? {};
      expect([state, redirectUrl]).toEqual(['unconfirmed', callbacks[from]]);
      expect(lastFailure).toMatchObject({
        code: `login.flow-${flow}`,
        what: expect.stringContaining('invalid_request'),
        fix: expect.stringContaining(callbacks[from]),
      });
      // The error came through the browser's address line: anybody could have written it, so no button changes the flow.
      expect(offer).toBeNull();
      const changed = await contosoWith({ responseTypes: [type] }, { flow: other });
      expect((await pane(changed)).connection?.redirectUrl).toBe(callbacksOf(ground.service, changed)[to]);
      expect((await mariasLogin()).title).toContain('Your applications');
    },
  );

  test('a provider that wants one says so, and the ID token is one click away', async () => {
    const organization = await contosoWith(
      { clientSecret: SECRET, responseTypes: ['code', 'id_token'] },
      { credential: 'none', clientSecret: undefined },
    );
    expect((await mariasLogin()).title).not.toContain('Your applications');
    const { method, switchBack } = await pane(organization);
    expect(method).toBe('built-in');
    expect(switchBack?.connection).toMatchObject({
      lastFailure: { code: 'login.wants-credential' },
      offer: { setting: 'flow', value: 'id-token' },
    });
  });
});

test('scopes that a client may not have are left out from then on, and named', async () => {
  const organization = await contosoWith({ clientSecret: SECRET, scope: 'openid' });
  const asked = await mariasLogin();
  expect(asked.text).toContain('states no usable address for you');
  const scopes = async (): Promise<unknown[]> => {
    const sent = (await requestsTo('/auth')).map(({ scope }) => scope);
    await contosoProvider.forget();
    return sent;
  };
  expect(await scopes()).toEqual(['openid profile email', 'openid']);
  expect((await pane(organization)).connection?.notes).toMatchObject([
    { code: 'login.scope-reduced', what: expect.stringContaining('the scopes profile email: openid alone') },
  ]);
  await mariasLogin();
  expect(await scopes()).toEqual(['openid']);
});

test('a scope that is refused even alone is named', async () => {
  const organization = await contosoWith({ clientSecret: SECRET }, { scope: 'email, groups' });
  await ground.use('code');
  ground.provider.setFaults({ response: [{ kind: 'error', error: 'invalid_scope' }] });
  await using browser = ground.openBrowser();
  expect((await ground.tryLogin(browser)).title).not.toContain('Your applications');
  expect((await pane(ground.organization)).connection?.lastFailure).toMatchObject({
    code: 'login.scope',
    what: expect.stringContaining('asked for: openid.'),
  });
  expect((await pane(organization)).connection?.settings['scope']).toBe('openid email groups');
});

describe('further audiences of an ID token', () => {
  const login = async (): Promise<Page> => {
    await using browser = ground.openBrowser();
    const page = await ground.tryLogin(browser);
    return page;
  };
  const audiences = (azp: string | null): void =>
    ground.provider.setFaults({ token: [{ kind: 'claims', set: { aud: ['gatehouse', '342995431'], azp } }] });

  test.each(['code', 'id-token'] as const)('by %s are named, and trusted by one click', async (flow) => {
    await ground.use(flow);
    audiences('gatehouse');
    expect((await login()).title).not.toContain('Your applications');
    const { lastFailure, offer, state } = (await pane(ground.organization)).connection ?? {};
    expect(state).toBe('unconfirmed');
    expect(lastFailure).toMatchObject({
      code: 'login.further-audiences',
      what: expect.stringContaining('aud is ["gatehouse", "342995431"]'),
      fix: expect.stringContaining('trusted audiences: 342995431'),
    });
    expect(offer).toEqual({ setting: 'trustedAudiences', value: '342995431' });
    await takeOffer(ground.organization);
    expect((await login()).title).toContain('Your applications');
    // Trusted, and still not for us: only azp says so.
    for (const azp of [null, '342995431']) {
      audiences(azp);
      expect((await login()).title).not.toContain('Your applications');
    }
    expect((await pane(ground.organization)).connection?.lastFailure?.what).toContain('azp');
  });
});
