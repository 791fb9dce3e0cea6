import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { sha256 } from '../../src/base/random.ts';
import { apiClient } from '../support/api-client.ts';
import type { ApiAnswer, ApiClient } from '../support/api-client.ts';
import { gained, goToProvider, inForce } from '../support/federation.ts';
import { makeManaged } from '../support/fixtures.ts';
import { MALLORY, startHostileGround } from '../support/hostile-organization.ts';
import type { HostileGround } from '../support/hostile-organization.ts';
import { openHttpBrowser } from '../support/http-browser.ts';
import type { HttpBrowser } from '../support/http-browser.ts';
import { addApiToken, addSession, addUser, org } from '../support/people.ts';

let ground: HostileGround;
let api: ApiClient;
let path: string;

beforeAll(async () => {
  ground = await startHostileGround();
  await ground.use('code');
  await addUser(deps(), ground.organization, 'admin@fabrikam-trading.example', { role: 'administrator' });
  api = apiClient(ground.service.url, await addApiToken(deps(), ground.organization, 'administrator'));
  path = `/organizations/${org(ground.organization)}/authentication/trials`;
  nobody = await gained(ground.service, ground.organization);
});
afterAll(async () => {
  await ground?.[Symbol.asyncDispose]();
});
beforeEach(async () => {
  await deps().db.deleteFrom('rateLimit').execute();
  ground.provider.setFaults({});
  ground.provider.received.length = 0;
  ground.provider.person = { sub: 'h-1', email: MALLORY, email_verified: true, name: 'Mallory' };
});

let nobody: Awaited<ReturnType<typeof gained>>;
const deps = () => ({ db: ground.service.database.db, clock: ground.service.clock });
const redeemed = (): number => ground.provider.received.filter(({ path: at }) => at.startsWith('/token')).length;

const common = { method: 'openid-connect', clientId: 'gatehouse', credential: 'secret' };
const entered = () => ({ ...common, discoveryUrl: ground.provider.issuer });

async function begin(body: unknown = {}): Promise<{ id: string; url: string }> {
  const { status, body: answer } = await api.send('POST', path, body);
  expect(status).toBe(200);
  return { id: answer.trial.id as string, url: answer.url as string };
}

const runOf = async (id: string): Promise<ApiAnswer['body']> => (await api.get(`${path}/${id}`)).body.run;

/** A test that the provider sent back: its browser, and the callback's address, which is not opened yet. */
async function sentBack(url: string, browser?: HttpBrowser): Promise<{ browser: HttpBrowser; callback: URL }> {
  const stopAt = (to: URL): boolean => to.pathname.startsWith('/login/callback');
  const own = browser ?? openHttpBrowser({ now: () => ground.service.clock.now(), stopAt });
  const page = await own.submit(await own.open(url), {}, { form: 'form' });
  return { browser: own, callback: page.stoppedAt! };
}

const cookieOf = (browser: HttpBrowser, callback: URL): string =>
  browser.cookies.headerFor({ url: callback, method: 'GET' }) ?? '';
/** The transaction cookie of a browser: its secret and its handle. */
const transactionIn = (browser: HttpBrowser) => browser.cookies.all().find(({ name }) => name.startsWith('tx-'))!;

const expectNobody = async (): Promise<void> =>
  expect(await gained(ground.service, ground.organization)).toEqual(nobody);

describe('a test of a connection', () => {
  // The first one: no login of another test is under way, so none can be counted as not come back.
  test('neither confirms the connection nor counts against it', async () => {
    const before = await inForce(ground.service, ground.organization);
    const { url } = await begin();
    const good = await sentBack(url);
    await good.browser.open(good.callback);
    ground.provider.setFaults({ http: { token: { kind: 'error', status: 401, body: { error: 'invalid_client' } } } });
    const bad = await sentBack(url);
    await bad.browser.open(bad.callback);
    expect(await inForce(ground.service, ground.organization)).toEqual(before);
    expect(before?.state).toBe('unconfirmed');
  });

  test('continues no login, whatever login its cookie names', async () => {
    const { url, id } = await begin();
    const { browser, callback } = await sentBack(url);
    const login = await ground.sentBack();
    const [own, handle] = [transactionIn(browser), transactionIn(login.browser).value.split('.')[1]!];
    const forged = cookieOf(browser, callback).replace(own.value, `${own.value.split('.')[0]}.${handle}`);
    const answer = await fetch(callback, { headers: { cookie: forged }, redirect: 'manual' });
    expect(answer.headers.get('location')).toBe(`/login/test/${handle}`);
    const page = await login.browser.open(`${ground.service.url}/login/${handle}`);
    expect(page.title).not.toContain('Your applications');
    await expectNobody();
    expect((await runOf(id)).state).toBe('passed');
  });

  test('gives a code that no login takes, and takes none that was given for a login', async () => {
    const { url, id } = await begin();
    const trial = await sentBack(url);
    const login = await ground.sentBack();
    const stolen = new URL(login.callback);
    stolen.searchParams.set('code', trial.callback.searchParams.get('code')!);
    const refused = await login.browser.open(stolen);
    expect(refused.title).not.toContain('Your applications');
    const other = await ground.sentBack();
    const bent = new URL(trial.callback);
    bent.searchParams.set('code', other.callback.searchParams.get('code')!);
    await trial.browser.open(bent);
    expect(await runOf(id)).toMatchObject({ state: 'failed', claims: null, outcome: null });
    await expectNobody();
  });

  test('is not answered by the callback of a login', async () => {
    const { url, id } = await begin();
    const trial = await sentBack(url);
    const login = await ground.sentBack();
    const [own, link] = [transactionIn(login.browser), new URL(url).pathname.split('/').at(-1)!];
    const forged = cookieOf(login.browser, login.callback).replace(own.value, `${own.value.split('.')[0]}.${link}`);
    await fetch(login.callback, { headers: { cookie: forged }, redirect: 'manual' });
    expect((await runOf(id)).state).toBe('sent');
    expect((await login.browser.open(url)).text).not.toContain('h-1');
    await trial.browser.open(trial.callback);
    expect((await runOf(id)).state).toBe('passed');
    await expectNobody();
  });

  test('shows nothing to a browser that did not make it, and is spent by its callback there', async () => {
    const { url, id } = await begin();
    const { browser, callback } = await sentBack(url);
    await using stranger = ground.openBrowser();
    const page = await stranger.open(callback);
    expect([page.status, redeemed()]).toEqual([400, 0]);
    expect((await stranger.open(url)).text).not.toContain('h-1');
    await browser.open(callback);
    expect([(await runOf(id)).state, redeemed()]).toEqual(['sent', 0]);
  });

  test('redeems its code once, however often its callback is sent', async () => {
    const { url, id } = await begin();
    const { browser, callback } = await sentBack(url);
    const cookie = cookieOf(browser, callback);
    await Promise.all(
      Array.from({ length: 8 }, async () => fetch(callback, { headers: { cookie }, redirect: 'manual' })),
    );
    expect([redeemed(), (await runOf(id)).state]).toEqual([1, 'passed']);
    await using stranger = ground.openBrowser();
    expect((await browser.open(url)).text).toContain('h-1');
    expect((await stranger.open(url)).text).not.toContain('h-1');
  });

  test('takes no answer at another address than the registered one, and none that comes too late', async () => {
    const { url, id } = await begin();
    const elsewhere = await sentBack(url);
    const shared = new URL(elsewhere.callback);
    shared.pathname = '/login/callback';
    await elsewhere.browser.open(shared);
    expect(await runOf(id)).toMatchObject({ state: 'failed', problem: { code: 'login.wrong-callback' } });
    const late = await sentBack(url);
    const cookie = cookieOf(late.browser, late.callback);
    ground.service.clock.advance(601);
    await fetch(late.callback, { headers: { cookie }, redirect: 'manual' });
    expect(await runOf(id)).toMatchObject({ state: 'failed', claims: null });
    expect(redeemed()).toBe(0);
  });
});

describe('a test says nothing', () => {
  test('of an address that belongs to another organization', async () => {
    const other = await makeManaged(ground.service, ground.root, 'Contoso');
    await addUser(deps(), other, 'maria@contoso.example');
    const said: unknown[] = [];
    for (const email of ['maria@contoso.example', 'nobody@contoso.example']) {
      ground.provider.person = { sub: 'h-2', email, email_verified: true };
      const { url, id } = await begin();
      const { browser, callback } = await sentBack(url);
      const page = await browser.open(callback);
      const link = new URL(url).pathname.split('/').at(-1)!;
      const { outcome, claims } = await runOf(id);
      expect(claims.email).toBe(email);
      said.push({
        outcome,
        page: page.html
          .toString()
          .replaceAll(email, '…')
          .replaceAll(link, '…')
          .replaceAll(/"iat|\d{10}/g, '…'),
      });
    }
    expect(said[0]).toEqual(said[1]);
    expect(said[0]).toMatchObject({ outcome: { code: 'no-user', account: null } });
  });

  test('of other users to the person it was mailed to', async () => {
    const { id } = await begin();
    await api.send('POST', `${path}/${id}/mail`, { email: 'guest@fabrikam-trading.example' });
    const [mailed] = await ground.service.database.db
      .selectFrom('trialRun')
      .select('id')
      .where('recipient', 'is not', null)
      .execute();
    const link = 'l'.repeat(43);
    await deps()
      .db.updateTable('trialRun')
      .set({ linkHash: sha256(link) })
      .where('id', '=', mailed!.id)
      .execute();
    const url = `${ground.service.url}/login/test/${link}`;
    const texts: string[] = [];
    for (const email of [MALLORY, 'admin@fabrikam-trading.example', 'nobody@fabrikam-trading.example']) {
      ground.provider.person = { sub: 'h-3', email, email_verified: true };
      const { browser, callback } = await sentBack(url);
      const page = await browser.open(callback);
      expect(page.text).toContain('does not match guest@fabrikam-trading.example');
      texts.push(page.text.replaceAll(email, '…').replaceAll(/\d{10}/g, '…'));
    }
    expect(new Set(texts).size).toBe(1);
  });
});

describe('a test is not begun', () => {
  test('by a form of another site', async () => {
    const { url, id } = await begin();
    await using browser = ground.openBrowser();
    const page = await browser.post(url, new URLSearchParams(), new URL('https://evil.example/'));
    expect([page.status, (await runOf(id)).state]).toEqual([403, 'ready']);
  });

  test('with the stored client secret at another provider', async () => {
    const settings = entered();
    await begin({ settings });
    await ground.service.database.db
      .updateTable('connection')
      .set({ issuer: 'https://login.contoso.example' })
      .execute();
    const { status, body } = await api.send('POST', path, { settings });
    expect([status, body.errors[0].code]).toEqual([502, 'secret.missing']);
    await ground.use('code');
  });

  test('by a link whose administrator lost the role, or whose organization was suspended', async () => {
    const { organization, service } = ground;
    const admin = await addUser(deps(), organization, 'former@fabrikam-trading.example', { role: 'administrator' });
    const { token } = await addSession({ ...deps(), url: service.url }, admin);
    const other = await apiClient(service.url, token).send('POST', path, {});
    await using browser = ground.openBrowser();
    expect((await browser.open(other.body.url)).status).toBe(200);
    await service.database.db
      .updateTable('appUser')
      .set({ consoleRole: 'viewer' })
      .where('id', '=', admin.id)
      .execute();
    expect((await browser.open(other.body.url)).status).toBe(410);
    expect((await browser.post(other.body.url, new URLSearchParams(), new URL(other.body.url))).status).toBe(410);
    const { url } = await begin();
    const suspend = async (suspendedAt: Date | null): Promise<unknown> =>
      service.database.db.updateTable('organization').set({ suspendedAt }).where('id', '=', organization.id).execute();
    await suspend(service.clock.now());
    expect((await browser.open(url)).status).toBe(410);
    await suspend(null);
  });
});

test('what is tested stands sealed, and no link or secret in the clear', async () => {
  const secret = 'a secret that was typed for a test';
  const settings = entered();
  const { url } = await begin({ settings: { ...settings, clientSecret: secret } });
  const { db } = ground.service.database;
  const rows = [
    await db.selectFrom('trial').selectAll().execute(),
    await db.selectFrom('trialRun').selectAll().execute(),
  ];
  const dump = JSON.stringify(rows, (_name, value: unknown) =>
    Buffer.isBuffer(value) ? value.toString('latin1') : value,
  );
  expect(dump).not.toContain(secret);
  expect(dump).not.toContain(new URL(url).pathname.split('/').at(-1));
});

test('a login under way goes on while a test is made in the same browser', async () => {
  const stopAt = (to: URL): boolean => to.pathname.startsWith('/login/callback');
  await using browser = openHttpBrowser({ now: () => ground.service.clock.now(), stopAt });
  const login = await goToProvider(browser, ground.service, MALLORY);
  const { url, id } = await begin();
  const { callback } = await sentBack(url, browser);
  await browser.open(callback);
  expect((await runOf(id)).state).toBe('passed');
  const done = await browser.open(login.stoppedAt!);
  expect(done.title).toContain('Your applications');
});

test('a link and an administrator make no tests without end', async () => {
  const { url } = await begin();
  const stopAt = (to: URL): boolean => to.port !== new URL(url).port;
  await using browser = openHttpBrowser({ now: () => ground.service.clock.now(), stopAt });
  await deps().db.deleteFrom('rateLimit').execute();
  const statuses: number[] = [];
  for (let tries = 0; tries < 21; tries += 1) {
    statuses.push((await browser.post(url, new URLSearchParams(), new URL(url))).status);
  }
  expect(statuses).toEqual([...Array.from({ length: 20 }, () => 303), 429]);
  const answers = await Promise.all(Array.from({ length: 31 }, async () => api.send('POST', path, {})));
  expect(answers.filter(({ status }) => status === 429)).toHaveLength(1);
});
