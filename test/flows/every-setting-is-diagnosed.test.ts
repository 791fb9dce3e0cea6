import { afterAll, beforeAll, expect, test } from 'vitest';
import type { z } from 'zod';
import type { faultsSchema } from '../../src/stand-ins/faults/faults.ts';
import { apiClient } from '../support/api-client.ts';
import type { ApiClient } from '../support/api-client.ts';
import { makeTestCertificates, trustInThisProcess } from '../support/certificates.ts';
import { diagnosisFor } from '../support/diagnoses.ts';
import { makeManaged, makeRoot } from '../support/fixtures.ts';
import { startHostileProvider } from '../support/hostile-provider.ts';
import type { HostileProvider } from '../support/hostile-provider.ts';
import { addApiToken, org } from '../support/people.ts';
import { startFabrikam } from '../support/start-provider.ts';
import type { Fabrikam } from '../support/start-provider.ts';
import { startService } from '../support/start-service.ts';
import type { TestService } from '../support/start-service.ts';
import { startTlsProxy } from '../support/tls-proxy.ts';
import type { TlsProxy } from '../support/tls-proxy.ts';
import { listen, sendJson } from '../../src/stand-ins/small-server.ts';
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

/** Names whose mistakes are known: they lead to a server of ours. */
const ORACLE = 'idcs-1.identity.oraclecloud.com';
const B2C = 'contoso.b2clogin.com';
const EXTERNAL_ID = 'contoso.ciamlogin.com';
const named = [ORACLE, B2C, EXTERNAL_ID];
/** What the documents at those names say of themselves. */
const issuers: Readonly<Record<string, string>> = {
  [ORACLE]: 'https://identity.oraclecloud.com/',
  [B2C]: `https://${B2C}/1/v2.0/`,
  [EXTERNAL_ID]: 'https://1.ciamlogin.com/1/v2.0',
};
/** One provider whose authority is trusted, one whose is not. */
let trusted: TlsProxy;
let untrusted: TlsProxy;
/** Checked from the start: it takes as long as the time limit. */
let unanswered: Promise<Found[]>;
const ending = new AsyncDisposableStack();

beforeAll(async () => {
  const [good, bad] = [ending.use(await makeTestCertificates(named)), ending.use(await makeTestCertificates())];
  trustInThisProcess(good);
  trusted = ending.use(await startTlsProxy(good));
  untrusted = ending.use(await startTlsProxy(bad));
  const documents = await listen(
    (exchange) => {
      const { origin, hostname } = new URL(`https://${exchange.request.headers['x-forwarded-host']}`);
      const members = { authorization_endpoint: `${origin}/authorize`, jwks_uri: `${origin}/keys` };
      sendJson(exchange, 200, { issuer: issuers[hostname], ...members });
    },
    { host: '127.0.0.1' },
  );
  ending.defer(documents.close);
  trusted.forwardTo(documents.port);
  untrusted.forwardTo(documents.port);
  const silent = await listen(() => {}, { host: '127.0.0.1' });
  ending.defer(silent.close);
  provider = await startHostileProvider();
  fabrikam = await startFabrikam({ directories: [{ id: DIRECTORY, name: 'Fabrikam', domains: ['fabrikam.example'] }] });
  service = await startService({
    settings: {
      GATEHOUSE_ENTRA_AUTHORITY: fabrikam.origin,
      GATEHOUSE_ALLOWED_PROVIDER_HOSTS: ['127.0.0.0/8', 'localhost', ...named].join(','),
    },
    // what is no name of these does not exist
    resolveName: (name) =>
      Promise.resolve(named.includes(name) || name === 'localhost' ? [{ address: '127.0.0.1', family: 4 }] : []),
  });
  root = await makeRoot(service);
  for (const name of ['Contoso', 'Fabrikam', 'Contoso Retail'])
    organizations.push(await makeManaged(service, root, name));
  const deps = { db: service.database.db, clock: service.clock };
  administrator = apiClient(service.url, await addApiToken(deps, root, 'administrator'));
  const { keys } = (await (await fetch(`${provider.issuer}/jwks`)).json()) as { keys: Record<string, unknown>[] };
  key = { ...keys[0], kid: 'one' };
  unanswered = openid({}, { discoveryUrl: silent.origin });
});
afterAll(async () => {
  await service?.close();
  await provider?.stop();
  await fabrikam?.stop();
  await ending.disposeAsync();
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
/** An address of somebody else's product, whose name leads to ours. */
const at =
  (host: string, path = '') =>
  async () =>
    openid({}, { discoveryUrl: `https://${host}:${trusted.port}${path}` });
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
  'A page of text pasted as Discovery url': url(`https://login.contoso.example/${'a'.repeat(2100)}`),
  'Discovery url with a typing error in the host': url('https://login.contosso.example'),
  'Provider with a certificate of a private authority': async () => openid({}, { discoveryUrl: untrusted.url }),
  'Provider that does not answer in time': async () => unanswered,
  'Oracle identity domain without an issuer of its own': at(ORACLE),
  'Azure AD B2C without the policy in its issuer': at(B2C, '/contoso/policy/v2.0'),
  'Entra External ID by the name of its directory': at(EXTERNAL_ID, '/contoso/v2.0'),
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
  'Issuer with http or a query': async () =>
    openid({ metadata: { kind: 'change', members: { issuer: `${provider.issuer}?x=1` } } }),
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
  'A claim of the token chosen as address': async () => openid({}, { addressClaim: 'sub' }),
  'Another claim than email chosen as address': async () => openid({}, { addressClaim: 'mail' }),
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
  'A claim chosen as address beside a Discovery url of Microsoft’s': async () => {
    const discoveryUrl = `${fabrikam.origin}/${DIRECTORY}/v2.0`;
    return entra({ method: 'openid-connect', directoryId: undefined, discoveryUrl, addressClaim: 'mail' });
  },
  'The word common in place of the directory': async () => entra({ directoryId: 'common' }),
  'The directory is in another cloud': async () => {
    const body = { error: 'invalid_tenant', error_codes: [90_038] };
    await fabrikam.setFaults({ http: { metadata: { kind: 'error', status: 400, body } } });
    const found = await entra({});
    await fabrikam.setFaults({});
    return found;
  },
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
