import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { acrAsAsked, MULTI_FACTOR, PHISHING_RESISTANT } from '../../src/sessions/authentication-context.ts';
import type { Organization } from '../../src/organizations/organization.ts';
import { apiClient } from '../support/api-client.ts';
import type { ApiClient } from '../support/api-client.ts';
import { addApiToken, org } from '../support/people.ts';
import { makeApplication, makePerson, makeRoot } from '../support/fixtures.ts';
import type { Person } from '../support/fixtures.ts';
import { openHttpBrowser } from '../support/http-browser.ts';
import type { HttpBrowser } from '../support/http-browser.ts';
import { addSecurityKey, answerByKey, challengeOf, toSecondFactor } from '../support/key-pages.ts';
import { logIn } from '../support/log-in.ts';
import type { Page } from '../support/page.ts';
import { authorizeUrl, claimsOf, codeIn, redeem, refresh } from '../support/relying-application.ts';
import type { RelyingApplication } from '../support/relying-application.ts';
import type { SoftwareSecurityKey } from '../support/software-security-key.ts';
import { startService } from '../support/start-service.ts';
import type { TestService } from '../support/start-service.ts';
import { totpAt } from '../support/totp.ts';

let service: TestService;
let reports: RelyingApplication;
let maria: Person;
let root: Organization;
let administrator: ApiClient;
let key: SoftwareSecurityKey;
let browser: HttpBrowser;

/** Demands one of some values (Core 5.5.1.1). */
const demand = (...values: string[]) => ({
  claims: JSON.stringify({ id_token: { acr: { essential: true, values } } }),
});

beforeAll(async () => {
  service = await startService();
  root = await makeRoot(service);
  const ground = { db: service.database.db, clock: service.clock };
  administrator = apiClient(service.url, await addApiToken(ground, root, 'administrator'));
  maria = await makePerson(service, root, 'maria@northwind.example');
  key = await addSecurityKey(service, maria);
  const redirectUri = 'http://127.0.0.1:9011/back';
  const { application, clientSecret } = await makeApplication(service, root, { redirectUris: [redirectUri] });
  reports = { clientId: application.clientId, clientSecret, redirectUri };
});
afterAll(async () => service.close());
beforeEach(() => {
  browser = openHttpBrowser({ stopAt: (url) => url.port === '9011' });
  return async () => browser[Symbol.asyncDispose]();
});

const ask = async (more: Record<string, string> = {}): Promise<Page> =>
  browser.open(authorizeUrl(service, reports, more));
const byApp = async (page: Page): Promise<Page> => {
  const factor = await toSecondFactor(browser, page, maria);
  const code = factor.text.includes('Use an authenticator app')
    ? await browser.submit(factor, {}, { button: 'Use an authenticator app' })
    : factor;
  service.clock.advance(30);
  return browser.submit(code, { code: await totpAt(maria.seed, service.clock.now()) }, { button: 'Continue' });
};
const byKey = async (page: Page): Promise<Page> => answerByKey(browser, page, key.authenticate(challengeOf(page)));

async function acrOf(page: Page): Promise<unknown> {
  const { body } = await redeem(service, reports, codeIn(page, reports));
  const renewed = await refresh(service, reports, body.refresh_token ?? '');
  const acr = claimsOf(body.id_token)['acr'];
  expect(claimsOf(renewed.body.id_token)['acr']).toBe(acr);
  return acr;
}

test('the values are announced', async () => {
  const discovery = (await (await fetch(`${service.url}/.well-known/openid-configuration`)).json()) as object;
  expect(discovery).toMatchObject({
    acr_values_supported: [MULTI_FACTOR, PHISHING_RESISTANT],
    claims_parameter_supported: true,
  });
});

test('password and app are told as multi-factor, whatever the application would have liked better', async () => {
  expect(await acrOf(await byApp(await ask()))).toBe(MULTI_FACTOR);
  expect(await acrOf(await ask({ acr_values: `${PHISHING_RESISTANT} ${MULTI_FACTOR}` }))).toBe(MULTI_FACTOR);
  const voluntary = { claims: JSON.stringify({ id_token: { acr: { values: [PHISHING_RESISTANT] } } }) };
  expect(await acrOf(await ask(voluntary))).toBe(MULTI_FACTOR);
});

test('a security key is told as resisting phishing, and as multi-factor to whom asks for that alone', async () => {
  const factor = await toSecondFactor(browser, await ask(), maria);
  const page =
    challengeOf(factor) === undefined ? await browser.submit(factor, {}, { button: 'Use a security key' }) : factor;
  expect(await acrOf(await byKey(page))).toBe(PHISHING_RESISTANT);
  expect(await acrOf(await ask({ acr_values: MULTI_FACTOR }))).toBe(MULTI_FACTOR);
  expect(await acrOf(await ask(demand(MULTI_FACTOR)))).toBe(MULTI_FACTOR);
  expect(await acrOf(await ask(demand(MULTI_FACTOR, PHISHING_RESISTANT)))).toBe(PHISHING_RESISTANT);
});

test('an application that demands more than was proved has the person prove the security key, and nothing else', async () => {
  await byApp(await ask());
  const step = await ask(demand(PHISHING_RESISTANT));
  expect(step.title).toContain('Confirm It’s You');
  expect(step.text).toContain('Reports asks for a stronger proof that it is you.');
  expect(step.text).not.toContain('Use an authenticator app');
  expect(step.text).not.toContain('recovery code');
  expect(await acrOf(await byKey(step))).toBe(PHISHING_RESISTANT);
  // The session is as strong from now on, and silently so.
  expect(await acrOf(await ask(demand(PHISHING_RESISTANT)))).toBe(PHISHING_RESISTANT);
});

test('nobody logged in: the demand holds for the login that follows', async () => {
  const factor = await toSecondFactor(browser, await ask(demand(PHISHING_RESISTANT)), maria);
  expect(factor.text).not.toContain('Use an authenticator app');
  expect(await acrOf(await byKey(factor))).toBe(PHISHING_RESISTANT);
});

test('a demand of our person that no factor of theirs reaches is refused, as the standard says, once they have read why', async () => {
  const tom = await makePerson(
    service,
    { id: maria.organizationId },
    `tom${service.clock.now().getTime()}@northwind.example`,
  );
  const unmet = async (page: Page): Promise<void> => {
    expect(page.status).toBe(403);
    expect(page.text).toContain('Add one under Account');
    const back = await browser.submit(page, {}, { button: 'Back to Reports' });
    expect(back.stoppedAt?.searchParams.get('error')).toBe('unmet_authentication_requirements');
  };
  await unmet(await toSecondFactor(browser, await ask(demand(PHISHING_RESISTANT)), tom));
  await logIn(browser, service, await browser.open(`${service.url}/login/start`), tom);
  await unmet(await ask(demand(PHISHING_RESISTANT)));
  await unmet(await ask(demand('urn:of-nobody')));
  expect(
    (await service.database.db.selectFrom('auditEvent').select('details').where('kind', '=', 'login.refused').execute())
      .length,
  ).toBe(3);
  service.clock.advance(1);
  const path = `/organizations/${org(root)}/logins`;
  const [{ reference }] = (await administrator.get(`${path}?limit=1`)).body.items;
  const { cause } = (await administrator.get(`${path}/${reference}`)).body;
  expect(cause).toMatchObject({ code: 'unmet', what: expect.stringContaining('Reports demands a stronger proof') });
  const silent = await ask({ ...demand(PHISHING_RESISTANT), prompt: 'none' });
  expect(silent.stoppedAt?.searchParams.get('error')).toBe('login_required');
});

test('a login that does not reach a demand ends it: nobody is asked for ever', async () => {
  const page = await byApp(await ask(demand('urn:of-nobody')));
  expect(page.stoppedAt?.searchParams.get('error')).toBe('unmet_authentication_requirements');
});

test.each([
  ['{"id_token":{"acr":{"essential":true,"values":"phr"}}}'],
  ['{"id_token":{"acr":{"essential":true,"values":[1]}}}'],
  ['{"id_token":{"acr":{"essential":"yes","value":"phr"}}}'],
  ['{"id_token":{"acr":{"essential":true,"value":{}}}}'],
  ['{"id_token":{"acr":["phr"]}}'],
  ['{"id_token":[]}'],
  ['{"id_token":null}'],
  ['[]'],
  ['null'],
  ['{'],
  ['{}'],
])('claims %s is refused to the application', async (claims) => {
  const answer = await ask({ claims });
  expect(answer.stoppedAt?.searchParams.get('error')).toBe('invalid_request');
});

test('a login is called by nothing that is not true of it', () => {
  expect(acrAsAsked(MULTI_FACTOR, [PHISHING_RESISTANT])).toBe(MULTI_FACTOR);
  expect(acrAsAsked(PHISHING_RESISTANT, ['phrh'])).toBe(PHISHING_RESISTANT);
  expect(acrAsAsked(PHISHING_RESISTANT, ['phrh', MULTI_FACTOR])).toBe(MULTI_FACTOR);
  expect(acrAsAsked('urn:theirs', [MULTI_FACTOR])).toBe('urn:theirs');
});
