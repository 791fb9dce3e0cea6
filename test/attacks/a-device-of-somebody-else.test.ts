import { afterAll, beforeAll, expect, test } from 'vitest';
import { SERVICE } from '../../src/audit/audit-event.ts';
import type { Organization } from '../../src/organizations/organization.ts';
import { endSession } from '../../src/sessions/end-sessions.ts';
import { confirmPage, askForDevice, pollOnce } from '../support/devices.ts';
import { makeApplication, makePerson, makeRoot } from '../support/fixtures.ts';
import type { Person } from '../support/fixtures.ts';
import { openHttpBrowser } from '../support/http-browser.ts';
import type { HttpBrowser } from '../support/http-browser.ts';
import { logIn } from '../support/log-in.ts';
import { startService } from '../support/start-service.ts';
import type { TestService } from '../support/start-service.ts';

// Lesson: a code that somebody else sends logs their device in with my account (RFC 8628 5.4); so nothing happens without
// me, once, and codes are not found by trying.

let service: TestService;
let second: TestService;
let root: Organization;
let maria: Person;
let television: string;

beforeAll(async () => {
  service = await startService();
  second = await startService({ database: service.database, publicUrl: service.url });
  root = await makeRoot(service);
  maria = await makePerson(service, root, 'maria@northwind.example');
  television = (await register({})).clientId;
});
afterAll(async () => {
  await second?.close();
  await service?.close();
});

async function register(settings: Partial<Parameters<typeof makeApplication>[2]>) {
  return (await makeApplication(service, root, { kind: 'native', deviceLogin: true, redirectUris: [], ...settings }))
    .application;
}

const YES = 'Yes, it shows this code';
const openBrowser = (): HttpBrowser => openHttpBrowser({ now: () => service.clock.now() });
const loggedIn = async (person = maria): Promise<HttpBrowser> => {
  const browser = openBrowser();
  await logIn(browser, service, await browser.open(`${service.url}/login/start`), person);
  return browser;
};
const stateOf = async ({ user_code }: { user_code: string }): Promise<string | undefined> => {
  const mac = service.secrets.mac('device user codes', user_code.replace('-', ''));
  const codes = service.database.db.selectFrom('oidcDeviceCode').select('state').where('userCodeMac', '=', mac);
  return (await codes.executeTakeFirst())?.state;
};

test('the address with the code in it does nothing by itself, whoever is logged in', async () => {
  await using browser = await loggedIn();
  const started = await askForDevice(service, television);
  const page = await browser.open(`${service.url}/device?user_code=${started.user_code}&confirm=yes&xsrf=x`);
  expect(page.title).toContain('Connect a device');
  expect(page.text).not.toContain('Reports');
  expect(await stateOf(started)).toBe('pending');
});

test('another site cannot confirm a code in my browser', async () => {
  await using browser = await loggedIn();
  const started = await askForDevice(service, television);
  const form = new URLSearchParams({ user_code: started.user_code, confirm: 'yes' });
  const evil = new URL('https://evil.example/');
  for (const xsrf of [undefined, '', 'guessed']) {
    if (xsrf !== undefined) form.set('xsrf', xsrf);
    await browser.post(new URL('/device', service.url), form, evil);
    expect(await stateOf(started)).toBe('pending');
  }
  // With a form of the attacker's own session.
  await using attackers = openBrowser();
  const theirs = await confirmPage(attackers, service, started);
  form.set('xsrf', String(/name="xsrf" value="([^"]+)"/.exec(String(theirs.html))?.[1]));
  await browser.post(new URL('/device', service.url), form, new URL(service.url));
  expect(await stateOf(started)).toBe('pending');
  expect((await pollOnce(service, television, started)).body.error).toBe('authorization_pending');
});

test('one browser alone decides a code, however many confirm at the same moment', async () => {
  const lena = await makePerson(service, root, 'lena@northwind.example');
  const browsers = [await loggedIn(), await loggedIn(lena)];
  for (let round = 0; round < 3; round += 1) {
    const started = await askForDevice(service, television);
    const pages = [];
    for (const browser of browsers) pages.push(await confirmPage(browser, service, started));
    const answers = await Promise.all(pages.map(async (page, i) => browsers[i]!.submit(page, {}, { button: YES })));
    const done = answers.filter(({ title }) => title.includes('Your device is logged in'));
    expect(done).toHaveLength(1);
    expect(answers.filter(({ text }) => text.includes('used already'))).toHaveLength(1);
  }
  for (const browser of browsers) await browser[Symbol.asyncDispose]();
});

test('of two browsers that are asked to log in, the one that confirmed first goes on', async () => {
  for (let round = 0; round < 5; round += 1) {
    await using mine = openBrowser();
    await using theirs = openBrowser();
    const started = await askForDevice(service, television);
    const [here, there] = [await confirmPage(mine, service, started), await confirmPage(theirs, service, started)];
    const answers = await Promise.all([
      mine.submit(here, {}, { button: YES }),
      theirs.submit(there, {}, { button: YES }),
    ]);
    expect(answers.filter(({ text }) => text.includes('used already'))).toHaveLength(1);
    const logins = answers.filter(({ url }) => url.pathname.startsWith('/login/'));
    expect(logins).toHaveLength(1);
    if (round < 4) continue;
    const winner = answers[0] === logins[0] ? mine : theirs;
    expect((await logIn(winner, service, logins[0]!, maria)).title).toContain('Your device is logged in');
  }
});

test('a code is redeemed once, whoever asks at the same time at two servers', async () => {
  await using browser = await loggedIn();
  const started = await askForDevice(service, television);
  await browser.submit(await confirmPage(browser, service, started), {}, { button: YES });
  const servers = [0, 1, 2, 3].map((i) => (i % 2 === 0 ? service.port : second.port));
  const answers = await Promise.all(
    servers.map(async (port) => pollOnce({ url: `http://127.0.0.1:${port}` }, television, started)),
  );
  expect(answers.map(({ status }) => status).toSorted((one, other) => one - other)).toEqual([200, 400, 400, 400]);
  const tokens = answers.find(({ status }) => status === 200)!.body;
  // A second presentation later: what the first gave ends.
  expect((await pollOnce(service, television, started)).body.error).toBe('invalid_grant');
  const userinfo = await fetch(`${service.url}/oauth2/userinfo`, {
    headers: { authorization: `Bearer ${tokens.access_token}` },
  });
  expect(userinfo.status).toBe(401);
});

test('another application does not redeem it, nor is it told whether somebody approved', async () => {
  await using browser = await loggedIn();
  const other = (await register({ name: 'Other' })).clientId;
  const started = await askForDevice(service, television);
  const before = await pollOnce(service, other, started);
  await browser.submit(await confirmPage(browser, service, started), {}, { button: YES });
  const after = await pollOnce(service, other, started);
  expect([before.status, before.body.error]).toEqual([400, 'invalid_grant']);
  expect(after).toEqual(before);
  expect((await pollOnce(service, television, started)).status).toBe(200);
});

test('an application that was not registered for devices gets no code', async () => {
  const web = (await makeApplication(service, root, { kind: 'browser', redirectUris: ['https://app.example/'] }))
    .application;
  await expect(askForDevice(service, web.clientId)).rejects.toThrow('not registered for this grant_type');
  await expect(register({ kind: 'web' })).rejects.toMatchObject({ fields: [{ code: 'native-only' }] });
});

test('a login that decides a code names nothing that a device could present', async () => {
  await using browser = openBrowser();
  const started = await askForDevice(service, television);
  await browser.submit(await confirmPage(browser, service, started), {}, { button: YES });
  const rows = await service.database.db.selectFrom('login').select('request').execute();
  expect(JSON.stringify(rows)).not.toContain(started.device_code);
  const named = rows.flatMap(({ request }) => (request as { deviceCode?: string }).deviceCode ?? []);
  expect(named.length).toBeGreaterThan(0);
  for (const device_code of named) {
    expect((await pollOnce(service, television, { device_code })).body.error).toBe('invalid_grant');
  }
});

test('a user who was disabled after approving gives the device nothing', async () => {
  const ben = await makePerson(service, root, 'ben@northwind.example');
  await using browser = openBrowser();
  const started = await askForDevice(service, television);
  const login = await browser.submit(await confirmPage(browser, service, started), {}, { button: YES });
  await logIn(browser, service, login, ben);
  await service.database.db.updateTable('appUser').set({ status: 'disabled' }).where('id', '=', ben.userId).execute();
  expect((await pollOnce(service, television, started)).body.error).toBe('invalid_grant');
});

test.each([false, true])(
  'whose session ended after approving gives the device nothing; offline: %s',
  async (offline) => {
    const lasting = (await register({ refreshTokens: true, offline })).clientId;
    await using browser = await loggedIn();
    const started = await askForDevice(service, lasting);
    await browser.submit(await confirmPage(browser, service, started), {}, { button: YES });
    expect(await stateOf(started)).toBe('approved');
    const deps = { db: service.database.db, clock: service.clock, secrets: service.secrets };
    const about = { userId: maria.userId, organizationId: root.id, reason: 'test' };
    const approved = deps.db.selectFrom('oidcDeviceCode').select('sessionUid').where('state', '=', 'approved');
    const { sessionUid } = await approved
      .where('consumedAt', 'is', null)
      .orderBy('startedAt', 'desc')
      .executeTakeFirstOrThrow();
    const { id } = await deps.db
      .selectFrom('session')
      .select('id')
      .where('uid', '=', sessionUid!)
      .executeTakeFirstOrThrow();
    await endSession(deps, SERVICE, { ...about, sessionId: id });
    for (let i = 0; i < 2; i += 1) {
      expect((await pollOnce(service, lasting, started)).body).toMatchObject({ error: 'expired_token' });
    }
  },
);

test('who logged out at the service after approving gives the device nothing', async () => {
  await using browser = await loggedIn();
  const started = await askForDevice(service, television);
  await browser.submit(await confirmPage(browser, service, started), {}, { button: YES });
  await browser.submit(await browser.open(`${service.url}/logout`), {}, { button: 'Log out' });
  expect((await pollOnce(service, television, started)).body.access_token).toBeUndefined();
});

test('codes are not found by trying: one network is stopped, then everybody, a right code too', async () => {
  await using browser = openBrowser();
  const started = await askForDevice(service, television);
  await service.database.db.insertInto('limitPolicy').values({ name: 'network-device-codes', most: 5 }).execute();
  await service.database.db.deleteFrom('rateLimit').execute();
  let page = await browser.open(`${service.url}/device`);
  for (let i = 0; i < 5; i += 1) page = await browser.submit(page, { user_code: 'BBBB-BBBB' });
  expect(page.text).toContain('This code isn’t right.');
  const refused = await browser.submit(page, { user_code: started.user_code });
  expect([refused.status, refused.text.includes('Reports')]).toEqual([429, false]);
  expect(await stateOf(started)).toBe('pending');

  await service.database.db.deleteFrom('rateLimit').execute();
  await service.database.db.deleteFrom('limitPolicy').execute();
  await service.database.db.insertInto('limitPolicy').values({ name: 'device-codes', most: 2 }).execute();
  await service.database.db
    .insertInto('rateLimit')
    .values({ key: 'device codes', points: 2, expire: String(service.clock.now().getTime() + 60_000) })
    .execute();
  const fresh = await browser.open(`${service.url}/device`);
  expect((await browser.submit(fresh, { user_code: started.user_code })).status).toBe(429);
  await service.database.db.deleteFrom('rateLimit').execute();
  await service.database.db.deleteFrom('limitPolicy').execute();
});

test('what is entered as a code reaches no page unescaped', async () => {
  await using browser = openBrowser();
  for (const userCode of ['"><script>alert(1)</script>', '\u202Eevil', 'x'.repeat(5000)]) {
    const page = await browser.open(`${service.url}/device?user_code=${encodeURIComponent(userCode)}`);
    expect(String(page.html)).not.toContain('<script>alert');
    expect(String(page.html).length).toBeLessThan(10_000);
    const answered = await browser.submit(page, { user_code: userCode });
    expect(String(answered.html)).not.toContain('<script>alert');
  }
});
