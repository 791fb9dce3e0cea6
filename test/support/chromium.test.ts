import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { formPostPage, listen, type ListeningServer, sendJson, sendPage } from '../../src/stand-ins/small-server.ts';
import { makeTestCertificates, type TestCertificates } from './certificates.ts';
import { launchChromium, openContext, plugInSecurityKey } from './chromium.ts';
import { startBehindTls, startContoso, startFabrikam } from './start-provider.ts';
import { startTlsProxy, type TlsProxy } from './tls-proxy.ts';

let certificates: TestCertificates;
let gate: TlsProxy;
let provider: TlsProxy;
let behind: ListeningServer;
let browser: Browser;
/** The cookies of each request that came to the gate's address for answers. */
const posted: (string | undefined)[] = [];
beforeAll(async () => {
  certificates = await makeTestCertificates();
  [gate, provider] = await Promise.all([startTlsProxy(certificates), startTlsProxy(certificates, '127.0.0.2')]);
  behind = await listen(
    (exchange) => {
      const { url, request, response } = exchange;
      if (url.pathname === '/echo') {
        posted.push(request.headers.cookie);
        return sendJson(exchange, 200, { cookie: request.headers.cookie });
      }
      if (url.pathname === '/form-post') return sendPage(exchange, 200, formPostPage(`${gate.url}/echo`, [['a', 'b']]));
      response.setHeader('set-cookie', [
        '__Host-lax=1; Path=/; Secure; SameSite=Lax',
        '__Host-tx=1; Path=/; Secure; SameSite=None',
      ]);
      return sendPage(
        exchange,
        200,
        `<!doctype html><title>Gate</title><a href="${provider.url}/form-post">Provider</a>`,
      );
    },
    { host: '127.0.0.1' },
  );
  for (const proxy of [gate, provider]) proxy.forwardTo(behind.port);
  // two at once, as when several test files begin together
  const [first, second] = await Promise.all([launchChromium({ spki: [certificates.spki] }), launchChromium()]);
  browser = first;
  await second.close();
});
afterAll(async () => {
  await browser.close();
  await Promise.all([gate.stop(), provider.stop(), behind.close(), certificates.remove()]);
});

test('two sites over TLS: a form post from the provider brings the transaction cookie, not the Lax one', async () => {
  const context = await openContext(browser);
  const page = await context.newPage();
  await page.goto(gate.url);
  await page.getByRole('link', { name: 'Provider' }).click();
  await page.waitForURL(`${gate.url}/echo`);
  expect(posted.splice(0)).toEqual(['__Host-tx=1']);
  await context.close();
});

test('Contoso and Fabrikam behind TLS log a person in and post back to the other site', async () => {
  const callback = `${gate.url}/echo`;
  const [directory, app] = ['aaaaaaaa-0000-4000-8000-000000000001', 'bbbbbbbb-0000-4000-8000-000000000001'];
  await using contoso = await startBehindTls(certificates, (issuer) =>
    startContoso({
      issuer,
      users: [{ id: 'c-1', email: 'maria@contoso.example', name: 'Maria', password: 'pw' }],
      clients: [{ clientId: 'gate', redirectUris: [callback], responseTypes: ['id_token'] }],
    }),
  );
  await using fabrikam = await startBehindTls(certificates, (origin) =>
    startFabrikam({
      origin,
      directories: [{ id: directory, name: 'Fabrikam' }],
      users: [{ oid: app, directory, upn: 'pat@fabrikam.example', name: 'Pat', password: 'pw' }],
      apps: [{ clientId: app, directory, redirectUris: [{ uri: callback }], idTokens: true }],
    }),
  );
  const context = await openContext(browser);
  const page = await context.newPage();
  const asked = {
    redirect_uri: callback,
    scope: 'openid',
    response_type: 'id_token',
    response_mode: 'form_post',
    nonce: 'n',
  };
  const toContoso = `${contoso.issuer}/auth?${new URLSearchParams({ client_id: 'gate', ...asked })}`;
  const toFabrikam = `${fabrikam.issuer}/${directory}/oauth2/v2.0/authorize?${new URLSearchParams({ client_id: app, ...asked })}`;
  await page.goto(gate.url);
  for (const [address, name, button] of [
    [toContoso, 'maria@contoso.example', 'Log in'],
    [toFabrikam, 'pat@fabrikam.example', 'Sign in'],
  ] as const) {
    await page.goto(address);
    await page.locator('input').first().fill(name);
    await page.getByLabel('Password').fill('pw');
    await page.getByRole('button', { name: button }).click();
    await page.waitForURL(callback);
    // logged in there already: straight in
    await page.goto(address);
    await page.waitForURL(callback);
    // Asked of the gate: the browser's copy of an answer is not there yet while it goes on to the next page.
    expect(posted.splice(0)).toEqual(['__Host-tx=1', '__Host-tx=1']);
  }
  await context.close();
});

test('a virtual security key makes a credential for localhost', async () => {
  const context = await openContext(browser);
  const page = await context.newPage();
  await page.goto(gate.url);
  const key = await plugInSecurityKey(page);
  const made = await page.evaluate(`navigator.credentials.create({ publicKey: {
    challenge: new Uint8Array(32), rp: { id: 'localhost', name: 'Gatehouse' },
    user: { id: new Uint8Array(16), name: 'maria@contoso.example', displayName: 'Maria' },
    pubKeyCredParams: [{ type: 'public-key', alg: -7 }] } }).then((made) => made.type)`);
  expect(made).toBe('public-key');
  expect(await key.credentials()).toHaveLength(1);
  await key.unplug();
  await context.close();
});

test('no page reaches beyond this machine', async () => {
  const context = await openContext(browser);
  const page = await context.newPage();
  await expect(page.goto('https://contoso.example/')).rejects.toThrow('ERR_NAME_NOT_RESOLVED');
  await context.close();
});
