import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { Agent, request } from 'undici';
import { consoleToken, createApiClient } from '../../demo/gatehouse/api-client.ts';
import { acceptSetup } from '../../demo/gatehouse/first-administrator.ts';
import { startGatehouse } from '../../demo/gatehouse/service-process.ts';
import type { Figure } from '../faults/figures.ts';
import { trustInThisProcess } from '../support/certificates.ts';
import type { TestCertificates } from '../support/certificates.ts';
import type { Cookie } from '../support/cookie-jar.ts';
import { openHttpBrowser } from '../support/http-browser.ts';

/** Where the person is; the proxy is at 127.0.0.1. */
const CLIENT = '127.1.2.3';
/** What a client claims that would like to be somebody else. */
const CLAIMED = '203.0.113.9';

/**
 * Starts Gatehouse behind a proxy that already runs, and goes the way of a person: setting up, an authorization request of an
 * application with a long address, the API. Says what arrived.
 */
export async function usePeoplesWay(
  place: { backend: number; http: number; https: number },
  certificates: TestCertificates,
): Promise<Figure[]> {
  trustInThisProcess(certificates);
  const folder = await mkdtemp(join(tmpdir(), 'gatehouse-behind-'));
  const url = `https://localhost:${place.https}`;
  const connect = { ca: certificates.ca, family: 4, autoSelectFamily: false };
  const dispatcher = new Agent({ connect, localAddress: CLIENT, pipelining: 0, allowH2: false });
  const modern = new Agent({ connect, allowH2: true });
  const settings = {
    GATEHOUSE_URL: url,
    GATEHOUSE_DATA: folder,
    PORT: String(place.backend),
    TRUSTED_PROXIES: '127.0.0.1',
    LOG_LEVEL: 'warn',
  };
  try {
    await using service = await startGatehouse({ settings });
    await untilReady(`${url}/readyz`, dispatcher);
    const browser = openHttpBrowser({
      dispatcher,
      headers: { 'x-forwarded-for': CLAIMED, 'x-forwarded-host': 'fabrikam.example', 'x-forwarded-proto': 'http' },
      stopAt: (address) => address.pathname === '/console/callback',
    });
    const person = { organization: 'Northwind', email: 'anna@northwind.example', password: 'a calm harbour at dawn' };
    await acceptSetup(browser, service.setupUrl ?? '', person);
    const api = createApiClient(url, await consoleToken(browser, url));
    const { organization } = await api.call('getMe');
    const events = await api.call('listAuditEvents', { params: { organizationId: organization.id } });
    const cookies = browser.cookies.all();
    const networks = new Set(events.items.flatMap(({ network }) => (network === null ? [] : [network])));

    const ask = async (path: string, headers: Record<string, string> = {}): Promise<Answer> => {
      const { statusCode, headers: got, body } = await request(`${url}${path}`, { dispatcher, headers });
      await body.dump();
      return { status: statusCode, headers: got };
    };
    const first = await ask(authorization(url, 20));
    const tooLong = (await ask(authorization(url, 40_000))).status;
    const overHttp2 = await request(`${url}${authorization(url, 6000)}`, { dispatcher: modern });
    await overHttp2.body.dump();
    const plain = await request(`http://127.0.0.1:${place.http}/login?a=b`, { headers: { host: 'localhost' } });
    await plain.body.dump();
    return [
      { what: 'an authorization request leads on', measured: first.status, wanted: 303 },
      { what: 'an administrator sets the service up', measured: organization.name, wanted: 'Northwind' },
      { what: 'addresses in the audit log', measured: [...networks].join(), wanted: CLIENT },
      {
        what: 'cookies for the whole site',
        measured: String(cookies.some(({ name }) => name.startsWith('__Host-'))),
        wanted: 'true',
      },
      {
        what: 'cookies that another host could set or read',
        measured: openCookies(cookies).join() || 'none',
        wanted: 'none',
      },
      {
        what: 'the login page is at',
        measured: new URL(String(first.headers['location']), url).origin,
        wanted: url,
      },
      ...(await Promise.all(
        [2000, 6000, 12_000].map(async (length) => ({
          what: `an authorization request of ${length} characters more`,
          measured: (await ask(authorization(url, length))).status,
          wanted: first.status,
        })),
      )),
      { what: 'one of 6000 over HTTP/2', measured: overHttp2.statusCode, wanted: first.status },
      {
        what: 'headers of 12,000 characters',
        measured: (await ask('/readyz', { 'x-large': 'a'.repeat(12_000) })).status,
        wanted: 200,
      },
      {
        what: 'an address of 40,000 characters is refused as too long',
        measured: String([400, 414, 431].includes(tooLong)),
        wanted: 'true',
      },
      { what: 'strict-transport-security, once', measured: once(first, 'strict-transport-security'), wanted: 'true' },
      { what: 'x-frame-options, once', measured: once(first, 'x-frame-options'), wanted: 'true' },
      {
        what: 'http leads to https',
        measured: `${[301, 308].includes(plain.statusCode)} ${String(plain.headers['location']).replace(`:${place.https}`, '')}`,
        wanted: 'true https://localhost/login?a=b',
      },
    ];
  } finally {
    await dispatcher.close();
    await modern.close();
    await rm(folder, { recursive: true, force: true });
  }
}

interface Answer {
  status: number;
  headers: Readonly<Record<string, string | string[] | undefined>>;
}

/** An authorization request of the console with a state of so many characters. */
function authorization(url: string, length: number): string {
  const query = new URLSearchParams({
    client_id: 'console',
    response_type: 'code',
    scope: 'openid',
    redirect_uri: `${url}/console/callback`,
    resource: `${url}/api/v1`,
    code_challenge: 'a'.repeat(43),
    code_challenge_method: 'S256',
    state: 's'.repeat(length),
  });
  return `/oauth2/authorize?${query.toString()}`;
}

/** Every cookie travels over TLS alone; one for the whole site is bound to it by its name (RFC 6265bis, section 4.1.3). */
function openCookies(cookies: readonly Cookie[]): string[] {
  return cookies
    .filter(({ name, path, secure }) => !secure || (path === '/' && !name.startsWith('__Host-')))
    .map(({ name }) => name);
}

function once({ headers }: Answer, name: string): string {
  return String(typeof headers[name] === 'string' && !headers[name].includes(', '));
}

/** The proxy notices that the service is there when it looks the next time. */
async function untilReady(address: string, dispatcher: Agent): Promise<void> {
  for (let tries = 0; tries < 300; tries += 1) {
    const answer = await request(address, { dispatcher }).catch(() => undefined);
    await answer?.body.dump();
    if (answer?.statusCode === 200) return;
    await pause(100);
  }
  throw new Error(`${address} is not ready through the proxy`);
}
