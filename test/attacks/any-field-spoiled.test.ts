import { request as send } from 'node:http';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ROUTE_NAMES, furnish, requestsAt } from '../support/api-requests.ts';
import type { Belongings } from '../support/api-requests.ts';
import { addApiToken, foundNorthwind } from '../support/people.ts';
import { spoiled } from '../support/spoiled-values.ts';
import { startService } from '../support/start-service.ts';
import type { TestService } from '../support/start-service.ts';
import { contract } from '../../src/api/contract/all-routes.ts';
import type { RouteName } from '../../src/api/contract/all-routes.ts';
import { ERROR_CODES } from '../../src/base/errors.ts';

// Whatever an administrator's program sends, in any field of any route: never a fault of ours, always a problem document.

let service: TestService;
let token: string;
let at: Belongings;

beforeAll(async () => {
  service = await startService();
  const deps = { db: service.database.db, clock: service.clock, secrets: service.secrets };
  const houses = await foundNorthwind(deps);
  token = await addApiToken(deps, houses.northwind, 'administrator');
  at = await furnish(deps, houses.contoso);
});
afterAll(async () => service.close());

/** Sends exactly this path, which `fetch` would tidy up; returns what is wrong with the answer. */
async function faultOf(
  method: string,
  path: string,
  body?: string,
  headers: Record<string, string> = {},
): Promise<string | undefined> {
  const { status, type, text } = await new Promise<{ status: number; type: string; text: string }>(
    (resolve, reject) => {
      const call = send(
        {
          host: '127.0.0.1',
          port: service.port,
          method,
          agent: false,
          path: `/api/v1${path}`,
          headers: {
            authorization: `Bearer ${token}`,
            ...(body === undefined
              ? {}
              : { 'content-type': 'application/json', 'content-length': String(Buffer.byteLength(body)) }),
            ...headers,
          },
        },
        (response) => {
          let received = '';
          response.setEncoding('utf8');
          response.on('data', (chunk: string) => (received += chunk));
          response.on('end', () =>
            resolve({
              status: response.statusCode ?? 0,
              type: String(response.headers['content-type']),
              text: received,
            }),
          );
        },
      );
      call.on('error', (error) =>
        reject(new Error(`${method} ${path} ${(body ?? '').slice(0, 200)}`, { cause: error })),
      );
      call.end(body);
    },
  );
  if (status < 400) return undefined;
  const problem = type.startsWith('application/problem+json')
    ? (JSON.parse(text) as { code?: string; status?: number })
    : {};
  const sound =
    status !== 500 && problem.status === status && problem.code !== undefined && problem.code in ERROR_CODES;
  const fields = (problem as { errors?: { field: string }[] }).errors ?? [];
  if (sound && problem.code !== 'internal' && fields.every(({ field }) => field !== '')) return undefined;
  return `${method} ${path.slice(0, 120)} ${(body ?? '').slice(0, 200)} → ${status} ${text.slice(0, 300)}`;
}

const RAW = [
  '%00',
  '%ED%A0%80',
  '%zz',
  '%',
  '%2e%2e%2f',
  '%E2%80%AE',
  '%0d%0aX:1',
  'a'.repeat(600),
  'a'.repeat(5000),
  '%F0%9F%98%80',
  "'--",
];

/** Path and query with each parameter spoiled in turn, percent-encoding included. */
function* addresses(name: RouteName): Generator<string> {
  const { params, query = {} } = requestsAt(at)[name];
  const pathOf = (values: Record<string, string>): string =>
    contract[name].path.replaceAll(/\{(\w+)\}/g, (_match, part: string) => values[part] ?? '');
  const queryOf = (values: Record<string, string>): string => {
    const text = Object.entries(values)
      .map(([part, value]) => `${part}=${value}`)
      .join('&');
    return text === '' ? '' : `?${text}`;
  };
  // The organization of a path is read in one place: it is spoiled where nothing else is.
  const parts = Object.keys(params).filter((part, _place, all) => part !== 'organizationId' || all.length === 1);
  for (const part of parts) {
    for (const raw of RAW) yield pathOf({ ...params, [part]: raw }) + queryOf(query);
  }
  const known = Object.keys((contract[name].query as { shape?: object }).shape ?? {});
  for (const part of [...known, 'unknown']) {
    for (const raw of RAW) yield pathOf(params) + queryOf({ ...query, [part]: raw });
    yield `${pathOf(params)}?${part}=1&${part}=2`;
  }
}

type Call = () => Promise<string | undefined>;

/** What is wrong with the answers, eight requests at a time. */
async function faultsOf(calls: readonly Call[]): Promise<string[]> {
  const faults: string[] = [];
  const waiting = calls.values();
  const work = async (): Promise<void> => {
    for (const call of waiting) {
      const fault = await call();
      if (fault !== undefined) faults.push(fault);
    }
  };
  await Promise.all(Array.from({ length: 8 }, work));
  return faults;
}

test('no field of a body makes a fault', async () => {
  const calls = ROUTE_NAMES.flatMap((name): Call[] => {
    const { method, path } = contract[name];
    const { params, query, body } = requestsAt(at)[name];
    const filled = path.replaceAll(/\{(\w+)\}/g, (_match, part: string) => params[part] ?? '');
    const address = query === undefined ? filled : `${filled}?${new URLSearchParams(query).toString()}`;
    // The schema of a route without a body takes nothing: each of these is refused.
    return method === 'GET'
      ? []
      : spoiled(contract[name].body, body).map((bad) => async () => faultOf(method, address, JSON.stringify(bad)));
  });
  expect(await faultsOf(calls)).toEqual([]);
  expect(calls.length).toBeGreaterThan(1500);
});

test('no part of an address makes a fault', async () => {
  const calls = ROUTE_NAMES.flatMap((name): Call[] => {
    const { body } = requestsAt(at)[name];
    const text = body === undefined ? undefined : JSON.stringify(body);
    return [...addresses(name)].map((address) => async () => faultOf(contract[name].method, address, text));
  });
  expect(await faultsOf(calls)).toEqual([]);
  expect(calls.length).toBeGreaterThan(600);
});

test('no body that is none, and no odd header, makes a fault', async () => {
  const faults = [
    'null',
    '[]',
    '"x"',
    '7',
    '{',
    '\u0000',
    '\uFEFF{}',
    '{"name":1e999}',
    '{"name":"x"}x',
    `{"name":"${'a'.repeat(300_000)}"}`,
    '['.repeat(100_000),
  ].map(async (body) => faultOf('POST', '/organizations', body));
  const headers = [
    { 'idempotency-key': 'x'.repeat(300) },
    { 'idempotency-key': '' },
    { 'idempotency-key': '\u00e9' },
    { 'content-type': 'text/plain' },
    { 'content-type': 'application/json; charset=utf-16' },
    { 'content-type': 'multipart/form-data; boundary=x' },
    { 'content-encoding': 'gzip' },
    { 'user-agent': 'x'.repeat(5000) },
    { authorization: `Bearer ${'x'.repeat(5000)}` },
    { authorization: 'Bearer' },
    { 'x-forwarded-for': 'unknown, %00' },
  ].map(async (header) => faultOf('POST', '/organizations', '{"name":"Odd"}', header));
  const found = await Promise.all([...faults, ...headers]);
  expect(found.filter((fault) => fault !== undefined)).toEqual([]);
});
