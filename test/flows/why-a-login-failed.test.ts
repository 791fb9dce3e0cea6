import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { ExplainedLogin, Login } from '../../src/api/contract/logins.ts';
import { apiClient } from '../support/api-client.ts';
import type { ApiClient } from '../support/api-client.ts';
import { makeManaged, makePerson } from '../support/fixtures.ts';
import { MALLORY, startHostileGround } from '../support/hostile-organization.ts';
import type { HostileGround } from '../support/hostile-organization.ts';
import { goToProvider, routeDomains } from '../support/federation.ts';
import { openHttpBrowser } from '../support/http-browser.ts';
import type { Page } from '../support/page.ts';
import { addApiToken, org } from '../support/people.ts';
import { newToken } from '../../src/domains/domain.ts';
import type { Organization } from '../../src/organizations/organization.ts';

let ground: HostileGround;
let contoso: Organization;
let administrator: ApiClient;

beforeAll(async () => {
  ground = await startHostileGround();
  const { service, root } = ground;
  contoso = await makeManaged(service, root, 'Contoso');
  await makePerson(service, contoso, 'maria@contoso.example');
  await routeDomains(service, contoso);
  const deps = { db: service.database.db, clock: service.clock };
  administrator = apiClient(service.url, await addApiToken(deps, root, 'administrator'));
});
afterAll(async () => ground?.[Symbol.asyncDispose]());
beforeEach(() => ground.provider.setFaults({}));

const referenceOn = (page: Page): string => /[Rr]eference (?:\w+ )*?([0-9A-Z]{6,})/.exec(page.text)?.[1] ?? page.text;

async function explain(reference: string, at = ground.organization): Promise<ExplainedLogin> {
  const { status, body } = await administrator.get(`/organizations/${org(at)}/logins/${reference}`);
  expect({ status, body }).toMatchObject({ status: 200 });
  return body as ExplainedLogin;
}

async function find(query: string, at = ground.organization): Promise<Login[]> {
  const { status, body } = await administrator.get(`/organizations/${org(at)}/logins?${query}`);
  expect({ status, body }).toMatchObject({ status: 200 });
  return body.items as Login[];
}

async function tryLogin(): Promise<Page> {
  await using browser = ground.openBrowser();
  return await ground.tryLogin(browser);
}

const told = ({ steps }: ExplainedLogin): string[] => steps.map(({ text }) => text);

test('the reference of a refusal finds the whole decision: rule, request, answer, failed check, place and value', async () => {
  await ground.use('code');
  await tryLogin();
  ground.provider.setFaults({ token: [{ kind: 'wrong-audience' }] });
  const page = await tryLogin();
  const why = await explain(referenceOn(page));
  expect(why).toMatchObject({ outcome: 'refused', email: MALLORY, method: 'openid-connect', user: { email: MALLORY } });
  expect(told(why)).toEqual([
    'The login began, for Your applications.',
    `${MALLORY} was typed.`,
    'fabrikam-trading.example is routed to Fabrikam Trading, and the address has an account there.',
    `The browser was sent to ${new URL(ground.provider.issuer).host}. This was asked:`,
    'The login was refused.',
  ]);
  const sent = Object.fromEntries(why.steps[3]!.facts.map(({ name, value }) => [name, value]));
  expect(sent).toMatchObject({
    'Client ID': 'gatehouse',
    'Redirect URL': expect.stringContaining('/login/callback/org_'),
    Scopes: 'openid profile email',
    PKCE: 'S256',
  });
  expect(why.cause).toMatchObject({
    code: 'login.audience',
    check: 'the audience of the ID token',
    place: { where: 'Authentication settings → Client ID', value: 'somebody-else' },
    counted: true,
    reverted: false,
  });
  // In the list by reference, address and name; the newest first.
  expect((await find(`search=${why.reference.toLowerCase()}`)).map(({ reference }) => reference)).toEqual([
    why.reference,
  ]);
  const [newest] = await find(`search=${encodeURIComponent('MALLORY@')}`);
  expect(newest).toMatchObject({ reference: why.reference, cause: { code: 'login.audience' } });
  expect(await find('search=nobody-of-this-name')).toEqual([]);
});

test('what the provider wrote stands there as a quotation, and a failure that only the browser brought counts as nothing', async () => {
  await ground.use('code');
  await tryLogin();
  const description = '<b>AADSTS65004</b>: declined\r\nCorrelation ID: 00000000-0000-4000-8000-000000000001';
  ground.provider.setFaults({ response: [{ kind: 'error', error: 'access_denied', description }] });
  const why = await explain(referenceOn(await tryLogin()));
  expect(why.cause).toMatchObject({
    code: 'login.refused',
    counted: false,
    provider: { code: 'access_denied', correlationId: '00000000-0000-4000-8000-000000000001' },
  });
  expect(why.cause?.provider?.said).toBe(
    '<b>AADSTS65004</b>: declined  Correlation ID: 00000000-0000-4000-8000-000000000001',
  );
});

test('neither state nor nonce nor token nor secret stands in a trace or in what is told of it', async () => {
  await ground.use('code');
  await tryLogin();
  const { db } = ground.service.database;
  const [login] = await find('');
  const row = await db
    .selectFrom('login')
    .select('trace')
    .where('reference', '=', login!.reference)
    .executeTakeFirstOrThrow();
  const all = JSON.stringify([row.trace, await explain(login!.reference)]);
  const asked = ground.provider.received.filter(({ path }) => path.startsWith('/authorize')).at(-1)!;
  for (const name of ['state', 'nonce', 'code_challenge']) {
    expect(asked.query[name]).toMatch(/.{20}/);
    expect(all).not.toContain(asked.query[name]);
  }
  expect(all).not.toMatch(/eyJ|known to the attacker/);
  expect(login).toMatchObject({ outcome: 'succeeded', cause: null });
});

test('a login that succeeded at a provider is told with its address and its method', async () => {
  await ground.use('code');
  await tryLogin();
  const [login] = await find('outcome=succeeded');
  expect(await explain(login!.reference)).toMatchObject({
    outcome: 'succeeded',
    email: MALLORY,
    method: 'openid-connect',
    cause: null,
  });
});

test('who went to the provider and did not come back is found as started, not finished, with the likely causes', async () => {
  await ground.use('code');
  await tryLogin();
  const { service, provider } = ground;
  const { origin } = new URL(provider.issuer);
  await using browser = openHttpBrowser({ now: () => service.clock.now(), stopAt: (url) => url.origin === origin });
  await ground.tryLogin(browser);
  expect((await find('outcome=under-way'))[0]).toMatchObject({ email: MALLORY, cause: { code: 'at-provider' } });
  service.clock.advance(11 * 60);
  const [login] = await find('outcome=unreturned');
  const why = await explain(login!.reference);
  expect(why.cause).toMatchObject({ code: 'unreturned', counted: false });
  expect(why.cause?.place?.value).toContain('/login/callback/org_');
  expect(why.cause?.candidates[0]?.fix).toContain(why.cause?.place?.value);
  expect(why.cause?.candidates.map(({ what }) => what).join(' ')).toMatch(/Redirect URL.*Client ID.*assigned/);
});

describe('with a password of ours', () => {
  test('a wrong one, and an address of nobody at a routed domain, are found in the organization', async () => {
    for (const email of ['maria@contoso.example', 'mario@contoso.example']) {
      await using browser = openHttpBrowser({ now: () => ground.service.clock.now() });
      const page = await goToProvider(browser, ground.service, email);
      await browser.submit(page, { password: 'not the one' }, { button: 'Continue' });
    }
    const found = await find('', contoso);
    expect(found.map(({ email, cause }) => [email, cause?.code])).toEqual([
      ['mario@contoso.example', 'nobody'],
      ['maria@contoso.example', 'wrong-password'],
    ]);
    const why = await explain(found[0]!.reference, contoso);
    expect(told(why)).toContain('contoso.example is routed to Contoso; the address has no account there.');
    expect(why.cause?.place).toEqual({ where: 'Users → Invite users', value: null });
  });
});

test('an answer that belongs to no login: its reference is found in the log of the root', async () => {
  await using browser = ground.openBrowser();
  const page = await browser.open(`${ground.service.url}/login/callback?state=invented&code=x`);
  const why = await explain(referenceOn(page), ground.root);
  expect(why).toMatchObject({ outcome: 'refused', cause: { code: 'stray-callback' } });
});

describe('what would happen if somebody logged in now', () => {
  async function simulate(email: string): Promise<string[]> {
    const path = `/organizations/${org(ground.root)}/logins/simulation`;
    const { status, body } = await administrator.send('POST', path, { email });
    expect({ status, body }).toMatchObject({ status: 200 });
    return body.steps.map(({ text }: { text: string }) => text);
  }

  test('at an identity provider: what is asked there, and whom the one who comes back would be', async () => {
    await ground.use('code');
    const steps = await simulate(MALLORY);
    expect(steps).toContain('People of Fabrikam Trading log in with OpenID Connect.');
    expect(steps).toContain(`The browser is sent to ${new URL(ground.provider.issuer).host}. This is asked:`);
    expect(steps.join(' ')).toMatch(/is linked to an account there since 20|is not linked yet/);
    expect((await simulate('nobody@fabrikam-trading.example')).join(' ')).toContain('has no user of this address');
  });

  test('a first login that makes a user, and a link that was reset', async () => {
    const { db } = ground.service.database;
    const now = ground.service.clock.now();
    const organizationId = ground.organization.id;
    const domain = 'fabrikam-trading.example';
    const inOrganization = db.updateTable('organization').where('id', '=', organizationId);
    const mallory = db.updateTable('appUser').where('email', '=', MALLORY);
    await inOrganization.set({ justInTime: true }).execute();
    expect((await simulate(`nobody@${domain}`)).join(' ')).toContain('has no user of this address');
    const proof = { state: 'verified' as const, token: newToken(), startedAt: now, verifiedAt: now, createdAt: now };
    await db
      .insertInto('domainVerification')
      .values({ organizationId, domain, ...proof })
      .execute();
    expect(await simulate(`nobody@${domain}`)).toContain(
      `Fabrikam Trading makes users at their first login: an account there that states this address as proven becomes one, because ${domain} is verified.`,
    );
    await inOrganization.set({ justInTime: false }).execute();
    expect((await simulate(`nobody@${domain}`)).join(' ')).toContain('has no user of this address');
    await db.deleteFrom('identity').where('organizationId', '=', organizationId).execute();
    expect((await simulate(MALLORY)).join(' ')).toContain('is not linked yet');
    await mallory.set({ identityResetAt: now }).execute();
    expect(await simulate(MALLORY)).toContain(
      `The link of ${MALLORY} was reset: whoever logs in there waits until an administrator decides on the user’s page.`,
    );
    await mallory.set({ identityResetAt: null }).execute();
    await db.deleteFrom('domainVerification').where('domain', '=', domain).execute();
  });

  test('with a password of ours: who may, and who may not', async () => {
    expect((await simulate('maria@contoso.example')).at(-1)).toBe(
      'The person is asked for a password, then for a second factor.',
    );
    expect((await simulate('mario@contoso.example')).at(-1)).toContain('none is accepted');
    const { db } = ground.service.database;
    const maria = db.updateTable('appUser').where('email', '=', 'maria@contoso.example');
    await maria.set({ status: 'disabled' }).execute();
    expect((await simulate('maria@contoso.example')).at(-1)).toContain('may not log in: disabled');
    await maria.set({ status: 'verified' }).execute();
  });
});
