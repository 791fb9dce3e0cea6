import { randomUUID } from 'node:crypto';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import type { ApiResource } from '../../src/applications/resources/api-resource.ts';
import { epochSeconds } from '../../src/base/clock.ts';
import type { Organization } from '../../src/organizations/organization.ts';
import { allow, makeApiResource, ORDERS } from './api-resources.ts';
import { makeApplication, makeManaged, makePerson, makeRoot } from './fixtures.ts';
import type { Person } from './fixtures.ts';
import { openHttpBrowser } from './http-browser.ts';
import type { HttpBrowser } from './http-browser.ts';
import { logIn } from './log-in.ts';
import { askForTokens, authorizeUrl, codeFor, redeem } from './relying-application.ts';
import type { RelyingApplication, TokenAnswer } from './relying-application.ts';
import { startService } from './start-service.ts';
import type { TestService } from './start-service.ts';

export const STOCK = 'https://stock.northwind.example/api';
const ACCESS_TOKEN = 'urn:ietf:params:oauth:token-type:access_token';

/**
 * Northwind's shop asks for tokens for the API of orders, whose backend acts for users at the API of stock. Maria of
 * Contoso is logged in.
 */
export interface ActingStage {
  service: TestService;
  root: Organization;
  contoso: Organization;
  maria: Person;
  orders: ApiResource;
  stock: ApiResource;
  shop: RelyingApplication;
  backend: RelyingApplication;
  register(name: string, settings?: Record<string, unknown>, owner?: Organization): Promise<RelyingApplication>;
  /** Lets an application ask for these scopes of an API, and for no others of it. */
  allowed(application: RelyingApplication, resource: ApiResource, scopes: string[]): Promise<void>;
  /** Maria is asked, and allows the application these scopes. */
  consentTo(application: RelyingApplication, more: Record<string, string>): Promise<void>;
  /** Maria takes back what she allowed the one application that has something. */
  withdraw(): Promise<void>;
  /** Maria's access token for the API of orders. */
  tokenOf(application: RelyingApplication, more?: Record<string, string | undefined>): Promise<TokenAnswer['body']>;
  /** As {@link tokenOf}, bound to a key of the application (DPoP, RFC 9449). */
  boundTokenOf(application: RelyingApplication): Promise<TokenAnswer['body']>;
  exchange(by: RelyingApplication, token: unknown, more?: Record<string, string | undefined>): Promise<TokenAnswer>;
  ask(path: string, by: RelyingApplication, form: Record<string, string>): Promise<Record<string, unknown>>;
  close(): Promise<void>;
}

export async function startActingStage(): Promise<ActingStage> {
  const service = await startService();
  const root = await makeRoot(service);
  const contoso = await makeManaged(service, root, 'Contoso');
  const maria = await makePerson(service, contoso, 'maria@contoso.example');
  const orders = await makeApiResource(service, root, { tokenFormat: 'opaque', tokenLifetime: 600 });
  const stock = await makeApiResource(service, root, { audience: STOCK, name: 'Stock', tokenLifetime: 3600 });
  const browser: HttpBrowser = openHttpBrowser({
    now: () => service.clock.now(),
    stopAt: (url) => url.port === '9001',
  });
  const redirectUri = 'http://127.0.0.1:9001/back';
  const register: ActingStage['register'] = async (name, settings = {}, owner = root) => {
    const made = await makeApplication(service, owner, { name, redirectUris: [redirectUri], ...settings });
    return { clientId: made.application.clientId, clientSecret: made.clientSecret, redirectUri };
  };
  const allowed: ActingStage['allowed'] = async (application, resource, scopes) => {
    const { id } = await service.database.db
      .selectFrom('application')
      .select('id')
      .where('clientId', '=', application.clientId)
      .executeTakeFirstOrThrow();
    await allow(service, root, { id }, resource, scopes);
  };
  const shop = await register('Shop');
  const backend = await register('Order service', { actsForUsers: true, refreshTokens: false });
  await allowed(shop, orders, ['orders:read', 'orders:write']);
  await allowed(backend, orders, ['orders:read']);
  await allowed(backend, stock, ['orders:read', 'orders:write']);
  await logIn(browser, service, await browser.open(authorizeUrl(service, shop)), maria);
  return {
    service,
    root,
    contoso,
    maria,
    orders,
    stock,
    shop,
    backend,
    register,
    allowed,
    consentTo: async (application, more) => {
      await browser.submit(await browser.open(authorizeUrl(service, application, more)), {}, { button: 'Allow' });
    },
    withdraw: async () => {
      const asked = await browser.submit(await browser.open(`${service.url}/account`), {}, { button: 'Withdraw' });
      const page = await browser.submit(asked, {}, { button: 'Withdraw' });
      if (page.text.includes('What you allowed')) throw new Error(page.text);
    },
    tokenOf: async (application, more = {}) => {
      const asked = { scope: 'openid orders:read', resource: ORDERS, ...more };
      const given = await redeem(service, application, await codeFor(browser, service, application, asked));
      if (given.status !== 200) throw new Error(JSON.stringify(given));
      return given.body;
    },
    boundTokenOf: async (application) => {
      const code = await codeFor(browser, service, application, { scope: 'openid orders:read', resource: ORDERS });
      const { publicKey, privateKey } = await generateKeyPair('ES256');
      const said = {
        jti: randomUUID(),
        htm: 'POST',
        htu: `${service.url}/oauth2/token`,
        iat: epochSeconds(new Date()),
      };
      const dpop = await new SignJWT(said)
        .setProtectedHeader({ alg: 'ES256', typ: 'dpop+jwt', jwk: await exportJWK(publicKey) })
        .sign(privateKey);
      const given = await redeem(service, application, code, { dpop });
      if (given.body['token_type'] !== 'DPoP') throw new Error(JSON.stringify(given));
      return given.body;
    },
    exchange: async (by, token, more = {}) => {
      const form = {
        grant_type: 'urn:ietf:params:oauth:grant-type:token-exchange',
        subject_token: String(token),
        subject_token_type: ACCESS_TOKEN,
        resource: STOCK,
        ...more,
      };
      const said = Object.entries(form).filter((entry): entry is [string, string] => entry[1] !== undefined);
      return askForTokens(service, by, Object.fromEntries(said));
    },
    ask: async (path, by, form) => {
      const answer = await fetch(service.url + path, {
        method: 'POST',
        headers: { authorization: `Basic ${btoa(`${by.clientId}:${by.clientSecret}`)}` },
        body: new URLSearchParams(form),
      });
      const text = await answer.text();
      return text === '' ? {} : (JSON.parse(text) as Record<string, unknown>);
    },
    close: async () => {
      await browser[Symbol.asyncDispose]();
      await service.close();
    },
  };
}
