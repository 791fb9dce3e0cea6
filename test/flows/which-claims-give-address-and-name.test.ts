import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { ExplainedLogin, Login } from '../../src/api/contract/logins.ts';
import type { MappingPreview, Trial } from '../../src/api/contract/connections/trials.ts';
import { apiClient } from '../support/api-client.ts';
import type { ApiClient } from '../support/api-client.ts';
import { diagnosisFor } from '../support/diagnoses.ts';
import { goToProvider, inForce, paneOf } from '../support/federation.ts';
import { MALLORY, startHostileGround } from '../support/hostile-organization.ts';
import type { HostileGround } from '../support/hostile-organization.ts';
import { codeIn, startMailbox } from '../support/mailbox.ts';
import type { Mailbox } from '../support/mailbox.ts';
import type { Page } from '../support/page.ts';
import { addSession, addUser, org } from '../support/people.ts';

/** Which claims give address and name: the standard's, or those an administrator chose, seen before they are saved. */
let ground: HostileGround;
let mailbox: Mailbox;
let administrator: ApiClient;

const DISPLAY = 'https://contoso.example/display';
const CHOSEN = { addressClaim: 'mail', nameClaim: DISPLAY };
const PERSON = {
  sub: 'h-1',
  email: 'private@elsewhere.example',
  email_verified: true,
  name: 'Mallory',
  mail: MALLORY,
  [DISPLAY]: 'Mallory of Sales',
};
const deps = () => ({ db: ground.service.database.db, clock: ground.service.clock, url: ground.service.url });
const path = (rest: string): string => `/organizations/${org(ground.organization)}${rest}`;

beforeAll(async () => {
  mailbox = await startMailbox();
  const mail = { SMTP_URL: mailbox.url, MAIL_FROM: 'gate@northwind.example' };
  ground = await startHostileGround({ statesIssuer: false, settings: mail });
  const anna = await addUser(deps(), ground.root, 'anna@northwind.example', { role: 'administrator' });
  administrator = apiClient(ground.service.url, (await addSession(deps(), anna)).token);
});
afterAll(async () => {
  await ground?.[Symbol.asyncDispose]();
  await mailbox?.stop();
});
beforeEach(async () => {
  ground.provider.setFaults({});
  ground.provider.person = PERSON;
  ground.provider.received.length = 0;
  await deps().db.deleteFrom('identity').execute();
  await deps().db.updateTable('appUser').set({ name: null }).where('email', '=', MALLORY).execute();
});

async function login(typed = MALLORY): Promise<Page> {
  await using browser = ground.openBrowser();
  return await goToProvider(browser, ground.service, typed);
}

/** Ties Mallory to the account at the provider, by the code that a chosen address asks for. */
async function bindByCode(): Promise<void> {
  await using browser = ground.openBrowser();
  const asked = await goToProvider(browser, ground.service, MALLORY);
  expect(asked.text).toContain('Is this you?');
  const sent = await browser.submit(asked, {}, { button: `Send a code to ${MALLORY}` });
  const code = codeIn(await mailbox.waitForMail({ to: MALLORY }));
  expect((await browser.submit(sent, { code }, { button: 'Continue' })).title).toContain('Your applications');
}

async function person(): Promise<{ name: string | null; address: string | null }> {
  const { db } = deps();
  const { id, name } = await db
    .selectFrom('appUser')
    .select(['id', 'name'])
    .where('email', '=', MALLORY)
    .executeTakeFirstOrThrow();
  const identity = await db
    .selectFrom('identity')
    .select('addressAtBinding')
    .where('userId', '=', id)
    .executeTakeFirst();
  return { name, address: identity?.addressAtBinding ?? null };
}

const askedUserInfo = (): number => ground.provider.received.filter((one) => one.path === '/userinfo').length;

async function newestLogin(): Promise<ExplainedLogin> {
  const { body } = await administrator.get(path('/logins?limit=1'));
  const { reference } = (body.items as Login[])[0]!;
  ground.service.clock.advance(1);
  return (await administrator.get(path(`/logins/${reference}`))).body as ExplainedLogin;
}

test('by default it is email and name, as before, whatever else is stated', async () => {
  await ground.use('code');
  ground.provider.person = { ...PERSON, email: MALLORY };
  expect((await login()).title).toContain('Your applications');
  expect(await person()).toEqual({ name: 'Mallory', address: MALLORY });
  expect(askedUserInfo()).toBe(0);
  expect((await paneOf(ground.service, ground.organization)).connection?.settings).not.toHaveProperty('addressClaim');
});

describe('by the chosen claims', () => {
  beforeEach(async () => ground.use('code', CHOSEN));

  test('people are called, and found by a code at first; then they come straight in', async () => {
    await bindByCode();
    expect(await person()).toEqual({ name: 'Mallory of Sales', address: MALLORY });
    ground.provider.person = { ...PERSON, [DISPLAY]: 'Mallory of Support' };
    expect((await login()).title).toContain('Your applications');
    expect(await person()).toMatchObject({ name: 'Mallory of Support' });
    expect(askedUserInfo()).toBe(0);
  });

  test('userinfo is asked for them where the ID token lacks them, and its fault takes no name away', async () => {
    ground.provider.setFaults({ token: [{ kind: 'claims', set: { mail: null, [DISPLAY]: null } }] });
    await bindByCode();
    expect(await person()).toEqual({ name: 'Mallory of Sales', address: MALLORY });
    expect(askedUserInfo()).toBe(1);
    ground.provider.setFaults({
      token: [{ kind: 'claims', set: { mail: null, [DISPLAY]: null } }],
      http: { userinfo: { kind: 'error', status: 500, body: 'down' } },
    });
    expect((await login()).title).toContain('Your applications');
    expect(await person()).toMatchObject({ name: 'Mallory of Sales' });
    // Nobody knows whether they are stated: nothing is said to be missing.
    expect(JSON.stringify((await newestLogin()).steps)).not.toContain('sent no');
  });

  test('The provider does not state the claim chosen as name', async () => {
    await bindByCode();
    const { [DISPLAY]: _left, ...without } = PERSON;
    ground.provider.person = without;
    expect((await login()).title).toContain('Your applications');
    expect(await person()).toMatchObject({ name: 'Mallory' });
    const { steps } = await newestLogin();
    const told = steps.map(({ text }) => text).join(' ');
    expect(told).toContain(`sent no text in the claim ${DISPLAY}`);
    expect(told).toContain('These came: email, mail, name.');
    expect(told).toContain(diagnosisFor('The provider does not state the claim chosen as name').fix.split(', or')[0]);
  });

  test.each<[string, Record<string, unknown>, string, string]>([
    [
      'The provider does not state the claim chosen as address',
      { mail: undefined },
      'nobody@fabrikam-trading.example',
      'isn’t set up for',
    ],
    ['The claim chosen as address holds a list', { mail: [MALLORY] }, MALLORY, 'states no usable address for you'],
  ])('%s', async (mistake, claims, typed, shown) => {
    ground.provider.person = { ...PERSON, sub: 'h-2', ...claims };
    expect((await login(typed)).text).toContain(shown);
    const wanted = diagnosisFor(mistake);
    const { cause, steps } = await newestLogin();
    expect(cause).toMatchObject({ code: wanted.code, place: { where: wanted.where } });
    expect(cause?.what).toContain('mail');
    expect(cause?.fix).toContain('Claim with the address');
    expect(steps.map(({ text }) => text)).toContain(cause?.what);
  });
});

describe('saved', () => {
  const settings = () => ({
    method: 'openid-connect',
    clientId: 'gatehouse',
    discoveryUrl: ground.provider.issuer,
    credential: 'secret',
  });
  const stored = async (): Promise<Record<string, unknown>> =>
    (await paneOf(ground.service, ground.organization)).connection?.settings ?? {};
  const save = async (more: object): Promise<void> => {
    const { version } = await paneOf(ground.service, ground.organization);
    const host = new URL(ground.provider.issuer).host;
    const body = { settings: { ...settings(), ...more }, confirmHost: host, version };
    expect(await administrator.send('PUT', path('/authentication'), body)).toMatchObject({ status: 200 });
  };

  test('they stay where they are left out, go where they are emptied, and come back with the method before', async () => {
    await ground.use('code', CHOSEN);
    await bindByCode();
    await save({});
    expect(await stored()).toMatchObject(CHOSEN);
    await save({ addressClaim: 'email', nameClaim: '' });
    expect(await stored()).not.toHaveProperty('addressClaim');
    expect(await stored()).not.toHaveProperty('nameClaim');
    // The same person: no code again, and no test was asked for.
    expect((await login()).title).toContain('Your applications');
    const { version } = await paneOf(ground.service, ground.organization);
    const back = await administrator.send('POST', path('/authentication/switch-back'), { version });
    expect(back).toMatchObject({ status: 200, body: { connection: { settings: CHOSEN } } });
    expect((await inForce(ground.service, ground.organization))?.settings).toMatchObject(CHOSEN);
    const event = await deps()
      .db.selectFrom('auditEvent')
      .select('details')
      .where('kind', '=', 'connection.configured')
      .where('organizationId', '=', ground.organization.id)
      .orderBy('id')
      .execute();
    expect(event.map(({ details }) => details)).toContainEqual(expect.objectContaining(CHOSEN));
  });

  test('the check says who gets a code, at a verified domain too, and why', async () => {
    const now = ground.service.clock.now();
    const domain = 'fabrikam-trading.example';
    const about = { organizationId: ground.organization.id, domain, state: 'verified', token: 't'.repeat(32) } as const;
    const proof = { ...about, startedAt: now, verifiedAt: now, createdAt: now };
    await deps().db.insertInto('domainVerification').values(proof).execute();
    const check = async (more: object) =>
      (await administrator.send('POST', path('/authentication/check'), { settings: { ...settings(), ...more } })).body;
    expect(await check({ addressClaim: '', clientSecret: 'a' })).toMatchObject({
      affected: { mailedCode: 0, provenByDomain: true },
      notes: [],
    });
    const chosen = await check({ addressClaim: 'mail', clientSecret: 'a' });
    expect(chosen).toMatchObject({
      affected: { mailedCode: 1, provenByDomain: false },
      notes: [{ code: 'settings.address-claim', what: expect.stringContaining('The claim mail gives the address') }],
    });
    const list = `/authentication/affected-users?only=mailed-code&provenByDomain=`;
    expect((await administrator.get(path(`${list}false`))).body).toMatchObject({ items: [{ email: MALLORY }] });
    expect((await administrator.get(path(`${list}true`))).body).toMatchObject({ items: [] });
    await deps().db.deleteFrom('domainVerification').execute();
  });
});

describe('before they are saved', () => {
  const preview = async (mapping: object): Promise<MappingPreview> => {
    const body = { method: 'openid-connect', ...mapping };
    const answer = await administrator.send('POST', path('/authentication/mapping-preview'), body);
    expect(answer).toMatchObject({ status: 200 });
    return answer.body as MappingPreview;
  };

  test('a test uses them and shows them; a preview shows what others would make of the same claims', async () => {
    await ground.use('code', { addressClaim: '', nameClaim: '' });
    expect(await preview(CHOSEN)).toMatchObject({ test: null, name: null, address: null });
    // At userinfo alone, which a login by the standard's claims would not ask.
    ground.provider.setFaults({ token: [{ kind: 'claims', set: { [DISPLAY]: null } }] });
    const settings = { method: 'openid-connect', clientId: 'gatehouse', discoveryUrl: ground.provider.issuer };
    const secret = { credential: 'secret', clientSecret: 'known to the attacker' };
    const chosen = { addressClaim: 'workEmail', nameClaim: '' };
    const body = { settings: { ...settings, ...secret, ...chosen } };
    const { trial, url } = (await administrator.send('POST', path('/authentication/trials'), body)).body as {
      trial: Trial;
      url: string;
    };
    await using browser = ground.openBrowser();
    const done = await browser.submit(await browser.open(url));
    expect(done.text).toContain('Mallory; no address was stated.');
    expect(done.text).toContain('sent no claim workEmail');
    const { run } = (await administrator.get(path(`/authentication/trials/${trial.id}`))).body as Trial;
    expect(run).toMatchObject({
      state: 'passed',
      person: { name: 'Mallory', address: null },
      unmapped: [{ code: 'login.address-claim-missing' }],
    });
    expect(await preview(CHOSEN)).toMatchObject({
      test: { id: trial.id, who: 'anna@northwind.example', issuer: ground.provider.issuer },
      name: 'Mallory of Sales',
      address: MALLORY,
      unmapped: [],
      claims: ['email', DISPLAY, 'mail', 'name'],
    });
    expect(await preview({})).toMatchObject({ name: 'Mallory', address: PERSON.email });
    expect(await preview({ addressClaim: 'workEmail', trialId: trial.id })).toMatchObject({
      address: null,
      unmapped: [{ code: 'login.address-claim-missing', what: expect.stringContaining('email, https') }],
    });
    // Nothing was saved by any of it.
    expect((await paneOf(ground.service, ground.organization)).connection?.settings).not.toHaveProperty('addressClaim');
  });
});
