import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { formatId } from '../../src/base/ids.ts';
import { makeApplication, makePerson } from '../support/fixtures.ts';
import { MALLORY, startHostileGround } from '../support/hostile-organization.ts';
import type { HostileGround } from '../support/hostile-organization.ts';
import { openHttpBrowser } from '../support/http-browser.ts';
import type { HttpBrowser } from '../support/http-browser.ts';
import { configure } from '../support/federation.ts';
import type { Page } from '../support/page.ts';
import { addUser } from '../support/people.ts';
import { authorizeUrl } from '../support/relying-application.ts';
import { totpAt } from '../support/totp.ts';

let ground: HostileGround;
let log = '';

beforeAll(async () => {
  ground = await startHostileGround({ log: { write: (line) => (log += line) } });
});
afterAll(async () => {
  await ground?.[Symbol.asyncDispose]();
});
beforeEach(async () => {
  ground.provider.setFaults({});
  await ground.use('code');
});

const db = () => ground.service.database.db;

/** The page shows one reference, one audit event has it, and it leads through the log to the request. */
async function expectOneReference(page: Page): Promise<void> {
  const shown = [...page.text.matchAll(/[Rr]eference (?:\w+ )*?([0-9A-Z]{6,})/g)].map(([, reference]) => reference!);
  expect({ shown: shown.length, text: page.text }).toEqual({ shown: 1, text: page.text });
  const events = await db().selectFrom('auditEvent').select(['kind', 'details']).execute();
  const told = events.filter(({ details }) => JSON.stringify(details).includes(shown[0]!));
  expect(told.map(({ kind }) => kind)).toEqual([expect.stringMatching(/refused$/)]);
  const lines = log.split('\n').flatMap((line) => (line === '' ? [] : [JSON.parse(line) as Record<string, unknown>]));
  const about = lines.filter((line) => line['reference'] === shown[0] || line['reqId'] === shown[0]);
  expect(about).not.toEqual([]);
  const requests = new Set(about.map((line) => line['reqId']));
  const answered = lines.filter((line) => line['msg'] === 'request completed' && requests.has(line['reqId']));
  expect(answered).not.toEqual([]);
}

/** Opens the callback in the browser it belongs to, to the page it leads to. */
async function open(browser: HttpBrowser, callback: URL): Promise<Page> {
  const onward = openHttpBrowser({ now: () => ground.service.clock.now() });
  for (const { name, value, path } of browser.cookies.all()) {
    onward.cookies.store(new URL(path, ground.service.url), [`${name}=${value}; Path=${path}`]);
  }
  return onward.open(callback);
}

test.each([
  ['says no', { response: [{ kind: 'change', parameters: { code: null, error: 'access_denied' } }] }],
  [
    'says that something is wrong',
    { response: [{ kind: 'change', parameters: { code: null, error: 'server_error' } }] },
  ],
  ['refuses the code', { http: { token: { kind: 'error', status: 400, body: { error: 'invalid_grant' } } } }],
  ['breaks', { http: { token: { kind: 'error' } } }],
  ['signs with a wrong key', { token: [{ kind: 'wrong-signature' }] }],
] as const)('an identity provider that %s', async (_, faults) => {
  ground.provider.setFaults(structuredClone(faults) as unknown as Parameters<typeof ground.provider.setFaults>[0]);
  await using browser = ground.openBrowser();
  await expectOneReference(await ground.tryLogin(browser));
});

test('a user who was disabled or removed while at the provider', async () => {
  const first = await ground.sentBack();
  const users = db().updateTable('appUser').where('organizationId', '=', ground.organization.id);
  await users.set({ status: 'disabled' }).execute();
  await expectOneReference(await open(first.browser, first.callback));
  await users.set({ status: 'verified' }).execute();

  const second = await ground.sentBack();
  await db().deleteFrom('appUser').where('organizationId', '=', ground.organization.id).execute();
  await expectOneReference(await open(second.browser, second.callback));
  await addUser({ db: db(), clock: ground.service.clock }, ground.organization, MALLORY);
});

test('an organization that was suspended, a connection that was archived, while somebody was at the provider', async () => {
  const first = await ground.sentBack();
  const organization = db().updateTable('organization').where('id', '=', ground.organization.id);
  await organization.set({ suspendedAt: ground.service.clock.now() }).execute();
  await expectOneReference(await open(first.browser, first.callback));
  await organization.set({ suspendedAt: null }).execute();

  const second = await ground.sentBack();
  await ground.use('code');
  await expectOneReference(await open(second.browser, second.callback));
});

test('a connection that is archived before somebody goes to the provider is no refusal: the page leads on', async () => {
  await using browser = ground.openBrowser();
  const link = `${ground.service.url}/login/o/${formatId('org', ground.organization.id)}`;
  const named = await browser.open(link);
  await configure(ground.service, ground.organization, { method: 'built-in' });
  const changed = await browser.submit(named, {}, { button: 'Continue' });
  expect(changed.title).toContain('Log in another way');
  expect((await browser.submit(changed, {}, { button: 'Continue' })).title).toContain('Log in');
});

test('a user who is disabled or removed between password and code', async () => {
  for (const change of ['disable', 'remove'] as const) {
    const person = await makePerson(ground.service, ground.root, `${change}@northwind.example`);
    await using browser = ground.openBrowser();
    const start = await browser.open(`${ground.service.url}/login/start`);
    const password = await browser.submit(start, { email: person.email }, { button: 'Continue' });
    const factor = await browser.submit(password, { password: person.password }, { button: 'Continue' });
    if (change === 'disable') {
      await db().updateTable('appUser').set({ status: 'disabled' }).where('id', '=', person.userId).execute();
      const code = await totpAt(person.seed, ground.service.clock.now());
      await expectOneReference(await browser.submit(factor, { code }, { button: 'Continue' }));
    } else {
      await db().deleteFrom('appUser').where('id', '=', person.userId).execute();
      await expectOneReference(await browser.open(factor.url));
    }
  }
});

test('a callback of no login, and of another browser’s', async () => {
  await using stranger = ground.openBrowser();
  await expectOneReference(await stranger.open(`${ground.service.url}/login/callback?state=x`));
  const { callback } = await ground.sentBack();
  await expectOneReference(await stranger.open(callback));
});

test('a request of an application that cannot be answered to it', async () => {
  const { application, clientSecret } = await makeApplication(ground.service, ground.root, {
    redirectUris: ['http://127.0.0.1:9003/back'],
    postLogoutRedirectUris: ['http://127.0.0.1:9003/'],
  });
  const redirectUri = 'http://127.0.0.1:9003/another';
  const reports = { clientId: application.clientId, clientSecret, redirectUri };
  await using browser = ground.openBrowser();
  await expectOneReference(await browser.open(authorizeUrl(ground.service, reports)));
  await expectOneReference(await browser.open(authorizeUrl(ground.service, { ...reports, clientId: 'nobody' })));
  const after = new URLSearchParams({ client_id: application.clientId, id_token_hint: 'damaged' });
  await expectOneReference(await browser.open(`${ground.service.url}/logout?${after.toString()}`));
});
