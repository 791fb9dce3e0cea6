import { afterAll, beforeAll, expect, test } from 'vitest';
import { METRICS_TOKEN, scrapeAll } from '../support/scrapes.ts';
import { startService } from '../support/start-service.ts';
import type { TestService } from '../support/start-service.ts';

// Lesson: numbers tell who logs in where, and a label that strangers fill is a memory without end.

let service: TestService;

beforeAll(async () => {
  service = await startService({ settings: { GATEHOUSE_METRICS_TOKEN: METRICS_TOKEN } });
});
afterAll(async () => service?.close());

const ask = async (headers: Record<string, string>, url = service.url): Promise<Response> =>
  fetch(`${url}/metrics`, { headers });

test('nobody reads them without the token, and every refusal is the same', async () => {
  const wrong = [
    undefined,
    'Bearer',
    'Bearer ',
    METRICS_TOKEN,
    `Basic ${METRICS_TOKEN}`,
    `Basic ${Buffer.from(`:${METRICS_TOKEN}`).toString('base64')}`,
    `Bearer ${METRICS_TOKEN}x`,
    `Bearer ${METRICS_TOKEN.slice(0, -1)}`,
    `Bearer ${METRICS_TOKEN.toUpperCase()}`,
    `Bearer ${METRICS_TOKEN} ${METRICS_TOKEN}`,
    `Bearer ${'x'.repeat(5000)}`,
  ];
  const answers = await Promise.all(
    wrong.map(async (authorization) => {
      const answer = await ask(authorization === undefined ? {} : { authorization });
      const { reference, ...body } = (await answer.json()) as { reference: string };
      expect(reference).toMatch(/^\w{8}$/);
      const headers = [...answer.headers].filter(([name]) => name !== 'date');
      return { status: answer.status, headers, body };
    }),
  );
  expect(answers[0]).toMatchObject({ status: 401, body: { code: 'caller.unauthenticated' } });
  expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1);
  expect((await ask({ authorization: `Bearer ${METRICS_TOKEN}` })).status).toBe(200);
});

test('nothing is there where no token is set', async () => {
  await using without = await startService({ database: service.database });
  for (const headers of [{}, { authorization: `Bearer ${METRICS_TOKEN}` }, { authorization: 'Bearer undefined' }]) {
    expect((await ask(headers, without.url)).status).toBe(404);
  }
});

test('two thousand odd requests make no new series', async () => {
  const before = await scrapeAll(service.url);
  const grants = ['password', '__proto__', 'constructor', 'urn:x', 'authorization_code', '', 'toString'];
  const methods = ['GET', 'POST', 'PUT', 'DELETE', 'PATCH', 'OPTIONS', 'HEAD', 'PROPFIND'];
  const paths = [
    (i: number) => `/nothing-${i}`,
    (i: number) => `/oauth2/odd-${i}?client_id=client-${i}`,
    (i: number) =>
      i % 5 === 0
        ? `/oauth2/authorize?client_id=app-${i}&redirect_uri=https://fabrikam.example/${i}`
        : `/login/${i}/${i}/${i}`,
    (i: number) => `/api/v1/organizations/org-${i}`,
    (i: number) => `/console/page-${i}`,
    (i: number) => `/.well-known/${i}`,
    (i: number) => `/%zz${i}`,
    (i: number) => `/metrics?${i}`,
  ];
  const send = async (i: number): Promise<void> => {
    const odd = i % 8 === 0;
    const answer = odd
      ? await fetch(`${service.url}/oauth2/token`, {
          method: 'POST',
          body: new URLSearchParams({
            grant_type: `${grants[i % grants.length]}${i % 2 ? '' : i}`,
            client_id: `c${i}`,
          }),
        })
      : await fetch(`${service.url}${paths[i % paths.length]!(i)}`, {
          method: methods[i % methods.length]!,
          redirect: 'manual',
        });
    await answer.arrayBuffer();
  };
  for (let i = 0; i < 2000; i += 40) await Promise.all(Array.from({ length: 40 }, async (_, j) => send(i + j)));
  const after = await scrapeAll(service.url);
  expect([...after.keys()].filter((key) => !before.has(key))).toEqual([]);
  const sum = (series: ReadonlyMap<string, number>): number =>
    [...series].reduce((all, [key, value]) => all + (key.startsWith('gatehouse_requests_total') ? value : 0), 0);
  expect(sum(after) - sum(before)).toBeGreaterThan(1700);
  expect(after.get('gatehouse_tokens_total{grant="other",outcome="refused"}')).toBeGreaterThan(100);
});
