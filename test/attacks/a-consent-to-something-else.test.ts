import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type { Application } from '../../src/applications/application.ts';
import { changeApiResource, removeApiResource } from '../../src/applications/resources/manage-api-resources.ts';
import type { ApiResource } from '../../src/applications/resources/api-resource.ts';
import type { Organization } from '../../src/organizations/organization.ts';
import { allow, makeApiResource, makeMachine } from '../support/api-resources.ts';
import { administratorOf, makeApplication, makePerson, makeRoot } from '../support/fixtures.ts';
import { openHttpBrowser } from '../support/http-browser.ts';
import type { HttpBrowser } from '../support/http-browser.ts';
import { logIn } from '../support/log-in.ts';
import { authorizeUrl, claimsOf, codeFor, codeIn, redeem, refresh } from '../support/relying-application.ts';
import type { RelyingApplication } from '../support/relying-application.ts';
import { startService } from '../support/start-service.ts';
import type { TestService } from '../support/start-service.ts';

// Lesson: a person allows what the page says. What is called otherwise later, or is another API under the same identifier,
// was not allowed, however its scope is spelled.

const CALENDAR = 'https://calendar.northwind.example/api';
const READ = [{ scope: 'use', description: 'Read your calendar' }];
const PAY = [{ scope: 'use', description: 'Pay in your name' }];
const ASKED = { scope: 'openid use', resource: CALENDAR };

let service: TestService;
let root: Organization;
let application: Application;
let partner: RelyingApplication;
let browser: HttpBrowser;
let calendar: ApiResource;

beforeAll(async () => {
  service = await startService();
  root = await makeRoot(service);
  const maria = await makePerson(service, root, 'maria@northwind.example');
  const redirectUri = 'http://127.0.0.1:9021/back';
  const made = await makeApplication(service, root, {
    name: 'Partner',
    firstParty: false,
    redirectUris: [redirectUri],
  });
  application = made.application;
  partner = { clientId: application.clientId, clientSecret: made.clientSecret, redirectUri };
  browser = openHttpBrowser({ now: () => service.clock.now(), stopAt: (url) => url.port === '9021' });
  await logIn(browser, service, await browser.open(`${service.url}/login/start`), maria);
});
afterAll(async () => {
  await browser?.[Symbol.asyncDispose]();
  await service?.close();
});
beforeEach(async () => {
  await service.database.db.deleteFrom('applicationConsent').execute();
  await service.database.db.deleteFrom('apiResource').execute();
  calendar = await make();
});

async function make(scopes = READ): Promise<ApiResource> {
  const settings = { audience: CALENDAR, name: 'Calendar', tokenFormat: 'opaque', scopes } as const;
  const resource = await makeApiResource(service, root, settings);
  await allow(service, root, application, resource, ['use']);
  return resource;
}

const deps = () => ({ db: service.database.db, clock: service.clock });
const which = () => ({ organizationId: root.id, apiResourceId: calendar.id });
const change = async (settings: Partial<ApiResource>) =>
  changeApiResource(deps(), administratorOf(root, service), { ...calendar, ...settings, ...which() });

/** Maria allows it, and Partner has its tokens. */
async function allowed(): Promise<Record<'access_token' | 'refresh_token', string>> {
  const back = await browser.submit(await browser.open(authorizeUrl(service, partner, ASKED)), {}, { button: 'Allow' });
  const { body } = await redeem(service, partner, codeIn(back, partner));
  expect(body['scope']).toBe('use');
  return { access_token: body.access_token!, refresh_token: body.refresh_token! };
}

const silent = async () =>
  (await browser.open(authorizeUrl(service, partner, { ...ASKED, prompt: 'none' }))).stoppedAt?.searchParams;

async function introspected(token: string): Promise<Record<string, unknown>> {
  const api = await makeMachine(service, root, 'Calendar service');
  const answer = await fetch(`${service.url}/oauth2/introspect`, {
    method: 'POST',
    headers: { authorization: `Basic ${btoa(`${api.clientId}:${api.clientSecret}`)}` },
    body: new URLSearchParams({ token }),
  });
  return (await answer.json()) as Record<string, unknown>;
}
const isActive = async (token: string): Promise<unknown> => (await introspected(token))['active'];

test.each([
  [
    'an API made anew under the identifier of a removed one',
    async () => {
      await removeApiResource(deps(), administratorOf(root, service), { ...which(), confirm: 'Calendar' });
      await make(PAY);
    },
  ],
  ['a sentence that says something else', async () => change({ scopes: PAY })],
  ['an API of another name', async () => change({ name: 'Bank' })],
])('consent does not hold for %s: not silently, not by a code or a token from before', async (_, becomeAnother) => {
  const before = await allowed();
  const code = await codeFor(browser, service, partner, ASKED);
  expect((await silent())?.get('code')).toBeTruthy();
  expect(await isActive(before.access_token)).toBe(true);
  await becomeAnother();
  expect((await silent())?.get('error')).toBe('consent_required');
  expect((await redeem(service, partner, code)).body.error).toBe('invalid_grant');
  expect((await refresh(service, partner, before.refresh_token)).body.error).toBe('invalid_grant');
  expect(await isActive(before.access_token)).toBe(false);
  // What is gone is nowhere said to be allowed.
  expect((await browser.open(`${service.url}/account`)).text).not.toContain('Calendar: Pay in your name');

  // Asked and allowed anew, it is as before.
  const after = await allowed();
  expect((await silent())?.get('code')).toBeTruthy();
  expect((await refresh(service, partner, after.refresh_token)).status).toBe(200);
});

test('what changed while the page was read is not allowed by its button', async () => {
  const page = await browser.open(authorizeUrl(service, partner, ASKED));
  expect(page.text).toContain('Read your calendar');
  await change({ scopes: PAY });
  const again = await browser.submit(page, {}, { button: 'Allow' });
  expect(again.stoppedAt).toBeUndefined();
  expect(again.text).toContain('Pay in your name');
  expect((await silent())?.get('error')).toBe('consent_required');
});

test('without openid a token for an API tells an identifier alone: no organization, no roles, not how or when', async () => {
  const asked = { scope: 'use', resource: CALENDAR };
  const more = ['org_id', 'roles', 'amr', 'acr', 'auth_time'];
  for (const tokenFormat of ['jwt', 'opaque'] as const) {
    calendar = await change({ tokenFormat });
    await service.database.db.deleteFrom('applicationConsent').execute();
    const tell = async (code: string) => {
      const token = (await redeem(service, partner, code)).body.access_token!;
      return tokenFormat === 'jwt' ? claimsOf(token) : introspected(token);
    };
    const page = await browser.open(authorizeUrl(service, partner, asked));
    expect(page.text).toContain('an identifier of your account here');
    expect(page.text).not.toContain('your roles');
    const told = await tell(codeIn(await browser.submit(page, {}, { button: 'Allow' }), partner));
    expect(told).toMatchObject({ sub: expect.stringMatching(/^usr_/), scope: 'use' });
    expect(Object.keys(told).filter((claim) => more.includes(claim))).toEqual([]);

    // With it, the page says so.
    const wider = await browser.open(authorizeUrl(service, partner, ASKED));
    expect(wider.text).toContain('your organization, your roles');
    const all = await tell(codeIn(await browser.submit(wider, {}, { button: 'Allow' }), partner));
    expect(all).toMatchObject({ org_id: expect.any(String), roles: [] });
  }
});
