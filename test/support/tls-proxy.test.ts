import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { listen, type ListeningServer, sendJson } from '../../src/stand-ins/small-server.ts';
import { makeTestCertificates, trustInThisProcess, type TestCertificates } from './certificates.ts';
import { openHttpBrowser } from './http-browser.ts';
import { startTlsProxy, type TlsProxy } from './tls-proxy.ts';

let certificates: TestCertificates;
let gate: TlsProxy;
let behind: ListeningServer;
beforeAll(async () => {
  certificates = await makeTestCertificates();
  gate = await startTlsProxy(certificates);
  behind = await listen((exchange) => sendJson(exchange, 200, exchange.request.headers), { host: '127.0.0.1' });
});
afterAll(async () => {
  await gate.stop();
  await behind.close();
  await certificates.remove();
});

test('the proxy tells the truth about where a request came from, whatever the client claims', async () => {
  await using browser = openHttpBrowser({ ca: certificates.ca });
  expect((await browser.open(gate.url)).status).toBe(502);
  gate.forwardTo(behind.port);
  const claims = { 'x-forwarded-for': '203.0.113.1', 'x-forwarded-host': 'evil.example', forwarded: 'for=1.2.3.4' };
  const seen = JSON.parse((await browser.open(gate.url, claims)).body);
  expect(seen).toMatchObject({
    host: `localhost:${gate.port}`,
    'x-forwarded-for': '127.0.0.1',
    'x-forwarded-proto': 'https',
    'x-forwarded-host': `localhost:${gate.port}`,
  });
  expect(seen).not.toHaveProperty('forwarded');
});

test('the certificate holds for a second site and in child processes that are told of the authority', async () => {
  await using provider = await startTlsProxy(certificates, '127.0.0.2');
  provider.forwardTo(behind.port);
  const program = `console.log((await fetch('${provider.url}')).status)`;
  const ask = (extra: Record<string, string>): Promise<{ stdout: string }> =>
    promisify(execFile)(process.execPath, ['--input-type=module', '--eval', program], {
      env: { PATH: process.env['PATH'], ...extra },
    });
  expect((await ask({ NODE_EXTRA_CA_CERTS: certificates.caFile })).stdout).toBe('200\n');
  await expect(ask({})).rejects.toThrow('fetch failed');
  await expect(fetch(provider.url)).rejects.toThrow('fetch failed');
  trustInThisProcess(certificates);
  expect((await fetch(provider.url)).status).toBe(200);
});
