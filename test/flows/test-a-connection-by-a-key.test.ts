import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import type { ClientKeys } from '../../src/api/contract/connections/client-keys.ts';
import type { Trial } from '../../src/api/contract/connections/trials.ts';
import type { Organization } from '../../src/organizations/organization.ts';
import { diagnosisFor } from '../support/diagnoses.ts';
import type { ApiClient } from '../support/api-client.ts';
import { callbacksOf, configure, gained } from '../support/federation.ts';
import { makeManaged } from '../support/fixtures.ts';
import { openHttpBrowser } from '../support/http-browser.ts';
import { addUser, org } from '../support/people.ts';
import type { Contoso, Fabrikam } from '../support/start-provider.ts';
import type { TestService } from '../support/start-service.ts';
import { AS_LENA, AS_MARIA, CLIENT, DIRECTORY, lena, maria, startBothProviders } from '../support/both-providers.ts';
import type { AtProvider, BothProviders } from '../support/both-providers.ts';

let stage: BothProviders;
let contoso: Contoso;
let fabrikam: Fabrikam;
let service: TestService;
let root: Organization;
let api: ApiClient;
const deps = () => ({ db: service.database.db, clock: service.clock, url: service.url });

beforeAll(async () => {
  stage = await startBothProviders();
  ({ contoso, fabrikam, service, root, api } = stage);
});
afterEach(async () => stage.endSessions());
afterAll(async () => stage?.[Symbol.asyncDispose]());

async function makeKeys(organization: Organization, credential: string): Promise<ClientKeys> {
  const answer = await api.send('POST', `/organizations/${org(organization)}/client-keys`, { credential });
  expect(answer).toMatchObject({ status: 201 });
  return answer.body as ClientKeys;
}

/** *Test* of settings, or (null) of the connection in force, by a person at the provider. */
async function run(
  organization: Organization,
  settings: object | null,
  [fields, button]: AtProvider,
): Promise<Trial['run']> {
  const path = `/organizations/${org(organization)}/authentication/trials`;
  const begun = await api.send('POST', path, { settings });
  expect(begun).toMatchObject({ status: 200 });
  const { trial, url } = begun.body as { trial: Trial; url: string };
  await using browser = openHttpBrowser({ now: () => service.clock.now() });
  await browser.submit(await browser.submit(await browser.open(url)), fields, { button });
  return ((await api.get(`${path}/${trial.id}`)).body as Trial).run;
}

const stateOf = ({ checks }: Trial['run'], name: string): string | undefined =>
  checks.find(({ check }) => check === name)?.state;

function expectPassed(tested: Trial['run']): void {
  expect(tested).toMatchObject({ state: 'passed', problem: null });
  for (const { check, state } of tested.checks)
    expect([check, state]).toEqual([check, check === 'userinfo' ? state : 'passed']);
}

function expectRefused(tested: Trial['run'], code: string): void {
  expect(tested).toMatchObject({ state: 'failed', problem: { code, fix: expect.any(String) as string } });
  expect(stateOf(tested, 'token-endpoint')).toBe('failed');
  expect(stateOf(tested, 'answer')).toBe('passed');
  expect(stateOf(tested, 'signature')).toBe('not-checked');
}

test('by private_key_jwt: the provider verifies the assertion by our key set, before Save and after', async () => {
  const organization = await makeManaged(service, root, 'Contoso');
  await addUser(deps(), organization, maria.email);
  const keys = await makeKeys(organization, 'private-key');
  const strangers = await makeKeys(organization, 'private-key');
  const redirectUris = [callbacksOf(service, organization).own];
  const register = async (jwksUri: string | null) =>
    contoso.addClients({ clientId: 'by-key', jwksUri: jwksUri ?? '', redirectUris });
  const common = { method: 'openid-connect', clientId: 'by-key', discoveryUrl: contoso.issuer };
  const settings = { ...common, credential: 'private-key', clientKeys: keys.id };
  const { code } = diagnosisFor('The address of our keys is not registered, or out of the provider’s reach');

  // Another key than the one registered there: said with the address to register.
  await register(strangers.jwksUrl);
  const wrong = await run(organization, settings, AS_MARIA);
  expectRefused(wrong, code);
  expect(wrong.problem?.fix).toContain(keys.jwksUrl);
  await register(keys.jwksUrl);
  await contoso.forget();
  expectPassed(await run(organization, settings, AS_MARIA));
  const asked = (await contoso.journal()).filter(({ path }) => path.includes('token'));
  expect(asked.length).toBeGreaterThan(0);
  expect(await gained(service, organization)).toEqual({ sessions: 0, identities: 0 });

  await configure(service, organization, settings);
  expectPassed(await run(organization, null, AS_MARIA));
  await register(strangers.jwksUrl);
  expectRefused(await run(organization, null, AS_MARIA), code);
});

test('by a certificate: Entra ID finds it by its thumbprint, before Save and after', async () => {
  const organization = await makeManaged(service, root, 'Fabrikam');
  await addUser(deps(), organization, lena.upn);
  const keys = await makeKeys(organization, 'certificate');
  const strangers = await makeKeys(organization, 'certificate');
  const pemOf = ({ keys: [key] }: ClientKeys): string => key?.certificate?.pem ?? '';
  const redirectUris = [{ uri: callbacksOf(service, organization).own }];
  const register = async (...certificates: string[]) =>
    fabrikam.addApps({ clientId: CLIENT, directory: DIRECTORY, redirectUris, certificates });
  const settings = {
    method: 'entra-id',
    clientId: CLIENT,
    directoryId: DIRECTORY,
    credential: 'certificate',
    clientKeys: keys.id,
  };
  await register(pemOf(strangers));
  expectRefused(await run(organization, settings, AS_LENA), 'entra.700027');
  await register(pemOf(strangers), pemOf(keys));
  expectPassed(await run(organization, settings, AS_LENA));

  await configure(service, organization, settings);
  expectPassed(await run(organization, null, AS_LENA));
  await register();
  expectRefused(await run(organization, null, AS_LENA), 'entra.700027');
});

test('by a federated credential: Entra ID reads the key at our address', async () => {
  const organization = await makeManaged(service, root, 'Fabrikam Rail');
  await addUser(deps(), organization, lena.upn);
  const { id, federated } = await makeKeys(organization, 'federated');
  const redirectUris = [{ uri: callbacksOf(service, organization).own }];
  const register = async (audience: string) =>
    fabrikam.addApps({
      clientId: CLIENT,
      directory: DIRECTORY,
      redirectUris,
      federatedCredentials: [{ issuer: federated?.issuer ?? '', subject: federated?.subject ?? '', audience }],
    });
  const settings = {
    method: 'entra-id',
    clientId: CLIENT,
    directoryId: DIRECTORY,
    credential: 'federated',
    clientKeys: id,
  };
  await register('api://of-something-else');
  expect(await run(organization, settings, AS_LENA)).toMatchObject({ state: 'failed' });
  await register(federated?.audiences.global ?? '');
  expectPassed(await run(organization, settings, AS_LENA));
});
