import { createLocalJWKSet, decodeProtectedHeader, jwtVerify } from 'jose';
import * as client from 'openid-client';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { formatId } from '../../src/base/ids.ts';
import type { Organization } from '../../src/organizations/organization.ts';
import { apiClient } from '../support/api-client.ts';
import { makeApplication, makePerson, makeRoot } from '../support/fixtures.ts';
import type { Person } from '../support/fixtures.ts';
import { makeHighSecurityApplication, makeKey } from '../support/high-security-application.ts';
import { openHttpBrowser } from '../support/http-browser.ts';
import { logIn } from '../support/log-in.ts';
import { addApiToken } from '../support/people.ts';
import { startService } from '../support/start-service.ts';
import type { TestService } from '../support/start-service.ts';

let service: TestService;
let root: Organization;
let maria: Person;

beforeAll(async () => {
  service = await startService();
  root = await makeRoot(service);
  maria = await makePerson(service, root, 'maria@northwind.example');
});
afterAll(async () => service.close());

test('openid-client logs in by FAPI 2.0 with nothing but what the discovery document says', async () => {
  const { key, jwk } = await makeKey('PS256');
  const redirectUri = 'https://bank.example/back';
  const { application, clientSecret } = await makeApplication(service, root, {
    highSecurity: true,
    redirectUris: [redirectUri],
    jwks: { keys: [jwk] },
  });
  expect(clientSecret).toBeNull();
  const config = await client.discovery(
    new URL(service.url),
    application.clientId,
    { use_mtls_endpoint_aliases: false, id_token_signed_response_alg: 'ES256' },
    client.PrivateKeyJwt(key, {
      [client.modifyAssertion]: (_header, payload) => {
        payload['aud'] = service.url;
      },
    }),
    // oxlint-disable-next-line typescript/no-deprecated -- marked so to stand out; meant for loopback
    { execute: [client.allowInsecureRequests, client.enableNonRepudiationChecks] },
  );
  const DPoP = client.getDPoPHandle(config, await client.randomDPoPKeyPair('ES256'));
  const verifier = client.randomPKCECodeVerifier();
  const state = client.randomState();
  const nonce = client.randomNonce();
  const begin = await client.buildAuthorizationUrlWithPAR(
    config,
    {
      redirect_uri: redirectUri,
      scope: 'openid email',
      code_challenge: await client.calculatePKCECodeChallenge(verifier),
      code_challenge_method: 'S256',
      state,
      nonce,
    },
    { DPoP },
  );
  expect([...begin.searchParams.keys()].toSorted()).toEqual(['client_id', 'request_uri']);

  await using browser = openHttpBrowser({ stopAt: (url) => url.host === 'bank.example' });
  const back = (await logIn(browser, service, await browser.open(begin), maria)).stoppedAt!;
  expect(back.searchParams.get('iss')).toBe(service.url); // RFC 9207
  const checks = { pkceCodeVerifier: verifier, expectedState: state, expectedNonce: nonce, idTokenExpected: true };
  const tokens = await client.authorizationCodeGrant(config, back, checks, undefined, { DPoP });
  expect(tokens.token_type).toBe('dpop');
  expect(tokens.claims()?.sub).toMatch(/^usr_/);
  const about = await client.fetchUserInfo(config, tokens.access_token, tokens.claims()!.sub, { DPoP });
  expect(about.email).toBe(maria.email);
  // The same refresh token as often as it asks (5.3.2.1: no rotation).
  const first = await client.refreshTokenGrant(config, tokens.refresh_token!, undefined, { DPoP });
  const second = await client.refreshTokenGrant(config, tokens.refresh_token!, undefined, { DPoP });
  expect([first.token_type, second.token_type]).toEqual(['dpop', 'dpop']);
  expect([first.refresh_token ?? tokens.refresh_token, second.refresh_token ?? tokens.refresh_token]).toEqual([
    tokens.refresh_token,
    tokens.refresh_token,
  ]);
});

test('ID tokens are signed with ES256, and who holds an access token is told by introspection', async () => {
  const bank = await makeHighSecurityApplication(service, root);
  await using browser = openHttpBrowser({ stopAt: (url) => url.host === 'bank.example' });
  const back = (await logIn(browser, service, await browser.open(await bank.begin()), maria)).stoppedAt!;
  const { body } = await bank.redeem(back.searchParams.get('code')!);
  expect(decodeProtectedHeader(body.id_token!)).toMatchObject({ alg: 'ES256' });
  const keys = (await (await fetch(`${service.url}/oauth2/keys`)).json()) as Parameters<typeof createLocalJWKSet>[0];
  const checks = { issuer: service.url, audience: bank.clientId };
  await jwtVerify(body.id_token!, createLocalJWKSet(keys), { ...checks, requiredClaims: ['sub', 'auth_time'] });
  const assertion = {
    client_id: bank.clientId,
    client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
    client_assertion: await bank.assertion(),
  };
  const asked = new URLSearchParams({ token: body.access_token!, ...assertion });
  const told: unknown = await (await fetch(`${service.url}/oauth2/introspect`, { method: 'POST', body: asked })).json();
  expect(told).toMatchObject({ active: true, token_type: 'DPoP', cnf: { jkt: expect.any(String) } });
});

test('an authorization code that was asked for with a key is redeemed with that key alone (RFC 9449 10)', async () => {
  const bank = await makeHighSecurityApplication(service, root);
  await using browser = openHttpBrowser({ stopAt: (url) => url.host === 'bank.example' });
  await logIn(browser, service, await browser.open(await bank.begin()), maria);
  const codeOf = async (begin: { status: number; body: Record<string, unknown> }): Promise<string> => {
    const request = { client_id: bank.clientId, request_uri: String(begin.body['request_uri']) };
    const page = await browser.open(new URL(`/oauth2/authorize?${new URLSearchParams(request)}`, service.url));
    return page.stoppedAt!.searchParams.get('code')!;
  };
  const bound = await codeOf(await bank.push({}, {}));
  const { key: stolen } = await makeKey('ES256');
  expect((await bank.redeem(bound, { proof: { key: stolen } })).body.error).toBe('invalid_grant');
  const again = await codeOf(await bank.push({}, {}));
  expect((await bank.redeem(again)).status).toBe(200);
});

test('one choice registers it: the rest is decided, and what contradicts it is refused by name', async () => {
  const ground = { db: service.database.db, clock: service.clock };
  const api = apiClient(service.url, await addApiToken(ground, root, 'administrator'));
  const path = `/organizations/${formatId('org', root.id)}/applications`;
  const { jwk } = await makeKey('EdDSA');
  const asked = {
    name: 'Bank',
    kind: 'web',
    highSecurity: true,
    redirectUris: ['https://bank.example/back'],
    jwks: { keys: [jwk] },
  };
  const made = await api.send('POST', path, asked);
  expect(made.body).toMatchObject({
    clientSecret: null,
    application: {
      highSecurity: true,
      clientAuthentication: 'private_key_jwt',
      signingAlgorithm: 'ES256',
      rotateRefreshTokens: false,
      withoutPkce: false,
    },
  });
  const wrongFields = async (more: object): Promise<unknown> => {
    const { status, body } = await api.send('POST', path, { ...asked, ...more });
    return [status, body.errors?.map((each: { field: string }) => each.field)];
  };
  expect(await wrongFields({ signingAlgorithm: 'RS256' })).toEqual([422, ['signingAlgorithm']]);
  expect(await wrongFields({ withoutPkce: true })).toEqual([422, ['withoutPkce']]);
  expect(await wrongFields({ refreshTokens: true, rotateRefreshTokens: true })).toEqual([422, ['rotateRefreshTokens']]);
  expect(await wrongFields({ clientAuthentication: 'client_secret_basic', jwks: undefined })).toEqual([
    422,
    ['clientAuthentication'],
  ]);
  expect(await wrongFields({ redirectUris: ['http://127.0.0.1:9001/back'] })).toEqual([422, ['redirectUris.0']]);
  expect(await wrongFields({ kind: 'browser', jwks: undefined })).toEqual([422, ['highSecurity']]);
  for (const curve of ['ES384', 'RS256']) {
    const other = (await makeKey(curve)).jwk;
    expect(await wrongFields({ jwks: { keys: [{ ...other, alg: curve }] } })).toEqual([422, ['jwks']]);
  }
});

test('an application in use becomes one with its key, and none any longer, which the audit log tells', async () => {
  const ground = { db: service.database.db, clock: service.clock };
  const api = apiClient(service.url, await addApiToken(ground, root, 'administrator'));
  const redirectUris = ['https://bank.example/back'];
  const { application } = await makeApplication(service, root, { redirectUris, firstParty: false });
  const path = `/organizations/${formatId('org', root.id)}/applications/${formatId('app', application.id)}`;
  const { jwk } = await makeKey('ES256');
  const made = await api.send('PATCH', path, { version: 1, highSecurity: true, jwks: { keys: [jwk] } });
  expect([made.status, made.body]).toMatchObject([200, { signingAlgorithm: 'ES256', highSecurity: true }]);
  // A change of something else leaves it as it is; of what it decides, it is refused.
  expect((await api.send('PATCH', path, { version: 2, name: 'Bank' })).body).toMatchObject({ highSecurity: true });
  expect((await api.send('PATCH', path, { version: 3, signingAlgorithm: 'RS256' })).status).toBe(422);
  const ended = await api.send('PATCH', path, { version: 3, highSecurity: false });
  expect(ended.body).toMatchObject({ highSecurity: false, clientAuthentication: 'private_key_jwt' });
  const events = await service.database.db
    .selectFrom('auditEvent')
    .select('details')
    .where('kind', '=', 'application.changed')
    .orderBy('id')
    .execute();
  expect(events.map(({ details }) => (details as { highSecurity?: boolean }).highSecurity)).toEqual([
    true,
    undefined,
    false,
  ]);
});
