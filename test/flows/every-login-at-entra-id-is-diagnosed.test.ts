import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import type { z } from 'zod';
import type { appSchema } from '../../src/stand-ins/entra-id/configuration.ts';
import type { faultsSchema } from '../../src/stand-ins/faults/faults.ts';
import type { ExplainedLogin, Login } from '../../src/api/contract/logins.ts';
import { apiClient } from '../support/api-client.ts';
import type { ApiClient } from '../support/api-client.ts';
import { diagnosisFor } from '../support/diagnoses.ts';
import { callbacksOf, configure, goToProvider } from '../support/federation.ts';
import { makeManaged, makeRoot } from '../support/fixtures.ts';
import { openHttpBrowser } from '../support/http-browser.ts';
import { addApiToken, addUser, org } from '../support/people.ts';
import { startFabrikam } from '../support/start-provider.ts';
import type { Fabrikam } from '../support/start-provider.ts';
import { startService } from '../support/start-service.ts';
import type { TestService } from '../support/start-service.ts';
import type { Organization } from '../../src/organizations/organization.ts';

/** Each row of the page of diagnoses about Entra ID that a login tells: made with the stand-in and found by *Why?*. */
const DIRECTORY = '2c1a7d1e-0f7b-4b7e-8f0a-6a4f0d8c9b11';
const CLIENT = '7f1c2a9e-52d4-4a0e-9d0c-3b6f5f1f8a21';
const lena = {
  oid: 'a1f6f0de-7d0e-4a5f-9e55-0a4b7c5d1e01',
  upn: 'lena@fabrikam.example',
  name: 'Lena',
  password: 'pw-lena',
};

let fabrikam: Fabrikam;
let service: TestService;
let organization: Organization;
let administrator: ApiClient;

beforeAll(async () => {
  fabrikam = await startFabrikam({
    directories: [{ id: DIRECTORY, name: 'Fabrikam', domains: ['fabrikam.example'] }],
    users: [{ ...lena, directory: DIRECTORY }],
  });
  service = await startService({ settings: { GATEHOUSE_ENTRA_AUTHORITY: fabrikam.origin } });
  const root = await makeRoot(service);
  organization = await makeManaged(service, root, 'Fabrikam');
  const deps = { db: service.database.db, clock: service.clock };
  await addUser(deps, organization, lena.upn);
  administrator = apiClient(service.url, await addApiToken(deps, root, 'administrator'));
});
afterEach(async () => {
  await fabrikam.setFaults({});
  await fabrikam.endSessions();
});
afterAll(async () => {
  await service?.close();
  await fabrikam?.stop();
});

/** Registers the app anew, saves the connection anew, and logs Lena in as far as it goes. */
async function logIn(app: Partial<z.input<typeof appSchema>>, settings: object = {}): Promise<ExplainedLogin> {
  const { shared, own } = callbacksOf(service, organization);
  const registered = { clientId: CLIENT, directory: DIRECTORY, idTokens: true };
  await fabrikam.addApps({ ...registered, redirectUris: [{ uri: shared }, { uri: own }], ...app });
  const entered = { method: 'entra-id', clientId: CLIENT, directoryId: DIRECTORY, credential: 'none', ...settings };
  await configure(service, organization, entered);
  await using browser = openHttpBrowser({ now: () => service.clock.now() });
  const page = await goToProvider(browser, service, lena.upn);
  if (page.text.includes('Password')) {
    const next = await browser.submit(page, { loginfmt: lena.upn, passwd: lena.password }, { button: 'Sign in' });
    if (next.text.includes('Need admin approval')) await browser.submit(next);
  }
  service.clock.advance(1);
  const { body } = await administrator.get(`/organizations/${org(organization)}/logins?limit=1`);
  const [newest] = body.items as Login[];
  const why = await administrator.get(`/organizations/${org(organization)}/logins/${newest!.reference}`);
  expect({ status: why.status, body: why.body }).toMatchObject({ status: 200 });
  return why.body as ExplainedLogin;
}

function expectDiagnosis(mistake: string, { cause }: ExplainedLogin): void {
  const wanted = diagnosisFor(mistake);
  expect(cause).toMatchObject({ code: wanted.code, place: { where: wanted.where } });
}

const SECRETS = [
  { id: 'id-of-the-secret', value: 'value of the secret' },
  { id: 'old', value: 'expired value', expiresAt: '2020-01-01T00:00:00Z' },
];
const secret = (clientSecret: string) => ({ credential: 'secret', clientSecret });
const refused = (number: string): z.input<typeof faultsSchema> => ({
  response: [{ kind: 'error', error: 'invalid_request', description: `AADSTS${number}: as Microsoft says it.` }],
});
const token = (error: string, number: number): z.input<typeof faultsSchema> => {
  const body = { error, error_codes: [number], error_description: `AADSTS${number}: as Microsoft says it.` };
  return { http: { token: { kind: 'error', status: 401, body } } };
};

test.each<[string, Parameters<typeof logIn>[0], object, z.input<typeof faultsSchema>]>([
  ['ID tokens not ticked', { idTokens: false }, {}, {}],
  ['A wrong client secret', { secrets: SECRETS }, secret('another value'), {}],
  ['An expired client secret', { secrets: SECRETS }, secret('expired value'), {}],
  [
    'No credential here, and the app wants one',
    { secrets: SECRETS },
    secret('value of the secret'),
    token('invalid_client', 7_000_218),
  ],
  ['The app is disabled', { secrets: SECRETS }, secret('value of the secret'), token('invalid_client', 7_000_112)],
  ['Admin consent missing', {}, {}, refused('90094')],
  ['Nobody has consented', {}, {}, refused('65001')],
  ['Token of another directory', {}, {}, { token: [{ kind: 'other-directory' }] }],
])('%s', async (mistake, app, settings, faults) => {
  await fabrikam.setFaults(faults);
  const why = await logIn(app, settings);
  expectDiagnosis(mistake, why);
  if ('response' in faults) expect(why.cause?.provider?.said).toContain('as Microsoft says it');
});

test.each<[string, Parameters<typeof logIn>[0], object]>([
  ['Redirect URI not registered in Entra ID', { redirectUris: [{ uri: 'https://elsewhere.example/callback' }] }, {}],
  ['Client ID of another directory', {}, { clientId: '8a2d3b0f-63e5-4b1f-8e1d-4c7a6a2a9b32' }],
  ['Assignment required, and the person is not assigned', { assignmentRequired: true }, {}],
])('%s: found as started, not finished, with the cause among the likely ones', async (mistake, app, settings) => {
  const { reference, outcome } = await logIn(app, settings);
  expect(outcome).toBe('under-way');
  service.clock.advance(11 * 60);
  const { body } = await administrator.get(`/organizations/${org(organization)}/logins/${reference}`);
  const why = body as ExplainedLogin;
  expect(why.outcome).toBe('unreturned');
  expectDiagnosis(mistake, why);
  const likely = why.cause!.candidates.map(({ what, fix }) => `${what} ${fix}`).join('\n');
  expect(likely).toMatch(/AADSTS50011.*Authentication → platform Web: add \S+\/login\/callback/);
  expect(likely).toMatch(/AADSTS700016.*Overview: Application \(client\) ID/);
  expect(likely).toMatch(/AADSTS50105.*Users and groups/);
});
