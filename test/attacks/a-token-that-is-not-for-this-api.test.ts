import { createHmac, createPublicKey } from 'node:crypto';
import { decodeProtectedHeader } from 'jose';
import type { JWK } from 'jose';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { ApiResource } from '../../src/applications/resources/api-resource.ts';
import { makeApiResource as makeByCaller } from '../../src/applications/resources/manage-api-resources.ts';
import type { Organization } from '../../src/organizations/organization.ts';
import { createTexts } from '../../src/texts/catalog.ts';
import { apiClient } from '../support/api-client.ts';
import { allow, makeApiResource, makeMachine, ORDERS } from '../support/api-resources.ts';
import { administratorOf, makeApplication, makeManaged, makePerson, makeRoot } from '../support/fixtures.ts';
import { openHttpBrowser } from '../support/http-browser.ts';
import type { HttpBrowser } from '../support/http-browser.ts';
import { logIn } from '../support/log-in.ts';
import { askForTokens, authorizeUrl, codeFor, redeem } from '../support/relying-application.ts';
import type { RelyingApplication } from '../support/relying-application.ts';
import { startService } from '../support/start-service.ts';
import type { TestService } from '../support/start-service.ts';

// Lesson: a token opens what its audience and its scopes say, and an organization makes tokens for its own APIs alone.

let service: TestService;
let root: Organization;
let contoso: Organization;
let stock: ApiResource;
let shop: RelyingApplication;
let browser: HttpBrowser;
const STOCK = 'https://stock.northwind.example';
const THEIRS = 'https://api.contoso.example';

beforeAll(async () => {
  service = await startService();
  root = await makeRoot(service);
  contoso = await makeManaged(service, root, 'Contoso');
  const maria = await makePerson(service, root, 'maria@northwind.example');
  const orders = await makeApiResource(service, root);
  stock = await makeApiResource(service, root, { audience: STOCK, name: 'Stock', tokenFormat: 'opaque' });
  await makeApiResource(service, contoso, { audience: THEIRS, name: 'Theirs', tokenFormat: 'opaque' });
  const redirectUri = 'http://127.0.0.1:9001/back';
  const made = await makeApplication(service, root, { firstParty: false, redirectUris: [redirectUri] });
  shop = { clientId: made.application.clientId, clientSecret: made.clientSecret, redirectUri };
  await allow(service, root, made.application, orders, ['orders:read']);
  await allow(service, root, made.application, stock, ['orders:read', 'orders:write']);
  browser = openHttpBrowser({ now: () => service.clock.now(), stopAt: (url) => url.port === '9001' });
  for (const resource of [ORDERS, STOCK]) {
    const asked = authorizeUrl(service, shop, { scope: 'openid orders:read', resource });
    const page = await browser.open(asked);
    const consent = page.title.includes('Allow') ? page : await logIn(browser, service, page, maria);
    await browser.submit(consent, {}, { button: 'Allow' });
  }
});
afterAll(async () => {
  await browser?.[Symbol.asyncDispose]();
  await service?.close();
});

const tokensFor = async (resource: string, scope = 'openid orders:read') =>
  (await redeem(service, shop, await codeFor(browser, service, shop, { scope, resource }))).body;

async function introspect(by: { clientId: string; clientSecret: string | null }, token: unknown): Promise<unknown> {
  const headers =
    by.clientSecret === null ? {} : { authorization: `Basic ${btoa(`${by.clientId}:${by.clientSecret}`)}` };
  const form = { token: String(token), ...(by.clientSecret === null ? { client_id: by.clientId } : {}) };
  const url = new URL('/oauth2/introspect', service.url);
  return (await fetch(url, { method: 'POST', headers, body: new URLSearchParams(form) })).json();
}

test('another organization’s application is told of a token what it is told of none', async () => {
  const token = (await tokensFor(STOCK)).access_token;
  const own = await makeMachine(service, root, 'Stock service');
  const stranger = await makeMachine(service, contoso, 'Stranger');
  expect(await introspect(own, token)).toMatchObject({ active: true, aud: STOCK });
  expect(await introspect(stranger, token)).toEqual({ active: false });
  expect(await introspect(stranger, token)).toEqual(await introspect(stranger, 'no-such-token'));
});

test('an application that anybody may call itself is not told of another’s token', async () => {
  const token = (await tokensFor(STOCK)).access_token;
  const made = await makeApplication(service, root, { kind: 'browser', redirectUris: ['https://app.example/'] });
  expect(await introspect({ clientId: made.application.clientId, clientSecret: null }, token)).toEqual({
    active: false,
  });
});

test('a token without an audience, or a refresh token, is told to the application it was given to alone', async () => {
  const { body } = await redeem(service, shop, await codeFor(browser, service, shop, { scope: 'openid' }));
  const given = await tokensFor(STOCK);
  const own = await makeMachine(service, root, 'Stock service');
  for (const token of [body.access_token, given.refresh_token]) {
    expect(await introspect(own, token)).toEqual({ active: false });
    expect(await introspect(shop, token)).toMatchObject({ active: true });
  }
});

test('an API resource of another organization is as unknown as none', async () => {
  const ask = async (resource: string) => {
    const page = await browser.open(authorizeUrl(service, shop, { scope: 'openid orders:read', resource }));
    const back = page.stoppedAt?.searchParams;
    return [back?.get('error'), back?.get('error_description')];
  };
  const foreign = await ask(THEIRS);
  expect(foreign).toEqual(['invalid_target', 'the application may not ask for this resource']);
  expect(await ask('https://nobody.example')).toEqual(foreign);
  const machine = await makeMachine(service, root);
  const form = { grant_type: 'client_credentials', resource: THEIRS };
  expect((await askForTokens(service, { ...machine, redirectUri: '' }, form)).body.error).toBe('invalid_target');
});

test('a permission that crosses organizations, were there one, gives nothing', async () => {
  const { db } = service.database;
  const theirs = await db
    .selectFrom('apiResource')
    .select('id')
    .where('audience', '=', THEIRS)
    .executeTakeFirstOrThrow();
  const machine = await makeMachine(service, root);
  const about = { applicationId: machine.application.id, apiResourceId: theirs.id, organizationId: root.id };
  await db
    .insertInto('applicationScope')
    .values({ ...about, scope: 'orders:read', createdAt: service.clock.now() })
    .execute();
  const form = { grant_type: 'client_credentials', resource: THEIRS };
  expect((await askForTokens(service, { ...machine, redirectUri: '' }, form)).body.error).toBe('invalid_target');
});

test('a scope that a person did not allow is not added later', async () => {
  const first = await tokensFor(STOCK);
  expect(first['scope']).toBe('orders:read');
  const more = await askForTokens(service, shop, {
    grant_type: 'refresh_token',
    refresh_token: String(first.refresh_token),
    scope: 'orders:read orders:write',
  });
  expect(more.body.error).toBe('invalid_scope');
  const elsewhere = await askForTokens(service, shop, {
    grant_type: 'refresh_token',
    refresh_token: String(first.refresh_token),
    resource: ORDERS,
  });
  expect(elsewhere.body.error).toBe('invalid_target');
  // Silently, the person is asked; here nobody may be.
  const silent = authorizeUrl(service, shop, { scope: 'openid orders:write', resource: STOCK, prompt: 'none' });
  expect((await browser.open(silent)).stoppedAt?.searchParams.get('error')).toBe('consent_required');
});

test('two resources in one request are refused: a scope would not say of which it is', async () => {
  const url = authorizeUrl(service, shop, { scope: 'openid orders:read', resource: ORDERS });
  url.searchParams.append('resource', STOCK);
  expect((await browser.open(url)).stoppedAt?.searchParams.get('error')).toBe('invalid_target');
});

test('a token for an API opens neither userinfo nor our own API, whatever its form', async () => {
  const machine = await makeMachine(service, root, 'Both');
  await allow(service, root, machine.application, stock, ['orders:read']);
  const grant = { grant_type: 'client_credentials', resource: STOCK };
  const own = await askForTokens(service, { ...machine, redirectUri: '' }, grant);
  const signed = await tokensFor(ORDERS);
  const tokens = [own.body.access_token, (await tokensFor(STOCK)).access_token, signed.access_token, signed.id_token];
  const key = await (await fetch(`${service.url}/oauth2/keys`)).json();
  for (const token of [...tokens, ...forgedFrom(String(signed.access_token), key as { keys: JWK[] })]) {
    const userinfo = await fetch(`${service.url}/oauth2/userinfo`, { headers: { authorization: `Bearer ${token}` } });
    // Unknown, or without the scope for it.
    expect([401, 403]).toContain(userinfo.status);
    expect((await apiClient(service.url, String(token)).get('/me')).status).toBe(401);
  }
});

/** The token again: for our own API, unsigned, and signed with our public key as a secret (RFC 8725 2.1). */
function forgedFrom(token: string, { keys }: { keys: JWK[] }): string[] {
  const { kid } = decodeProtectedHeader(token);
  const claims = JSON.parse(Buffer.from(token.split('.')[1]!, 'base64url').toString()) as object;
  const payload = encode({ ...claims, aud: `${service.url}/api/v1`, scope: 'api', client_id: 'console' });
  const key = keys.find((each) => each.kid === kid)!;
  const pem = createPublicKey({ key, format: 'jwk' }).export({ type: 'spki', format: 'pem' });
  const signed = `${encode({ alg: 'HS256', typ: 'at+jwt', kid })}.${payload}`;
  return [
    `${encode({ alg: 'none', typ: 'at+jwt' })}.${payload}.`,
    `${signed}.${createHmac('sha256', pem).update(signed).digest('base64url')}`,
    `${token.split('.')[0]}.${payload}.${token.split('.')[2]}`,
  ];
}

function encode(part: object): string {
  return Buffer.from(JSON.stringify(part)).toString('base64url');
}

test('nobody makes tokens for an address of the service, or of an API below a domain another organization verified', async () => {
  const now = service.clock.now();
  const verification = { organizationId: root.id, domain: 'northwind.example', state: 'verified' as const };
  await service.database.db
    .insertInto('domainVerification')
    .values({
      ...verification,
      token: 'a'.repeat(32),
      startedAt: now,
      nextCheckAt: now,
      createdAt: now,
      verifiedAt: now,
    })
    .execute();
  const refused = async (owner: Organization, audience: string) =>
    makeApiResource(service, owner, { audience }).then(
      () => 'made',
      (error: { code?: string; fields?: { code: string }[] }) => error.fields?.[0]?.code ?? error.code,
    );
  expect(await refused(contoso, `${service.url}/api/v1`)).toBe('audience-ours');
  expect(await refused(contoso, `${service.url.toUpperCase()}/other`)).toBe('audience-ours');
  expect(await refused(contoso, 'https://pay.api.northwind.example/v1')).toBe('api-resource.audience-taken');
  expect(await refused(contoso, 'https://northwind.example')).toBe('api-resource.audience-taken');
  expect(await refused(contoso, ORDERS)).toBe('api-resource.audience-taken');
  expect(await refused(root, 'https://pay.northwind.example')).toBe('made');
  expect(await refused(root, 'https://pay.northwind.example#fragment')).toBe('uri.fragment');
  expect(await refused(root, 'javascript:alert(1)')).toBe('audience-scheme');
});

test('a scope takes no name that means something else', async () => {
  for (const scope of ['openid', 'email', 'offline_access', 'api']) {
    const scopes = [{ scope, description: 'Read your orders' }];
    const making = makeApiResource(service, root, { audience: `urn:${scope}`, scopes });
    await expect(making).rejects.toMatchObject({ fields: [{ code: 'scope-reserved' }] });
  }
});

test('an administrator of one organization neither sees nor allows the API of another', async () => {
  const theirs = administratorOf(contoso, service);
  const { clock, config, secrets } = service;
  const deps = { db: service.database.db, clock, config, secrets, texts: createTexts(config.productName) };
  const made = await makeApplication(service, contoso, { firstParty: false, redirectUris: ['https://app.example/'] });
  await expect(allow(service, contoso, made.application, stock, ['orders:read'])).rejects.toMatchObject({
    code: 'api-resource.not-found',
  });
  await expect(
    makeByCaller(deps, theirs, { ...stock, organizationId: root.id, audience: 'urn:taken' }),
  ).rejects.toMatchObject({ code: 'organization.not-found' });
});
