import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { apiClient } from '../support/api-client.ts';
import type { ApiClient } from '../support/api-client.ts';
import { configure, eventsOf, gained, goToProvider, paneOf } from '../support/federation.ts';
import { makePerson } from '../support/fixtures.ts';
import type { Person } from '../support/fixtures.ts';
import { MALLORY, startHostileGround } from '../support/hostile-organization.ts';
import type { HostileGround } from '../support/hostile-organization.ts';
import { startHostileProvider } from '../support/hostile-provider.ts';
import type { HostileProvider } from '../support/hostile-provider.ts';
import { startMailbox } from '../support/mailbox.ts';
import type { Mailbox } from '../support/mailbox.ts';
import type { Page } from '../support/page.ts';
import { addSession, addUser, org } from '../support/people.ts';
import { readProviders } from '../support/provider-readings.ts';

// Lesson: a pilot, and a connection nobody has confirmed yet, leave the one before it in use for weeks. Whoever takes over
// that provider's name is as much of an attacker there, and a key that it withdrew must not be believed for ever.

let ground: HostileGround;
let next: HostileProvider;
let mailbox: Mailbox;
let ines: Person;
let administrator: ApiClient;
let path: string;

beforeAll(async () => {
  mailbox = await startMailbox();
  ground = await startHostileGround({ settings: { SMTP_URL: mailbox.url, MAIL_FROM: 'gate@northwind.example' } });
  next = await startHostileProvider({ host: '127.0.0.4' });
  ines = await makePerson(ground.service, ground.organization, 'ines@fabrikam-trading.example');
  const deps = { db: ground.service.database.db, clock: ground.service.clock };
  await addUser(deps, ground.organization, 'ada@fabrikam-trading.example', { role: 'administrator', proven: true });
  const anna = await addUser(deps, ground.root, 'anna@northwind.example', { role: 'administrator' });
  administrator = apiClient(ground.service.url, (await addSession({ ...deps, url: ground.service.url }, anna)).token);
  path = `/organizations/${org(ground.organization)}/authentication`;
});
afterAll(async () => {
  await ground?.[Symbol.asyncDispose]();
  await next?.stop();
  await mailbox?.stop();
});

/** A connection that works, and one to another provider that is tried beside it. */
async function tried(pilot?: { addresses: string }): Promise<void> {
  await configure(ground.service, ground.organization, { method: 'built-in' });
  await ground.use('id-token');
  expect(isIn(await login())).toBe(true);
  const settings = { method: 'openid-connect', clientId: 'gatehouse', discoveryUrl: next.issuer };
  const { service, organization } = ground;
  await configure(service, organization, { ...settings, credential: 'none' }, pilot === undefined ? {} : { pilot });
}
beforeEach(async () => {
  ground.provider.furtherKeys = [];
  ground.provider.setFaults({});
  await readProviders(ground.service);
  await tried({ addresses: ines.email });
});

const isIn = ({ title }: Page): boolean => title.includes('Your applications');
async function login(): Promise<Page> {
  await using browser = ground.openBrowser();
  return await ground.tryLogin(browser);
}
const holdBefore = async () => (await paneOf(ground.service, ground.organization)).switchBack?.connection?.hold;

async function expectHeld(): Promise<void> {
  const before = await gained(ground.service, ground.organization);
  ground.provider.received.length = 0;
  expect((await login()).text).toContain('an administrator has to confirm');
  expect(ground.provider.received).toEqual([]);
  expect(await gained(ground.service, ground.organization)).toEqual(before);
}

test('the connection that a pilot leaves to the others is held when all its keys are replaced', async () => {
  expect(isIn(await login())).toBe(true);
  mailbox.clear();
  const undo = ground.provider.rotateKeys();
  await readProviders(ground.service);
  await expectHeld();
  const subject = 'Logins of Fabrikam Trading wait for your confirmation';
  await mailbox.waitForMail({ to: 'ada@fabrikam-trading.example', subject });
  // Who is in the pilot goes on.
  await using browser = ground.openBrowser();
  next.received.length = 0;
  await goToProvider(browser, ground.service, ines.email);
  expect(next.received).not.toEqual([]);
  // As it was stored, the hold ends by itself.
  undo();
  await readProviders(ground.service);
  expect(isIn(await login())).toBe(true);
  expect(await eventsOf(ground.service, ground.organization)).toContain('connection.hold-ended');
});

test('its change is confirmed by an administrator, of exactly what was shown, and not that of another', async () => {
  ground.provider.rotateKeys();
  await readProviders(ground.service);
  const hold = await holdBefore();
  expect(hold).toMatchObject({ confirmable: true });
  const wrong = await administrator.send('POST', `${path}/confirm-provider`, { hold: `${hold?.id}x` });
  expect(wrong.body.code).toBe('connection.hold-changed');
  await expectHeld();
  expect((await administrator.send('POST', `${path}/confirm-provider`, { hold: hold?.id })).status).toBe(200);
  expect(isIn(await login())).toBe(true);
});

test('a key that the provider withdrew is believed no more, though the connection is not the one in force', async () => {
  const { provider, service } = ground;
  const back = provider.rotateKeys({ keepOld: true });
  await readProviders(service);
  const published = (await (await fetch(`${provider.issuer}/jwks`)).json()) as { keys: object[] };
  const undo = provider.rotateKeys();
  // The one between stays published: an overlap, and the oldest is gone.
  provider.furtherKeys = published.keys.slice(0, 1);
  await readProviders(service);
  expect(await holdBefore()).toBeNull();
  expect(isIn(await login())).toBe(true);
  // Whoever has the oldest key signs with it; what is published says nothing of it.
  undo();
  back();
  provider.setFaults({ http: { keys: { kind: 'reset' } } });
  const before = await gained(service, ground.organization);
  expect(isIn(await login())).toBe(false);
  expect(await gained(service, ground.organization)).toEqual(before);
});

test('so is the one that an unconfirmed connection has beside it; one that nobody can use any more is asked nothing', async () => {
  await tried();
  ground.provider.received.length = 0;
  ground.provider.rotateKeys();
  await readProviders(ground.service);
  expect(await holdBefore()).toMatchObject({ confirmable: true });

  await tried();
  next.person = { sub: 'mallory', email: MALLORY, email_verified: true };
  expect(isIn(await login())).toBe(true);
  ground.provider.received.length = 0;
  ground.provider.rotateKeys();
  await readProviders(ground.service);
  expect(ground.provider.received).toEqual([]);
  expect(await holdBefore()).toBeNull();
});
