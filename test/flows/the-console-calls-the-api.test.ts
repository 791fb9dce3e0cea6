import { afterAll, beforeAll, expect, test } from 'vitest';
import { apiClient } from '../support/api-client.ts';
import { makeApplication, makeManaged, makePerson, makeRoot } from '../support/fixtures.ts';
import type { Person } from '../support/fixtures.ts';
import { openHttpBrowser } from '../support/http-browser.ts';
import type { HttpBrowser } from '../support/http-browser.ts';
import { logIn } from '../support/log-in.ts';
import { org, usr } from '../support/people.ts';
import { VERIFIER, askForTokens, authorizeUrl, codeFor, codeIn, redeem } from '../support/relying-application.ts';
import type { RelyingApplication } from '../support/relying-application.ts';
import { startService } from '../support/start-service.ts';
import type { TestService } from '../support/start-service.ts';
import { totpAt } from '../support/totp.ts';
import type { Organization } from '../../src/organizations/organization.ts';

let service: TestService;
let contoso: Organization;
let anna: Person;
let console_: RelyingApplication;
let reports: RelyingApplication;
let resource: string;

beforeAll(async () => {
  service = await startService();
  const root = await makeRoot(service);
  contoso = await makeManaged(service, root, 'Contoso');
  anna = await makePerson(service, root, 'anna@northwind.example', { role: 'administrator', breakGlass: true });
  console_ = { clientId: 'console', clientSecret: null, redirectUri: `${service.url}/console/callback` };
  resource = `${service.url}/api/v1`;
  const redirectUri = 'http://127.0.0.1:9001/back';
  const { application, clientSecret } = await makeApplication(service, root, { redirectUris: [redirectUri] });
  reports = { clientId: application.clientId, clientSecret, redirectUri };
});
afterAll(async () => service?.close());

const openBrowser = (): HttpBrowser =>
  openHttpBrowser({
    now: () => service.clock.now(),
    stopAt: (url) => url.port === '9001' || url.pathname === '/console/callback',
  });

const forConsole = (more: Record<string, string> = {}) =>
  authorizeUrl(service, console_, { scope: 'openid', resource, ...more });

async function tokenOf(code: string): Promise<string> {
  const { status, body } = await askForTokens(service, console_, {
    grant_type: 'authorization_code',
    code,
    redirect_uri: console_.redirectUri,
    code_verifier: VERIFIER,
    resource,
  });
  expect([status, body.error]).toEqual([200, undefined]);
  return body.access_token!;
}

test('an access token got by logging in opens the API, until the session ends', async () => {
  await using browser = openBrowser();
  const back = await logIn(browser, service, await browser.open(forConsole()), anna);
  const administrator = apiClient(service.url, await tokenOf(codeIn(back, console_)));
  const { status, body } = await administrator.get('/me');
  expect(status).toBe(200);
  expect(body).toMatchObject({ kind: 'user', user: { email: 'anna@northwind.example' }, isRootAdministrator: true });
  expect(body.factorFreshUntil).not.toBeNull();
  // The login is recorded; that its console was entered, is not.
  const kinds = await service.database.db.selectFrom('auditEvent').select('kind').distinct().execute();
  expect(kinds).toContainEqual({ kind: 'login.finished' });
  expect(kinds).not.toContainEqual({ kind: 'token.issued' });

  await service.database.db.deleteFrom('session').execute();
  expect((await administrator.get('/me')).status).toBe(401);
});

test('a change that asks for a fresh factor is done after proving one again', async () => {
  const tom = await makePerson(service, contoso, 'tom@contoso.example');
  const path = `/organizations/${org(contoso)}/users/${usr({ id: tom.userId })}`;
  await using browser = openBrowser();
  await logIn(browser, service, await browser.open(forConsole()), anna);
  // The clock stays: the library dates its cookies by the machine's.
  const longAgo = new Date(service.clock.now().getTime() - 601_000);
  await service.database.db.updateTable('session').set({ factorAt: longAgo }).execute();
  const silent = apiClient(
    service.url,
    await tokenOf(await codeFor(browser, service, console_, { scope: 'openid', resource, prompt: 'none' })),
  );
  const { version } = (await silent.get(path)).body;
  const stale = await silent.send('PATCH', path, { role: 'viewer', version });
  expect([stale.status, stale.body.code]).toEqual([403, 'caller.stale-factor']);

  const asked = await browser.open(forConsole({ prompt: 'login' }));
  service.clock.advance(30);
  const code = await totpAt(anna.seed, service.clock.now());
  const again = await browser.submit(asked, { code }, { button: 'Continue' });
  const fresh = apiClient(service.url, await tokenOf(codeIn(again, console_)));
  expect((await fresh.send('PATCH', path, { role: 'viewer', version })).body).toMatchObject({ role: 'viewer' });
});

test('an application’s access token opens nothing here, and it gets none for the API', async () => {
  await using browser = openBrowser();
  const back = await logIn(browser, service, await browser.open(authorizeUrl(service, reports)), anna);
  const { body } = await redeem(service, reports, codeIn(back, reports));
  for (const token of [body.access_token, body.id_token, body.refresh_token]) {
    const refused = await apiClient(service.url, token).get('/me');
    expect([refused.status, refused.body.code]).toEqual([401, 'caller.unauthenticated']);
  }
  const page = await browser.open(authorizeUrl(service, reports, { resource }));
  expect(page.stoppedAt?.searchParams.get('error')).toBe('invalid_target');
});
