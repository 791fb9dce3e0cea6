import { createRemoteJWKSet, jwtVerify } from 'jose';
import * as client from 'openid-client';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ApiResource } from '../../src/applications/resources/api-resource.ts';
import type { Application } from '../../src/applications/application.ts';
import { formatId } from '../../src/base/ids.ts';
import type { Organization } from '../../src/organizations/organization.ts';
import { allow, clientOf, makeApiResource, makeMachine, ORDERS } from '../support/api-resources.ts';
import { makeApplication, makeManaged, makePerson, makeRoot } from '../support/fixtures.ts';
import type { Person } from '../support/fixtures.ts';
import { openHttpBrowser } from '../support/http-browser.ts';
import type { HttpBrowser } from '../support/http-browser.ts';
import { logIn } from '../support/log-in.ts';
import { authorizeUrl, codeFor, codeIn, redeem, refresh, VERIFIER } from '../support/relying-application.ts';
import type { RelyingApplication } from '../support/relying-application.ts';
import { startService } from '../support/start-service.ts';
import type { TestService } from '../support/start-service.ts';

let service: TestService;
let root: Organization;
let maria: Person;
let orders: ApiResource;
const STOCK = 'https://stock.northwind.example';

interface Registered extends RelyingApplication {
  application: Application;
  clientSecret: string;
}
let shop: Registered;
let partner: Registered;

beforeAll(async () => {
  service = await startService();
  root = await makeRoot(service);
  maria = await makePerson(service, await makeManaged(service, root, 'Contoso'), 'maria@contoso.example');
  orders = await makeApiResource(service, root, { signingAlgorithm: 'ES256', tokenLifetime: 300 });
  const stock = await makeApiResource(service, root, { audience: STOCK, name: 'Stock', tokenFormat: 'opaque' });
  shop = await register('Shop', true);
  partner = await register('Partner', false);
  await allow(service, root, shop.application, orders, ['orders:read', 'orders:write']);
  await allow(service, root, shop.application, stock, ['orders:read']);
  await allow(service, root, partner.application, orders, ['orders:read']);
  await allow(service, root, partner.application, stock, ['orders:read']);

  async function register(name: string, firstParty: boolean): Promise<Registered> {
    const redirectUri = 'http://127.0.0.1:9001/back';
    const made = await makeApplication(service, root, { name, firstParty, redirectUris: [redirectUri] });
    const { application, clientSecret } = made;
    return { application, clientId: application.clientId, clientSecret: clientSecret!, redirectUri };
  }
});
afterAll(async () => service?.close());

const openBrowser = (): HttpBrowser =>
  openHttpBrowser({ now: () => service.clock.now(), stopAt: (url) => url.port === '9001' });
const ASKED = { scope: 'openid orders:read', resource: ORDERS };

async function verified(token: string | undefined, audience: string) {
  const keys = createRemoteJWKSet(new URL('/oauth2/keys', service.url));
  return jwtVerify(token ?? '', keys, { issuer: service.url, audience, typ: 'at+jwt' });
}

describe('an access token for an API of the organization', () => {
  it('tells the API who logged in, how, for which organization, and what the application may do', async () => {
    await using browser = openBrowser();
    const config = await clientOf(service, shop);
    const url = client.buildAuthorizationUrl(config, {
      redirect_uri: shop.redirectUri,
      code_challenge: await client.calculatePKCECodeChallenge(VERIFIER),
      code_challenge_method: 'S256',
      ...ASKED,
    });
    const back = await logIn(browser, service, await browser.open(url), maria);
    const answer = await client.authorizationCodeGrant(config, back.stoppedAt!, { pkceCodeVerifier: VERIFIER });
    expect(answer).toMatchObject({ expires_in: 300, scope: 'orders:read' });
    const { payload, protectedHeader } = await verified(answer.access_token, ORDERS);
    expect(protectedHeader.alg).toBe('ES256');
    const claims = answer.claims();
    expect(payload).toEqual({
      iss: service.url,
      aud: ORDERS,
      sub: formatId('usr', maria.userId),
      client_id: shop.clientId,
      scope: 'orders:read',
      org_id: formatId('org', maria.organizationId),
      roles: [],
      auth_time: expect.any(Number),
      amr: claims?.['amr'],
      acr: claims?.['acr'],
      jti: expect.any(String),
      iat: expect.any(Number),
      exp: payload.iat! + 300,
    });

    const refreshed = await client.refreshTokenGrant(config, answer.refresh_token!);
    const again = await verified(refreshed.access_token, ORDERS);
    expect(again.payload).toMatchObject({ sub: payload.sub, auth_time: payload['auth_time'], amr: payload['amr'] });
    expect(again.payload.jti).not.toBe(payload.jti);
  });

  it('needs no statement more than another: it is not stored', async () => {
    await using browser = openBrowser();
    await logIn(browser, service, await browser.open(authorizeUrl(service, shop, ASKED)), maria);
    await codeFor(browser, service, shop, ASKED);
    let code = '';
    const authorize = await service.countStatements(async () => {
      code = await codeFor(browser, service, shop, ASKED);
    });
    const token = await service.countStatements(async () => {
      expect((await redeem(service, shop, code)).body['scope']).toBe('orders:read');
    });
    expect({ statements: authorize.statements, commits: authorize.commits }).toEqual({ statements: 2, commits: 1 });
    expect({ statements: token.statements, commits: token.commits }).toEqual({ statements: 2, commits: 1 });
  });

  it('is asked for in words: the API, and the sentence of each scope; the other API asks anew, once', async () => {
    await using browser = openBrowser();
    const asked = { scope: 'openid orders:read orders:write', resource: ORDERS };
    const consent = await logIn(browser, service, await browser.open(authorizeUrl(service, partner, asked)), maria);
    expect(consent.text).toContain('In Orders, on your behalf:');
    expect(consent.text).toContain('Read your orders');
    // It was never allowed that one.
    expect(consent.text).not.toContain('Change your orders');
    const allowed = await browser.submit(consent, {}, { button: 'Allow' });
    expect((await redeem(service, partner, codeIn(allowed, partner))).body['scope']).toBe('orders:read');

    const stock = { scope: 'openid orders:read', resource: STOCK };
    const other = await browser.open(authorizeUrl(service, partner, stock));
    expect(other.text).toContain('In Stock, on your behalf:');
    await browser.submit(other, {}, { button: 'Allow' });
    for (const each of [asked, stock]) {
      expect((await redeem(service, partner, await codeFor(browser, service, partner, each))).status).toBe(200);
    }
    const account = await browser.open(`${service.url}/account`);
    expect(account.text).toContain('in Orders: Read your orders');
    expect(account.text).toContain('in Stock: Read your orders');
    expect(account.text).not.toContain('#');
  });

  it('loses at the next refresh what was taken from the application', async () => {
    await using browser = openBrowser();
    const asked = { scope: 'openid orders:read orders:write', resource: ORDERS };
    const back = await logIn(browser, service, await browser.open(authorizeUrl(service, shop, asked)), maria);
    const first = await redeem(service, shop, codeIn(back, shop));
    expect(first.body['scope']).toBe('orders:read orders:write');
    await allow(service, root, shop.application, orders, ['orders:read']);
    const second = await refresh(service, shop, String(first.body.refresh_token));
    expect(second.body['scope']).toBe('orders:read');
    await allow(service, root, shop.application, orders, []);
    expect((await refresh(service, shop, String(first.body.refresh_token))).body.error).toBe('invalid_target');
    await allow(service, root, shop.application, orders, ['orders:read', 'orders:write']);
  });

  it('that is opaque is told to the API alone, an application of the same owner, as rights are now', async () => {
    await using browser = openBrowser();
    const asked = { scope: 'openid orders:read', resource: STOCK };
    const back = await logIn(browser, service, await browser.open(authorizeUrl(service, shop, asked)), maria);
    const token = String((await redeem(service, shop, codeIn(back, shop))).body.access_token);
    const api = await clientOf(service, await makeMachine(service, root, 'Stock service'));
    expect(await client.tokenIntrospection(api, token)).toMatchObject({
      active: true,
      aud: STOCK,
      sub: formatId('usr', maria.userId),
      client_id: shop.clientId,
      scope: 'orders:read',
      org_id: formatId('org', maria.organizationId),
      roles: [],
      iss: service.url,
    });
    await service.database.db
      .updateTable('appUser')
      .set({ status: 'disabled' })
      .where('id', '=', maria.userId)
      .execute();
    expect(await client.tokenIntrospection(api, token)).toEqual({ active: false });
    await service.database.db
      .updateTable('appUser')
      .set({ status: 'verified' })
      .where('id', '=', maria.userId)
      .execute();
  });

  it('that is opaque and a machine’s is told too, until the application loses the scope', async () => {
    const machine = await makeMachine(service, root, 'Restock');
    const stock = await service.database.db
      .selectFrom('apiResource')
      .select('id')
      .where('audience', '=', STOCK)
      .executeTakeFirstOrThrow();
    await allow(service, root, machine.application, stock, ['orders:read']);
    const { access_token: token } = await client.clientCredentialsGrant(await clientOf(service, machine), {
      resource: STOCK,
    });
    const api = await clientOf(service, await makeMachine(service, root, 'Stock service 2'));
    expect(await client.tokenIntrospection(api, token)).toMatchObject({
      active: true,
      aud: STOCK,
      client_id: machine.clientId,
      scope: 'orders:read',
    });
    expect(await client.tokenIntrospection(await clientOf(service, machine), token)).toMatchObject({ active: true });
    await allow(service, root, machine.application, stock, []);
    expect(await client.tokenIntrospection(api, token)).toEqual({ active: false });
  });
});
