import { afterAll, beforeAll, expect, test } from 'vitest';
import { makeApplication, makePerson, makeRoot } from '../support/fixtures.ts';
import { openHttpBrowser } from '../support/http-browser.ts';
import { logIn } from '../support/log-in.ts';
import { authorizeUrl, codeIn, redeem } from '../support/relying-application.ts';
import { startService } from '../support/start-service.ts';
import type { TestService } from '../support/start-service.ts';

let service: TestService;
beforeAll(async () => {
  service = await startService();
});
afterAll(async () => service.close());

test('a posted authorization request is the same request (OpenID Connect Core 3.1.2.1)', async () => {
  const root = await makeRoot(service);
  const maria = await makePerson(service, root, 'maria@northwind.example');
  const redirectUri = 'http://127.0.0.1:9019/back';
  const made = await makeApplication(service, root, { redirectUris: [redirectUri] });
  const reports = { clientId: made.application.clientId, clientSecret: made.clientSecret, redirectUri };
  const asked = authorizeUrl(service, reports, { login_hint: maria.email, prompt: 'select_account' });
  const posted = await fetch(`${service.url}/oauth2/authorize`, {
    method: 'POST',
    body: asked.searchParams,
    redirect: 'manual',
  });
  const location = new URL(posted.headers.get('location') ?? '', service.url);
  expect([posted.status, location.pathname]).toEqual([303, '/oauth2/authorize']);
  expect(Object.fromEntries(location.searchParams)).toEqual(Object.fromEntries(asked.searchParams));
  await using browser = openHttpBrowser({ stopAt: (url) => url.port === '9019' });
  const back = await logIn(browser, service, await browser.open(location), maria);
  expect((await redeem(service, reports, codeIn(back, reports))).status).toBe(200);
});
