import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Organization } from '../../src/organizations/organization.ts';
import { apiClient } from '../support/api-client.ts';
import type { ApiClient } from '../support/api-client.ts';
import { configure, goToProvider, inForce } from '../support/federation.ts';
import { makeManaged, makeRoot } from '../support/fixtures.ts';
import { startHostileProvider } from '../support/hostile-provider.ts';
import type { HostileProvider } from '../support/hostile-provider.ts';
import { openHttpBrowser } from '../support/http-browser.ts';
import type { Page } from '../support/page.ts';
import { addApiToken, addUser, org } from '../support/people.ts';
import { startService } from '../support/start-service.ts';
import type { TestService } from '../support/start-service.ts';

/** Discovery documents, key sets and claims of real providers that are not quite as the standards say. */
let service: TestService;
let provider: HostileProvider;
let root: Organization;
let organization: Organization;
let administrator: ApiClient;
let organizations = 0;
const MARIA = 'maria@contoso.example';

beforeAll(async () => {
  service = await startService({ settings: { GATEHOUSE_ALLOWED_PROVIDER_HOSTS: '127.0.0.3,localhost' } });
  provider = await startHostileProvider({ statesIssuer: false });
  root = await makeRoot(service);
  const deps = { db: service.database.db, clock: service.clock };
  administrator = apiClient(service.url, await addApiToken(deps, root, 'administrator'));
});
afterAll(async () => {
  await service?.close();
  await provider?.stop();
});
beforeEach(async () => {
  provider.setFaults({});
  provider.person = { sub: 'm-1', email: MARIA, email_verified: true, name: 'Maria' };
  organizations += 1;
  organization = await makeManaged(service, root, `Contoso ${organizations}`);
  await addUser({ db: service.database.db, clock: service.clock }, organization, MARIA);
});
// An address leads to the one organization that has it.
afterEach(() => service.database.db.deleteFrom('appUser').where('organizationId', '=', organization.id).execute());

const settings = (discoveryUrl = provider.issuer) => ({
  method: 'openid-connect',
  clientId: 'gatehouse',
  discoveryUrl,
  credential: 'secret',
  clientSecret: 'the-secret-contoso-gave-us',
});

async function check(discoveryUrl?: string) {
  const path = `/organizations/${org(organization)}/authentication/check`;
  return (await administrator.send('POST', path, { settings: settings(discoveryUrl) })).body;
}

async function logIn(): Promise<Page> {
  await using browser = openHttpBrowser();
  const page = await goToProvider(browser, service, MARIA);
  return page;
}

const changed = (members: Record<string, unknown>) => ({ http: { metadata: { kind: 'change' as const, members } } });

describe('a discovery document', () => {
  test('whose optional members are not as they must be can be used, and the pane says what was left out', async () => {
    provider.setFaults(
      changed({
        response_types_supported: 'code',
        end_session_endpoint: '',
        authorization_response_iss_parameter_supported: 'false',
        claims_supported: 7,
      }),
    );
    const found = await check();
    expect(found).toMatchObject({ ok: true, problem: null });
    expect(found.notes.map(({ what }: { what: string }) => what)).toEqual([
      'end_session_endpoint in the discovery document is "", which is no https address: it is left out.',
      'response_types_supported in the discovery document is "code", which is no list of texts: it is left out.',
      'authorization_response_iss_parameter_supported in the discovery document is "false", which is neither true nor false: it is left out.',
    ]);
    await configure(service, organization, settings());
    expect((await logIn()).title).toContain('Your applications');
  });

  test.each<[Record<string, unknown>, string, RegExp]>([
    [{ jwks_uri: null }, 'discovery.endpoint-missing', /lacks jwks_uri/],
    [
      { authorization_endpoint: 'http://login.contoso.example/authorize' },
      'discovery.endpoint-not-https',
      /names "http:\/\/login.contoso.example\/authorize" as authorization_endpoint/,
    ],
    [{ issuer: ['a', 7] }, 'discovery.member-wrong', /issuer = \["a", 7\]/],
  ])('with %j is refused with the member, what it is and what it should be', async (members, code, what) => {
    provider.setFaults(changed(members));
    const { problem } = await check();
    expect(problem).toMatchObject({ code, what: expect.stringMatching(what) });
    expect(problem.fix).toMatch(/https|issuer/);
    const path = `/organizations/${org(organization)}/authentication`;
    const save = await administrator.send('PUT', path, { settings: settings(), version: 1 });
    expect(save.body.errors[0].message).toMatch(what);
  });

  test('of another issuer: both are shown', async () => {
    provider.setFaults(changed({ issuer: 'https://identity.contoso.example/' }));
    const { problem } = await check();
    expect(problem.what).toContain(
      `"https://identity.contoso.example/", and the address speaks of "${provider.issuer}"`,
    );
    expect(problem.fix).toContain(
      `set the issuer (public address, base URL) at the identity provider to "${provider.issuer}"`,
    );
  });

  test('with capitals in the host of its issuer is the one typed, and tokens name it as it spells itself', async () => {
    await using local = await startHostileProvider({ host: 'localhost', statesIssuer: false });
    const shouted = local.issuer.replace('localhost', 'LOCALHOST');
    const person = { sub: 'm-1', email: MARIA, email_verified: true };
    local.person = person;
    for (const typed of [shouted, local.issuer]) {
      local.setFaults({ ...changed({ issuer: shouted }), token: [{ kind: 'wrong-issuer', issuer: shouted }] });
      await configure(service, organization, settings(typed));
      expect((await inForce(service, organization))?.issuer).toBe(shouted);
      expect((await logIn()).title).toContain('Your applications');
    }
    local.setFaults({ ...changed({ issuer: shouted }) });
    expect((await logIn()).title).not.toContain('Your applications');
  });
});

describe('a key set', () => {
  /** The provider's own key, and further ones beside it. */
  async function publish(change: object, others: object[] = []): Promise<void> {
    const answer = await fetch(`${provider.issuer}/jwks`);
    const { keys } = (await answer.json()) as { keys: object[] };
    const members = { keys: [...others, { ...keys[0], ...change }] };
    provider.setFaults({ http: { keys: { kind: 'change', members } }, token: [{ kind: 'no-key-id' }] });
  }
  const other = async (): Promise<object> => {
    await using another = await startHostileProvider();
    const answer = await fetch(`${another.issuer}/jwks`);
    const { keys } = (await answer.json()) as { keys: object[] };
    return keys[0]!;
  };

  test('of several keys, and a token that names none: every fitting key is tried', async () => {
    await publish({ kid: 7, alg: null, use: null, key_ops: null }, [await other(), { kty: 'EC', crv: 'secp256k1' }]);
    await configure(service, organization, settings());
    expect((await logIn()).title).toContain('Your applications');
  });

  test('of several keys, none of which signed the token, lets nobody in', async () => {
    const answer = await fetch(`${provider.issuer}/jwks`);
    const { keys } = (await answer.json()) as { keys: object[] };
    const members = { keys: [await other(), { ...(await other()), kid: undefined }] };
    expect(keys).toHaveLength(1);
    provider.setFaults({ http: { keys: { kind: 'change', members } }, token: [{ kind: 'no-key-id' }] });
    await configure(service, organization, settings());
    expect((await logIn()).title).not.toContain('Your applications');
  });

  test('that cannot be used: the sentence says which key lacks what', async () => {
    const size = { kty: 'RSA', kid: 'small', e: 'AQAB', n: Buffer.alloc(128, 0xc1).toString('base64url') };
    provider.setFaults({ http: { keys: { kind: 'change', members: { keys: [size] } } } });
    const { problem } = await check();
    expect(problem).toMatchObject({
      code: 'keys.size',
      what: expect.stringContaining('key "small" is RSA of 1024 bits'),
    });
    expect(problem.fix).toContain('2048 to 8192 bits');
  });
});

describe('an address in the ID token that is none', () => {
  test.each([[[MARIA]], [''], [`${MARIA} `]])('%j counts as missing: userinfo is asked', async (email) => {
    provider.person = { ...provider.person, email: MARIA };
    provider.setFaults({ token: [{ kind: 'claims', set: { email } }] });
    await configure(service, organization, settings());
    expect((await logIn()).title).toContain('Your applications');
    expect(provider.received.some(({ path }) => path.startsWith('/userinfo'))).toBe(true);
  });

  test('and none at userinfo either: the page says that no usable address is stated', async () => {
    provider.setFaults({
      token: [{ kind: 'claims', set: { email: [MARIA] } }],
      http: { userinfo: { kind: 'change', members: { email: [MARIA] } } },
    });
    await configure(service, organization, settings());
    expect((await logIn()).text).toContain('which states no usable address for you');
  });

  test('what the token says of it is not taken for the address that userinfo states', async () => {
    provider.setFaults({
      token: [{ kind: 'claims', set: { email: '', email_verified: true } }],
      http: { userinfo: { kind: 'change', members: { email_verified: false } } },
    });
    await configure(service, organization, settings());
    expect((await logIn()).title).not.toContain('Your applications');
  });
});
