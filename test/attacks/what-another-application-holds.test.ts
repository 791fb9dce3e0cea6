import { generateKeyPairSync, randomUUID } from 'node:crypto';
import { SignJWT } from 'jose';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { formatId } from '../../src/base/ids.ts';
import type { Organization } from '../../src/organizations/organization.ts';
import { apiClient } from '../support/api-client.ts';
import type { ApiClient } from '../support/api-client.ts';
import { makeApplication, makeManaged, makePerson, makeRoot } from '../support/fixtures.ts';
import type { Person } from '../support/fixtures.ts';
import { openHttpBrowser } from '../support/http-browser.ts';
import type { HttpBrowser } from '../support/http-browser.ts';
import { logIn } from '../support/log-in.ts';
import { addApiToken } from '../support/people.ts';
import { authorizeUrl, codeFor, redeem, refresh } from '../support/relying-application.ts';
import type { RelyingApplication, TokenAnswer } from '../support/relying-application.ts';
import { startService } from '../support/start-service.ts';
import type { TestService } from '../support/start-service.ts';

// Lesson: who may ask about a token, end it, or speak for an application was noticed by no test.

let service: TestService;
let contoso: Organization;
let maria: Person;
let reports: RelyingApplication;
let tickets: RelyingApplication;
let administrator: ApiClient;
let applicationsPath: string;
let browser: HttpBrowser;

beforeAll(async () => {
  service = await startService();
  const root = await makeRoot(service);
  contoso = await makeManaged(service, root, 'Contoso');
  maria = await makePerson(service, contoso, 'maria@contoso.example');
  const register = async (name: string, redirectUri: string): Promise<RelyingApplication> => {
    const made = await makeApplication(service, root, { name, offline: true, redirectUris: [redirectUri] });
    return { clientId: made.application.clientId, clientSecret: made.clientSecret, redirectUri };
  };
  reports = await register('Reports', 'http://127.0.0.1:9001/back');
  tickets = await register('Tickets', 'http://127.0.0.1:9002/back');
  const ground = { db: service.database.db, clock: service.clock };
  administrator = apiClient(service.url, await addApiToken(ground, root, 'administrator'));
  applicationsPath = `/organizations/${formatId('org', root.id)}/applications`;
  browser = openHttpBrowser({ now: () => service.clock.now(), stopAt: (url) => url.port.startsWith('900') });
  await logIn(browser, service, await browser.open(authorizeUrl(service, reports)), maria);
});
afterAll(async () => {
  await browser?.[Symbol.asyncDispose]();
  await service?.close();
});

async function post(path: string, by: RelyingApplication, form: Record<string, string>): Promise<TokenAnswer> {
  const answer = await fetch(new URL(path, service.url), {
    method: 'POST',
    headers: { authorization: `Basic ${btoa(`${by.clientId}:${by.clientSecret}`)}`, accept: 'text/html' },
    body: new URLSearchParams(form),
  });
  const text = await answer.text();
  return { status: answer.status, body: text === '' ? {} : (JSON.parse(text) as TokenAnswer['body']) };
}

const isActive = async (by: RelyingApplication, token: unknown): Promise<unknown> =>
  (await post('/oauth2/introspect', by, { token: String(token) })).body['active'];

async function tokensOf(application: RelyingApplication): Promise<TokenAnswer['body']> {
  const given = await redeem(service, application, await codeFor(browser, service, application));
  expect(given.status).toBe(200);
  return given.body;
}

test('no token for an API of somebody else’s making is asked for, by the console least of all', async () => {
  const redirectUri = `${service.url}/console/callback`;
  const console: RelyingApplication = { clientId: 'console', clientSecret: null, redirectUri };
  const resource = 'https://api.contoso.example';
  const asked = await fetch(authorizeUrl(service, console, { scope: 'openid', resource }), { redirect: 'manual' });
  expect(asked.headers.get('location')).toContain('error=invalid_target');
});

describe('a token', () => {
  test('is told about to the application it was given to, and to no other', async () => {
    const given = await tokensOf(reports);
    for (const token of [given.access_token, given.refresh_token]) {
      expect(await isActive(reports, token)).toBe(true);
      expect((await post('/oauth2/introspect', tickets, { token: String(token) })).body).toEqual({ active: false });
    }
  });

  test('is not revoked by another application', async () => {
    const given = await tokensOf(reports);
    for (const token of [given.access_token, given.refresh_token]) {
      await post('/oauth2/revoke', tickets, { token: String(token) });
      expect(await isActive(reports, token)).toBe(true);
    }
    await post('/oauth2/revoke', reports, { token: String(given.refresh_token) });
    expect(await isActive(reports, given.access_token)).toBe(false);
  });

  test('of an offline application is inactive while its user is disabled, and after', async () => {
    const given = await tokensOf(reports);
    const user = `/organizations/${formatId('org', contoso.id)}/users/${formatId('usr', maria.userId)}`;
    expect((await administrator.send('POST', `${user}/disable`)).status).toBe(200);
    for (const token of [given.access_token, given.refresh_token]) expect(await isActive(reports, token)).toBe(false);
    expect((await administrator.send('POST', `${user}/enable`)).status).toBe(200);
    for (const token of [given.access_token, given.refresh_token]) expect(await isActive(reports, token)).toBe(false);
    await logIn(browser, service, await browser.open(authorizeUrl(service, reports)), maria);
  });

  test('opens nothing while the organization, or one above it, is suspended', async () => {
    const given = await tokensOf(reports);
    const suspend = async (at: Date | null): Promise<void> => {
      await service.database.db
        .updateTable('organization')
        .set({ suspendedAt: at })
        .where('id', '=', contoso.managingOrganizationId!)
        .execute();
    };
    await suspend(service.clock.now());
    const userinfo = await fetch(new URL('/oauth2/userinfo', service.url), {
      headers: { authorization: `Bearer ${given.access_token}` },
    });
    expect(userinfo.status).toBe(401);
    expect((await refresh(service, reports, String(given.refresh_token))).body.error).toBe('invalid_grant');
    for (const token of [given.access_token, given.refresh_token]) expect(await isActive(reports, token)).toBe(false);
    await suspend(null);
  });
});

describe('keys of an application', () => {
  const register = async (key: object): Promise<number> =>
    (
      await administrator.send('POST', applicationsPath, {
        name: 'Keys',
        kind: 'web',
        redirectUris: ['https://keys.example/back'],
        clientAuthentication: 'private_key_jwt',
        jwks: { keys: [key] },
      })
    ).status;
  const rsa = (bits: number) => generateKeyPairSync('rsa', { modulusLength: bits });
  const ec = generateKeyPairSync('ec', { namedCurve: 'P-256' });

  test.each([
    ['a private key', ec.privateKey.export({ format: 'jwk' })],
    ['a private RSA key', rsa(2048).privateKey.export({ format: 'jwk' })],
    ['a symmetric key', { kty: 'oct', k: 'c2VjcmV0' }],
    ['an RSA key of 1024 bits', rsa(1024).publicKey.export({ format: 'jwk' })],
    ['an RSA key of 17 bits', { kty: 'RSA', n: 'AQAB', e: 'AQAB' }],
    ['a point that is not on the curve', { ...ec.publicKey.export({ format: 'jwk' }), x: 'AAAA' }],
    [
      'a curve nobody signs with here',
      generateKeyPairSync('ec', { namedCurve: 'secp256k1' }).publicKey.export({ format: 'jwk' }),
    ],
    ['a key with a NUL', { ...ec.publicKey.export({ format: 'jwk' }), kid: 'a\0b' }],
  ])('are not %s', async (_what, key) => {
    expect([400, 422]).toContain(await register(key));
  });

  test('are public keys of a usual size', async () => {
    expect(await register(ec.publicKey.export({ format: 'jwk' }))).toBe(201);
    expect(await register(rsa(2048).publicKey.export({ format: 'jwk' }))).toBe(201);
  });
});

describe('a client assertion', () => {
  test.each([
    ['the issuer in a list', (url: string) => [url]],
    ['the token endpoint', (url: string) => `${url}/oauth2/token`],
    ['the pushed authorization request endpoint', (url: string) => `${url}/oauth2/par`],
    ['the issuer of somebody else', () => 'https://elsewhere.example'],
  ])('for %s is not taken; for the issuer alone it is', async (_what, audienceOf) => {
    const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    const registered = await administrator.send('POST', applicationsPath, {
      name: 'Assertions',
      kind: 'web',
      redirectUris: ['https://keys.example/back'],
      clientAuthentication: 'private_key_jwt',
      jwks: { keys: [publicKey.export({ format: 'jwk' })] },
    });
    const clientId = String(registered.body.application.clientId);
    const ask = async (audience: string | string[]): Promise<unknown> => {
      const assertion = await new SignJWT({ sub: clientId, iss: clientId, jti: randomUUID(), aud: audience })
        .setProtectedHeader({ alg: 'ES256' })
        .setIssuedAt()
        .setExpirationTime('1m')
        .sign(privateKey);
      const answer = await fetch(new URL('/oauth2/token', service.url), {
        method: 'POST',
        body: new URLSearchParams({
          client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
          client_assertion: assertion,
          grant_type: 'authorization_code',
          code: 'none',
          redirect_uri: 'https://keys.example/back',
        }),
      });
      return ((await answer.json()) as { error: string }).error;
    };
    expect(await ask(audienceOf(service.url))).toBe('invalid_client');
    expect(await ask(service.url)).toBe('invalid_grant');
  });
});

test('PKCE is not switched off for a public application', async () => {
  for (const kind of ['browser', 'native']) {
    const application = { name: 'Board', kind, redirectUris: ['https://board.example/back'] };
    const refused = await administrator.send('POST', applicationsPath, { ...application, withoutPkce: true });
    expect([refused.status, refused.body.errors]).toMatchObject([422, [{ field: 'withoutPkce' }]]);
  }
});
