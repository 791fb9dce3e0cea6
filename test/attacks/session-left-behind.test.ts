import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { makeApplication, makePerson, makeRoot } from '../support/fixtures.ts';
import type { Person } from '../support/fixtures.ts';
import { openHttpBrowser } from '../support/http-browser.ts';
import type { HttpBrowser } from '../support/http-browser.ts';
import { logIn } from '../support/log-in.ts';
import { authorizeUrl, codeFor, redeem, refresh } from '../support/relying-application.ts';
import type { RelyingApplication } from '../support/relying-application.ts';
import { startService } from '../support/start-service.ts';
import type { TestService } from '../support/start-service.ts';

// Lesson: a browser that was left for an hour, or used for half a day, let the next person in without a question.

let service: TestService;
let application: RelyingApplication;
let maria: Person;
let browser: HttpBrowser;

beforeAll(async () => {
  service = await startService();
  const root = await makeRoot(service);
  maria = await makePerson(service, root, 'maria@northwind.example');
  const redirectUri = 'http://127.0.0.1:9001/back';
  const made = await makeApplication(service, root, { redirectUris: [redirectUri] });
  application = { clientId: made.application.clientId, clientSecret: made.clientSecret, redirectUri };
});
beforeEach(async () => {
  browser = openHttpBrowser({ now: () => service.clock.now(), stopAt: (url) => url.port === '9001' });
  await logIn(browser, service, await browser.open(authorizeUrl(service, application)), maria);
});
afterAll(async () => {
  await browser?.[Symbol.asyncDispose]();
  await service?.close();
});

test.each(['idle_expires_at', 'expires_at'] as const)('a session past its %s opens nothing', async (end) => {
  const given = await redeem(service, application, await codeFor(browser, service, application));
  const unredeemed = await codeFor(browser, service, application);
  const past = new Date(service.clock.now().getTime() - 1000);
  await service.database.db
    .updateTable('session')
    .set({ [end]: past })
    .execute();

  const silent = await browser.open(authorizeUrl(service, application, { prompt: 'none' }));
  expect(silent.stoppedAt?.searchParams.get('error')).toBe('login_required');
  expect((await browser.open(authorizeUrl(service, application))).title).toContain('Log in');
  expect((await browser.open(`${service.url}/account`)).title).toContain('Log in');
  expect((await redeem(service, application, unredeemed)).body.error).toBe('invalid_grant');
  expect((await refresh(service, application, String(given.body.refresh_token))).body.error).toBe('invalid_grant');
  const userinfo = await fetch(new URL('/oauth2/userinfo', service.url), {
    headers: { authorization: `Bearer ${given.body.access_token}` },
  });
  expect(userinfo.status).toBe(401);
});
