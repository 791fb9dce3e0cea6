import { afterAll, beforeAll, expect, test } from 'vitest';
import { randomSecret } from '../../src/base/random.ts';
import { makeApplication, makeManaged, makePerson, makeRoot } from '../support/fixtures.ts';
import { openHttpBrowser } from '../support/http-browser.ts';
import { logIn } from '../support/log-in.ts';
import { authorizeUrl, codeIn, redeem } from '../support/relying-application.ts';
import type { RelyingApplication, TokenAnswer } from '../support/relying-application.ts';
import { startService } from '../support/start-service.ts';
import type { TestService } from '../support/start-service.ts';

// Introspection (RFC 7662) names no kind of token unless it is hinted at, and the library looks for each kind at once.

let service: TestService;
let reports: RelyingApplication;
let given: TokenAnswer['body'];

beforeAll(async () => {
  service = await startService();
  const root = await makeRoot(service);
  const contoso = await makeManaged(service, root, 'Contoso');
  const maria = await makePerson(service, contoso, 'maria@contoso.example');
  const redirectUri = 'http://127.0.0.1:9001/back';
  const made = await makeApplication(service, root, { name: 'Reports', offline: true, redirectUris: [redirectUri] });
  reports = { clientId: made.application.clientId, clientSecret: made.clientSecret, redirectUri };
  await using browser = openHttpBrowser({ now: () => service.clock.now(), stopAt: (url) => url.port === '9001' });
  const back = await logIn(browser, service, await browser.open(authorizeUrl(service, reports)), maria);
  given = (await redeem(service, reports, codeIn(back, reports))).body;
});
afterAll(async () => service?.close());

async function introspect(token: unknown, hint?: string): Promise<{ active: unknown; statements: number }> {
  let active: unknown;
  const { statements } = await service.countStatements(async () => {
    const answer = await fetch(`${service.url}/oauth2/introspect`, {
      method: 'POST',
      headers: { authorization: `Basic ${btoa(`${reports.clientId}:${reports.clientSecret}`)}` },
      body: new URLSearchParams({ token: String(token), ...(hint === undefined ? {} : { token_type_hint: hint }) }),
    });
    active = ((await answer.json()) as { active: unknown }).active;
  });
  return { active, statements };
}

test('an access token is found by one statement, whatever is hinted at', async () => {
  await introspect(given.access_token); // the application is read once
  expect(await introspect(given.access_token)).toEqual({ active: true, statements: 1 });
  expect(await introspect(given.access_token, 'access_token')).toEqual({ active: true, statements: 1 });
  expect(await introspect(given.access_token, 'refresh_token')).toEqual({ active: true, statements: 2 });
});

test('a refresh token is found as well, by one statement where it is said to be one', async () => {
  expect(await introspect(given.refresh_token, 'refresh_token')).toEqual({ active: true, statements: 1 });
  expect(await introspect(given.refresh_token)).toEqual({ active: true, statements: 3 });
  expect(await introspect(given.refresh_token, 'access_token')).toEqual({ active: true, statements: 3 });
});

test('what is no token is inactive', async () => {
  expect(await introspect(randomSecret())).toEqual({ active: false, statements: 3 });
});

test('a refresh token is revoked without a hint, and its access tokens with it', async () => {
  const headers = { authorization: `Basic ${btoa(`${reports.clientId}:${reports.clientSecret}`)}` };
  const body = new URLSearchParams({ token: String(given.refresh_token) });
  expect((await fetch(`${service.url}/oauth2/revoke`, { method: 'POST', headers, body })).status).toBe(200);
  expect((await introspect(given.access_token)).active).toBe(false);
  expect((await introspect(given.refresh_token)).active).toBe(false);
});
