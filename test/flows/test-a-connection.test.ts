import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { Trial } from '../../src/api/contract/connections/trials.ts';
import { formatId } from '../../src/base/ids.ts';
import type { Organization } from '../../src/organizations/organization.ts';
import { apiClient } from '../support/api-client.ts';
import type { ApiClient } from '../support/api-client.ts';
import { callbacksOf, configure, eventsOf, gained, goToProvider, inForce } from '../support/federation.ts';
import { makeManaged, makeRoot } from '../support/fixtures.ts';
import { openHttpBrowser } from '../support/http-browser.ts';
import type { HttpBrowser } from '../support/http-browser.ts';
import { linkNamed, startMailbox } from '../support/mailbox.ts';
import type { Mailbox } from '../support/mailbox.ts';
import type { Page } from '../support/page.ts';
import { addApiToken, addUser } from '../support/people.ts';
import { startContoso } from '../support/start-provider.ts';
import type { Contoso } from '../support/start-provider.ts';
import { startService } from '../support/start-service.ts';
import type { TestService } from '../support/start-service.ts';

const SECRET = 'what Contoso gave us';
const PEOPLE = {
  maria: { id: 'c-1', email: 'maria@contoso.example', name: 'Maria', username: 'maria', password: 'pw-maria' },
  tom: {
    id: 'c-2',
    email: 'tom@contoso.example',
    emailVerified: false,
    name: 'Tom',
    username: 'tom',
    password: 'pw-tom',
  },
  lena: { id: 'c-3', email: 'lena@elsewhere.example', name: 'Lena', username: 'lena', password: 'pw-lena' },
};

let contoso: Contoso;
let mailbox: Mailbox;
let service: TestService;
let root: Organization;

beforeAll(async () => {
  contoso = await startContoso({ users: Object.values(PEOPLE) });
  mailbox = await startMailbox();
  service = await startService({ settings: { SMTP_URL: mailbox.url, MAIL_FROM: 'gate@northwind.example' } });
  root = await makeRoot(service);
});
afterEach(async () => {
  await contoso.setFaults({});
  await contoso.endSessions();
});
afterAll(async () => {
  await service?.close();
  await mailbox?.stop();
  await contoso?.stop();
});

const deps = () => ({ db: service.database.db, clock: service.clock });
const openBrowser = (): HttpBrowser => openHttpBrowser({ now: () => service.clock.now() });

interface Ground {
  organization: Organization;
  api: ApiClient;
  /** Of the organization's tests, below `/api/v1`. */
  path: string;
  settings: Parameters<typeof configure>[2] & { clientSecret?: string };
}

async function groundAt(name: string, credential: 'secret' | 'none' = 'secret'): Promise<Ground> {
  const organization = await makeManaged(service, root, name);
  const { shared, own } = callbacksOf(service, organization);
  const clientId = `gatehouse-${name.toLowerCase()}`;
  await contoso.addClients(
    credential === 'secret'
      ? { clientId, clientSecret: SECRET, redirectUris: [own] }
      : { clientId, redirectUris: [shared], responseTypes: ['id_token'] },
  );
  const common = { method: 'openid-connect', clientId, discoveryUrl: contoso.issuer, credential };
  return {
    organization,
    api: apiClient(service.url, await addApiToken(deps(), organization, 'administrator')),
    path: `/organizations/${formatId('org', organization.id)}/authentication/trials`,
    settings: { ...common, ...(credential === 'secret' ? { clientSecret: SECRET } : { flow: 'id-token' }) },
  };
}

async function begin({ api, path }: Ground, settings: unknown): Promise<{ trial: Trial; url: string }> {
  const { status, body } = await api.send('POST', path, { settings });
  expect({ status, body }).toMatchObject({ status: 200 });
  return body as { trial: Trial; url: string };
}

async function now({ api, path }: Ground, { id }: Trial): Promise<Trial> {
  return (await api.get(`${path}/${id}`)).body as Trial;
}

/** Opens the page of a test and goes to the provider. */
async function go(browser: HttpBrowser, url: string): Promise<Page> {
  return browser.submit(await browser.open(url));
}

async function enter(browser: HttpBrowser, page: Page, person: keyof typeof PEOPLE): Promise<Page> {
  expect(page.title).toBe('Log in at Contoso');
  const { username, password } = PEOPLE[person];
  return browser.submit(page, { username, password }, { button: 'Log in' });
}

const statesOf = (trial: Trial): Record<string, string> =>
  Object.fromEntries(trial.run.checks.map(({ check, state }) => [check, state]));

describe('a test of settings that are not saved', () => {
  test.each(['secret', 'none'] as const)(
    'passes with credential %s, and saves and logs in nobody',
    async (credential) => {
      const ground = await groundAt(`Contoso-${credential}`, credential);
      await addUser(deps(), ground.organization, 'maria@contoso.example');
      const { trial, url } = await begin(ground, ground.settings);
      expect(trial).toMatchObject({
        inForce: false,
        run: { state: 'ready', problem: null, outcome: null },
        mailed: [],
      });
      expect(trial.redirectUrl).toBe(
        callbacksOf(service, ground.organization)[credential === 'secret' ? 'own' : 'shared'],
      );
      await using browser = openBrowser();
      const atProvider = await go(browser, url);
      expect(await now(ground, trial)).toMatchObject({ run: { state: 'sent', problem: { code: 'trial.unfinished' } } });
      const done = await enter(browser, atProvider, 'maria');
      expect(done.url.href).toBe(url);
      expect(done.text).toContain('The connection works');
      expect(done.text).toContain('maria@contoso.example would be logged in at once');
      expect(done.text).toContain('email_verified');
      const finished = await now(ground, trial);
      expect(finished.run).toMatchObject({
        state: 'passed',
        problem: null,
        claims: { sub: 'c-1', email: 'maria@contoso.example' },
        outcome: { code: 'bind', account: 'maria@contoso.example', admitted: true },
        logout: expect.stringMatching(/^People can be sent to 127\.0\.0\.2:\d+ to log out there\. It announces /),
      });
      // The ID token states the address: the userinfo endpoint is not asked.
      const { 'token-endpoint': tokens, userinfo, ...others } = statesOf(finished);
      expect(userinfo).toBe('not-needed');
      expect(tokens).toBe(credential === 'secret' ? 'passed' : 'not-needed');
      expect(new Set(Object.values(others))).toEqual(new Set(['passed']));
      expect(await gained(service, ground.organization)).toEqual({ sessions: 0, identities: 0 });
      expect(await inForce(service, ground.organization)).toBeUndefined();
      const events = await eventsOf(service, ground.organization);
      expect(events.filter((kind) => kind.startsWith('trial.'))).toEqual(['trial.begun', 'trial.passed']);
      expect(events.filter((kind) => kind.startsWith('login.'))).toEqual([]);
    },
  );

  test('tells who would need a mailed code, be refused, or is nobody here', async () => {
    const ground = await groundAt('Outcomes');
    await addUser(deps(), ground.organization, 'tom@contoso.example');
    const elsewhere = await makeManaged(service, root, 'Elsewhere');
    await addUser(deps(), elsewhere, 'lena@elsewhere.example');
    const { trial, url } = await begin(ground, ground.settings);
    await using browser = openBrowser();
    const asked = await enter(browser, await go(browser, url), 'tom');
    expect(asked.text).toContain('asked once for a code mailed to that address');
    expect((await now(ground, trial)).run.outcome).toMatchObject({ code: 'ask', account: 'tom@contoso.example' });
    await contoso.endSessions();
    const again = await browser.submit(asked, {}, { button: 'Test again with another account' });
    const nobody = await enter(browser, again, 'lena');
    expect(nobody.text).toContain('Nobody would be logged in');
    expect((await now(ground, trial)).run.outcome).toMatchObject({ code: 'no-user', account: null, admitted: false });
  });

  test('names the check that failed, the cause and the value to put there', async () => {
    const ground = await groundAt('Failures');
    await using browser = openBrowser();
    const wrong = await begin(ground, { ...ground.settings, clientSecret: 'not the secret' });
    const page = await enter(browser, await go(browser, wrong.url), 'maria');
    expect(page.text).toContain('The test failed');
    expect(page.text).toContain('What to do');
    const failed = await now(ground, wrong.trial);
    expect(failed.run).toMatchObject({
      state: 'failed',
      problem: { code: 'login.credential' },
      claims: null,
      outcome: null,
    });
    expect(statesOf(failed)).toMatchObject({
      provider: 'passed',
      'redirect-url': 'passed',
      answer: 'passed',
      'token-endpoint': 'failed',
      signature: 'not-checked',
      claims: 'not-checked',
    });
    // The provider’s own page says no: nobody comes back, and the value to register is told.
    await contoso.addClients({
      clientId: 'moved',
      clientSecret: SECRET,
      redirectUris: ['https://other.example/callback'],
    });
    const unfinished = await begin(ground, { ...ground.settings, clientId: 'moved' });
    await go(browser, unfinished.url);
    const back = await browser.open(unfinished.url);
    expect(back.text).toContain('Started, not finished');
    expect(back.text).toContain(callbacksOf(service, ground.organization).own);
    expect((await now(ground, unfinished.trial)).run.problem?.fix).toContain(
      callbacksOf(service, ground.organization).own,
    );
    expect(await eventsOf(service, ground.organization)).toContain('trial.failed');
  });

  test('is refused as Save would be when the provider cannot be used', async () => {
    const ground = await groundAt('Refused');
    const { status, body } = await ground.api.send('POST', ground.path, {
      settings: { ...ground.settings, discoveryUrl: 'https://10.0.0.1/' },
    });
    expect([status, body.code]).toEqual([502, 'connection.refused']);
    expect(body.errors).toMatchObject([{ field: 'settings.discoveryUrl', code: 'discovery.address-refused' }]);
    const own = await ground.api.send('POST', ground.path, { settings: { method: 'built-in' } });
    expect([own.status, own.body.code]).toEqual([422, 'input.malformed']);
  });
});

describe('a test of the connection in force', () => {
  test('finds who is known, and neither confirms the connection nor counts against it', async () => {
    const ground = await groundAt('Live');
    const none = await ground.api.send('POST', ground.path, {});
    expect([none.status, none.body.code]).toEqual([404, 'connection.not-found']);
    await addUser(deps(), ground.organization, 'maria@contoso.example');
    await configure(service, ground.organization, ground.settings);
    const before = await inForce(service, ground.organization);
    const { trial, url } = await begin(ground, null);
    expect(trial).toMatchObject({ inForce: true });
    await using browser = openBrowser();
    await enter(browser, await go(browser, url), 'maria');
    expect((await now(ground, trial)).run.outcome).toMatchObject({ code: 'bind' });
    await contoso.setFaults({ http: { token: { kind: 'error' } } });
    const failed = await browser.submit(await browser.open(url), {}, { button: 'Test again' });
    expect(failed.text).toContain('The test failed');
    await contoso.setFaults({});
    expect(await inForce(service, ground.organization)).toEqual(before);
    expect(await gained(service, ground.organization)).toEqual({ sessions: 0, identities: 0 });

    // A real login binds: the next test finds the identity, also with settings that share its subjects.
    await using employee = openBrowser();
    await enter(employee, await goToProvider(employee, service, 'maria@contoso.example'), 'maria');
    const known = await begin(ground, ground.settings);
    await go(browser, known.url);
    expect((await now(ground, known.trial)).run.outcome).toMatchObject({
      code: 'log-in',
      account: 'maria@contoso.example',
    });
  });
});

describe('a mailed test', () => {
  test('is made by a person without an account, who reads the own result and nothing of others', async () => {
    const ground = await groundAt('Mailed');
    await addUser(deps(), ground.organization, 'maria@contoso.example');
    const { trial, url } = await begin(ground, ground.settings);
    const mailed = await ground.api.send('POST', `${ground.path}/${trial.id}/mail`, { email: 'Ines@customer.example' });
    expect([mailed.status, mailed.body.mailed[0].recipient]).toEqual([201, 'Ines@customer.example']);
    const mail = await mailbox.waitForMail({ to: 'Ines@customer.example' });
    const link = linkNamed(mail, 'Open the test');
    await using ines = openBrowser();
    // A scanner that looks begins nothing.
    await ines.open(link);
    expect((await now(ground, trial)).mailed[0]).toMatchObject({ state: 'ready' });
    const there = await go(ines, link);
    expect((await ines.open(link)).text).toContain('Send this page to whoever asked you for the test');
    const done = await enter(ines, there, 'maria');
    expect(done.text).toContain('The connection works');
    expect(done.text).toContain('The account you used there does not match Ines@customer.example');
    expect(done.text).not.toContain('would be logged in');
    expect((await now(ground, trial)).mailed[0]).toMatchObject({
      state: 'passed',
      outcome: { code: 'bind', account: 'maria@contoso.example' },
    });
    // The result is shown to that browser alone.
    await using other = openBrowser();
    expect((await other.open(link)).text).not.toContain('c-1');
    expect(await gained(service, ground.organization)).toEqual({ sessions: 0, identities: 0 });
    // The link of who began ends after an hour, the mailed one after seven days.
    service.clock.advance(2 * 3600);
    expect([(await ines.open(url)).status, (await ines.open(link)).status]).toEqual([410, 200]);
    service.clock.advance(7 * 24 * 3600);
    expect((await ines.open(link)).status).toBe(410);
  });

  test('ends when an administrator ends it', async () => {
    const ground = await groundAt('Ended');
    const { trial, url } = await begin(ground, ground.settings);
    expect((await ground.api.get(ground.path)).body.items).toMatchObject([{ id: trial.id }]);
    expect((await ground.api.send('DELETE', `${ground.path}/${trial.id}`)).status).toBe(204);
    await using browser = openBrowser();
    expect((await browser.open(url)).text).toContain('This test has ended');
    expect((await ground.api.get(ground.path)).body.items).toEqual([]);
    expect(await eventsOf(service, ground.organization)).toContain('trial.ended');
  });
});
