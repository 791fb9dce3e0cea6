import { afterAll, beforeAll, expect, test } from 'vitest';
import { openHttpBrowser, type HttpBrowser } from '../../test/support/http-browser.ts';
import { linkOf } from '../../test/support/page.ts';
import { registrationOf, startApplication, type ApplicationProcess } from '../../test/support/start-application.ts';
import { startContoso, type Contoso } from '../../test/support/start-provider.ts';
import { freePort } from '../free-port.ts';

let contoso: Contoso;
let reports: ApplicationProcess;
let browser: HttpBrowser;

beforeAll(async () => {
  contoso = await startContoso({
    users: [{ id: 'maria', email: 'maria@contoso.example', name: 'Maria', password: 'a long password' }],
  });
  const port = await freePort();
  const { redirectUris, postLogoutRedirectUris } = registrationOf(`http://127.0.0.1:${port}`);
  await contoso.addClients({
    clientId: 'reports',
    clientSecret: 'a secret of reports',
    secretMethod: 'client_secret_basic',
    redirectUris,
    postLogoutRedirectUris,
  });
  reports = await startApplication({
    name: 'Reports',
    port,
    issuer: contoso.issuer,
    clientId: 'reports',
    clientSecret: 'a secret of reports',
    other: { name: 'Tickets', url: 'http://127.0.0.1:9/' },
    work: { title: 'Incidents', columns: ['Month', 'Incidents'], rows: [['May', '3']] },
  });
  browser = openHttpBrowser();
});

afterAll(async () => {
  await Promise.all([browser?.[Symbol.asyncDispose](), reports?.stop(), contoso?.stop()]);
});

test('one logs in through the provider, sees the page one wanted and who one is, and logs out', async () => {
  const start = await browser.open(reports.url);
  expect(start.text).toContain('You are not logged in');
  expect(linkOf(start, 'Tickets').href).toBe('http://127.0.0.1:9/');

  const login = await browser.follow(start, 'Incidents');
  expect(login.url.origin).toBe(contoso.origin);
  const work = await browser.submit(
    login,
    { username: 'maria@contoso.example', password: 'a long password' },
    { button: 'Log in' },
  );
  expect([work.url.href, work.text]).toEqual([`${reports.url}/work`, expect.stringContaining('May')]);

  const home = await browser.follow(work, 'Home');
  expect(home.text).toContain('Hello Maria');
  expect(home.html.querySelectorAll('dd').map((value) => value.textContent)).toContain('maria');

  const confirm = await browser.submit(home, {}, { button: 'Log Out' });
  expect(confirm.url.origin).toBe(contoso.origin);
  const out = await browser.submit(confirm, {}, { form: 'form', forged: { logout: 'yes' } });
  expect([out.url.href, out.text]).toEqual([
    `${reports.url}/logged-out`,
    expect.stringContaining('You are logged out'),
  ]);
  expect((await browser.open(`${reports.url}/work`)).url.origin).toBe(contoso.origin);
});

test('another browser, another provider and another page do not get in by a link', async () => {
  await using stranger = openHttpBrowser();
  await using victim = openHttpBrowser({ stopAt: (url) => url.pathname === '/callback' });
  const login = await victim.open(`${reports.url}/login`);
  const stopped = await victim.submit(
    login,
    { username: 'maria@contoso.example', password: 'a long password' },
    { button: 'Log in' },
  );
  const answer = await stranger.open(stopped.stoppedAt ?? '');
  expect([answer.status, answer.text]).toEqual([400, expect.stringContaining('was not started here')]);

  const elsewhere = await stranger.open(`${reports.url}/login?iss=https://other.example`);
  expect([elsewhere.status, elsewhere.text]).toEqual([400, expect.stringContaining('another OpenID Provider')]);
});

test('a logout token nobody signed ends nothing', async () => {
  const answer = await fetch(`${reports.url}/backchannel-logout`, {
    method: 'POST',
    body: new URLSearchParams({ logout_token: 'e30.e30.' }),
  });
  expect([answer.status, await answer.json()]).toEqual([400, expect.objectContaining({ error: 'invalid_request' })]);
});
