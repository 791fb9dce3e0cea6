import { openThrowawayDatabase } from '../tools/screens/throwaway-database.ts';
import { OPENID_FORMS } from '../test/support/openid-forms.ts';
import { makeApplication, makePerson, makeRoot } from '../test/support/fixtures.ts';
import { openHttpBrowser } from '../test/support/http-browser.ts';
import { ROUTE_NAMES, addressOf, furnish, requestsAt } from '../test/support/api-requests.ts';
import { addApiToken } from '../test/support/people.ts';
import { startService } from '../test/support/start-service.ts';
import type { TestService } from '../test/support/start-service.ts';
import type { Organization } from '../src/organizations/organization.ts';
import { contract } from '../src/api/contract/all-routes.ts';

/**
 * How long one request can hold the process: `npm run bench -- --inputs`. Every text field of every route of the API, of
 * the forms of a login and of the OpenID Provider's endpoints is sent in sizes up to what a body may have, in the shapes
 * that are worst for regular expressions and nested loops. Measured is the processor time of the main thread, which
 * other work on the machine does not change; it includes the client's part, since both run in this process.
 */
export async function measureLargestInputs(): Promise<void> {
  await using database = await openThrowawayDatabase();
  await using service = await startService({ database });
  const results: Result[] = [];
  const measured = async (what: string, act: () => Promise<number>): Promise<void> => {
    let first = await cpuOf(act);
    if (first.status === 429) {
      await service.database.db.deleteFrom('rateLimit').execute();
      first = await cpuOf(act);
    }
    // What is compiled or collected at this moment counts once: the least of three is what the input costs.
    const again = first.ms < LOOK_AGAIN_MS ? [] : [await cpuOf(act), await cpuOf(act)];
    const ms = Math.min(first.ms, ...again.map((one) => one.ms));
    results.push({ what, ms, status: first.status });
  };
  const root = await makeRoot(service);
  const { email } = await makePerson(service, root, 'anna@northwind.example');
  await tryApi(service, root, measured);
  const { application } = await makeApplication(service, root, { redirectUris: [REDIRECT_URI] });
  await tryOpenidProvider(service, application.clientId, measured);
  await tryLoginForms(service, email, measured);
  const worst = results.toSorted((a, b) => b.ms - a.ms).slice(0, 10);
  process.stdout.write(`${results.length} inputs; the worst ten:\n`);
  for (const { what, ms, status } of worst)
    process.stdout.write(`${ms.toFixed(1).padStart(7)} ms  ${status}  ${what}\n`);
  const faults = results.filter(({ status }) => status >= 500);
  for (const { what, status } of faults) process.stdout.write(`fault: ${status}  ${what}\n`);
  if (faults.length > 0 || (worst[0]?.ms ?? 0) > MOST_MS) process.exitCode = 1;
}

interface Result {
  what: string;
  ms: number;
  status: number;
}

type Measured = (what: string, act: () => Promise<number>) => Promise<void>;

/** The most that a request may hold the process. */
const MOST_MS = 50;
const LOOK_AGAIN_MS = 10;
const REDIRECT_URI = 'http://127.0.0.1:9/callback';
const SIZES = [250, 2000, 8000, 55_000, 200_000];

/** A text of a shape, so many characters long. */
const SHAPES: Readonly<Record<string, (length: number) => string>> = {
  letters: (length) => 'a'.repeat(length),
  spaces: (length) => `a${' '.repeat(length - 2)}a`,
  dots: (length) => `a@${'a.'.repeat(length / 2 - 1)}`,
  'at signs': (length) => '@'.repeat(length),
  addresses: (length) => 'a@b.example '.repeat(length / 12),
  separators: (length) => ',; \n'.repeat(length / 4),
  brackets: (length) => '<['.repeat(length / 4) + ']>'.repeat(length / 4),
  quotes: (length) => '"\\'.repeat(length / 2),
  slashes: (length) => `https://${'/.'.repeat(length / 2 - 4)}`,
  hyphens: (length) => `xn--${'-a'.repeat(length / 2 - 2)}`,
  bidi: (length) => '\u202E\u2066'.repeat(length / 2),
  marks: (length) => `e${'\u0301'.repeat(length - 1)}`,
  json: (length) => '{"a":['.repeat(length / 12) + ']}'.repeat(length / 12),
  jwt: (length) => `eyJhbGciOiJSUzI1NiJ9.${'e'.repeat(length - 23)}.a`,
  digits: (length) => '9'.repeat(length),
};

async function cpuOf(act: () => Promise<number>): Promise<{ ms: number; status: number }> {
  const before = process.threadCpuUsage();
  const status = await act();
  const { user, system } = process.threadCpuUsage(before);
  return { ms: (user + system) / 1000, status };
}

async function tryApi(service: TestService, root: Organization, measured: Measured): Promise<void> {
  const deps = { db: service.database.db, clock: service.clock, secrets: service.secrets };
  const token = await addApiToken(deps, root, 'administrator');
  const at = await furnish(deps, root);
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
  for (const name of ROUTE_NAMES) {
    const request = requestsAt(at)[name];
    const { method } = contract[name];
    const url = `${service.url}/api/v1${addressOf(name, request)}`;
    if (method === 'GET') {
      for (const [shape, text] of shapes(8000)) {
        await measured(`${name}, search, ${shape}`, async () =>
          status(`${url.split('?')[0]}?search=${encodeURIComponent(text).slice(0, 8000)}`, { headers }),
        );
      }
      continue;
    }
    if (method === 'DELETE' || /^(remove|suspend|revoke)/.test(name)) continue;
    for (const [field, put] of textFields(request.body)) {
      for (const [shape, text] of shapes(200_000)) {
        const body = JSON.stringify(put(text));
        if (body.length > 256 * 1024) continue;
        await measured(`${name}, ${field}, ${shape}`, async () => status(url, { method, headers, body }));
      }
    }
  }
}

async function tryOpenidProvider(service: TestService, clientId: string, measured: Measured): Promise<void> {
  for (const [path, fields] of Object.entries(OPENID_FORMS)) {
    for (const field of fields) {
      for (const [shape, text] of shapes(55_000)) {
        const given = {
          client_id: clientId,
          redirect_uri: REDIRECT_URI,
          scope: 'openid',
          code_challenge: 'a'.repeat(43),
          code_challenge_method: 'S256',
          response_type: 'code',
          grant_type: 'authorization_code',
          client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
        };
        const body = new URLSearchParams({ ...given, [field]: text }).toString();
        const headers = { 'content-type': 'application/x-www-form-urlencoded' };
        await measured(`${path}, ${field}, ${shape}`, async () =>
          status(service.url + path, { method: 'POST', headers, body }),
        );
        if (body.length < 8000)
          await measured(`GET ${path}, ${field}, ${shape}`, async () => status(`${service.url}${path}?${body}`));
      }
    }
  }
  for (const header of ['dpop', 'authorization', 'cookie', 'user-agent', 'accept', 'x-forwarded-for']) {
    for (const [shape, text] of shapes(8000)) {
      if (!/^[\x20-\x7e]+$/.test(text)) continue;
      await measured(`/oauth2/userinfo, header ${header}, ${shape}`, async () =>
        status(`${service.url}/oauth2/userinfo`, { headers: { [header]: text } }),
      );
      await measured(`/api/v1/me, header ${header}, ${shape}`, async () =>
        status(`${service.url}/api/v1/me`, { headers: { [header]: text } }),
      );
    }
  }
}

async function tryLoginForms(service: TestService, email: string, measured: Measured): Promise<void> {
  await using browser = openHttpBrowser();
  const address = await browser.open(`${service.url}/login/start`);
  for (const [shape, text] of shapes(55_000)) {
    await measured(
      `login, email, ${shape}`,
      async () => (await browser.submit(address, { email: text }, { button: 'Continue' })).status,
    );
  }
  const password = await browser.submit(
    await browser.open(`${service.url}/login/start`),
    { email },
    { button: 'Continue' },
  );
  for (const [shape, text] of shapes(55_000)) {
    await measured(
      `login, password, ${shape}`,
      async () => (await browser.submit(password, { password: text }, { button: 'Continue' })).status,
    );
  }
  const headers = { 'content-type': 'application/x-www-form-urlencoded', 'sec-fetch-site': 'same-origin' };
  for (const path of [
    '/login/emergency',
    '/login/forgot',
    '/login/callback',
    '/login/reset/a',
    '/login/invitation/a',
  ]) {
    for (const field of ['email', 'password', 'code', 'name', 'state', 'id_token', 'error', 'error_description']) {
      for (const [shape, text] of shapes(55_000)) {
        const body = new URLSearchParams({ [field]: text }).toString();
        await measured(`${path}, ${field}, ${shape}`, async () =>
          status(service.url + path, { method: 'POST', headers, body }),
        );
      }
    }
  }
}

async function status(url: string, init: RequestInit = {}): Promise<number> {
  const answer = await fetch(url, { ...init, redirect: 'manual' });
  await answer.arrayBuffer();
  return answer.status;
}

function* shapes(most: number): Generator<[string, string]> {
  for (const length of SIZES.filter((size) => size <= most)) {
    for (const [name, make] of Object.entries(SHAPES)) yield [`${length} ${name}`, make(length)];
  }
}

/** The text fields of a body, each with what makes the body with another text in it. */
function* textFields(body: unknown, path = ''): Generator<[string, (text: string) => unknown]> {
  if (typeof body === 'string') yield [path, (text) => text];
  if (typeof body !== 'object' || body === null) return;
  for (const [key, value] of Object.entries(body)) {
    for (const [field, put] of textFields(value, `${path}.${key}`)) {
      yield [
        field,
        (text) => (Array.isArray(body) ? body.with(Number(key), put(text)) : { ...body, [key]: put(text) }),
      ];
    }
  }
}
