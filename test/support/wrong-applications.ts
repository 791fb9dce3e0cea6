import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import type { ApplicationHealth } from '../../src/api/contract/applications/health.ts';
import type { Organization } from '../../src/organizations/organization.ts';
import { expect } from 'vitest';
import { apiClient } from './api-client.ts';
import type { ApiAnswer, ApiClient } from './api-client.ts';
import { diagnosisFor } from './diagnoses.ts';
import { makeApplication, makeManaged, makePerson, makeRoot } from './fixtures.ts';
import type { Person } from './fixtures.ts';
import { openHttpBrowser } from './http-browser.ts';
import type { HttpBrowser } from './http-browser.ts';
import { logIn } from './log-in.ts';
import { addApiToken, org } from './people.ts';
import { authorizeUrl, codeIn, VERIFIER } from './relying-application.ts';
import type { RelyingApplication } from './relying-application.ts';
import { startService } from './start-service.ts';
import type { TestService } from './start-service.ts';

/** Where applications of these tests are answered. */
export const BACK = 'http://127.0.0.1:9001/callback';
export const BYE = 'http://127.0.0.1:9001/bye';

type Settings = Partial<Parameters<typeof makeApplication>[2]>;

/** What the token endpoint, or another one for programs, answers. */
export interface Answered {
  status: number;
  body: { error?: string; error_description?: string; access_token?: string; refresh_token?: string };
}

/** An organization that owns applications, as its owner, its people and strangers meet them. */
export interface WrongApplications extends AsyncDisposable {
  service: TestService;
  root: Organization;
  owner: Organization;
  person: Person;
  /** As an administrator of the owner. */
  administrator: ApiClient;
  register(settings?: Settings): Promise<RelyingApplication & { name: string }>;
  /** What the owner reads on the application's page. */
  health(application: RelyingApplication): Promise<ApplicationHealth>;
  /** What *Why?* says of a reference, to the owner. */
  why(reference: string): Promise<ApiAnswer>;
  openBrowser(): HttpBrowser;
  /** A browser that is logged in, and came back to the application with a code. */
  logIn(application: RelyingApplication): Promise<{ browser: HttpBrowser; code: string }>;
  /** As {@link logIn}, redeemed. */
  tokens(application: RelyingApplication): Promise<Answered & { browser: HttpBrowser }>;
  /** Posts a form to an endpoint for programs. */
  post(path: string, form: Record<string, string>, headers?: Record<string, string>): Promise<Answered>;
  /** The audit events of refused requests, of the owner or another organization. */
  events(of?: Organization): Promise<Record<string, unknown>[]>;
}

export async function startWrongApplications(settings: Record<string, string> = {}): Promise<WrongApplications> {
  const service = await startService({ settings });
  const root = await makeRoot(service);
  const owner = await makeManaged(service, root, 'Contoso');
  const person = await makePerson(service, owner, 'maria@contoso.example');
  const { db } = service.database;
  const administrator = apiClient(service.url, await addApiToken({ db, clock: service.clock }, owner, 'administrator'));
  const openBrowser = (): HttpBrowser =>
    openHttpBrowser({ now: () => service.clock.now(), stopAt: (url) => url.port === '9001' });
  const post: WrongApplications['post'] = async (path, form, headers = {}) => {
    const answer = await fetch(new URL(path, service.url), {
      method: 'POST',
      headers,
      body: new URLSearchParams(form),
    });
    return { status: answer.status, body: (await answer.json()) as Answered['body'] };
  };
  const loggedIn: WrongApplications['logIn'] = async (application) => {
    const browser = openBrowser();
    const back = await logIn(browser, service, await browser.open(authorizeUrl(service, application)), person);
    return { browser, code: codeIn(back, application) };
  };
  return {
    service,
    root,
    owner,
    person,
    administrator,
    openBrowser,
    post,
    logIn: loggedIn,
    async register(settings = {}) {
      const made = await makeApplication(service, owner, { redirectUris: [BACK], firstParty: false, ...settings });
      // As the root decided: nobody is asked for consent.
      await db.updateTable('application').set({ firstParty: true }).where('id', '=', made.application.id).execute();
      const { clientId, name, redirectUris } = made.application;
      return { clientId, clientSecret: made.clientSecret, redirectUri: redirectUris[0]!, name };
    },
    async health({ clientId }) {
      const answer = await administrator.get(`/organizations/${org(owner)}/applications/${clientId}/health`);
      if (answer.status !== 200) throw new Error(`health is not told: ${JSON.stringify(answer.body)}`);
      return answer.body as ApplicationHealth;
    },
    why: async (reference) => administrator.get(`/organizations/${org(owner)}/logins/${reference}`),
    async tokens(application) {
      const { browser, code } = await loggedIn(application);
      return { ...(await post('/oauth2/token', codeForm(application, code), basic(application))), browser };
    },
    async events(of = owner) {
      const rows = await db
        .selectFrom('auditEvent')
        .select('details')
        .where('organizationId', '=', of.id)
        .where('kind', '=', 'application.request-refused')
        .orderBy('id')
        .execute();
      return rows.map(({ details }) => details as Record<string, unknown>);
    },
    async [Symbol.asyncDispose]() {
      await service.close();
    },
  };
}

/** HTTP Basic, as most programs send their secret. */
export function basic({ clientId, clientSecret }: Pick<RelyingApplication, 'clientId' | 'clientSecret'>) {
  return { authorization: `Basic ${btoa(`${clientId}:${clientSecret}`)}` };
}

/** The form that redeems a code. */
export function codeForm({ redirectUri }: Pick<RelyingApplication, 'redirectUri'>, code: string) {
  return { grant_type: 'authorization_code', code, redirect_uri: redirectUri, code_verifier: VERIFIER };
}

/** A key of an application, and what signs with it. */
export async function makeKey() {
  const { publicKey, privateKey } = await generateKeyPair('ES256', { extractable: true });
  const jwk = await exportJWK(publicKey);
  const sign = async (claims: Record<string, unknown>, header: Record<string, unknown> = {}): Promise<string> =>
    new SignJWT(claims).setProtectedHeader({ alg: 'ES256', ...header }).sign(privateKey);
  return { jwk, sign };
}

/** What the owner reads is the row of the page of diagnoses: cause, sentences, and the place to change. */
export async function expectTold(
  ground: WrongApplications,
  mistake: string,
  application: RelyingApplication,
  told: { came?: string; value?: string } = {},
) {
  const row = diagnosisFor(mistake);
  const { state, failures } = await ground.health(application);
  const failure = failures.find(({ code }) => code === row.code);
  expect({ failures, failure }).toMatchObject({ failure: { place: { where: row.where }, count: 1, isSince: true } });
  expect(`${failure!.what} ${failure!.fix}`).not.toMatch(/[…–{}]/);
  if (told.came !== undefined) expect(failure!.what).toContain(told.came);
  if (told.value !== undefined) expect(failure!.place.value).toBe(told.value);
  const { status, body } = await ground.why(failure!.reference);
  expect({ status, body }).toMatchObject({ status: 200, body: { cause: { code: row.code, what: failure!.what } } });
  return { state, failure: failure! };
}
