import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { OrganizationId } from '../../src/base/ids.ts';
import { apiClient } from '../support/api-client.ts';
import type { ApiClient } from '../support/api-client.ts';
import { makeManaged, makePerson } from '../support/fixtures.ts';
import { addSession, addUser, foundNorthwind, org } from '../support/people.ts';
import type { Northwind } from '../support/people.ts';
import { startContoso, startFabrikam } from '../support/start-provider.ts';
import type { Contoso, Fabrikam } from '../support/start-provider.ts';
import { sendElsewhere } from '../support/stories.ts';
import { startService } from '../support/start-service.ts';
import type { TestService } from '../support/start-service.ts';

const DIRECTORY = '2c1a7d1e-0f7b-4b7e-8f0a-6a4f0d8c9b11';
const PROPOSED = { directoryId: DIRECTORY, cloud: 'global', domain: 'fabrikam.example' };
const CLIENT_ID = '7f1c2a9e-52d4-4a0e-9d0c-3b6f5f1f8a21';

let service: TestService;
let contosoProvider: Contoso;
let fabrikamProvider: Fabrikam;
let houses: Northwind;
let administrator: ApiClient;
const deps = () => ({ db: service.database.db, clock: service.clock, url: service.url });
const pane = (path = ''): string => `/organizations/${org(houses.contoso)}/authentication${path}`;
const openidConnect = (more: object = {}) => ({
  method: 'openid-connect',
  clientId: 'gatehouse',
  discoveryUrl: contosoProvider.issuer,
  credential: 'secret',
  clientSecret: 'the-secret-contoso-gave-us',
  ...more,
});

beforeAll(async () => {
  contosoProvider = await startContoso();
  fabrikamProvider = await startFabrikam({
    directories: [{ id: DIRECTORY, name: 'Fabrikam', domains: ['fabrikam.example', 'gmail.com'] }],
  });
  service = await startService({ settings: { GATEHOUSE_ENTRA_AUTHORITY: fabrikamProvider.origin } });
  houses = await foundNorthwind(deps());
  const anna = await addUser(deps(), houses.northwind, 'anna@northwind.example', { role: 'administrator' });
  await addUser(deps(), houses.contoso, 'maria@contoso.example');
  await addUser(deps(), houses.contoso, 'tom@contoso.example');
  await addUser(deps(), houses.fabrikam, 'lena@fabrikam.example');
  administrator = apiClient(service.url, (await addSession(deps(), anna)).token);
});
afterAll(async () => {
  await service.close();
  await contosoProvider.stop();
  await fabrikamProvider.stop();
});

describe('the pane Authentication settings', () => {
  test('begins with the built-in method and shows what to register at a provider', async () => {
    const { status, body } = await administrator.get(pane());
    expect(status).toBe(200);
    expect(body).toMatchObject({
      method: 'built-in',
      state: 'active',
      inForce: { method: 'built-in', from: { name: 'Contoso' } },
      connection: null,
      switchBack: null,
      mayFollowManaging: true,
      redirectUrls: {
        none: `${service.url}/login/callback`,
        secret: `${service.url}/login/callback/${org(houses.contoso)}`,
      },
      users: 2,
      proposedDomain: 'contoso.example',
      version: 1,
    });
  });

  test('checks settings and shows who is affected, without saving', async () => {
    const good = await administrator.send('POST', pane('/check'), { settings: openidConnect() });
    expect(good.body).toMatchObject({
      ok: true,
      problem: null,
      provider: {
        issuer: contosoProvider.issuer,
        settings: { discoveryUrl: contosoProvider.issuer, flow: 'code' },
      },
      redirectUrl: `${service.url}/login/callback/${org(houses.contoso)}`,
      affected: { users: 2, domains: [{ domain: 'contoso.example', users: 2 }], sessions: 0, followers: 0 },
    });
    const bad = await administrator.send('POST', pane('/check'), {
      settings: openidConnect({ discoveryUrl: 'http://127.0.0.1:9' }),
    });
    expect(bad.body).toMatchObject({
      ok: false,
      problem: { code: expect.stringMatching(/^discovery\./) },
      provider: null,
    });
    expect((await administrator.get(pane())).body.method).toBe('built-in');
  });

  test('checks a method of ours without asking anybody', async () => {
    for (const method of ['built-in', 'same-as-managing']) {
      const { status, body } = await administrator.send('POST', pane('/check'), { settings: { method } });
      expect([status, body]).toMatchObject([200, { ok: true, problem: null, provider: null, affected: { users: 2 } }]);
    }
  });

  test('takes a Discovery url of Microsoft for Entra ID, whatever was chosen', async () => {
    const settings = openidConnect({
      discoveryUrl: `${fabrikamProvider.origin}/${DIRECTORY}/v2.0`,
      clientId: CLIENT_ID,
    });
    const { body } = await administrator.send('POST', pane('/check'), { settings });
    expect(body).toMatchObject({ ok: true, provider: { settings: { directoryId: DIRECTORY } }, notes: [] });
  });

  test('takes ids as they are pasted: in braces, with invisible characters', async () => {
    const entra = await administrator.send('POST', pane('/check'), {
      settings: {
        method: 'entra-id',
        clientId: `\u200B{${CLIENT_ID.toUpperCase()}} `,
        directoryId: `{${DIRECTORY}}\u00A0`,
        credential: 'none',
      },
    });
    expect(entra.body).toMatchObject({
      ok: true,
      provider: { settings: { clientId: CLIENT_ID, directoryId: DIRECTORY } },
      notes: [],
    });
    const other = await administrator.send('POST', pane('/check'), {
      settings: openidConnect({ clientId: 'gate\u200Bhouse\n', discoveryUrl: `\uFEFF${contosoProvider.issuer}\u200B` }),
    });
    expect(other.body).toMatchObject({
      ok: true,
      provider: { settings: { clientId: 'gatehouse', discoveryUrl: contosoProvider.issuer } },
    });
  });

  test('asks about a Secret ID where the secret’s Value belongs, and saves it all the same', async () => {
    const settings = { method: 'entra-id', clientId: CLIENT_ID, directoryId: DIRECTORY, credential: 'secret' };
    const check = async (clientSecret: string) =>
      (await administrator.send('POST', pane('/check'), { settings: { ...settings, clientSecret } })).body;
    for (const id of ['3F1c2a9e-52d4-4a0e-9d0c-3b6f5f1f8a21', '{3f1c2a9e-52d4-4a0e-9d0c-3b6f5f1f8a21}']) {
      const asked = await check(id);
      expect(asked).toMatchObject({ ok: true, notes: [{ code: 'entra.secret-id' }] });
      expect(asked.notes[0].fix).toContain('copy the Value of the secret, not its Secret ID');
    }
    expect((await check('a1B8Q~secret_value-of-forty-characters.xyz')).notes).toEqual([]);
  });

  test('lets the root follow nobody', async () => {
    const path = `/organizations/${org(houses.northwind)}/authentication`;
    const { version } = (await administrator.get(path)).body;
    const { status, body } = await administrator.send('PUT', path, {
      settings: { method: 'same-as-managing' },
      version,
    });
    expect([status, body.code]).toEqual([422, 'input.malformed']);
  });

  test('proposes the directory of a domain that is asked about, and none of a public mail domain', async () => {
    const path = (house: { id: OrganizationId }, query = ''): string =>
      `/organizations/${org(house)}/authentication/directory-proposal${query}`;
    const asked = await administrator.get(path(houses.contoso, '?domain=Fabrikam.example'));
    expect(asked.body.proposal).toEqual({ ...PROPOSED, source: 'asked' });
    await addUser(deps(), houses.contosoRetail, 'rita@gmail.com');
    expect((await administrator.get(path(houses.contosoRetail))).body.proposal).toBeNull();
    expect((await administrator.get(path(houses.contosoRetail, '?domain=gmail.com'))).body.proposal).toBeNull();
  });

  test('asks about a domain of the organization and of its users once', async () => {
    await addUser(deps(), houses.contosoRetail, 'rita@retail.example');
    await service.database.db
      .insertInto('organizationDomain')
      .values({ domain: 'retail.example', organizationId: houses.contosoRetail.id, createdAt: service.clock.now() })
      .execute();
    await fabrikamProvider.forget();
    await administrator.get(`/organizations/${org(houses.contosoRetail)}/authentication/directory-proposal`);
    const asked = (await fabrikamProvider.journal()).filter(({ path }) => path.includes('retail.example'));
    expect(asked).toHaveLength(1);
  });

  test('proposes the directory of the organization’s domain', async () => {
    const path = `/organizations/${org(houses.fabrikam)}/authentication/directory-proposal`;
    const { body } = await administrator.get(path);
    expect(body.proposal).toEqual({ ...PROPOSED, source: 'user-domain' });
  });

  test('saves OpenID Connect as unconfirmed, routes the domain, keeps the secret, switches back', async () => {
    const saved = await administrator.send('PUT', pane(), {
      settings: openidConnect(),
      routeDomains: ['contoso.example'],
      version: 1,
    });
    expect(saved.body).toMatchObject({
      method: 'openid-connect',
      state: 'unconfirmed',
      connection: {
        state: 'unconfirmed',
        issuer: contosoProvider.issuer,
        settings: { clientId: 'gatehouse', discoveryUrl: contosoProvider.issuer },
        credential: 'secret',
      },
      switchBack: { method: 'built-in', connection: null },
      proposedDomain: null,
    });
    expect(saved.body.connection.clientSecretSetAt).not.toBeNull();
    expect(JSON.stringify(saved.body)).not.toContain('the-secret-contoso-gave-us');
    const domains = await administrator.get(`/organizations/${org(houses.contoso)}/domains`);
    expect(domains.body.items).toMatchObject([{ domain: 'contoso.example', verification: null }]);
    expect(domains.body.items[0].routedAt).not.toBeNull();
    const line = await administrator.get('/organizations?search=contoso');
    expect(line.body.items[0]).toMatchObject({ method: 'openid-connect', state: 'unconfirmed' });

    const stale = await administrator.send('PUT', pane(), { settings: { method: 'built-in' }, version: 1 });
    expect([stale.status, stale.body.code]).toEqual([409, 'version.conflict']);

    const { clientSecret: _entered, ...withoutSecret } = openidConnect({ clientId: 'gatehouse-2' });
    const again = await administrator.send('PUT', pane(), { settings: withoutSecret, version: saved.body.version });
    expect(again.body.connection).toMatchObject({ settings: { clientId: 'gatehouse-2' }, credential: 'secret' });

    const back = await administrator.send('POST', pane('/switch-back'), { version: again.body.version });
    expect(back.body).toMatchObject({ method: 'built-in', connection: null });
  });

  test('keeps a Discovery url as it was typed, its policy too, and asks that very document', async () => {
    const typed = `${contosoProvider.issuer}/.well-known/openid-configuration?p=B2C_1_sign-in`;
    const { version } = (await administrator.get(pane())).body;
    const settings = openidConnect({ discoveryUrl: `\u200B${typed} ` });
    const saved = await administrator.send('PUT', pane(), { settings, version });
    expect(saved.body.connection.settings.discoveryUrl).toBe(typed);
    const opened = await administrator.get(pane());
    expect(opened.body.connection.settings.discoveryUrl).toBe(typed);
    const asked = (await contosoProvider.journal()).filter(({ path }) => path.includes('well-known'));
    expect(asked.at(-1)?.query).toEqual({ p: 'B2C_1_sign-in' });
    const { version: now } = opened.body;
    expect((await administrator.send('POST', pane('/switch-back'), { version: now })).body.method).toBe('built-in');
  });

  test('refuses settings the provider does not answer to, field by field', async () => {
    const { version } = (await administrator.get(pane())).body;
    const settings = { method: 'entra-id', clientId: 'not-a-guid', directoryId: DIRECTORY, credential: 'none' };
    const refused = await administrator.send('PUT', pane(), { settings, version });
    expect(refused.body.code).toBe('connection.refused');
    expect(refused.body.errors[0].field).toBe('settings.clientId');
  });

  test('saves Entra ID without a credential on the shared callback', async () => {
    const path = `/organizations/${org(houses.fabrikam)}/authentication`;
    const settings = { method: 'entra-id', clientId: CLIENT_ID, directoryId: DIRECTORY, credential: 'none' };
    const saved = await administrator.send('PUT', path, { settings, version: 1 });
    expect(saved.body.connection).toMatchObject({
      method: 'entra-id',
      settings: { directoryId: DIRECTORY, flow: 'id-token' },
      redirectUrl: `${service.url}/login/callback`,
    });
  });

  test('follows the managing organization, and shows whose method holds', async () => {
    const contosoRetail = await addUser(deps(), houses.contosoRetail, 'lou@contoso-retail.example', {
      role: 'administrator',
    });
    const lou = apiClient(service.url, (await addSession(deps(), contosoRetail)).token);
    const path = `/organizations/${org(houses.contosoRetail)}/authentication`;
    const saved = await lou.send('PUT', path, { settings: { method: 'same-as-managing' }, version: 1 });
    expect(saved.body).toMatchObject({
      method: 'same-as-managing',
      inForce: { method: 'built-in', from: { name: 'Contoso' } },
    });
    const events = await lou.get(
      `/organizations/${org(houses.contosoRetail)}/audit-events?kind=organization.method-changed`,
    );
    expect(events.body.items).toHaveLength(1);
  });

  test('deactivates passwords where the organization that is followed logs in elsewhere already, and reactivates them', async () => {
    const above = await makeManaged(service, houses.northwind, 'Fabrikam Trading');
    const below = await makeManaged(service, above, 'Fabrikam Toys');
    const kim = await makePerson(service, below, 'kim@fabrikam-toys.example');
    await sendElsewhere(service, above);
    const path = `/organizations/${org(below)}/authentication`;
    const save = async (method: string): Promise<number> => {
      const { body } = await administrator.get(path);
      return (await administrator.send('PUT', path, { settings: { method }, version: body.version })).status;
    };
    const dormant = async (): Promise<boolean[]> => {
      const { db } = service.database;
      const rows = await db
        .selectFrom('authenticator')
        .select('dormantSince')
        .where('userId', '=', kim.userId)
        .execute();
      return rows.map((row) => row.dormantSince !== null);
    };
    expect(await save('same-as-managing')).toBe(200);
    expect(await dormant()).toEqual([true, true]);
    expect(await save('built-in')).toBe(200);
    expect(await dormant()).toEqual([false, false]);
  });
});
