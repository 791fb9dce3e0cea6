import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { ClientKeys } from '../../src/api/contract/connections/client-keys.ts';
import { tendClientKeys } from '../../src/connections/keys/tend-client-keys.ts';
import type { Organization } from '../../src/organizations/organization.ts';
import { diagnosisFor } from '../support/diagnoses.ts';
import type { ApiClient } from '../support/api-client.ts';
import { callbacksOf, configure, eventsOf, inForce, paneOf } from '../support/federation.ts';
import { makeManaged } from '../support/fixtures.ts';
import { addUser, org } from '../support/people.ts';
import type { Contoso, Fabrikam } from '../support/start-provider.ts';
import type { TestService } from '../support/start-service.ts';
import { AS_LENA, AS_MARIA, CLIENT, DIRECTORY, lena, maria, startBothProviders } from '../support/both-providers.ts';
import type { BothProviders } from '../support/both-providers.ts';

const DAY = 86_400_000;

let stage: BothProviders;
let contoso: Contoso;
let fabrikam: Fabrikam;
let service: TestService;
let root: Organization;
let administrator: ApiClient;
const deps = () => ({ db: service.database.db, clock: service.clock, url: service.url });

beforeAll(async () => {
  stage = await startBothProviders();
  ({ contoso, fabrikam, service, root, api: administrator } = stage);
});
afterEach(async () => stage.endSessions());
afterAll(async () => stage?.[Symbol.asyncDispose]());

async function makeKeys(organization: Organization, credential: string): Promise<ClientKeys> {
  const { status, body } = await administrator.send('POST', `/organizations/${org(organization)}/client-keys`, {
    credential,
  });
  expect({ status, body }).toMatchObject({ status: 201 });
  return body as ClientKeys;
}

const atKeys = (organization: Organization, keys: ClientKeys, act = ''): string =>
  `/organizations/${org(organization)}/client-keys/${keys.id}${act}`;

async function changeKeys(
  organization: Organization,
  keys: ClientKeys,
  act: string,
  more?: object,
): Promise<ClientKeys> {
  const { status, body } = await administrator.send('POST', atKeys(organization, keys, act), more);
  expect({ status, body }).toMatchObject({ status: 200 });
  return body as ClientKeys;
}

const asMaria = async () => stage.logIn(maria.email, AS_MARIA);
const asLena = async () => stage.logIn(lena.upn, AS_LENA);

async function keyIds(keys: ClientKeys): Promise<string[]> {
  const answer = await fetch(keys.jwksUrl ?? '');
  expect(answer.headers.get('cache-control')).toBe('public, max-age=300');
  const { keys: published } = (await answer.json()) as { keys: { kid: string }[] };
  return published.map(({ kid }) => kid);
}

test('a key for a provider that takes no signed assertion is refused when it is saved', async () => {
  const { code } = diagnosisFor('A key for a provider that takes no signed assertion');
  const organization = await makeManaged(service, root, 'Adatum');
  await makeKeys(organization, 'private-key');
  const document = await fetch(`${contoso.issuer.replace(/\/$/, '')}/.well-known/openid-configuration`);
  const said = {
    ...((await document.json()) as object),
    token_endpoint_auth_methods_supported: ['client_secret_basic'],
  };
  await contoso.setFaults({ http: { metadata: { kind: 'error', status: 200, body: said } } });
  const settings = {
    method: 'openid-connect',
    clientId: 'gatehouse',
    discoveryUrl: contoso.issuer,
    credential: 'private-key',
  };
  const at = `/organizations/${org(organization)}/authentication/check`;
  const { body } = await administrator.send('POST', at, { settings });
  await contoso.setFaults({});
  expect(JSON.stringify(body)).toContain(code);
});

describe('the client secret', () => {
  test('expires on the day entered with it, for as long as it stays', async () => {
    const organization = await makeManaged(service, root, 'Wingtip');
    const settings = {
      method: 'openid-connect',
      clientId: 'gatehouse',
      discoveryUrl: contoso.issuer,
      credential: 'secret',
      clientSecret: 'the-secret-contoso-gave-us',
      clientSecretExpiresOn: '2027-05-31',
    };
    const at = `/organizations/${org(organization)}/authentication`;
    const save = async (more: object, version: number) =>
      (await administrator.send('PUT', at, { settings: { ...settings, ...more }, version })).body;
    const dated = { connection: { credentialExpiresAt: '2027-05-31T00:00:00.000Z' } };
    const undated = { connection: { credentialExpiresAt: null } };
    expect(await save({}, 1)).toMatchObject(dated);
    const kept = { clientSecret: undefined, clientSecretExpiresOn: undefined };
    expect(await save(kept, 2)).toMatchObject(dated);
    expect(await save({ ...kept, clientSecret: 'a newer one' }, 3)).toMatchObject(undated);
    const odd = { settings: { ...settings, clientSecretExpiresOn: 'next year' } };
    expect((await administrator.send('POST', `${at}/check`, odd)).status).toBe(422);
  });
});

describe('private_key_jwt', () => {
  test('logs in by an assertion the provider verifies with our published keys, before and after a rotation', async () => {
    const organization = await makeManaged(service, root, 'Contoso');
    await addUser(deps(), organization, maria.email, { status: 'pending' });
    const keys = await makeKeys(organization, 'private-key');
    const { own } = callbacksOf(service, organization);
    await contoso.addClients({ clientId: 'by-key', jwksUri: keys.jwksUrl ?? '', redirectUris: [own] });
    const settings = { method: 'openid-connect', clientId: 'by-key', discoveryUrl: contoso.issuer };
    const connection = await configure(service, organization, {
      ...settings,
      credential: 'private-key',
      clientKeys: keys.id,
    });
    expect(connection).toMatchObject({ credential: 'private-key', redirectUri: own, credentialExpiresAt: null });
    expect((await asMaria()).title).toContain('Your applications');
    const first = await keyIds(keys);

    // The next key is published first and signs nothing; then it becomes current, and the provider reads it anew.
    await changeKeys(organization, keys, '/next');
    const both = await keyIds(keys);
    expect(both).toEqual(expect.arrayContaining(first));
    expect(both).toHaveLength(4);
    // A registration of another spelling makes the provider read the set anew, as it would within hours.
    const again = `${keys.jwksUrl ?? ''}?again`;
    await contoso.addClients({ clientId: 'by-key', jwksUri: again, redirectUris: [own] });
    expect((await asMaria()).title).toContain('Your applications');
    const later = { db: service.database.db, clock: { now: () => new Date(service.clock.now().getTime() + DAY) } };
    await tendClientKeys(later);
    const { keys: after } = (await administrator.get(atKeys(organization, keys))).body as ClientKeys;
    expect(after.map(({ state }) => state)).toEqual(['in-use', 'previous']);
    expect((await asMaria()).title).toContain('Your applications');
    await tendClientKeys({ ...later, clock: { now: () => new Date(service.clock.now().getTime() + 9 * DAY) } });
    const left = await keyIds(keys);
    expect(left).toHaveLength(2);
    expect(left).not.toEqual(expect.arrayContaining(first));
    expect(await eventsOf(service, organization)).toEqual(
      expect.arrayContaining(['client-key.made', 'client-key.taken-into-use', 'login.finished']),
    );

    // At a provider that does not find them the cause is named; saved again without naming them they stay.
    await contoso.addClients({ clientId: 'by-key', jwksUri: `${service.url}/login/keys/none`, redirectUris: [own] });
    await asMaria();
    expect((await paneOf(service, organization)).connection).toMatchObject({
      credential: 'private-key',
      clientKeys: keys.id,
      lastFailure: {
        code: diagnosisFor('The address of our keys is not registered, or out of the provider’s reach').code,
        fix: expect.stringContaining(keys.jwksUrl ?? 'no') as string,
      },
    });
    const saved = await configure(service, organization, { ...settings, credential: 'private-key' });
    expect(saved?.clientKeySetId).toBe(connection?.clientKeySetId);
  });
});

describe('Entra ID', () => {
  const entra = (credential: string, keys: ClientKeys) => ({
    method: 'entra-id',
    clientId: CLIENT,
    directoryId: DIRECTORY,
    credential,
    clientKeys: keys.id,
  });

  test('takes the uploaded certificate, explains one that is not uploaded, and the next one once it is', async () => {
    const organization = await makeManaged(service, root, 'Fabrikam');
    await addUser(deps(), organization, lena.upn, { status: 'pending' });
    const keys = await makeKeys(organization, 'certificate');
    const certificate = keys.keys[0]?.certificate;
    const register = async (...certificates: (string | undefined)[]): Promise<void> =>
      fabrikam.addApps({
        clientId: CLIENT,
        directory: DIRECTORY,
        redirectUris: [{ uri: callbacksOf(service, organization).own }],
        certificates: certificates.filter((one) => one !== undefined),
      });
    await register(certificate?.pem);
    const saved = await configure(service, organization, entra('certificate', keys));
    expect(saved?.credentialExpiresAt?.toISOString()).toBe(certificate?.expiresAt);
    expect((await asLena()).title).toContain('Your applications');

    const { keys: pair } = await changeKeys(organization, keys, '/next');
    const next = pair.find(({ state }) => state === 'next');
    // Published long enough or not: a certificate waits until somebody has uploaded it.
    const later = { now: () => new Date(service.clock.now().getTime() + 3 * DAY) };
    await tendClientKeys({ db: service.database.db, clock: later });
    await changeKeys(organization, keys, '/in-use', { key: next?.id });
    expect((await paneOf(service, organization)).connection?.credentialExpiresAt).toBe(next?.certificate?.expiresAt);
    expect((await asLena()).title).not.toContain('Your applications');
    expect((await paneOf(service, organization)).connection?.lastFailure).toMatchObject({ code: 'entra.700027' });
    await changeKeys(organization, keys, '/in-use', { key: keys.keys[0]?.id });
    expect((await asLena()).title).toContain('Your applications');
    await register(certificate?.pem, next?.certificate?.pem);
    await changeKeys(organization, keys, '/in-use', { key: next?.id });
    expect((await asLena()).title).toContain('Your applications');
    expect((await inForce(service, organization))?.state).toBe('active');
  });

  test('takes a federated credential by issuer, subject and audience, whose keys it reads at our address', async () => {
    const organization = await makeManaged(service, root, 'Fabrikam Rail');
    await addUser(deps(), organization, lena.upn, { status: 'pending' });
    const keys = await makeKeys(organization, 'federated');
    const { federated } = keys;
    expect(federated).toEqual({
      issuer: `${service.url}/login/keys/${keys.id}`,
      subject: keys.id,
      audiences: {
        global: 'api://AzureADTokenExchange',
        'us-government': 'api://AzureADTokenExchangeUSGov',
        china: 'api://AzureADTokenExchangeChina',
      },
    });
    const redirectUris = [{ uri: callbacksOf(service, organization).own }];
    const register = async (federatedCredentials: { issuer: string; subject: string; audience: string }[]) =>
      fabrikam.addApps({ clientId: CLIENT, directory: DIRECTORY, redirectUris, federatedCredentials });
    if (federated === null) throw new Error('no federated credential');
    const { issuer, subject, audiences } = federated;
    await register([{ issuer, subject, audience: audiences.global }]);
    await configure(service, organization, entra('federated', keys));
    expect((await asLena()).title).toContain('Your applications');
    await register([]);
    expect((await asLena()).title).not.toContain('Your applications');
    expect((await paneOf(service, organization)).connection?.lastFailure).toMatchObject({ code: 'entra.70021' });
  });
});
