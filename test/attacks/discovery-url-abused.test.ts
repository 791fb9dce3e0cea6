import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { makeManaged, makeRoot } from '../support/fixtures.ts';
import { startHostileProvider } from '../support/hostile-provider.ts';
import type { HostileProvider } from '../support/hostile-provider.ts';
import { apiClient } from '../support/api-client.ts';
import type { ApiClient } from '../support/api-client.ts';
import { addApiToken, org } from '../support/people.ts';
import { startService } from '../support/start-service.ts';
import type { TestService } from '../support/start-service.ts';
import type { Organization } from '../../src/organizations/organization.ts';

let service: TestService;
let provider: HostileProvider;
let root: Organization;
let organization: Organization;
let organizations = 0;
let administrator: ApiClient;
/** A service inside, which must never hear from us: 127.0.0.9 is not among the hosts the operator named. */
const inner = createServer((_request, response) => {
  visits += 1;
  response.end('{"secret": "of the inside"}');
});
let visits = 0;
let innerPort = 0;

beforeAll(async () => {
  await new Promise<void>((resolve) => {
    inner.listen(0, '127.0.0.9', resolve);
  });
  innerPort = (inner.address() as AddressInfo).port;
  provider = await startHostileProvider();
  service = await startService({ settings: { GATEHOUSE_ALLOWED_PROVIDER_HOSTS: '127.0.0.3,localhost' } });
  root = await makeRoot(service);
  const deps = { db: service.database.db, clock: service.clock };
  administrator = apiClient(service.url, await addApiToken(deps, root, 'administrator'));
});
afterAll(async () => {
  await service?.close();
  await provider?.stop();
  inner.close();
});
beforeEach(async () => {
  provider.setFaults({});
  // Each has a form of its own: one form may not ask as often as all these together.
  organizations += 1;
  organization = await makeManaged(service, root, `Fabrikam Trading ${organizations}`);
  visits = 0;
});

const settings = (discoveryUrl: string) => ({
  method: 'openid-connect',
  clientId: 'gatehouse',
  discoveryUrl,
  credential: 'none',
});

/** The stable code of what is wrong with a Discovery url, from *check*; *Save* must say the same and change nothing. */
async function refusal(discoveryUrl: string): Promise<string> {
  const path = `/organizations/${org(organization)}/authentication`;
  const check = await administrator.send('POST', `${path}/check`, { settings: settings(discoveryUrl) });
  const { body: pane } = await administrator.get(path);
  const save = await administrator.send('PUT', path, { settings: settings(discoveryUrl), version: pane.version });
  expect(save.status).toBeGreaterThanOrEqual(400);
  expect(save.status).not.toBe(500);
  expect(save.headers.get('content-type')).toContain('application/problem+json');
  expect((await administrator.get(path)).body).toMatchObject({ method: 'built-in', connection: null });
  expect(JSON.stringify([check.body, save.body])).not.toContain('of the inside');
  return check.body.problem?.code as string;
}

describe('a Discovery url does not lead inside', () => {
  test.each([
    ['http://127.0.0.9:PORT/', 'discovery.url-refused'],
    ['https://127.0.0.9:PORT/', 'discovery.url-refused'],
    ['https://127.0.0.9/', 'discovery.address-refused'],
    ['https://10.0.0.1/', 'discovery.address-refused'],
    ['https://169.254.169.254/', 'discovery.address-refused'],
    ['https://[::1]/', 'discovery.address-refused'],
    ['https://[::ffff:127.0.0.9]/', 'discovery.address-refused'],
    ['https://[::ffff:0:127.0.0.9]/', 'discovery.address-refused'],
    ['https://168.63.129.16/', 'discovery.address-refused'],
    ['OWN/', 'discovery.own-issuer'],
    ['OWN/.well-known/openid-configuration', 'discovery.own-issuer'],
    ['https://0/', 'discovery.address-refused'],
    ['https://2130706441/', 'discovery.address-refused'],
    ['https://intranet/', 'discovery.address-refused'],
    ['http://login.contoso.example/', 'discovery.not-https'],
    ['ftp://login.contoso.example/', 'discovery.not-https'],
    ['file:///etc/passwd', 'discovery.not-https'],
    ['gopher://login.contoso.example/', 'discovery.not-https'],
    ['https://a:b@login.contoso.example/', 'discovery.has-credentials'],
    ['https://login.contoso.example/?next=https://inner', 'discovery.has-query'],
    ['nonsense', 'discovery.not-a-url'],
  ])('%s: %s', async (url, code) => {
    expect(await refusal(url.replace('PORT', String(innerPort)).replace('OWN', service.url))).toBe(code);
    expect(visits).toBe(0);
  });

  test('not by a redirect either', async () => {
    const to = `http://127.0.0.9:${innerPort}/`;
    provider.setFaults({ http: { metadata: { kind: 'redirect', to } } });
    expect(await refusal(provider.issuer)).toBe('discovery.redirected');
    expect(visits).toBe(0);
  });

  test.each(['jwks_uri', 'authorization_endpoint', 'token_endpoint'])('nor by %s in the document', async (member) => {
    for (const url of [`http://127.0.0.9:${innerPort}/keys`, 'javascript:alert(1)', 'file:///etc/passwd']) {
      provider.setFaults({ http: { metadata: { kind: 'change', members: { [member]: url } } } });
      // An address the browser would be sent to is no call of ours: of those, the form alone is judged.
      if (member === 'jwks_uri' || !url.startsWith('http')) {
        expect(await refusal(provider.issuer)).toMatch(/^(?:discovery\.endpoint-not-https|keys\.unreachable)$/);
      }
      expect(visits).toBe(0);
    }
  });
});

describe('a document is not believed that', () => {
  test.each<[string, Parameters<HostileProvider['setFaults']>[0], string]>([
    ['is missing', { http: { metadata: { kind: 'error', status: 404 } } }, 'discovery.status'],
    ['fails', { http: { metadata: { kind: 'error', status: 500 } } }, 'discovery.status'],
    ['is a page', { http: { metadata: { kind: 'html' } } }, 'discovery.not-json'],
    ['breaks off', { http: { metadata: { kind: 'not-json' } } }, 'discovery.not-json'],
    ['has 60 MB', { http: { metadata: { kind: 'huge' } } }, 'discovery.too-large'],
    ['is a gzip bomb', { http: { metadata: { kind: 'gzip-bomb' } } }, 'discovery.not-json'],
    ['breaks the connection', { http: { metadata: { kind: 'reset' } } }, 'discovery.unreachable'],
    [
      'names another issuer',
      { http: { metadata: { kind: 'change', members: { issuer: 'https://login.contoso.example' } } } },
      'discovery.issuer-mismatch',
    ],
    [
      'names Microsoft’s issuer',
      {
        http: {
          metadata: {
            kind: 'change',
            members: { issuer: 'https://login.microsoftonline.com/2c1a7d1e-0f7b-4b7e-8f0a-6a4f0d8c9b11/v2.0' },
          },
        },
      },
      'discovery.issuer-mismatch',
    ],
    [
      'announces none and HS256 alone',
      { http: { metadata: { kind: 'change', members: { id_token_signing_alg_values_supported: ['none', 'HS256'] } } } },
      'discovery.no-signature-algorithm',
    ],
    ['has no keys', { http: { keys: { kind: 'change', members: { keys: [] } } } }, 'keys.empty'],
    [
      'has a private key',
      { http: { keys: { kind: 'change', members: { keys: [{ kty: 'oct', k: 'c2VjcmV0' }] } } } },
      'keys.private',
    ],
    ['has keys of 60 MB', { http: { keys: { kind: 'huge' } } }, 'keys.unreachable'],
  ])('%s', async (_what, faults, code) => {
    provider.setFaults(faults);
    expect(await refusal(provider.issuer)).toBe(code);
  });

  test.each(['hang', 'slow'] as const)('never ends (%s), and the form is told within seconds', async (kind) => {
    provider.setFaults({ http: { metadata: { kind } } });
    const path = `/organizations/${org(organization)}/authentication/check`;
    const { body } = await administrator.send('POST', path, { settings: settings(provider.issuer) });
    expect(body.problem.code).toBe('discovery.timeout');
  });
});

test('the form is no scanner: it is told to wait after 30 calls in a minute', async () => {
  const path = `/organizations/${org(organization)}/authentication/check`;
  const answers: number[] = [];
  for (let call = 0; call < 31; call += 1) {
    const { status } = await administrator.send('POST', path, { settings: settings('https://10.0.0.1/') });
    answers.push(status);
  }
  expect([answers.slice(0, 30).every((status) => status === 200), answers.at(-1)]).toEqual([true, 429]);
});
