import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { Connection } from '../../src/connections/connection.ts';
import type { Organization } from '../../src/organizations/organization.ts';
import { callbacksOf, configure, eventsOf, gained, goToProvider, inForce, paneOf } from '../support/federation.ts';
import { makeManaged, makePerson, makeRoot } from '../support/fixtures.ts';
import { openHttpBrowser } from '../support/http-browser.ts';
import type { HttpBrowser } from '../support/http-browser.ts';
import type { Page } from '../support/page.ts';
import { addUser } from '../support/people.ts';
import { startFabrikam } from '../support/start-provider.ts';
import type { Fabrikam } from '../support/start-provider.ts';
import { startService } from '../support/start-service.ts';
import type { TestService } from '../support/start-service.ts';

const DIRECTORY = '2c1a7d1e-0f7b-4b7e-8f0a-6a4f0d8c9b11';
const OTHER_DIRECTORY = '5e0f3a52-64a1-4a53-8a5e-0b8f0a1c7d22';
const FRONT = '7f1c2a9e-52d4-4a0e-9d0c-3b6f5f1f8a21';
const SECRET = '8a2d3b0f-63e5-4b1f-8e1d-4c7a6a2a9b32';
const lena = {
  oid: 'a1f6f0de-7d0e-4a5f-9e55-0a4b7c5d1e01',
  upn: 'lena@fabrikam.example',
  name: 'Lena',
  password: 'pw-lena',
};
const omar = {
  oid: 'a1f6f0de-7d0e-4a5f-9e55-0a4b7c5d1e02',
  upn: 'omar@fabrikam.example',
  name: 'Omar',
  password: 'pw-omar',
};

let fabrikam: Fabrikam;
let service: TestService;
let root: Organization;
let organization: Organization;

beforeAll(async () => {
  fabrikam = await startFabrikam({
    directories: [
      { id: DIRECTORY, name: 'Fabrikam', domains: ['fabrikam.example'] },
      { id: OTHER_DIRECTORY, name: 'Northwind Rail', domains: ['northwind-rail.example'] },
    ],
    users: [lena, omar].map((one) => ({ ...one, directory: DIRECTORY })),
  });
  service = await startService({ settings: { GATEHOUSE_ENTRA_AUTHORITY: fabrikam.origin } });
  root = await makeRoot(service);
  organization = await makeManaged(service, root, 'Fabrikam');
  const { shared, own } = callbacksOf(service, organization);
  await fabrikam.addApps(
    { clientId: FRONT, directory: DIRECTORY, idTokens: true, redirectUris: [{ uri: shared }] },
    {
      clientId: SECRET,
      directory: DIRECTORY,
      redirectUris: [{ uri: own }],
      secrets: [
        { id: 'id-of-the-secret', value: 'value of the secret' },
        { id: 'old', value: 'expired value', expiresAt: '2020-01-01T00:00:00Z' },
      ],
    },
  );
});
afterEach(async () => {
  await fabrikam.setFaults({});
  await fabrikam.endSessions();
});
afterAll(async () => {
  await service?.close();
  await fabrikam?.stop();
});

const openBrowser = (): HttpBrowser => openHttpBrowser({ now: () => service.clock.now() });
const deps = () => ({ db: service.database.db, clock: service.clock });
const entra = (more: object = {}) => ({
  method: 'entra-id' as const,
  clientId: FRONT,
  directoryId: DIRECTORY,
  credential: 'none' as const,
  ...more,
});

async function enter(browser: HttpBrowser, page: Page, person: { upn: string; password: string }): Promise<Page> {
  return browser.submit(page, { loginfmt: person.upn, passwd: person.password }, { button: 'Sign in' });
}

describe('an organization that logs in with Entra ID', () => {
  test('without a credential: an ID token is posted, and the directory given as a domain is pinned by its id', async () => {
    await addUser(deps(), organization, lena.upn, { status: 'pending' });
    const connection = await configure(service, organization, entra({ directoryId: 'fabrikam.example' }));
    expect(connection).toMatchObject({
      method: 'entra-id',
      settings: { directoryId: DIRECTORY, flow: 'id-token' },
      redirectUri: callbacksOf(service, organization).shared,
    });
    await using browser = openBrowser();
    const done = await enter(browser, await goToProvider(browser, service, lena.upn), lena);
    expect(done.title).toContain('Your applications');
    const identity = await service.database.db.selectFrom('identity').selectAll().executeTakeFirstOrThrow();
    expect(identity).toMatchObject({ subject: lena.oid, directoryId: DIRECTORY, boundBy: 'proven-address' });
    expect((await inForce(service, organization))?.state).toBe('active');
  });

  test('another registration with a secret keeps everybody’s identity, and asks by code', async () => {
    const connection = await configure(
      service,
      organization,
      entra({ clientId: SECRET, credential: 'secret', clientSecret: 'value of the secret' }),
    );
    expect(connection).toMatchObject({
      settings: { flow: 'code' },
      redirectUri: callbacksOf(service, organization).own,
    });
    await using browser = openBrowser();
    const done = await enter(browser, await goToProvider(browser, service, lena.upn), lena);
    expect(done.title).toContain('Your applications');
    expect(await gained(service, organization)).toEqual({ sessions: 2, identities: 1 });
  });

  test.each([
    ['id-of-the-secret', 'entra.7000215'],
    ['expired value', 'entra.7000222'],
  ])('with %s as secret goes back by itself to the registration that worked', async (clientSecret, code) => {
    await configure(service, organization, entra({ clientId: SECRET, credential: 'secret', clientSecret }));
    await using browser = openBrowser();
    const back = await enter(browser, await goToProvider(browser, service, lena.upn), lena);
    expect(back.title).not.toContain('Your applications');
    const events = await service.database.db
      .selectFrom('auditEvent')
      .select('details')
      .where('kind', '=', 'connection.reverted')
      .orderBy('id', 'desc')
      .executeTakeFirstOrThrow();
    expect(events.details).toEqual({ reason: code });
    expect(await inForce(service, organization)).toMatchObject({ state: 'active', settings: { clientId: SECRET } });
    await using again = openBrowser();
    expect((await enter(again, await goToProvider(again, service, lena.upn), lena)).title).toContain(
      'Your applications',
    );
  });

  test('with ID tokens not ticked: the reason is kept for the administrator, the person reads a sentence', async () => {
    await fabrikam.addApps({
      clientId: '9b3e4c1a-74f6-4c20-9f2e-5d8b7b3bac43',
      directory: DIRECTORY,
      idTokens: false,
      redirectUris: [{ uri: callbacksOf(service, organization).shared }],
    });
    await configure(service, organization, entra({ clientId: '9b3e4c1a-74f6-4c20-9f2e-5d8b7b3bac43' }));
    await using browser = openBrowser();
    const page = await goToProvider(browser, service, lena.upn);
    expect(page.text).not.toContain('AADSTS');
    const failed = await paneOf(service, organization);
    expect(failed.connection).toMatchObject({
      failingSince: null,
      lastFailure: { code: 'entra.700054' },
      lastFailureAt: expect.stringMatching(/^2/),
    });

    // Gone with the next success, also within the minute in which a success is not written again.
    await configure(service, organization, entra());
    const logInWell = async (): Promise<Connection | undefined> => {
      await using next = openBrowser();
      await enter(next, await goToProvider(next, service, lena.upn), lena);
      return await inForce(service, organization);
    };
    const well = { state: 'active', lastFailure: null, lastFailureAt: null };
    expect(await logInWell()).toMatchObject(well);
    await service.database.db
      .updateTable('connection')
      .set({ lastFailure: 'login.refused', lastFailureAt: service.clock.now() })
      .where('organizationId', '=', organization.id)
      .execute();
    expect(await logInWell()).toMatchObject(well);
  });

  const refusal = (status: number, error: string, number: number) => ({
    kind: 'error' as const,
    status,
    body: {
      error,
      error_description: `AADSTS${number}: Said by Fabrikam.\r\nTrace ID: x`,
      error_codes: [number],
      correlation_id: '0a1b2c3d-1111-4222-8333-444455556666',
    },
  });

  test.each([
    [401, 'invalid_client', 7000112, 'entra.7000112', true],
    [401, 'invalid_client', 700027, 'entra.700027', true],
    [400, 'invalid_grant', 53003, 'entra.53003', false],
    [400, 'interaction_required', 50076, 'entra.50076', false],
    [400, 'temporarily_unavailable', 90033, 'entra.50000', false],
  ])(
    '%s %s with AADSTS%s is explained as %s; it goes back by itself: %s',
    async (status, error, number, code, back) => {
      await configure(
        service,
        organization,
        entra({ clientId: SECRET, credential: 'secret', clientSecret: 'value of the secret' }),
      );
      await fabrikam.setFaults({ http: { token: refusal(status, error, number) } });
      await using browser = openBrowser();
      const page = await enter(browser, await goToProvider(browser, service, lena.upn), lena);
      expect(page.text).not.toContain('AADSTS');
      const { connection, switchBack } = await paneOf(service, organization);
      const failed = back ? switchBack?.connection : connection;
      expect(failed?.lastFailure).toMatchObject({ code });
      expect(connection?.state).toBe(back ? 'active' : 'unconfirmed');
      // What one person or a rule caused says nothing about the connection.
      if (!back) expect(connection?.failingSince === null).toBe(number !== 90033);
      if (number === 53003) expect(failed?.lastFailure?.fix).toContain('0a1b2c3d-1111-4222-8333-444455556666');
      if (number === 7000112) expect(failed?.lastFailure?.fix).toContain(SECRET);
      await fabrikam.setFaults({});
      await using again = openBrowser();
      await enter(again, await goToProvider(again, service, lena.upn), lena);
    },
  );

  test('a directory of another cloud is said to be one', async () => {
    await fabrikam.setFaults({ http: { metadata: refusal(400, 'invalid_tenant', 900432) } });
    await expect(configure(service, organization, entra())).rejects.toThrow('entra.90038');
    await fabrikam.setFaults({ http: { metadata: refusal(400, 'invalid_tenant', 90002) } });
    await expect(configure(service, organization, entra())).rejects.toThrow('entra.90002');
  });

  test('keys that rotate fail no login; none of its own left holds, though those of other clouds are the same', async () => {
    for (const keepOld of [true, true, false]) {
      await fabrikam.rotateKeys({ keepOld });
      service.clock.advance(61); // an unknown key has them read at most once a minute
      await using browser = openBrowser();
      const done = await enter(browser, await goToProvider(browser, service, lena.upn), lena);
      expect(done.text).toContain(keepOld ? 'Your applications' : 'an administrator has to confirm');
      expect((await eventsOf(service, organization)).includes('connection.held')).toBe(!keepOld);
    }
    await configure(service, organization, entra());
  });

  test('a person of another directory, and one with somebody else’s address, stay out', async () => {
    const ina = {
      oid: 'b1f6f0de-7d0e-4a5f-9e55-0a4b7c5d1e03',
      directory: DIRECTORY,
      upn: 'ina@fabrikam.example',
      name: 'Ina',
      password: 'pw-ina',
      mail: omar.upn,
    };
    await fabrikam.addUsers(ina);
    await addUser(deps(), organization, omar.upn);
    const before = await gained(service, organization);
    await using browser = openBrowser();
    // nOAuth: the address of another person of the directory, which its administrator may write into anybody's entry.
    const asked = await enter(browser, await goToProvider(browser, service, omar.upn), ina);
    expect(asked.text).toContain('This account is omar@fabrikam.example');
    expect(await gained(service, organization)).toEqual(before);
    await fabrikam.endSessions();
    await fabrikam.setFaults({ token: [{ kind: 'other-directory', directory: OTHER_DIRECTORY }] });
    await using second = openBrowser();
    const refused = await enter(second, await goToProvider(second, service, omar.upn), omar);
    expect(refused.title).not.toContain('Your applications');
    expect(await gained(service, organization)).toEqual(before);
  });
});

test('the administrator who configures it for My organization gets in without an invitation', async () => {
  const directory = { id: '3d2b8e2f-1a8c-4c8f-9b1b-7b5b1e9d0c33', name: 'Northwind', domains: ['northwind.example'] };
  const anna = {
    oid: 'c1f6f0de-7d0e-4a5f-9e55-0a4b7c5d1e04',
    upn: 'anna@northwind.example',
    name: 'Anna',
    password: 'pw-anna',
  };
  await fabrikam.addDirectories(directory);
  await fabrikam.addUsers({ ...anna, directory: directory.id });
  await fabrikam.addApps({
    clientId: FRONT.replace('7f', '6f'),
    directory: directory.id,
    idTokens: true,
    redirectUris: [{ uri: callbacksOf(service, root).shared }],
  });
  const person = await makePerson(service, root, anna.upn, { role: 'administrator', breakGlass: true });
  await configure(service, root, entra({ clientId: FRONT.replace('7f', '6f'), directoryId: directory.id }));
  await using browser = openBrowser();
  const done = await enter(browser, await goToProvider(browser, service, anna.upn), anna);
  expect(done.title).toContain('Your applications');
  expect(await eventsOf(service, root)).toContain('connection.confirmed');
  const user = await service.database.db
    .selectFrom('appUser')
    .select(['consoleRole', 'consoleRoleHeldBack'])
    .where('id', '=', person.userId)
    .executeTakeFirstOrThrow();
  expect(user).toEqual({ consoleRole: 'administrator', consoleRoleHeldBack: null });
  // Her password rests for nobody: she is break-glass.
  const resting = await service.database.db
    .selectFrom('authenticator')
    .select('id')
    .where('userId', '=', person.userId)
    .where('dormantSince', 'is not', null)
    .execute();
  expect(resting).toEqual([]);
});
