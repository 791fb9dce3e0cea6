import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import { freePort } from '../../demo/free-port.ts';
import { ANSWERED_DIRECTLY } from '../../src/oidc/direct/direct-way.ts';
import { makeApplication, makePerson, makeRoot } from '../support/fixtures.ts';
import type { Person } from '../support/fixtures.ts';
import { openHttpBrowser } from '../support/http-browser.ts';
import type { HttpBrowser } from '../support/http-browser.ts';
import { logIn } from '../support/log-in.ts';
import { askForTokens, authorizeUrl, codeFor, codeIn, redeem, VERIFIER } from '../support/relying-application.ts';
import type { RelyingApplication } from '../support/relying-application.ts';
import { startService } from '../support/start-service.ts';
import type { TestService } from '../support/start-service.ts';

// What the direct way must never give: it answers plain logins without the library's checks. `test/differential` compares both.

let service: TestService;
/** A second server process on the same database. */
let beside: TestService;
let application: RelyingApplication;
let single: RelyingApplication;
let maria: Person;
let browser: HttpBrowser;
let direct: string[];
const note = (path: unknown): void => void direct.push(String(path));

beforeAll(async () => {
  const settings = { GATEHOUSE_DIRECT: 'on' };
  service = await startService({ settings });
  const { database, url: publicUrl } = service;
  beside = await startService({ settings, database, publicUrl, port: await freePort() });
  const root = await makeRoot(service);
  maria = await makePerson(service, root, 'maria@northwind.example');
  const web = await makeApplication(service, root, { redirectUris: ['http://127.0.0.1:9001/back'] });
  const page = await makeApplication(service, root, { kind: 'browser', redirectUris: ['http://127.0.0.1:9002/'] });
  const toRelying = ({ application: { clientId, redirectUris }, clientSecret }: typeof web): RelyingApplication => ({
    clientId,
    clientSecret,
    redirectUri: redirectUris[0]!,
  });
  application = toRelying(web);
  single = toRelying(page);
});
beforeEach(async () => {
  browser = openHttpBrowser({ now: () => service.clock.now(), stopAt: (url) => url.port.startsWith('900') });
  await logIn(browser, service, await browser.open(authorizeUrl(service, application)), maria);
  direct = [];
  subscribe(ANSWERED_DIRECTLY.name, note);
});
afterEach(async () => {
  unsubscribe(ANSWERED_DIRECTLY.name, note);
  await browser[Symbol.asyncDispose]();
});
afterAll(async () => {
  await beside?.app.close();
  await service?.close();
});

/** The second server is reached where it listens, whatever the public address says. */
const reached = (): TestService => ({ ...beside, url: `http://localhost:${beside.port}` });

it('gives tokens once for a code that 30 present at once to two servers, and ends what it gave', async () => {
  const code = await codeFor(browser, service, application);
  const answers = await Promise.all(
    Array.from({ length: 30 }, async (_, i) => redeem(i % 2 === 0 ? service : reached(), application, code)),
  );
  const given = answers.filter(({ status }) => status === 200);
  expect(given).toHaveLength(1);
  expect(direct).toEqual(['/oauth2/authorize', '/oauth2/token']);
  for (const { body } of answers.filter(({ status }) => status !== 200)) expect(body.error).toBe('invalid_grant');
  const userinfo = await fetch(new URL('/oauth2/userinfo', service.url), {
    headers: { authorization: `Bearer ${given[0]?.body.access_token}` },
  });
  expect(userinfo.status).toBe(401);
});

it('gives nothing for a session that ended after its code was given, nor to its browser', async () => {
  const code = await codeFor(browser, service, application);
  await service.database.db.deleteFrom('session').where('userId', '=', maria.userId).execute();
  expect((await redeem(service, application, code)).body.error).toBe('invalid_grant');
  expect((await browser.open(authorizeUrl(service, application))).stoppedAt).toBeUndefined();
  expect(direct).toEqual(['/oauth2/authorize']);
});

it('gives nothing to a user who was disabled since', async () => {
  const code = await codeFor(browser, service, application);
  const set = async (status: 'disabled' | 'verified'): Promise<unknown> =>
    service.database.db.updateTable('appUser').set({ status }).where('id', '=', maria.userId).execute();
  await set('disabled');
  expect((await redeem(service, application, code)).body.error).toBe('invalid_grant');
  expect((await browser.open(authorizeUrl(service, application))).stoppedAt).toBeUndefined();
  await set('verified');
  expect(direct).toEqual(['/oauth2/authorize']);
});

it('takes no secret but one that holds, and no code of another application or with another verifier', async () => {
  const code = await codeFor(browser, service, application);
  const form = { grant_type: 'authorization_code', redirect_uri: application.redirectUri, code };
  const good = { ...form, code_verifier: VERIFIER };
  const secret = application.clientSecret!;
  for (const clientSecret of [`${secret}x`, secret.slice(1), secret.toLowerCase(), 'x']) {
    expect((await askForTokens(service, { ...application, clientSecret }, good)).status).toBe(401);
  }
  expect((await askForTokens(service, { ...application, clientSecret: null }, good)).status).toBe(401);
  expect((await askForTokens(service, single, good)).body.error).toBe('invalid_grant');
  const wrong = { ...form, code_verifier: VERIFIER.replace('x', 'y') };
  expect((await askForTokens(service, application, wrong)).body.error).toBe('invalid_grant');
  expect(direct).toEqual(['/oauth2/authorize']);
  expect((await askForTokens(service, application, good)).status).toBe(200);
  expect(direct).toEqual(['/oauth2/authorize', '/oauth2/token']);
});

it('leaves what it does not know to the library, which answers as ever', async () => {
  const odd = [{ prompt: 'none' }, { max_age: '100000' }, { response_mode: 'query' }, { ui_locales: 'de' }];
  for (const more of odd) codeIn(await browser.open(authorizeUrl(service, application, more)), application);
  expect(direct).toEqual([]);
  await codeFor(browser, service, application);
  expect(direct).toEqual(['/oauth2/authorize']);
});
