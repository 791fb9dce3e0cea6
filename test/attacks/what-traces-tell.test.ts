import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ATTRIBUTES } from '../../src/tracing/create-tracer.ts';
import { formatId } from '../../src/base/ids.ts';
import { callbacksOf, configure, goToProvider } from '../support/federation.ts';
import { makeApplication, makeManaged, makePerson, makeRoot } from '../support/fixtures.ts';
import { openHttpBrowser } from '../support/http-browser.ts';
import type { HttpBrowser } from '../support/http-browser.ts';
import { logIn } from '../support/log-in.ts';
import type { Page } from '../support/page.ts';
import { addApiToken, addUser } from '../support/people.ts';
import { authorizeUrl, codeFor, codeIn, redeem, VERIFIER } from '../support/relying-application.ts';
import { startFabrikam } from '../support/start-provider.ts';
import type { Fabrikam } from '../support/start-provider.ts';
import { startService } from '../support/start-service.ts';
import type { TestService } from '../support/start-service.ts';
import { startTraceReceiver } from '../support/trace-receiver.ts';
import type { TraceReceiver } from '../support/trace-receiver.ts';

// Lesson: traces go to another system, which more people read than the log, and is often somebody else's; libraries
// that make them by themselves put addresses with authorization codes and the values of statements into them.

const DIRECTORY = '2c1a7d1e-0f7b-4b7e-8f0a-6a4f0d8c9b11';
const CLIENT = '8a2d3b0f-63e5-4b1f-8e1d-4c7a6a2a9b32';
const PROVIDER_SECRET = 'the-secret-at-the-provider';
const lena = {
  oid: 'a1f6f0de-7d0e-4a5f-9e55-0a4b7c5d1e01',
  upn: 'lena@fabrikam.example',
  name: 'Lena Fabrikant',
  password: 'pw-of-lena',
};
const STRANGER = '203.0.113.77';

let fabrikam: Fabrikam;
let service: TestService;
let receiver: TraceReceiver;

beforeAll(async () => {
  receiver = await startTraceReceiver();
  fabrikam = await startFabrikam({
    directories: [{ id: DIRECTORY, name: 'Fabrikam', domains: ['fabrikam.example'] }],
    users: [{ ...lena, directory: DIRECTORY }],
  });
  service = await startService({
    settings: {
      OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url,
      GATEHOUSE_ENTRA_AUTHORITY: fabrikam.origin,
      TRUSTED_PROXIES: '127.0.0.1',
    },
  });
});
afterAll(async () => {
  await service?.close();
  await fabrikam?.stop();
  await receiver?.[Symbol.asyncDispose]();
});

/** Words of the protocol that stand in every request. */
const PUBLIC = new Set(['openid profile email', 'form_post', 'query', 'id_token', 'code id_token', 'select_account']);

/** What the addresses of a page's requests carried: values of queries, and parts of paths that are made by chance. */
function carriedBy(pages: readonly Page[]): string[] {
  const addresses = pages.flatMap(({ hops, stoppedAt }) => [
    ...hops.map(({ url }) => url),
    ...(stoppedAt === undefined ? [] : [stoppedAt]),
  ]);
  const values = addresses.flatMap(({ pathname, searchParams }) => [
    ...searchParams.values(),
    ...pathname.split('/').filter((part) => part.length >= 16 && !part.startsWith('.')),
  ]);
  return values.filter((value) => value.length >= 6 && !PUBLIC.has(value));
}

/** All that the receiver was told, without the ids and times that the protocol makes by itself. */
const told = (): string =>
  receiver.texts
    .join('\n')
    .replaceAll(/"(?:traceId|spanId|parentSpanId|startTimeUnixNano|endTimeUnixNano|content-length)":"[^"]*"/g, '');

test('no address, code, state, password, token, name or value of a whole login is in any span', async () => {
  const root = await makeRoot(service);
  const organization = await makeManaged(service, root, 'Fabrikam');
  const redirectUri = 'http://127.0.0.1:9001/back-to-the-application';
  const { application, clientSecret } = await makeApplication(service, root, { redirectUris: [redirectUri] });
  const reports = { clientId: application.clientId, clientSecret, redirectUri };
  const maria = await makePerson(service, root, 'maria.montez@northwind.example');
  await fabrikam.addApps({
    clientId: CLIENT,
    directory: DIRECTORY,
    redirectUris: [{ uri: callbacksOf(service, organization).own }],
    secrets: [{ id: 'id-of-the-secret', value: PROVIDER_SECRET }],
  });
  await addUser({ db: service.database.db, clock: service.clock }, organization, lena.upn, { status: 'pending' });
  await configure(service, organization, {
    method: 'entra-id',
    clientId: CLIENT,
    directoryId: DIRECTORY,
    credential: 'secret',
    clientSecret: PROVIDER_SECRET,
  });

  const pages: Page[] = [];
  const open = (): HttpBrowser =>
    openHttpBrowser({
      now: () => service.clock.now(),
      stopAt: (url) => url.port === '9001',
      headers: { 'user-agent': 'a-browser-of-its-own', 'x-forwarded-for': STRANGER },
    });
  await using browser = open();
  const state = `state-${randomBytes(12).toString('base64url')}`;
  const nonce = `nonce-${randomBytes(12).toString('base64url')}`;
  const asked = await browser.open(authorizeUrl(service, reports, { state, nonce, login_hint: maria.email }));
  const back = await logIn(browser, service, asked, maria);
  pages.push(asked, back);
  const code = codeIn(back, reports);
  const tokens = await redeem(service, reports, code);
  const silentCode = await codeFor(browser, service, reports, { state, nonce });
  const silent = await redeem(service, reports, silentCode);
  expect(silent.status).toBe(200);

  await using provider = open();
  const atProvider = await goToProvider(provider, service, lena.upn);
  const done = await provider.submit(atProvider, { loginfmt: lena.upn, passwd: lena.password }, { button: 'Sign in' });
  expect(done.title).toContain('Your applications');
  pages.push(atProvider, done);

  const linkSecret = randomBytes(24).toString('base64url');
  pages.push(await browser.open(`${service.url}/login/invitation/${linkSecret}`));
  pages.push(await browser.open(`${service.url}/nothing/${linkSecret}`));
  await browser.post(`${service.url}/login/${linkSecret}`, new URLSearchParams({ password: linkSecret }), asked.url);
  const apiToken = await addApiToken({ db: service.database.db, clock: service.clock }, root, 'administrator');
  const users = `${service.url}/api/v1/organizations/${formatId('org', root.id)}/users?search=montez`;
  expect((await fetch(users, { headers: { authorization: `Bearer ${apiToken}` } })).status).toBe(200);
  await service.app.jobs.runDue();
  const cookies = browser.cookies.headerFor({
    url: new URL(service.url),
    method: 'GET',
    initiator: undefined,
  });
  await service.close();

  const spans = receiver.spans;
  // All five places told something, so there was something to look through.
  for (const mark of [
    'gatehouse.request_id',
    'db.query.summary',
    'server.address',
    'gatehouse.waited_ms',
    'gatehouse.job',
  ]) {
    expect(spans.flatMap(({ attributes }) => Object.keys(attributes))).toContain(mark);
  }
  const calls = spans.filter(({ attributes }) => 'server.address' in attributes);
  expect(new Set(calls.map(({ attributes }) => attributes['server.address']))).toEqual(
    new Set([new URL(fabrikam.origin).hostname]),
  );

  const secrets = [
    maria.email,
    'montez',
    maria.password,
    maria.userId,
    formatId('usr', maria.userId),
    lena.upn,
    lena.name,
    lena.password,
    lena.oid,
    PROVIDER_SECRET,
    state,
    nonce,
    code,
    silentCode,
    VERIFIER,
    clientSecret,
    redirectUri,
    linkSecret,
    apiToken,
    tokens.body.access_token,
    tokens.body.id_token,
    silent.body.access_token,
    silent.body.id_token,
    STRANGER,
    'a-browser-of-its-own',
    'Northwind',
    'Fabrikam',
    ...(cookies ?? '').split(/; ?|=/).filter((part) => part.length > 20),
    ...carriedBy(pages),
  ];
  const text = told().toLowerCase();
  const found = new Set(
    secrets.filter((secret) => {
      if (typeof secret !== 'string' || secret === '') throw new Error('a secret of this test is empty');
      const plain = secret.toLowerCase();
      return text.includes(plain) || text.includes(encodeURIComponent(plain));
    }),
  );
  expect([...found]).toEqual([]);
  expect(secrets.length).toBeGreaterThan(40);

  const attributes = new Set(spans.flatMap((span) => Object.keys(span.attributes)));
  expect([...attributes].filter((name) => !(ATTRIBUTES as readonly string[]).includes(name))).toEqual([]);
  // Nothing else that a span may carry is used: what an error said would stand in an event or a status.
  expect(text).not.toMatch(/"message":"[^"]|"events":\[\{|"links":\[\{/);
});

test('a trace goes on with the id of a trusted proxy alone, and a stranger’s begins nothing', async () => {
  const trace = randomBytes(16).toString('hex');
  const parent = randomBytes(8).toString('hex');
  const traceparent = `00-${trace}-${parent}-01`;
  await using sink = await startTraceReceiver();
  const odd = ['', '00', `00-${trace}-${parent}`, `ff-${trace}-${parent}-01`, `00-${'0'.repeat(32)}-${parent}-01`];
  for (const [proxies, paths] of [
    ['127.0.0.1', ['/login/start', '/.well-known/openid-configuration']],
    ['', ['/login/start', '/.well-known/openid-configuration']],
    ['198.51.100.7', ['/login/start', '/.well-known/openid-configuration']],
  ] as const) {
    sink.spans.length = 0;
    const behind = await startService({
      settings: { OTEL_EXPORTER_OTLP_ENDPOINT: sink.url, TRUSTED_PROXIES: proxies },
    });
    // Who states that they come through the proxy is no proxy.
    const headers = { 'x-forwarded-for': '198.51.100.7', tracestate: `vendor=${parent}` };
    for (const path of paths) {
      await fetch(`${behind.url}${path}`, { redirect: 'manual', headers: { ...headers, traceparent } });
    }
    for (const each of odd) {
      const answer = await fetch(`${behind.url}${paths[1]}`, { headers: { ...headers, traceparent: each } });
      expect(answer.status).toBe(200);
    }
    await behind.close();
    const requests = sink.spans.filter(({ attributes }) => 'gatehouse.request_id' in attributes);
    expect(requests).toHaveLength(paths.length + odd.length);
    const gone = requests.filter(({ traceId, parentSpanId }) => traceId === trace && parentSpanId === parent);
    expect(gone).toHaveLength(proxies === '127.0.0.1' ? paths.length : 0);
    expect(requests.filter(({ traceId }) => traceId === trace)).toHaveLength(gone.length);
    expect(sink.texts.join('')).not.toContain('vendor=');
  }
});
