import { afterAll, beforeAll, expect, it } from 'vitest';
import { makeApplication, makePerson, makeRoot } from '../support/fixtures.ts';
import { openHttpBrowser } from '../support/http-browser.ts';
import type { HttpBrowser } from '../support/http-browser.ts';
import { logIn } from '../support/log-in.ts';
import { askForTokens, authorizeUrl, codeFor, redeem, refresh, VERIFIER } from '../support/relying-application.ts';
import type { RelyingApplication, TokenAnswer } from '../support/relying-application.ts';
import { startService } from '../support/start-service.ts';
import type { TestService } from '../support/start-service.ts';

let service: TestService;
let application: RelyingApplication;
let other: RelyingApplication;
/** A public client: its refresh tokens rotate. */
let single: RelyingApplication;
let browser: HttpBrowser;
let seen = 0;

beforeAll(async () => {
  service = await startService();
  const root = await makeRoot(service);
  const person = await makePerson(service, root, 'maria@northwind.example');
  const register = async (
    name: string,
    redirectUri: string,
    kind: 'web' | 'browser' = 'web',
  ): Promise<RelyingApplication> => {
    const made = await makeApplication(service, root, { name, kind, redirectUris: [redirectUri] });
    return { clientId: made.application.clientId, clientSecret: made.clientSecret, redirectUri };
  };
  application = await register('Reports', 'http://127.0.0.1:9001/back');
  other = await register('Tickets', 'http://127.0.0.1:9002/back');
  single = await register('Board', 'http://127.0.0.1:9003/back', 'browser');
  browser = openHttpBrowser({ now: () => service.clock.now(), stopAt: (url) => url.port.startsWith('900') });
  await logIn(browser, service, await browser.open(authorizeUrl(service, application)), person);
});
afterAll(async () => {
  await browser?.[Symbol.asyncDispose]();
  await service?.close();
});

const successes = (answers: TokenAnswer[]): TokenAnswer[] => answers.filter((answer) => answer.status === 200);
const times = async (count: number, ask: () => Promise<TokenAnswer>): Promise<TokenAnswer[]> =>
  Promise.all(Array.from({ length: count }, ask));

/** What the audit log says of codes and tokens that came twice, since it was asked last. */
async function replays(): Promise<unknown[]> {
  const rows = await service.database.db
    .selectFrom('auditEvent')
    .select('details')
    .where('kind', '=', 'token.replayed')
    .orderBy('id')
    .execute();
  const fresh = rows.slice(seen);
  seen = rows.length;
  return fresh.map(({ details }) => details);
}

it('gives tokens once for one authorization code that 30 present at once, and ends what it gave', async () => {
  const code = await codeFor(browser, service, application);
  const answers = await times(30, async () => redeem(service, application, code));
  const [winner, ...more] = successes(answers);
  expect(more).toEqual([]);
  expect(answers.filter((answer) => answer.status !== 200).map((answer) => answer.body.error)).toEqual(
    Array.from({ length: 29 }, () => 'invalid_grant'),
  );
  const userinfo = await fetch(new URL('/oauth2/userinfo', service.url), {
    headers: { authorization: `Bearer ${winner?.body.access_token}` },
  });
  expect(userinfo.status).toBe(401);
  expect((await refresh(service, application, String(winner?.body.refresh_token))).body.error).toBe('invalid_grant');
  expect(await replays()).toEqual([{ application: application.clientId, presented: 'authorization code' }]);
});

it('ends only what the code gave that came back: other tokens of the same session live on', async () => {
  const kept = await redeem(service, application, await codeFor(browser, service, application));
  const code = await codeFor(browser, service, application);
  const given = await redeem(service, application, code);
  expect((await redeem(service, application, code)).body.error).toBe('invalid_grant');
  expect((await refresh(service, application, String(given.body.refresh_token))).body.error).toBe('invalid_grant');
  expect((await refresh(service, application, String(kept.body.refresh_token))).status).toBe(200);
});

it('gives one successor for one refresh token of a public client that 30 present at once, and the successor lives', async () => {
  const first = await redeem(service, single, await codeFor(browser, service, single));
  const answers = await times(30, async () => refresh(service, single, String(first.body.refresh_token)));
  expect(answers.map((answer) => answer.status)).toEqual(Array.from({ length: 30 }, () => 200));
  const successors = new Set(answers.map((answer) => answer.body.refresh_token));
  expect(successors.size).toBe(1);
  const [successor] = successors;
  expect(successor).not.toBe(first.body.refresh_token);
  const next = await refresh(service, single, String(successor));
  expect(next.status).toBe(200);
  expect(next.body.refresh_token).not.toBe(successor);
});

it('ends the family when a used refresh token comes back after its grace', async () => {
  const first = await redeem(service, single, await codeFor(browser, service, single));
  const second = await refresh(service, single, String(first.body.refresh_token));
  expect(second.status).toBe(200);
  service.clock.advance(11);
  expect((await refresh(service, single, String(first.body.refresh_token))).body.error).toBe('invalid_grant');
  expect((await refresh(service, single, String(second.body.refresh_token))).body.error).toBe('invalid_grant');
  expect(await replays()).toContainEqual({ application: single.clientId, presented: 'refresh token' });
});

it('does not give the successor to another client', async () => {
  const first = await redeem(service, single, await codeFor(browser, service, single));
  await refresh(service, single, String(first.body.refresh_token));
  expect((await refresh(service, other, String(first.body.refresh_token))).body.error).toBe('invalid_grant');
});

it('keeps the refresh token of an application that authenticates itself, however many use it at once', async () => {
  const first = await redeem(service, application, await codeFor(browser, service, application));
  const answers = await times(10, async () => refresh(service, application, String(first.body.refresh_token)));
  expect(answers.map((answer) => [answer.status, answer.body.refresh_token])).toEqual(
    Array.from({ length: 10 }, () => [200, first.body.refresh_token]),
  );
  service.clock.advance(11);
  expect((await refresh(service, application, String(first.body.refresh_token))).status).toBe(200);
});

it('does not take a code or a refresh token from another application, with another verifier or redirect URI, or late', async () => {
  const form = { grant_type: 'authorization_code', redirect_uri: application.redirectUri, code_verifier: VERIFIER };
  const stolen = await codeFor(browser, service, application);
  expect((await askForTokens(service, other, { ...form, code: stolen })).body.error).toBe('invalid_grant');
  const wrong = `${VERIFIER.slice(0, -1)}y`;
  expect((await askForTokens(service, application, { ...form, code: stolen, code_verifier: wrong })).status).toBe(400);
  const { code_verifier: _verifier, ...without } = form;
  expect((await askForTokens(service, application, { ...without, code: stolen })).status).toBe(400);
  const elsewhere = { ...form, code: stolen, redirect_uri: 'http://127.0.0.1:9001/other' };
  expect((await askForTokens(service, application, elsewhere)).body.error).toBe('invalid_grant');

  const given = await redeem(service, application, await codeFor(browser, service, application));
  expect((await refresh(service, other, String(given.body.refresh_token))).body.error).toBe('invalid_grant');

  const late = await codeFor(browser, service, application);
  service.clock.advance(61);
  expect((await redeem(service, application, late)).body.error).toBe('invalid_grant');
});
