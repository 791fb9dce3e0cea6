import { createLocalJWKSet, jwtVerify } from 'jose';
import type { JSONWebKeySet, JWTPayload, ProtectedHeaderParameters } from 'jose';
import { expect } from 'vitest';
import type { Organization } from '../../src/organizations/organization.ts';
import { makePerson, makeRoot } from '../support/fixtures.ts';
import type { Person } from '../support/fixtures.ts';
import { apiClient } from '../support/api-client.ts';
import type { ApiClient } from '../support/api-client.ts';
import { openHttpBrowser } from '../support/http-browser.ts';
import type { HttpBrowser } from '../support/http-browser.ts';
import { postsItself } from '../support/page.ts';
import type { Page } from '../support/page.ts';
import { addApiToken, org } from '../support/people.ts';
import { startService } from '../support/start-service.ts';
import type { TestService } from '../support/start-service.ts';
import { totpAt } from '../support/totp.ts';
import { registrations } from './plans/registrations.ts';
import type { Registration } from './plans/registrations.ts';

/** An application of the suite: confidential, registered without PKCE. */
export interface SuiteApplication {
  clientId: string;
  clientSecret: string;
  redirectUri: string;
  authentication: 'client_secret_basic' | 'client_secret_post';
}

type Parameters = Record<string, string | undefined>;

/** Gatehouse with what the suite's static registration needs: two applications, and people who log in. */
export interface ProviderGround extends AsyncDisposable {
  service: TestService;
  root: Organization;
  client: SuiteApplication;
  client2: SuiteApplication;
  post: SuiteApplication;
  /** As an administrator of the root. */
  api: ApiClient;
  /** Registers by the API, as the page about conformance says it. */
  register(registration: Registration): Promise<SuiteApplication>;
  /** The document of discovery. */
  metadata: Record<string, unknown>;
  /** A browser that stops at the applications. */
  open(): HttpBrowser;
  /** Somebody who never logged in, so that no code of the authenticator app is used twice. */
  addPerson(): Promise<Person>;
  /** An authorization request as the suite makes it: `openid` alone, state and nonce, no code challenge. */
  request(application: SuiteApplication, more?: Parameters): URL;
  /** Logs a person in; the second time within half a minute with the next code. */
  logIn(browser: HttpBrowser, page: Page, person: Person, next?: boolean): Promise<Page>;
  /** From the request to its answer, with a login of a new person on the way. */
  authorize(browser: HttpBrowser, more?: Parameters, application?: SuiteApplication): Promise<URLSearchParams>;
  /** The parameters an application was answered with, in the way that was asked for. */
  answerOn(page: Page): URLSearchParams;
  /** Posts to the token endpoint, authenticated as registered. */
  askForTokens(application: SuiteApplication, form: Record<string, string>): Promise<Response>;
  /** Redeems a code, expecting success: the answer's body. */
  redeem(code: string | null, application?: SuiteApplication): Promise<Record<string, unknown>>;
  /** Header and claims of an ID token, its signature, issuer, audience and times checked. */
  readIdToken(
    token: unknown,
    application?: { clientId: string },
  ): Promise<{ header: ProtectedHeaderParameters; claims: JWTPayload }>;
  userInfo(accessToken: unknown, how?: 'get' | 'post-header' | 'post-body'): Promise<Response>;
}

export const NONCE = 'a nonce of this request';
/** Of everybody. */
export const NAME = 'Maria Steiner';
export const STATE = 'a state of this request';
/** Nobody listens there: the browser stops. */
export const APPLICATIONS = 'https://suite.example';
export const CALLBACK = `${APPLICATIONS}/test/a/gatehouse/callback`;

/** @param responseMode of every request; absent as in the Basic plan, or by form */
export async function startProviderGround(responseMode?: 'form_post'): Promise<ProviderGround> {
  const service = await startService();
  const root = await makeRoot(service);
  const token = await addApiToken({ db: service.database.db, clock: service.clock }, root, 'administrator');
  const api = apiClient(service.url, token);
  const register = async (registration: Registration): Promise<SuiteApplication> => {
    const made = await api.send('POST', `/organizations/${org(root)}/applications`, registration);
    expect([made.status, made.body.code]).toEqual([201, undefined]);
    const { application, clientSecret } = made.body;
    const { clientId, redirectUris, clientAuthentication } = application;
    return { clientId, clientSecret, redirectUri: redirectUris[0], authentication: clientAuthentication };
  };
  const bodies = registrations(APPLICATIONS);
  const answer = await fetch(`${service.url}/.well-known/openid-configuration`);
  const metadata = (await answer.json()) as Record<string, unknown>;
  const keys = createLocalJWKSet((await (await fetch(String(metadata['jwks_uri']))).json()) as JSONWebKeySet);
  let people = 0;
  const ground: ProviderGround = {
    service,
    root,
    metadata,
    api,
    register,
    client: await register(bodies.client),
    client2: await register(bodies.client2),
    post: await register(bodies.client_secret_post),
    open: () => openHttpBrowser({ now: () => service.clock.now(), stopAt: (url) => url.origin === APPLICATIONS }),
    async addPerson() {
      people += 1;
      const person = await makePerson(service, root, `maria-${people}@northwind.example`);
      const { db } = service.database;
      await db.updateTable('appUser').set({ name: NAME }).where('id', '=', person.userId).execute();
      return person;
    },
    request(application, more = {}) {
      const url = new URL('/oauth2/authorize', service.url);
      const parameters = {
        client_id: application.clientId,
        redirect_uri: application.redirectUri,
        response_type: 'code',
        scope: 'openid',
        state: STATE,
        nonce: NONCE,
        response_mode: responseMode,
        ...more,
      };
      for (const [name, value] of Object.entries(parameters))
        if (value !== undefined) url.searchParams.set(name, value);
      return url;
    },
    async logIn(browser, page, person, next = false) {
      const asked = await browser.submit(page, { email: person.email }, { button: 'Continue' });
      const factor = await browser.submit(asked, { password: person.password }, { button: 'Continue' });
      const now = service.clock.now().getTime();
      const code = await totpAt(person.seed, new Date(next ? now + 30_000 : now));
      return browser.submit(factor, { code }, { button: 'Continue' });
    },
    async authorize(browser, more = {}, application = ground.client) {
      const page = await browser.open(ground.request(application, more));
      return ground.answerOn(page.stoppedAt ? page : await ground.logIn(browser, page, await ground.addPerson()));
    },
    answerOn(page) {
      const back = page.stoppedAt;
      if (back === undefined)
        throw new Error(`no answer, but ${page.url.href} (${page.status}): ${page.text.slice(0, 300)}`);
      expect(back.origin + back.pathname).toBe(CALLBACK);
      expect(back.hash).toBe('');
      if (responseMode === undefined) return back.searchParams;
      expect(postsItself(page)).toBe(true);
      expect(back.search).toBe('');
      const fields = page.html.querySelectorAll('form[method="post"] input[type="hidden"]');
      const answered = new URLSearchParams();
      for (const field of fields) answered.append(field.getAttribute('name') ?? '', field.getAttribute('value') ?? '');
      return answered;
    },
    async askForTokens({ clientId, clientSecret, authentication }, form) {
      const basic = authentication === 'client_secret_basic';
      const secret = { client_id: clientId, client_secret: clientSecret };
      return fetch(String(metadata['token_endpoint']), {
        method: 'POST',
        headers: basic ? { authorization: `Basic ${btoa(`${clientId}:${clientSecret}`)}` } : {},
        body: new URLSearchParams({ ...form, ...(basic ? {} : secret) }),
      });
    },
    async redeem(code, application = ground.client) {
      const form = { grant_type: 'authorization_code', code: code ?? '', redirect_uri: application.redirectUri };
      const answer = await ground.askForTokens(application, form);
      const body = (await answer.json()) as Record<string, unknown>;
      expect([answer.status, body['error']]).toEqual([200, undefined]);
      return body;
    },
    async readIdToken(token, application = ground.client) {
      const { protectedHeader, payload } = await jwtVerify(String(token), keys, {
        issuer: service.url,
        audience: application.clientId,
        requiredClaims: ['sub', 'iat', 'exp'],
      });
      return { header: protectedHeader, claims: payload };
    },
    async userInfo(accessToken, how = 'get') {
      const body = how === 'post-body' ? new URLSearchParams({ access_token: String(accessToken) }) : null;
      return fetch(String(metadata['userinfo_endpoint']), {
        method: how === 'get' ? 'GET' : 'POST',
        headers: body === null ? { authorization: `Bearer ${String(accessToken)}` } : {},
        body,
      });
    },
    [Symbol.asyncDispose]: () => service.close(),
  };
  return ground;
}
