import { exportJWK, generateKeyPair } from 'jose';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { Connection as ShownConnection } from '../../src/api/contract/authentication.ts';
import { apiClient } from '../support/api-client.ts';
import type { ApiClient } from '../support/api-client.ts';
import { diagnosisFor } from '../support/diagnoses.ts';
import { configure, eventsOf, gained, inForce, paneOf } from '../support/federation.ts';
import { makeManaged, makePerson } from '../support/fixtures.ts';
import { MALLORY, startHostileGround } from '../support/hostile-organization.ts';
import type { HostileGround } from '../support/hostile-organization.ts';
import { startHostileProvider } from '../support/hostile-provider.ts';
import type { HostileProvider } from '../support/hostile-provider.ts';
import { openHttpBrowser } from '../support/http-browser.ts';
import { logIn } from '../support/log-in.ts';
import { startMailbox } from '../support/mailbox.ts';
import type { Mailbox } from '../support/mailbox.ts';
import type { Page } from '../support/page.ts';
import { addApiToken, addSession, addUser, org } from '../support/people.ts';
import { ageReadings, readProviders } from '../support/provider-readings.ts';

/** Somebody controls the name of an organization's identity provider for an hour, or what it publishes. */
let ground: HostileGround;
let mailbox: Mailbox;
let elsewhere: HostileProvider;
let administrator: ApiClient;
let path: string;

beforeAll(async () => {
  mailbox = await startMailbox();
  ground = await startHostileGround({
    settings: { SMTP_URL: mailbox.url, MAIL_FROM: 'gate@northwind.example' },
  });
  elsewhere = await startHostileProvider({ host: '127.0.0.4' });
  const anna = await addUser(deps(), ground.root, 'anna@northwind.example', { role: 'administrator', proven: true });
  await addUser(deps(), ground.organization, 'ada@fabrikam-trading.example', { role: 'administrator', proven: true });
  const { token } = await addSession({ ...deps(), url: ground.service.url }, anna);
  administrator = apiClient(ground.service.url, token);
  path = `/organizations/${org(ground.organization)}/authentication`;
});
afterAll(async () => {
  await ground?.[Symbol.asyncDispose]();
  await elsewhere?.stop();
  await mailbox?.stop();
});
afterEach(() => {
  ground.provider.setFaults({});
  ground.provider.furtherKeys = [];
});

const deps = () => ({ db: ground.service.database.db, clock: ground.service.clock });
const isIn = ({ title }: Page): boolean => title.includes('Your applications');

async function login(): Promise<Page> {
  await using browser = ground.openBrowser();
  const page = await ground.tryLogin(browser);
  return page;
}

/** A connection that works, read an hour ago. */
async function working(flow: 'code' | 'id-token' = 'code'): Promise<void> {
  await ground.use(flow);
  expect(isIn(await login())).toBe(true);
  await ageReadings(ground.service, '61 minutes');
  ground.provider.received.length = 0;
}

async function shown(): Promise<ShownConnection> {
  return (await paneOf(ground.service, ground.organization)).connection!;
}

const requestsTo = (wanted: string): number => ground.provider.received.filter((one) => one.path === wanted).length;

/** Nobody is sent to the provider, and no answer of it lets anybody in. */
async function expectHeld(): Promise<void> {
  const before = await gained(ground.service, ground.organization);
  ground.provider.received.length = 0;
  const page = await login();
  expect(page.text).toContain('an administrator has to confirm');
  expect(page.text).toMatch(/Reference [A-Z0-9]{8}/);
  expect(ground.provider.received).toEqual([]);
  expect(await gained(ground.service, ground.organization)).toEqual(before);
}

describe('a key that replaces all others', () => {
  test('lets nobody in by a token that names it; the administrators of both organizations are told', async () => {
    await working();
    const before = await gained(ground.service, ground.organization);
    mailbox.clear();
    const undo = ground.provider.rotateKeys();
    const refused = await login();
    expect(refused.text).toContain('an administrator has to confirm');
    expect(await gained(ground.service, ground.organization)).toEqual(before);
    expect(await inForce(ground.service, ground.organization)).toMatchObject({ state: 'active', failingSince: null });
    for (const to of ['anna@northwind.example', 'ada@fabrikam-trading.example']) {
      const mail = await mailbox.waitForMail({ to, subject: 'Logins of Fabrikam Trading wait for your confirmation' });
      expect(mail.text).toContain('All signing keys were replaced at once.');
      expect(mail.text).toContain('/login/emergency');
    }
    await expectHeld();
    const pane = await paneOf(ground.service, ground.organization);
    expect(pane).toMatchObject({ state: 'held', connection: { hold: { confirmable: true } } });

    const api = apiClient(ground.service.url, await addApiToken(deps(), ground.root, 'administrator'));
    const at = `/organizations/${org(ground.organization)}/logins`;
    const found = await api.get(at);
    const { code } = diagnosisFor('All signing keys of the provider replaced at once');
    expect(found.body.items[0]).toMatchObject({ cause: { code } });
    const told = await api.send('POST', `${at}/simulation`, { email: MALLORY });
    expect(JSON.stringify(told.body.steps)).toContain('an administrator has to confirm that under Authentication');

    // The name is its owner's again.
    undo();
    await readProviders(ground.service);
    expect(isIn(await login())).toBe(true);
    const events = await eventsOf(ground.service, ground.organization);
    expect(events).toEqual(expect.arrayContaining(['connection.held', 'connection.hold-ended']));
  });

  test('ends a login, and a test, that was at the provider when it was seen', async () => {
    await working();
    const { browser, callback } = await ground.sentBack();
    const trial = await administrator.send('POST', `${path}/trials`, {});
    const undo = ground.provider.rotateKeys();
    await readProviders(ground.service);
    ground.provider.received.length = 0;
    // Nor is anybody sent there by a test.
    expect((await browser.open(trial.body.url)).text).toContain('This test has ended');
    expect((await administrator.send('POST', `${path}/trials`, {})).body.code).toBe('connection.held');
    const page = await browser.open(callback.href);
    expect(page.text).toContain('an administrator has to confirm');
    // Neither the code nor our secret is sent to whoever answers there.
    expect(ground.provider.received).toEqual([]);
    await browser[Symbol.asyncDispose]();
    undo();
    await readProviders(ground.service);
  });

  test('ends a login that was proved when it was seen, and waits for its last page', async () => {
    await working('id-token');
    const stopAt = (url: URL): boolean => url.pathname.endsWith('/finish');
    await using browser = openHttpBrowser({ now: () => ground.service.clock.now(), stopAt });
    const { stoppedAt } = await ground.tryLogin(browser);
    const before = await gained(ground.service, ground.organization);
    const undo = ground.provider.rotateKeys();
    await readProviders(ground.service);
    const page = await browser.open(stoppedAt!.href);
    expect(page.text).toContain('an administrator has to confirm');
    expect(await gained(ground.service, ground.organization)).toEqual(before);
    undo();
    await readProviders(ground.service);
  });

  test('keeps no break-glass administrator out', async () => {
    const ines = await makePerson(ground.service, ground.root, 'ines@northwind.example', {
      role: 'administrator',
      breakGlass: true,
    });
    const above = { method: 'openid-connect', clientId: 'gatehouse', discoveryUrl: ground.provider.issuer };
    await configure(ground.service, ground.root, { ...above, credential: 'none' });
    const undo = ground.provider.rotateKeys();
    await readProviders(ground.service);
    expect((await inForce(ground.service, ground.root))?.heldSince).not.toBeNull();
    await using browser = ground.openBrowser();
    const emergency = await browser.open(`${ground.service.url}/login/emergency`);
    const home = await logIn(browser, ground.service, await browser.submit(emergency, {}, { button: 'Log In' }), ines);
    expect(home.text).toContain('Configuration');
    undo();
    await configure(ground.service, ground.root, { method: 'built-in' });
    await readProviders(ground.service);
  });
});

test('a key under an id that is known, beside those from before, is not believed', async () => {
  await working();
  const settings = (await inForce(ground.service, ground.organization))?.settings as {
    keys: { keys: { kid: string }[] };
  };
  const { publicKey } = await generateKeyPair('RS256');
  ground.provider.furtherKeys = [{ ...(await exportJWK(publicKey)), kid: settings.keys.keys[0]!.kid, use: 'sig' }];
  await readProviders(ground.service);
  expect((await shown()).hold?.changes[0]).toContain('Another key stands under the key id');
  await expectHeld();
});

test('keys from before, published again beside the attacker’s, end no hold and make no key of theirs believed', async () => {
  await working();
  const undo = ground.provider.rotateKeys();
  await readProviders(ground.service);
  undo();
  const { publicKey } = await generateKeyPair('RS256');
  ground.provider.furtherKeys = [{ ...(await exportJWK(publicKey)), kid: 'of the attacker', use: 'sig' }];
  await readProviders(ground.service);
  await expectHeld();
  expect(JSON.stringify((await inForce(ground.service, ground.organization))?.settings)).not.toContain('attacker');
});

test.each(['authorization_endpoint', 'token_endpoint', 'userinfo_endpoint', 'end_session_endpoint'])(
  '%s at a host that was not named before gets no person, code or secret',
  async (member) => {
    await working();
    ground.provider.setFaults({
      http: { metadata: { kind: 'change', members: { [member]: `${elsewhere.issuer}/taken` } } },
    });
    await readProviders(ground.service);
    await expectHeld();
    expect(elsewhere.received).toEqual([]);
  },
);

test('keys at another host are not believed, though a key from before is among them', async () => {
  await working();
  const settings = (await inForce(ground.service, ground.organization))?.settings as { keys: { keys: object[] } };
  elsewhere.furtherKeys = settings.keys.keys;
  ground.provider.setFaults({
    http: { metadata: { kind: 'change', members: { jwks_uri: `${elsewhere.issuer}/jwks` } } },
  });
  await readProviders(ground.service);
  expect((await shown()).hold?.changes[0]).toContain('jwks_uri is at another host now');
  await expectHeld();
});

describe('another issuer', () => {
  test.each(['with a slash at its end', 'of somebody else'])('%s holds, and nobody can confirm it', async (which) => {
    await working();
    const issuer = which === 'of somebody else' ? elsewhere.issuer : `${ground.provider.issuer}/`;
    ground.provider.setFaults({ http: { metadata: { kind: 'change', members: { issuer } } } });
    await readProviders(ground.service);
    await expectHeld();
    const { hold } = await shown();
    expect(hold).toMatchObject({ confirmable: false, changes: [expect.stringContaining(issuer)] });
    const answer = await administrator.send('POST', `${path}/confirm-provider`, { hold: hold?.id });
    expect(answer).toMatchObject({ status: 409, body: { code: 'connection.hold-final' } });
    expect((await inForce(ground.service, ground.organization))?.issuer).toBe(ground.provider.issuer);
    ground.provider.setFaults({});
    await working(); // saved anew, which ends it
  });
});

describe('a confirmation', () => {
  test('is of an administrator with the right to it, with a fresh factor, of exactly what was shown', async () => {
    await working();
    ground.provider.rotateKeys();
    await readProviders(ground.service);
    const { hold } = await shown();
    const contoso = await makeManaged(ground.service, ground.root, 'Contoso');
    const session = async (role: 'administrator' | 'editor', of: typeof contoso, name: string, more = {}) => {
      const user = await addUser(deps(), of, `${name}@contoso.example`, { role });
      const { token } = await addSession({ ...deps(), url: ground.service.url }, user, more);
      return apiClient(ground.service.url, token);
    };
    const confirm = async (api: ApiClient, id: string | undefined): Promise<[number, string]> => {
      const { status, body } = await api.send('POST', `${path}/confirm-provider`, { hold: id });
      return [status, body.code];
    };
    expect(await confirm(await session('administrator', contoso, 'otto'), hold?.id)).toEqual([
      404,
      'organization.not-found',
    ]);
    expect(await confirm(await session('editor', ground.organization, 'edda'), hold?.id)).toEqual([
      403,
      'caller.denied',
    ]);
    expect(
      await confirm(await session('administrator', ground.organization, 'olaf', { factorAt: null }), hold?.id),
    ).toEqual([403, 'caller.stale-factor']);
    // What is shown now is not what was seen before: somebody put another key in its place meanwhile.
    ground.provider.rotateKeys();
    await readProviders(ground.service);
    expect(await confirm(administrator, hold?.id)).toEqual([409, 'connection.hold-changed']);
    await expectHeld();

    mailbox.clear();
    const now = (await shown()).hold;
    expect((await confirm(administrator, now?.id))[0]).toBe(200);
    const subject = 'The identity provider’s change at Fabrikam Trading was confirmed';
    const mail = await mailbox.waitForMail({ to: 'ada@fabrikam-trading.example', subject });
    expect(mail.text).toContain('anna@northwind.example confirmed this change');
    expect(isIn(await login())).toBe(true);
    expect(await confirm(administrator, now?.id)).toEqual([409, 'connection.hold-changed']);
    expect(await eventsOf(ground.service, ground.organization)).toContain('connection.hold-confirmed');
  });
});

test('tokens that name unknown keys, any number, cause one reading a minute', async () => {
  await working('id-token');
  await ageReadings(ground.service, '2 minutes');
  ground.provider.setFaults({ token: [{ kind: 'unknown-key-id' }] });
  for (let visit = 0; visit < 5; visit += 1) expect(isIn(await login())).toBe(false);
  expect(requestsTo('/jwks')).toBe(1);
  await ageReadings(ground.service, '61 seconds');
  for (let visit = 0; visit < 2; visit += 1) expect(isIn(await login())).toBe(false);
  expect(requestsTo('/jwks')).toBe(2);
  ground.provider.setFaults({});
  expect(isIn(await login())).toBe(true);
  expect(await inForce(ground.service, ground.organization)).toMatchObject({ heldSince: null, state: 'active' });
});
