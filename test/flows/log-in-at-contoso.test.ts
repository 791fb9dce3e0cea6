import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { formatId } from '../../src/base/ids.ts';
import type { Organization } from '../../src/organizations/organization.ts';
import {
  callbacksOf,
  configure,
  eventsOf,
  gained,
  goToProvider,
  inForce,
  paneOf,
  routeDomains,
} from '../support/federation.ts';
import { makeManaged, makePerson, makeRoot } from '../support/fixtures.ts';
import { openHttpBrowser } from '../support/http-browser.ts';
import type { HttpBrowser } from '../support/http-browser.ts';
import { logIn } from '../support/log-in.ts';
import { codeIn, startMailbox } from '../support/mailbox.ts';
import type { Mailbox } from '../support/mailbox.ts';
import type { Page } from '../support/page.ts';
import { addUser } from '../support/people.ts';
import { startContoso } from '../support/start-provider.ts';
import type { Contoso } from '../support/start-provider.ts';
import { startService } from '../support/start-service.ts';
import type { TestService } from '../support/start-service.ts';

const SECRET = 'what Contoso gave us + more';
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
  ines: { id: 'c-3', email: 'ines@contoso.example', name: 'Ines', username: 'ines', password: 'pw-ines' },
};

let contosoProvider: Contoso;
let mailbox: Mailbox;
let service: TestService;
let root: Organization;

beforeAll(async () => {
  contosoProvider = await startContoso({ users: Object.values(PEOPLE) });
  mailbox = await startMailbox();
  service = await startService({ settings: { SMTP_URL: mailbox.url, MAIL_FROM: 'gate@northwind.example' } });
  root = await makeRoot(service);
});
afterEach(async () => {
  await contosoProvider.setFaults({});
  await contosoProvider.endSessions();
});
afterAll(async () => {
  await service?.close();
  await mailbox?.stop();
  await contosoProvider?.stop();
});

const openBrowser = (): HttpBrowser => openHttpBrowser({ now: () => service.clock.now() });
const deps = () => ({ db: service.database.db, clock: service.clock });

/** An organization of its own for each test, registered at Contoso with a secret, without one, or as a front channel. */
async function organizationAt(
  name: string,
  credential: 'secret' | 'none' = 'secret',
): Promise<{ organization: Organization; settings: Parameters<typeof configure>[2] }> {
  const organization = await makeManaged(service, root, name);
  const { shared, own } = callbacksOf(service, organization);
  const clientId = `gatehouse-${name.toLowerCase()}`;
  await contosoProvider.addClients(
    credential === 'secret'
      ? { clientId, clientSecret: SECRET, redirectUris: [own] }
      : { clientId, redirectUris: [shared], responseTypes: ['id_token'] },
  );
  const settings = {
    method: 'openid-connect' as const,
    clientId,
    discoveryUrl: contosoProvider.issuer,
    credential,
    ...(credential === 'secret' ? { clientSecret: SECRET } : { flow: 'id-token' }),
  };
  return { organization, settings };
}

async function enter(browser: HttpBrowser, page: Page, person: keyof typeof PEOPLE): Promise<Page> {
  expect(page.title).toBe('Log in at Contoso');
  const { username, password } = PEOPLE[person];
  return browser.submit(page, { username, password }, { button: 'Log in' });
}

describe('a person of an organization that logs in at Contoso', () => {
  test.each(['secret', 'none'] as const)('gets in with credential %s, then straight in', async (credential) => {
    const { organization, settings } = await organizationAt(`Contoso-${credential}`, credential);
    await addUser(deps(), organization, 'maria@contoso.example', { status: 'pending' });
    const connection = await configure(service, organization, settings);
    expect(connection).toMatchObject({
      state: 'unconfirmed',
      settings: { flow: credential === 'secret' ? 'code' : 'id-token' },
      redirectUri: callbacksOf(service, organization)[credential === 'secret' ? 'own' : 'shared'],
    });
    await using browser = openBrowser();
    const done = await enter(browser, await goToProvider(browser, service, 'maria@contoso.example'), 'maria');
    expect(done.title).toContain('Your applications');
    expect(await gained(service, organization)).toEqual({ sessions: 1, identities: 1 });
    expect(await inForce(service, organization)).toMatchObject({ state: 'active', id: connection?.id });
    expect(await eventsOf(service, organization)).toEqual(
      expect.arrayContaining(['connection.configured', 'identity.bound', 'connection.confirmed', 'login.finished']),
    );
    browser.cookies.remove('localhost', 'session');
    // Logged in at Contoso still: no page in between, no factor of ours.
    const again = await goToProvider(browser, service, 'maria@contoso.example');
    expect(again.title).toContain('Your applications');
    expect(await gained(service, organization)).toMatchObject({ identities: 1 });
    await removeUsers(organization);
  });

  test('whose address is equal but not proved enters a code from its mailbox, once', async () => {
    const { organization, settings } = await organizationAt('Retail');
    await addUser(deps(), organization, 'tom@contoso.example', { status: 'pending' });
    await configure(service, organization, settings);
    await using browser = openBrowser();
    const asked = await enter(browser, await goToProvider(browser, service, 'tom@contoso.example'), 'tom');
    expect(asked.text).toContain('You are logged in at Retail as tom@contoso.example');
    expect(await gained(service, organization)).toEqual({ sessions: 0, identities: 0 });
    const sent = await browser.submit(asked, {}, { button: 'Send a code to tom@contoso.example' });
    const wrong = await browser.submit(sent, { code: '000000' }, { button: 'Continue' });
    expect(wrong.text).toContain('That code isn’t right');
    const done = await browser.submit(
      wrong,
      { code: codeIn(await mailbox.waitForMail({ to: 'tom@contoso.example' })) },
      { button: 'Continue' },
    );
    expect(done.title).toContain('Your applications');
    expect(await gained(service, organization)).toEqual({ sessions: 1, identities: 1 });
    await removeUsers(organization);
  });

  test('who came with another account chooses again, and the user keeps none of it', async () => {
    const { organization, settings } = await organizationAt('Rail');
    await addUser(deps(), organization, 'ines@contoso.example');
    await configure(service, organization, settings);
    await using browser = openBrowser();
    const asked = await enter(browser, await goToProvider(browser, service, 'ines@contoso.example'), 'maria');
    expect(asked.text).toContain('as maria@contoso.example. This account is ines@contoso.example.');
    const choice = await browser.submit(asked, {}, { button: 'Use another account' });
    const login = await browser.submit(choice, {}, { button: 'Use another account' });
    const done = await browser.submit(login, { username: 'ines', password: 'pw-ines' }, { button: 'Log in' });
    expect(done.title).toContain('Your applications');
    expect(await gained(service, organization)).toEqual({ sessions: 1, identities: 1 });
    await removeUsers(organization);
  });
});

describe('an organization that follows its managing one', () => {
  test('does not make its connection active: a user of the managing organization does', async () => {
    const { organization, below } = await followed('Fabrikam');
    await addUser(deps(), below, 'ines@contoso.example', { status: 'pending' });
    await routeDomains(service, below);
    await using browser = openBrowser();
    const done = await enter(browser, await goToProvider(browser, service, 'ines@contoso.example'), 'ines');
    expect(done.title).toContain('Your applications');
    expect(await gained(service, below)).toEqual({ sessions: 1, identities: 1 });
    expect(await inForce(service, organization)).toMatchObject({ state: 'unconfirmed', failingSince: null });
    expect(await eventsOf(service, organization)).not.toContain('connection.confirmed');

    // The subject is bound in the organization below: it is nobody of the one above.
    await addUser(deps(), organization, 'maria@contoso.example');
    await routeDomains(service, organization);
    await contosoProvider.endSessions();
    await using other = openBrowser();
    const asked = await enter(other, await goToProvider(other, service, 'maria@contoso.example'), 'ines');
    expect(asked.text).toContain('This account is maria@contoso.example');
    expect(await gained(service, organization)).toEqual({ sessions: 0, identities: 0 });

    await contosoProvider.endSessions();
    await using owner = openBrowser();
    await enter(owner, await goToProvider(owner, service, 'maria@contoso.example'), 'maria');
    expect((await inForce(service, organization))?.state).toBe('active');
    await removeUsers(below);
    await removeUsers(organization);
  });

  test('does not take a technician from the managing one, whose login link of a customer came first', async () => {
    const { organization, below } = await followed('Northwind Care');
    for (const each of [organization, below]) await addUser(deps(), each, 'ines@contoso.example');
    for (const each of [below, organization]) {
      await using browser = openBrowser();
      const named = await browser.open(`${service.url}/login/o/${formatId('org', each.id)}`);
      expect(named.text).toContain(`You will log in to ${each.name}`);
      const done = await enter(browser, await browser.submit(named, {}, { button: 'Continue' }), 'ines');
      expect(done.title).toContain('Your applications');
      await contosoProvider.endSessions();
    }
    expect(await gained(service, below)).toEqual({ sessions: 1, identities: 1 });
    expect(await gained(service, organization)).toEqual({ sessions: 1, identities: 1 });
    await removeUsers(below);
    await removeUsers(organization);
  });

  async function followed(name: string): Promise<{ organization: Organization; below: Organization }> {
    const { organization, settings } = await organizationAt(name.replaceAll(' ', '-'));
    await configure(service, organization, settings);
    const below = await makeManaged(service, organization, `${name} Toys`);
    await configure(service, below, { method: 'same-as-managing' });
    return { organization, below };
  }
});

describe('an unconfirmed connection', () => {
  test('locks nobody out: the password works beside it, until the first login through it', async () => {
    const { organization, settings } = await organizationAt('Trading');
    const maria = await makePerson(service, organization, 'maria@contoso.example');
    await configure(service, organization, settings);
    await using browser = openBrowser();
    await contosoProvider.setFaults({ http: { authorize: { kind: 'error' } } });
    await goToProvider(browser, service, maria.email);
    const handle = browser.cookies
      .all()
      .find(({ name }) => name.startsWith('tx-'))
      ?.value.split('.')[1];
    const out = await browser.open(`${service.url}/login/${handle}`);
    expect(out.text).toContain('You will log in to Trading');
    const password = await browser.submit(out, {}, { button: 'Try another way' });
    const factor = await browser.submit(password, { password: maria.password }, { button: 'Continue' });
    expect(factor.text).toContain('One-time code');
    await contosoProvider.setFaults({});
    await using other = openBrowser();
    await enter(other, await goToProvider(other, service, maria.email), 'maria');
    expect((await inForce(service, organization))?.state).toBe('active');
    // The page of the other browser is still open: its step is dead.
    const refused = await browser.submit(factor, { code: '123456' }, { button: 'Continue' });
    expect(refused.title).not.toContain('Your applications');
    await removeUsers(organization);
  });

  test('whose secret is wrong goes back by itself, and says so to the person, the administrators and the pane', async () => {
    const { organization, settings } = await organizationAt('Example');
    const maria = await makePerson(service, organization, 'maria@contoso.example');
    await makePerson(service, organization, 'ida@contoso.example', { role: 'administrator' });
    await configure(service, organization, { ...settings, clientSecret: 'another' });
    await using browser = openBrowser();
    const back = await enter(browser, await goToProvider(browser, service, maria.email), 'maria');
    expect(await inForce(service, organization)).toBeUndefined();
    expect(await eventsOf(service, organization)).toContain('connection.reverted');

    // The page of the failed login leads to the method in force now.
    expect(back.text).toContain('Example no longer logs in the way you just tried');
    const password = await browser.submit(back, {}, { button: 'Continue' });
    const factor = await browser.submit(password, { password: maria.password }, { button: 'Continue' });
    expect(factor.text).toContain('One-time code');

    const { connection, switchBack } = await paneOf(service, organization);
    expect(connection).toBeNull();
    expect(switchBack?.connection).toMatchObject({
      revertedAt: expect.stringMatching(/^2/),
      lastFailure: { code: 'login.credential' },
      settings: { clientId: settings.clientId, discoveryUrl: settings.discoveryUrl },
    });
    const mail = await mailbox.waitForMail({ to: 'ida@contoso.example', subject: 'log in as before again' });
    expect(mail.text).toMatch(/does not\s+accept\s+our\s+client\s+secret/);

    await using after = openBrowser();
    const done = await logIn(after, service, await after.open(`${service.url}/login/start`), maria);
    expect(done.title).toContain('Your applications');
    await removeUsers(organization);
  });
});

/** Addresses lead to the one organization that has them: each test ends with its people gone. */
async function removeUsers(organization: Organization): Promise<void> {
  await service.database.db.deleteFrom('appUser').where('organizationId', '=', organization.id).execute();
}
