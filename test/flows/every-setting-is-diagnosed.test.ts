import { afterAll, beforeAll, expect, test } from 'vitest';
import type { z } from 'zod';
import type { faultsSchema } from '../../src/stand-ins/faults/faults.ts';
import { apiClient } from '../support/api-client.ts';
import type { ApiClient } from '../support/api-client.ts';
import { diagnosisFor } from '../support/diagnoses.ts';
import { makeManaged, makeRoot } from '../support/fixtures.ts';
import { startHostileProvider } from '../support/hostile-provider.ts';
import type { HostileProvider } from '../support/hostile-provider.ts';
import { addApiToken, org } from '../support/people.ts';
import { startFabrikam } from '../support/start-provider.ts';
import type { Fabrikam } from '../support/start-provider.ts';
import { startService } from '../support/start-service.ts';
import type { TestService } from '../support/start-service.ts';
import type { Organization } from '../../src/organizations/organization.ts';

/** Each row of the page of diagnoses that *Save* tells, made with a stand-in and found as that page says. */
let service: TestService;
let provider: HostileProvider;
let fabrikam: Fabrikam;
let root: Organization;
/** Each organization may be checked 30 times a minute: as many as are needed take turns. */
const organizations: Organization[] = [];
let checks = 0;
let administrator: ApiClient;
/** The provider's own key. */
let key: Record<string, unknown>;

const DIRECTORY = '2c1a7d1e-0f7b-4b7e-8f0a-6a4f0d8c9b11';
const CLIENT = '7f1c2a9e-52d4-4a0e-9d0c-3b6f5f1f8a21';

beforeAll(async () => {
  provider = await startHostileProvider();
  fabrikam = await startFabrikam({ directories: [{ id: DIRECTORY, name: 'Fabrikam', domains: ['fabrikam.example'] }] });
  service = await startService({ settings: { GATEHOUSE_ENTRA_AUTHORITY: fabrikam.origin } });
  root = await makeRoot(service);
  for (const name of ['Contoso', 'Fabrikam', 'Contoso Retail'])
    organizations.push(await makeManaged(service, root, name));
  const deps = { db: service.database.db, clock: service.clock };
  administrator = apiClient(service.url, await addApiToken(deps, root, 'administrator'));
  const { keys } = (await (await fetch(`${provider.issuer}/jwks`)).json()) as { keys: Record<string, unknown>[] };
  key = { ...keys[0], kid: 'one' };
});
afterAll(async () => {
  await service?.close();
  await provider?.stop();
  await fabrikam?.stop();
});

type Http = NonNullable<z.input<typeof faultsSchema>['http']>;
interface Found {
  code: string;
  what: string;
  fix: string;
}

/** What the form says of settings, with the provider bent. */
async function check(settings: object): Promise<{ problem: Found | null; notes: Found[] }> {
  checks += 1;
  const organization = organizations[checks % organizations.length]!;
  const path = `/organizations/${org(organization)}/authentication/check`;
  const { status, body } = await administrator.send('POST', path, { settings });
  expect({ status, body }).toMatchObject({ status: 200 });
  return body;
}

async function openid(http: Http = {}, more: object = {}): Promise<Found[]> {
  provider.setFaults({ http });
  const secret = { credential: 'secret', clientSecret: 'a secret' };
  const settings = {
    method: 'openid-connect',
    clientId: 'gatehouse',
    discoveryUrl: provider.issuer,
    ...secret,
    ...more,
  };
  const { problem, notes } = await check(settings);
  return problem === null ? notes : [problem];
}

async function entra(more: object): Promise<Found[]> {
  const settings = { method: 'entra-id', clientId: CLIENT, directoryId: DIRECTORY, credential: 'none', ...more };
  const { problem, notes } = await check(settings);
  return problem === null ? notes : [problem];
}

const url = (discoveryUrl: string) => async () => openid({}, { discoveryUrl });
const metadata =
  (fault: NonNullable<Http['metadata']>, more: object = {}) =>
  async () =>
    openid({ metadata: fault }, more);
const document = (members: Record<string, unknown>, more: object = {}) => metadata({ kind: 'change', members }, more);
const keys = (of: () => unknown) => async () => openid({ keys: { kind: 'change', members: { keys: of() } } });

const cases: Record<string, () => Promise<Found[]>> = {
  'A name instead of an address as Discovery url': url('login contoso'),
  'Discovery url with http': url('http://login.contoso.example'),
  'Discovery url with user name and password': url('https://anna:secret@login.contoso.example'),
  'Discovery url with ? and what follows': url('https://login.contoso.example/?x=1'),
  'Discovery url on another port than 443': url('https://login.contoso.example:8443'),
  'Discovery url in a private network': url('https://10.1.2.3'),
  'Provider not running': url('http://127.0.0.3:9'),
  'Discovery url that redirects': metadata({ kind: 'redirect', to: 'https://login.contoso.example' }),
  'Discovery url of a page without a document': metadata({ kind: 'error', status: 404 }),
  'Discovery url of a page for people': metadata({ kind: 'html' }),
  'Discovery url of a huge file': metadata({ kind: 'huge', megabytes: 1 }),
  'Discovery url of another JSON document': metadata({ kind: 'error', status: 200, body: ['a'] }),
  'Our own address as Discovery url': async () => openid({}, { discoveryUrl: service.url }),
  'Document without issuer': document({ issuer: null }),
  'Document whose issuer is a list': document({ issuer: ['a', 7] }),
  'Provider behind a proxy that names its inner address as issuer': document({
    issuer: 'https://idp.internal.example',
  }),
  'Document without jwks_uri': document({ jwks_uri: null }),
  'Document without authorization_endpoint': document({ authorization_endpoint: null }),
  'authorization_endpoint with http': document({ authorization_endpoint: 'http://login.contoso.example/authorize' }),
  'token_endpoint with http': document({ token_endpoint: 'http://login.contoso.example/token' }),
  'Only HS256 as signature algorithm': document({ id_token_signing_alg_values_supported: ['HS256'] }),
  'A provider without code, and without ID tokens by form post': document({
    token_endpoint: null,
    response_types_supported: ['code'],
  }),
  'A secret for a provider without token endpoint': document({ token_endpoint: null }),
  'ID token chosen where none is posted': document(
    { response_types_supported: ['code'] },
    { credential: 'none', clientSecret: undefined, flow: 'id-token' },
  ),
  'A secret for a provider that takes none': document({ token_endpoint_auth_methods_supported: ['none'] }),
  'Something else than names as scopes': async () => openid({}, { scope: 'openid "profile"' }),
  'More further audiences than are taken': async () => openid({}, { trustedAudiences: 'a b c d e f g h i j k l' }),
  'Client secret chosen and not entered': async () => openid({}, { clientSecret: undefined }),
  'end_session_endpoint left empty': document({ end_session_endpoint: '' }),
  'response_types_supported as text': document({ response_types_supported: 'code' }),
  'A flag in quotation marks': document({ authorization_response_iss_parameter_supported: 'false' }),
  'cloud_instance_name as a number': document({ cloud_instance_name: 7 }),
  'jwks_uri that answers 500': async () => openid({ keys: { kind: 'error', status: 500 } }),
  'Key set whose keys are no list': keys(() => ({ a: 1 })),
  'More than 100 keys': keys(() => Array.from({ length: 101 }, () => key)),
  'Private key published': keys(() => [{ ...key, d: 'AQAB' }]),
  'Empty key set': keys(() => []),
  'Key whose exponent is a number': keys(() => [{ ...key, e: 65_537 }]),
  'Keys of an unknown type alone': keys(() => [{ kty: 'DSA', kid: 'one' }]),
  'Keys for encryption alone': keys(() => [{ ...key, use: 'enc' }]),
  'RSA key of 1024 bits': keys(() => [{ ...key, n: Buffer.alloc(128, 0xc1).toString('base64url') }]),
  'Key on secp256k1': keys(() => [{ kty: 'EC', kid: 'one', crv: 'secp256k1', x: 'AQAB', y: 'AQAB' }]),
  'The name of the app as Client ID': async () => entra({ clientId: 'Gatehouse' }),
  'The name of the organization as directory': async () => entra({ directoryId: 'Fabrikam Limited' }),
  'A directory that does not exist': async () => entra({ directoryId: 'nobody.example' }),
  'The Secret ID instead of the secret’s Value': async () => entra({ credential: 'secret', clientSecret: CLIENT }),
  'Microsoft out of reach': async () => {
    await fabrikam.setFaults({ http: { metadata: { kind: 'error', status: 503 } } });
    const found = await entra({});
    await fabrikam.setFaults({});
    return found;
  },
};

test.each(Object.entries(cases))('%s', async (mistake, produce) => {
  const wanted = diagnosisFor(mistake);
  const found = await produce();
  expect(found.map(({ code }) => code)).toContain(wanted.code);
  const told = found.find(({ code }) => code === wanted.code)!;
  // The sentences are those of the page, with the values of this provider.
  expect(`${told.what} ${told.fix}`).not.toMatch(/(?<!["{])…(?!["}])/); // a placeholder without a value
  expect(shape(told.fix)).toBe(shape(wanted.fix));
  expect(shape(told.what)).toBe(shape(wanted.what));
});

/** A sentence without what is quoted, addresses and numbers. */
function shape(sentence: string): string {
  return sentence
    .replaceAll(/\[.*?\]|\{.*?\}|"[^"]*"/g, '"')
    .replaceAll(/https?:\/\/\S+/g, 'URL')
    .replaceAll(/\d+|–/g, '0');
}
