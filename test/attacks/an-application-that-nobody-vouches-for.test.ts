import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { MOST_UNREGISTERED } from '../../src/applications/unregistered/allow-unregistered.ts';
import { blockUnregistered, removeUnregistered } from '../../src/applications/unregistered/manage-unregistered.ts';
import { formatId } from '../../src/base/ids.ts';
import type { Organization } from '../../src/organizations/organization.ts';
import { makeApiResource, ORDERS } from '../support/api-resources.ts';
import { administratorOf, makeManaged, makePerson } from '../support/fixtures.ts';
import type { Person } from '../support/fixtures.ts';
import { openHttpBrowser } from '../support/http-browser.ts';
import type { HttpBrowser } from '../support/http-browser.ts';
import { logIn } from '../support/log-in.ts';
import { askForTokens, authorizeUrl, codeIn, redeem, refresh } from '../support/relying-application.ts';
import type { RelyingApplication, TokenAnswer } from '../support/relying-application.ts';
import type { TestService } from '../support/start-service.ts';
import { addUnregistered, openUnregisteredGround, takeUnregistered } from '../support/unregistered.ts';
import type { DocumentSite, UnregisteredGround } from '../support/unregistered.ts';

// Lesson: a document is a stranger's word. It reaches nobody whose organization does not take such applications, says nothing
// that counts beyond name and place, and nobody is sent to that place who did not allow it there and then.

let ground: UnregisteredGround;
let site: DocumentSite;
let service: TestService;
let root: Organization;
let contoso: Organization;
let lena: Person;
let maria: Person;

beforeAll(async () => {
  ground = await openUnregisteredGround();
  ({ service, site, root, contoso } = ground);
  lena = await makePerson(service, contoso, 'lena@contoso.example');
  maria = await makePerson(service, root, 'maria@northwind.example', { role: 'administrator' });
});
afterAll(async () => ground?.[Symbol.asyncDispose]());
// Each test has what may be read in a minute.
beforeEach(() => service.clock.advance(61));

const at = (): HttpBrowser =>
  openHttpBrowser({
    now: () => service.clock.now(),
    stopAt: (url) => url.pathname === '/back' || url.hostname === 'elsewhere.example',
  });
const rows = async () =>
  service.database.db.selectFrom('application').select('id').where('clientId', 'like', 'https://%').execute();
const deps = () => ({ db: service.database.db, clock: service.clock, secrets: service.secrets });

/** A browser in which somebody is logged in. */
async function browserOf(person: Person): Promise<HttpBrowser> {
  const browser = at();
  await logIn(browser, service, await browser.open(`${service.url}/login/start`), person);
  return browser;
}

/** Lena allows it, and it redeems its code. */
async function tokensFor(browser: HttpBrowser, agent: RelyingApplication): Promise<TokenAnswer['body']> {
  const consent = await browser.open(authorizeUrl(service, agent));
  const back = await browser.submit(consent, {}, { button: 'Allow' });
  return (await redeem(service, agent, codeIn(back, agent))).body;
}

test('a document cannot give what only its owner and the root may: every such word in it is left out', async () => {
  await using browser = await browserOf(lena);
  const agent = site.publish('/greedy.json', {
    first_party: true,
    without_pkce: true,
    offline: true,
    unproven_addresses: true,
    owner_id: contoso.id,
    secrets: [],
    grant_types: ['authorization_code', 'client_credentials', 'urn:ietf:params:oauth:grant-type:token-exchange'],
    post_logout_redirect_uris: ['https://elsewhere.example/back'],
    backchannel_logout_uri: 'https://127.0.0.2/logout',
    log_in_at: 'https://elsewhere.example/back',
    client_name: 'Gatehouse\u202e support https://gatehouse.example/',
  });
  const without = await browser.open(
    authorizeUrl(service, agent, { code_challenge: undefined, code_challenge_method: undefined }),
  );
  expect([without.status, without.stoppedAt]).toEqual([400, undefined]);
  const consent = await browser.open(authorizeUrl(service, agent));
  expect(consent.title).toContain('Allow 127.0.0.2');
  expect(consent.text).not.toContain('support');
  const back = await browser.submit(consent, {}, { button: 'Allow' });
  const { body } = await redeem(service, agent, codeIn(back, agent));
  expect(body.access_token).toBeTruthy();
  expect(body.refresh_token).toBeUndefined();
  for (const grant_type of ['client_credentials', 'urn:ietf:params:oauth:grant-type:token-exchange']) {
    expect((await askForTokens(service, agent, { grant_type })).status).toBe(400);
  }
  expect(
    await service.database.db
      .selectFrom('application')
      .selectAll()
      .where('clientId', '=', agent.clientId)
      .executeTakeFirst(),
  ).toMatchObject({
    firstParty: false,
    withoutPkce: false,
    offline: false,
    postLogoutRedirectUris: [],
    backchannelLogoutUri: null,
  });
});

test('people of other organizations are refused here, with a stable code, and are not sent on', async () => {
  await using browser = await browserOf(maria);
  const agent = site.publish('/agent.json');
  const page = await browser.open(authorizeUrl(service, agent));
  expect([page.status, page.stoppedAt]).toEqual([400, undefined]);
  expect(page.text).toContain('Your organization does not allow');
  expect(page.text).toContain('unregistered-application.not-allowed');
  const events = await service.database.db
    .selectFrom('auditEvent')
    .select('details')
    .where('kind', '=', 'login.refused')
    .where('userId', '=', maria.userId)
    .execute();
  expect(events.map(({ details }) => details)).toContainEqual({
    application: agent.clientId,
    reason: 'application is not for this organization',
  });
  expect((await rows()).length).toBeLessThan(2);
});

test('it is given tokens about the home of a person alone, whatever their role reaches', async () => {
  await takeUnregistered(service, root);
  await using browser = await browserOf(maria);
  const agent = site.publish('/agent.json');
  const organization = formatId('org', contoso.id);
  const page = await browser.open(authorizeUrl(service, agent, { organization }));
  expect([page.status, page.stoppedAt]).toEqual([400, undefined]);
  expect(page.text).toContain('unregistered-application.not-allowed');
  expect((await browser.open(authorizeUrl(service, agent))).title).toContain('Allow');
  await takeUnregistered(service, root, false);
});

test('no refusal sends a browser to where nobody vouches for', async () => {
  await using browser = at();
  const agent = site.publish('/agent.json');
  for (const more of [
    { prompt: 'none' },
    { scope: 'nothing' },
    { response_type: 'token' },
    { response_mode: 'form_post', prompt: 'none' },
    { code_challenge_method: 'plain' },
  ]) {
    const page = await browser.open(authorizeUrl(service, agent, more));
    expect([more, page.status, page.stoppedAt]).toEqual([more, 400, undefined]);
    expect(page.body).not.toContain(`action="${site.origin}`);
  }
});

test('a redirect URI that is not in the document is refused, also one that was in it when it was allowed', async () => {
  await using browser = await browserOf(lena);
  const agent = site.publish('/moving.json');
  await tokensFor(browser, agent);
  const other = await browser.open(authorizeUrl(service, { ...agent, redirectUri: `${site.origin}/other/back` }));
  expect([other.status, other.stoppedAt]).toEqual([400, undefined]);
  site.publish('/moving.json', { redirect_uris: [`${site.origin}/new/back`] });
  service.clock.advance(61);
  const old = await browser.open(authorizeUrl(service, agent));
  expect([old.status, old.stoppedAt]).toEqual([400, undefined]);
  // At the new one nothing is given that was allowed at the old one: the person is asked.
  const asked = await browser.open(authorizeUrl(service, { ...agent, redirectUri: `${site.origin}/new/back` }));
  expect(asked.title).toContain('Allow');
});

test('a document that changes between page and button is not allowed by the button', async () => {
  await using browser = await browserOf(lena);
  const agent = site.publish('/turning.json');
  const consent = await browser.open(authorizeUrl(service, agent));
  site.publish('/turning.json', { client_name: 'Payroll' });
  service.clock.advance(61);
  const again = await browser.submit(consent, {}, { button: 'Allow' });
  expect(again.stoppedAt).toBeUndefined();
  expect(again.text).toContain('Payroll');
});

test('what one was allowed is nothing to another document of the same host', async () => {
  await using browser = await browserOf(lena);
  const one = site.publish('/one.json');
  await tokensFor(browser, one);
  const other = site.publish('/other.json');
  expect((await browser.open(authorizeUrl(service, other))).title).toContain('Allow');
  await tokensFor(browser, other);
  const back = await browser.submit(await browser.open(authorizeUrl(service, one)), {}, { button: 'Allow' });
  expect((await redeem(service, { ...other, redirectUri: one.redirectUri }, codeIn(back, one))).body.error).toBe(
    'invalid_grant',
  );
});

test('switched off, blocked or removed, its tokens hold no longer, and a code is not redeemed', async () => {
  await using browser = await browserOf(lena);
  const agent = site.publish('/ending.json');
  const caller = administratorOf(contoso, service);
  const applicationId = async () =>
    (
      await service.database.db
        .selectFrom('application')
        .select('id')
        .where('clientId', '=', agent.clientId)
        .executeTakeFirstOrThrow()
    ).id;
  const which = async () => ({ organizationId: contoso.id, applicationId: await applicationId() });
  const userinfo = async (token: string | undefined) =>
    (await fetch(`${service.url}/oauth2/userinfo`, { headers: { authorization: `Bearer ${token}` } })).status;
  const ways: [string, () => Promise<unknown>, () => Promise<unknown>][] = [
    [
      'switched off',
      async () => takeUnregistered(service, contoso, false),
      async () => takeUnregistered(service, contoso),
    ],
    [
      'blocked',
      async () => blockUnregistered(deps(), caller, { ...(await which()), blocked: true }),
      async () => blockUnregistered(deps(), caller, { ...(await which()), blocked: false }),
    ],
    ['removed', async () => removeUnregistered(deps(), caller, await which()), async () => undefined],
  ];
  for (const [name, end, undo] of ways) {
    const { access_token, refresh_token } = await tokensFor(browser, agent);
    const back = await browser.submit(await browser.open(authorizeUrl(service, agent)), {}, { button: 'Allow' });
    expect([name, await userinfo(access_token)]).toEqual([name, 200]);
    await end();
    expect([name, await userinfo(access_token)]).toEqual([name, 401]);
    expect([name, (await refresh(service, agent, refresh_token!)).body.error]).toEqual([name, 'invalid_grant']);
    expect([name, (await redeem(service, agent, codeIn(back, agent))).body.error]).toEqual([name, 'invalid_grant']);
    await undo();
  }
});

test('an API is for people of its owner and below, whatever document asks for it', async () => {
  const fabrikam = await makeManaged(service, root, 'Fabrikam');
  await makeApiResource(service, fabrikam, { unregisteredApplications: true });
  await using browser = await browserOf(lena);
  const page = await browser.open(
    authorizeUrl(service, site.publish('/agent.json'), { scope: 'openid orders:read', resource: ORDERS }),
  );
  expect([page.status, page.stoppedAt]).toEqual([400, undefined]);
});

test('an organization has so many of them and no more', async () => {
  const db = service.database.db;
  await db.deleteFrom('unregisteredApplication').execute();
  for (let i = 0; i < MOST_UNREGISTERED; i += 1)
    await addUnregistered(deps(), contoso, `https://agent${i}.example/client.json`);
  await using browser = await browserOf(lena);
  const agent = site.publish('/one-too-many.json');
  const before = (await rows()).length;
  const page = await browser.submit(await browser.open(authorizeUrl(service, agent)), {}, { button: 'Allow' });
  expect(page.stoppedAt).toBeUndefined();
  expect(page.text).toContain(`already uses ${MOST_UNREGISTERED} applications`);
  expect((await rows()).length).toBe(before);
});
