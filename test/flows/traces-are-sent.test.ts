import { expect, onTestFinished, test } from 'vitest';
import { beginTrace } from '../../src/base/signals/spans.ts';
import { startTracing } from '../../src/tracing/start-tracing.ts';
import { makeApplication, makePerson, makeRoot } from '../support/fixtures.ts';
import { openHttpBrowser } from '../support/http-browser.ts';
import { logIn } from '../support/log-in.ts';
import { authorizeUrl, codeFor, codeIn, redeem } from '../support/relying-application.ts';
import { startService } from '../support/start-service.ts';
import type { TestService } from '../support/start-service.ts';
import { startTraceReceiver } from '../support/trace-receiver.ts';
import type { ReceivedSpan, ReceiverMood, TraceReceiver } from '../support/trace-receiver.ts';

interface Traced {
  service: TestService;
  receiver: TraceReceiver;
  /** Lines of the log. */
  lines: Record<string, unknown>[];
}

/** A service that sends traces; both end with the test. */
async function startTraced(mood: ReceiverMood, settings: Record<string, string> = {}): Promise<Traced> {
  const receiver = await startTraceReceiver(mood);
  onTestFinished(async () => receiver[Symbol.asyncDispose]());
  const lines: Record<string, unknown>[] = [];
  const write = (line: string): void => void lines.push(JSON.parse(line) as Record<string, unknown>);
  const service = await startService({
    settings: { OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url, ...settings },
    log: { write },
  });
  return { service, receiver, lines };
}

/** Logs somebody in, to an application and then silently once more. */
async function logSomebodyIn(service: TestService): Promise<number> {
  const root = await makeRoot(service);
  const redirectUri = 'http://127.0.0.1:9001/back';
  const { application, clientSecret } = await makeApplication(service, root, { redirectUris: [redirectUri] });
  const reports = { clientId: application.clientId, clientSecret, redirectUri };
  const maria = await makePerson(service, root, 'maria@northwind.example');
  await using browser = openHttpBrowser({ now: () => service.clock.now(), stopAt: (url) => url.port === '9001' });
  const back = await logIn(browser, service, await browser.open(authorizeUrl(service, reports)), maria);
  await redeem(service, reports, codeIn(back, reports));
  return (await redeem(service, reports, await codeFor(browser, service, reports))).status;
}

test('a request leads from its line in the log to its trace, which tells statements, passwords and jobs', async () => {
  const { service, receiver, lines } = await startTraced('takes', { OTEL_SERVICE_NAME: 'sso' });
  expect(await logSomebodyIn(service)).toBe(200);
  await service.app.jobs.runDue();
  // Ends the sending: all spans are there.
  await service.close();

  const { spans } = receiver;
  const below = (parent: ReceivedSpan): ReceivedSpan[] =>
    spans.filter(({ parentSpanId }) => parentSpanId === parent.spanId);
  const requests = spans.filter(({ attributes }) => 'gatehouse.request_id' in attributes);
  for (const request of requests) {
    const line = lines.find(
      ({ reqId, msg }) => reqId === request.attributes['gatehouse.request_id'] && msg === 'request completed',
    );
    expect(line).toMatchObject({
      trace_id: request.traceId,
      req: { method: request.attributes['http.request.method'] },
      res: { status: request.attributes['http.response.status_code'] },
    });
    expect(request.parentSpanId).toBe('');
  }
  // Through the routes, by the direct way, and its form posted.
  const silent = requests.filter(({ name }) => name === 'GET /oauth2/*');
  expect(silent.length).toBeGreaterThanOrEqual(2);
  expect(below(silent.at(-1)!).map(({ name }) => name)).toContainEqual(expect.stringContaining('insert'));
  expect(requests.map(({ name }) => name)).toContain('POST /oauth2/*');
  const passwords = spans.filter(({ name }) => name === 'argon2 compare');
  expect(passwords.length).toBeGreaterThan(0);
  for (const password of passwords) {
    expect(requests.find(({ spanId }) => spanId === password.parentSpanId)?.name).toMatch(/^POST \/login/);
    expect(password.attributes['gatehouse.waited_ms']).toBeGreaterThanOrEqual(0);
  }
  const jobs = spans.filter(({ name }) => name.startsWith('job '));
  expect(jobs.length).toBeGreaterThan(0);
  expect(jobs.flatMap(below).length).toBeGreaterThan(0);
  expect(receiver.texts.join('')).toContain('"service.name"');
  expect(receiver.texts.join('')).toContain('"sso"');
  expect(receiver.texts[0]).toContain('/v1/traces');
});

test('without a receiver, and for probes, there is no trace', async () => {
  await using service = await startService();
  const begun = beginTrace({ kind: 'job', name: 'mail', attempt: 1 });
  expect(begun).toBeUndefined();
  expect((await fetch(`${service.url}/healthz`)).status).toBe(200);
  const { service: traced, receiver } = await startTraced('takes');
  for (let n = 0; n < 3; n += 1) await fetch(`${traced.url}/readyz`);
  await traced.close();
  expect(receiver.spans.filter(({ attributes }) => 'gatehouse.request_id' in attributes)).toEqual([]);
});

test('what a sampler leaves out is in no trace and in no line', async () => {
  const { service, receiver, lines } = await startTraced('takes', { OTEL_TRACES_SAMPLER: 'always_off' });
  expect(await logSomebodyIn(service)).toBe(200);
  await service.close();
  expect(receiver.spans).toEqual([]);
  expect(lines.filter((line) => 'trace_id' in line)).toEqual([]);
});

test.each(['silent', 'endless'] as const)(
  'a receiver that is %s holds up neither a login nor the end',
  async (mood) => {
    const { service, receiver } = await startTraced(mood);
    expect(await logSomebodyIn(service)).toBe(200);
    // It has been asked, and what it does is felt by nobody.
    await expect.poll(() => receiver.asked, { timeout: 10_000 }).toBeGreaterThan(0);
    expect((await fetch(`${service.url}/login/start`, { redirect: 'manual' })).status).toBeLessThan(400);
    await service.close();
  },
);

test('a receiver that refuses is told once, without its words, and once when it takes traces again', async () => {
  const { service, receiver, lines } = await startTraced('refuses');
  const told = (start: string): Record<string, unknown>[] => lines.filter(({ msg }) => String(msg).startsWith(start));
  for (const asked of [0, 1]) {
    await fetch(`${service.url}/login/start`);
    await expect.poll(() => receiver.asked, { timeout: 10_000 }).toBeGreaterThan(asked);
  }
  receiver.mood = 'takes';
  await fetch(`${service.url}/login/start`);
  await expect.poll(() => told('traces are taken again').length, { timeout: 10_000 }).toBe(1);
  expect(told('traces are not taken')).toEqual([expect.objectContaining({ code: '400', level: 40 })]);
  expect(JSON.stringify(lines)).not.toContain('we do not want this');
  await service.close();
});

test('of what waits for a receiver there is a bound', async () => {
  await using receiver = await startTraceReceiver('silent');
  const log = { info: () => {}, warn: () => {}, error: () => {} };
  const settings = { url: `${receiver.url}/v1/traces`, headers: {}, serviceName: 'x', sampler: 'always_on', part: 1 };
  const stop = startTracing(settings, { log, version: '1' });
  for (let n = 0; n < 20_000; n += 1) beginTrace({ kind: 'job', name: 'mail', attempt: n })?.end({});
  receiver.mood = 'takes';
  const stopped = stop();
  receiver.answerAll();
  await stopped;
  await expect.poll(() => receiver.spans.length).toBeGreaterThanOrEqual(512);
  expect(receiver.spans.length).toBeLessThanOrEqual(2048 + 512);
  // Who stopped hears nothing more.
  expect(beginTrace({ kind: 'job', name: 'mail', attempt: 1 })).toBeUndefined();
});
