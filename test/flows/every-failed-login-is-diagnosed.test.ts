import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { z } from 'zod';
import type { faultsSchema } from '../../src/stand-ins/faults/faults.ts';
import type { ExplainedLogin, Login } from '../../src/api/contract/logins.ts';
import { apiClient } from '../support/api-client.ts';
import type { ApiClient } from '../support/api-client.ts';
import { diagnosisFor } from '../support/diagnoses.ts';
import { goToProvider, routeDomains } from '../support/federation.ts';
import { makeManaged, makePerson } from '../support/fixtures.ts';
import { MALLORY, startHostileGround } from '../support/hostile-organization.ts';
import type { HostileGround } from '../support/hostile-organization.ts';
import { openHttpBrowser } from '../support/http-browser.ts';
import type { HttpBrowser } from '../support/http-browser.ts';
import type { Page } from '../support/page.ts';
import { addApiToken, addUser, org } from '../support/people.ts';
import { readProviders } from '../support/provider-readings.ts';
import type { Organization } from '../../src/organizations/organization.ts';

/** Each row of the page of diagnoses that a login at an OpenID Connect provider, or with us, tells: made and found by *Why?*. */
let ground: HostileGround;
let contoso: Organization;
let administrator: ApiClient;

beforeAll(async () => {
  ground = await startHostileGround({ statesIssuer: false });
  const { service, root } = ground;
  contoso = await makeManaged(service, root, 'Contoso');
  const deps = { db: service.database.db, clock: service.clock };
  administrator = apiClient(service.url, await addApiToken(deps, root, 'administrator'));
});
afterAll(async () => ground?.[Symbol.asyncDispose]());
beforeEach(() => ground.provider.setFaults({}));

const openBrowser = (): HttpBrowser => openHttpBrowser({ now: () => ground.service.clock.now() });

/** What *Why?* says is the row of the page, as to cause, sentences, place and value. */
function expectDiagnosis(mistake: string, { cause }: ExplainedLogin): void {
  const wanted = diagnosisFor(mistake);
  expect(cause).toMatchObject({ code: wanted.code, place: wanted.where === null ? null : { where: wanted.where } });
  expect(`${cause!.what} ${cause!.fix}`).not.toMatch(/(?<!["{[])…(?!["}\]])/);
}

async function explain(reference: string, at = ground.organization): Promise<ExplainedLogin> {
  const { status, body } = await administrator.get(`/organizations/${org(at)}/logins/${reference}`);
  expect({ status, body }).toMatchObject({ status: 200 });
  service().clock.advance(1);
  return body as ExplainedLogin;
}

const service = () => ground.service;

async function explainPage(page: Page, at = ground.organization): Promise<ExplainedLogin> {
  const reference = /reference (?:\w+ )*?([0-9A-Z]{6,})/i.exec(page.text)?.[1];
  expect({ reference, text: page.text }).toEqual({ reference: expect.any(String), text: page.text });
  return explain(reference!, at);
}

async function explainNewest(at: Organization): Promise<ExplainedLogin> {
  const { body } = await administrator.get(`/organizations/${org(at)}/logins?limit=1`);
  return explain((body.items as Login[])[0]!.reference, at);
}

type Faults = z.input<typeof faultsSchema>;
const token = (fault: NonNullable<NonNullable<Faults['http']>['token']>): Faults => ({ http: { token: fault } });
const said = (error: string): Faults => ({ response: [{ kind: 'error', error, description: 'as the provider says' }] });
const bent = (...faults: NonNullable<Faults['token']>): Faults => ({ token: faults });

describe('at an OpenID Connect provider', () => {
  beforeAll(async () => {
    await ground.use('code');
    await using browser = openBrowser();
    await ground.tryLogin(browser); // confirms the connection
  });

  test.each<[string, Faults]>([
    [
      'A wrong client secret at an OpenID Connect provider',
      token({ kind: 'error', status: 401, body: { error: 'invalid_client' } }),
    ],
    ['Token endpoint broken', token({ kind: 'error', status: 503, body: 'down' })],
    ['Token endpoint out of reach', token({ kind: 'reset' })],
    ['A page for people before the token endpoint', token({ kind: 'html' })],
    ['No ID token with the code', token({ kind: 'change', members: { id_token: null } })],
    ['Tokens of a type that is not Bearer', token({ kind: 'change', members: { token_type: 'mac' } })],
    ['The provider refuses its own code', token({ kind: 'error', status: 400, body: { error: 'invalid_grant' } })],
    ['A policy of the provider says no', said('access_denied')],
    ['Client not allowed to use the code flow', said('unauthorized_client')],
    ['Scope not allowed', said('invalid_scope')],
    ['Signed with a key that is not published', bent({ kind: 'wrong-signature' })],
    ['Signed with an algorithm that is not announced', bent({ kind: 'rs512' })],
    ['Tokens with another issuer than the document', bent({ kind: 'wrong-issuer' })],
    [
      'Issuer beside the answer (RFC 9207) spelled otherwise than in the document',
      { response: [{ kind: 'change', parameters: { iss: 'https%3A%2F%2Flogin.contoso.example' } }] },
    ],
    ['Client ID of another application', bent({ kind: 'wrong-audience' })],
    ['Several audiences, and no azp', bent({ kind: 'audience-list' })],
    ['Further audiences that nobody trusted', bent({ kind: 'audience-list', azp: 'gatehouse' })],
    ['Thousands of groups in the ID token', bent({ kind: 'huge', kilobytes: 90 })],
    ['Tokens with another nonce', bent({ kind: 'wrong-nonce' })],
    ['Clock of the provider is wrong', bent({ kind: 'expired' })],
    ['Tokens without subject', bent({ kind: 'no-subject' })],
    ['Subject mapped as a number', bent({ kind: 'claims', set: { sub: 7 } })],
    ['Response mode form_post for a code', { response: [{ kind: 'mode', mode: 'form_post' }] }],
    ['Response mode fragment', { response: [{ kind: 'mode', mode: 'fragment' }] }],
  ])('%s', async (mistake, faults) => {
    ground.provider.setFaults(faults);
    await using browser = openBrowser();
    const page = await ground.tryLogin(browser);
    const { person } = diagnosisFor(mistake);
    expect(page.text).toContain(person.split('. Ask')[0]!.split(', and quote')[0]!);
    expectDiagnosis(mistake, await explainPage(page));
  });

  test('All signing keys of the provider replaced at once', async () => {
    const mistake = 'All signing keys of the provider replaced at once';
    const undo = ground.provider.rotateKeys();
    await using browser = openBrowser();
    const page = await ground.tryLogin(browser);
    expect(page.text).toContain(diagnosisFor(mistake).person.split('; ask')[0]);
    expectDiagnosis(mistake, await explainPage(page));
    undo();
    await readProviders(ground.service);
  });

  test('Person of the provider without a user here', async () => {
    ground.provider.person = { sub: 'x-1', email: 'other@fabrikam-trading.example', email_verified: true };
    await using browser = openBrowser();
    const page = await goToProvider(browser, service(), 'other@fabrikam-trading.example');
    const why = await explainPage(page);
    expectDiagnosis('Person of the provider without a user here', why);
    expect(why.cause!.fix).toContain('Invite other@fabrikam-trading.example');
  });

  test('User disabled while at the provider', async () => {
    const email = 'gone@fabrikam-trading.example';
    await addUser({ db: service().database.db, clock: service().clock }, ground.organization, email, {
      status: 'disabled',
    });
    ground.provider.person = { sub: 'x-2', email, email_verified: true };
    await using browser = openBrowser();
    expectDiagnosis(
      'User disabled while at the provider',
      await explainPage(await goToProvider(browser, service(), email)),
    );
  });

  test('Account made anew at the provider', async () => {
    ground.provider.person = { sub: 'h-2', email: MALLORY, email_verified: true };
    await using browser = openBrowser();
    expectDiagnosis('Account made anew at the provider', await explainPage(await ground.tryLogin(browser)));
  });

  test('Address at the provider differs, or is not proven', async () => {
    const email = 'trudy@fabrikam-trading.example';
    await addUser({ db: service().database.db, clock: service().clock }, ground.organization, email);
    ground.provider.person = { sub: 'x-3', email: 't@elsewhere.example', email_verified: true };
    await using browser = openBrowser();
    expect((await goToProvider(browser, service(), email)).text).toContain('Is this you?');
    const why = await explainNewest(ground.organization);
    expectDiagnosis('Address at the provider differs, or is not proven', why);
    expect(why.cause!.what).toContain('calls the person t@elsewhere.example');
  });

  test('what never comes back, and what comes too late', async () => {
    const { origin } = new URL(ground.provider.issuer);
    ground.provider.person = { sub: 'h-1', email: MALLORY, email_verified: true };
    const late = await ground.sentBack();
    await using onward = openBrowser(); // its cookies outlive the ten minutes
    for (const { name, value, path } of late.browser.cookies.all()) {
      onward.cookies.store(new URL(path, service().url), [`${name}=${value}; Path=${path}`]);
    }
    await using browser = openHttpBrowser({ now: () => service().clock.now(), stopAt: (url) => url.origin === origin });
    await ground.tryLogin(browser);
    service().clock.advance(11 * 60);
    const why = await explainNewest(ground.organization);
    expectDiagnosis('Redirect URL not registered at the provider', why);
    expect(why.cause!.place!.value).toContain('/login/callback/org_');
    expectDiagnosis('Provider’s page left open for an hour', await explainPage(await onward.open(late.callback)));
  });

  test('A client that must authenticate, without a credential here', async () => {
    await ground.use('code', { credential: 'none', clientSecret: undefined, flow: 'code' });
    ground.provider.setFaults(token({ kind: 'error', status: 401, body: { error: 'invalid_client' } }));
    await using browser = openBrowser();
    const why = await explainPage(await ground.tryLogin(browser));
    expectDiagnosis('A client that must authenticate, without a credential here', why);
  });

  test('The client secret is sent another way than the provider registered', async () => {
    await ground.use('code', { clientAuthentication: 'client_secret_post' });
    ground.provider.setFaults(token({ kind: 'error', status: 401, body: { error: 'invalid_client' } }));
    await using browser = openBrowser();
    const why = await explainPage(await ground.tryLogin(browser));
    expectDiagnosis('The client secret is sent another way than the provider registered', why);
    expect(why.cause!.place!.value).toBe('Found by itself');
  });

  test('Response mode query for an ID token', async () => {
    await ground.use('id-token');
    await using first = openBrowser();
    await ground.tryLogin(first);
    ground.provider.setFaults({ response: [{ kind: 'mode', mode: 'query' }] });
    await using browser = openBrowser();
    expectDiagnosis('Response mode query for an ID token', await explainPage(await ground.tryLogin(browser)));
  });
});

describe('with us', () => {
  test('an address mistyped, a wrong password, a wrong code', async () => {
    const maria = await makePerson(service(), contoso, 'maria@contoso.example');
    await routeDomains(service(), contoso);
    const attempts: [string, string, string, string | null][] = [
      ['Address mistyped, or nobody invited it', 'mario@contoso.example', 'x', null],
      ['Wrong password', maria.email, 'not the one', null],
      ['Clock of the phone is wrong', maria.email, maria.password, '000000'],
    ];
    for (const [mistake, email, password, code] of attempts) {
      await using browser = openBrowser();
      const page = await goToProvider(browser, service(), email);
      const next = await browser.submit(page, { password }, { button: 'Continue' });
      if (code !== null) await browser.submit(next, { code }, { button: 'Continue' });
      expectDiagnosis(mistake, await explainNewest(contoso));
      service().clock.advance(1);
    }
  });

  test('Login opened in two browsers', async () => {
    const first = await ground.sentBack();
    await using other = openBrowser();
    expectDiagnosis('Login opened in two browsers', await explainPage(await other.open(first.callback), ground.root));
  });
});
