import { createServer, type IncomingMessage, type RequestListener, type Server } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { parseSetCookie } from './cookie-jar.ts';
import { openHttpBrowser } from './http-browser.ts';
import { linksOf } from './page.ts';

const FORM = `<!doctype html><title>Log In</title><form method="post" action="/login?step=1"><h1>Enter &amp; go</h1>
  <input type="hidden" name="csrf" value="t&quot;1"><input name="email" value="old@contoso.example">
  <input type="checkbox" name="remember"><select name="lang"><option value="de">x</option><option value="en" selected>y</option></select>
  <button name="act" value="continue">Continue</button> <button name="act" value="forgot" formaction="/forgot">Forgot password</button>
  </form><button form="out" name="yes" value="1">Log Out</button>
  <form id="out" method="post" action="/logout"></form><a href="/next?a=1&amp;b=2">Next</a>`;

async function bodyOf(request: IncomingMessage): Promise<string> {
  let body = '';
  for await (const chunk of request) body += String(chunk);
  return body;
}

let server: Server;
let here: string;
let elsewhere: string;

const answer: RequestListener = (request, response): unknown => {
  const url = new URL(request.url ?? '/', here);
  if (url.pathname === '/form')
    return response.setHeader('set-cookie', ['a=1; Path=/', 's=1; SameSite=Strict']).end(FORM);
  if (url.pathname === '/hop') return response.writeHead(302, { location: `${elsewhere}/hop2` }).end();
  if (url.pathname === '/hop2') return response.writeHead(303, { location: `${here}/echo`, 'set-cookie': 'b=2' }).end();
  if (url.pathname === '/endless') return response.writeHead(303, { location: '/endless' }).end();
  if (url.pathname === '/app')
    return response.writeHead(303, { location: 'https://app.example/callback?code=1' }).end();
  if (url.pathname === '/form-post') {
    return response.end(`<form method="post" action="${elsewhere}/echo"><input type="hidden" name="id_token" value="x.y.z">
      <noscript><button>Continue</button></noscript></form><script>document.forms[0].submit()</script>`);
  }
  return bodyOf(request).then((body) => {
    const { cookie, origin, 'sec-fetch-site': site } = request.headers;
    response
      .setHeader('content-type', 'text/plain')
      .end(JSON.stringify({ method: request.method, path: request.url, body, cookie, origin, site }));
  });
};

beforeAll(async () => {
  server = createServer(answer).listen(0, '0.0.0.0');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  here = `http://127.0.0.1:${port}`;
  elsewhere = `http://127.0.0.2:${port}`;
});
afterAll(() => void server.close());

test('a form is sent with its hidden fields, the entries and the pressed button', async () => {
  await using browser = openHttpBrowser();
  const page = await browser.open(`${here}/form`);
  expect(page.title).toBe('Log In');
  expect(page.text).toMatch(/^Enter & go/);
  expect(linksOf(page).map(String)).toEqual([`${here}/next?a=1&b=2`]);
  const sent = JSON.parse(
    (await browser.submit(page, { email: 'maria@contoso.example' }, { button: 'Continue' })).body,
  );
  expect(sent).toMatchObject({
    method: 'POST',
    path: '/login?step=1',
    cookie: 'a=1; s=1',
    origin: here,
    site: 'same-origin',
  });
  expect(sent.body).toBe('csrf=t%221&lang=en&act=continue&email=maria%40contoso.example');
  const other = JSON.parse(
    (await browser.submit(page, {}, { button: 'Forgot password', forged: { csrf: 'no' } })).body,
  );
  expect(other.path).toBe('/forgot');
  expect(new URLSearchParams(other.body).get('csrf')).toBe('no');
  const outside = JSON.parse((await browser.submit(page, {}, { button: 'Log Out' })).body);
  expect([outside.path, outside.body]).toEqual(['/logout', 'yes=1']);
  await expect(browser.submit(page, { nosuch: '1' }, { button: 'Continue' })).rejects.toThrow('no field "nosuch"');
});

test('redirects are followed one at a time, with the cookies of each host', async () => {
  await using browser = openHttpBrowser();
  await browser.open(`${here}/form`);
  const page = await browser.open(`${here}/hop`);
  expect(page.hops.map(({ status, url }) => [status, url.origin + url.pathname])).toEqual([
    [302, `${here}/hop`],
    [303, `${elsewhere}/hop2`],
    [200, `${here}/echo`],
  ]);
  expect(JSON.parse(page.body)).toMatchObject({ cookie: 'a=1; s=1' });
  expect(browser.cookies.all().map(({ host, name }) => `${host} ${name}`)).toContain('127.0.0.2 b');
  await expect(browser.open(`${here}/endless`)).rejects.toThrow('redirects without end');
});

test('the browser stops before an application that nobody runs', async () => {
  await using browser = openHttpBrowser({ stopAt: (url) => url.hostname === 'app.example' });
  expect((await browser.open(`${here}/app`)).stoppedAt?.searchParams.get('code')).toBe('1');
});

test('a form_post page posts itself across sites without Lax cookies', async () => {
  await using browser = openHttpBrowser();
  browser.cookies.store(new URL(elsewhere), ['lax=1; SameSite=Lax', 'tx=1; SameSite=None; Secure']);
  const page = await browser.open(`${here}/form-post`);
  expect(JSON.parse(page.body)).toMatchObject({
    method: 'POST',
    body: 'id_token=x.y.z',
    cookie: 'tx=1',
    site: 'cross-site',
    origin: here,
  });
  await using withoutScript = openHttpBrowser({ runsFormPost: false });
  expect((await withoutScript.open(`${here}/form-post`)).url.pathname).toBe('/form-post');
});

test.each([
  ['__Host-s=1; Secure; Path=/', 'https://localhost/x', true],
  ['__Host-s=1; Secure; Path=/login', 'https://localhost/x', false],
  ['__Host-s=1; Path=/', 'https://localhost/x', false],
  ['__Host-s=1; Path=/; Secure; Domain=contoso.example', 'https://contoso.example/x', false],
  ['s=1; SameSite=None', 'https://contoso.example/', false],
  ['s=1; Secure', 'http://contoso.example/', false],
  ['s=1; Domain=fabrikam.example', 'https://contoso.example/', false],
])('%s from %s is kept: %s', (header, url, isKept) => {
  expect(parseSetCookie(header, new URL(url), new Date(0)) !== undefined).toBe(isKept);
});
