import { afterAll, beforeAll, expect, test } from 'vitest';
import { findOrganization } from '../../src/organizations/find-organization.ts';
import { makeManaged, makePerson, makeRoot } from '../support/fixtures.ts';
import type { Person } from '../support/fixtures.ts';
import { openHttpBrowser } from '../support/http-browser.ts';
import type { HttpBrowser } from '../support/http-browser.ts';
import { logIn } from '../support/log-in.ts';
import type { Page } from '../support/page.ts';
import { startService } from '../support/start-service.ts';
import type { TestService } from '../support/start-service.ts';
import { sendElsewhere } from '../support/stories.ts';

// Lesson: identifier-first pages told whether an account or an organization exists (Keycloak CVE-2026-4633).

let service: TestService;
let maria: Person;
let idle: Person;

beforeAll(async () => {
  service = await startService();
  const root = await makeRoot(service);
  const contoso = await makeManaged(service, root, 'Contoso');
  maria = await makePerson(service, contoso, 'maria@contoso.example');
  const gone = await makePerson(service, contoso, 'gone@contoso.example');
  const { db } = service.database;
  await db.updateTable('appUser').set({ status: 'disabled' }).where('id', '=', gone.userId).execute();
  idle = await makePerson(service, contoso, 'idle@contoso.example');
  await db.updateTable('appUser').set({ status: 'pending' }).where('id', '=', idle.userId).execute();
});
afterAll(async () => service.close());

/** What an answer shows, without what differs from login to login. */
function shapeOf(page: Page, email: string) {
  const handle = page.url.pathname.split('/')[2] ?? '';
  const { date: _, 'content-length': _length, ...headers } = page.headers;
  const neutral = (text: string): string => text.replaceAll(email, 'ADDRESS').replaceAll(handle, 'HANDLE');
  return {
    status: page.status,
    body: neutral(page.body),
    headers: JSON.parse(neutral(JSON.stringify(headers))) as object,
  };
}

async function guess(browser: HttpBrowser, email: string, password = 'not the password at all') {
  const identify = await browser.open(`${service.url}/login/start`);
  let asked: Page | undefined;
  let answer: Page | undefined;
  const identifying = await service.countStatements(async () => {
    asked = await browser.submit(identify, { email });
  });
  const guessing = await service.countStatements(async () => {
    answer = await browser.submit(asked!, { password }, { button: 'Continue' });
  });
  return {
    shapes: [shapeOf(asked!, email), shapeOf(answer!, email)],
    statements: [identifying.statements, guessing.statements],
  };
}

test.each(['nobody@contoso.example', 'gone@contoso.example', 'idle@contoso.example', 'x@unheard-of.example'])(
  '%s meets the page, status, headers and number of statements that a user meets',
  async (email) => {
    await using first = openHttpBrowser();
    await using second = openHttpBrowser();
    const known = await guess(first, maria.email);
    const unknown = await guess(second, email);
    expect(unknown.shapes).toEqual(known.shapes);
    expect(unknown.shapes[1]!.status).toBe(422);
    expect(unknown.statements).toEqual(known.statements);
  },
);

test('who stopped before the second factor meets the same with the password it chose: only the link goes on', async () => {
  await using first = openHttpBrowser();
  await using second = openHttpBrowser();
  const known = await guess(first, maria.email);
  const unfinished = await guess(second, idle.email, idle.password);
  expect(unfinished).toEqual(known);
  expect(unfinished.shapes[1]!.body).toContain('Open your invitation or setup link again.');
});

test('all spellings of an address share one counter, and the right password does not pass it', async () => {
  const spellings = ['Omar@Contoso.example', ' omar@contoso.example', 'OMAR@CONTOSO.EXAMPLE', 'omar@contoso.example'];
  const contoso = await service.database.db
    .selectFrom('organization')
    .select('id')
    .where('name', '=', 'Contoso')
    .executeTakeFirstOrThrow();
  const omar = await makePerson(service, contoso, 'omar@contoso.example');
  const statuses: number[] = [];
  for (let i = 0; i < 12; i += 1) {
    await using browser = openHttpBrowser();
    const asked = await browser.submit(await browser.open(`${service.url}/login/start`), {
      email: spellings[i % spellings.length]!,
    });
    const password = i < 11 ? `guess number ${i} of many` : omar.password;
    const answer = await browser.submit(asked, { password }, { button: 'Continue' });
    statuses.push(answer.status);
    if (answer.status === 429) {
      expect(answer.headers['retry-after']).toMatch(/^\d+$/);
      expect(answer.text).toContain('Try again in 5 minutes.');
    }
  }
  expect(statuses).toEqual([...Array.from({ length: 10 }, () => 422), 429, 429]);
});

test('200 guesses at the same moment are counted before they are checked', async () => {
  const browsers = Array.from({ length: 40 }, () => openHttpBrowser());
  const pages = await Promise.all(
    browsers.map(async (browser) =>
      browser.submit(await browser.open(`${service.url}/login/start`), { email: 'parallel@contoso.example' }),
    ),
  );
  const answers = await Promise.all(
    pages.map(async (page, i) =>
      browsers[i]!.submit(page, { password: `guess number ${i} of many` }, { button: 'Continue' }),
    ),
  );
  expect(answers.filter((answer) => answer.status === 422)).toHaveLength(10);
  expect(answers.filter((answer) => answer.status === 429)).toHaveLength(30);
  await Promise.all(browsers.map(async (browser) => browser[Symbol.asyncDispose]()));
});

test('strangers who use up the attempts do not lock the owner out of a browser used before', async () => {
  const iris = await makePerson(service, { id: maria.organizationId }, 'iris@contoso.example');
  await using own = openHttpBrowser();
  await logIn(own, service, await own.open(`${service.url}/login/start`), iris);
  await own.submit(await own.open(`${service.url}/logout`), {}, { button: 'Log out' });
  for (let i = 0; i < 11; i += 1) {
    await using stranger = openHttpBrowser();
    await guess(stranger, iris.email);
  }
  await using elsewhere = openHttpBrowser();
  const asked = await elsewhere.submit(await elsewhere.open(`${service.url}/login/start`), { email: iris.email });
  const refused = await elsewhere.submit(asked, { password: iris.password }, { button: 'Continue' });
  expect(refused.status).toBe(429);
  const home = await logIn(own, service, await own.open(`${service.url}/login/start`), iris);
  expect(home.text).toContain('Your applications');
});

test.each([
  ['a@b@c.example', 422],
  [`${'x'.repeat(5000)}@contoso.example`, 422],
  ["' or 1=1 --@contoso.example", 422],
  ['%@contoso.example', 200],
  ['_@contoso.example', 200],
  ['<b>@contoso.example', 422],
  ['a\r\nBcc: b@contoso.example', 422],
])('the address %j is text and nothing else', async (email, status) => {
  await using browser = openHttpBrowser();
  const identify = await browser.open(`${service.url}/login/start`);
  const answer = await browser.submit(identify, {}, { forged: { email } });
  expect(answer.status).toBe(status);
  expect(answer.html.querySelector('b')).toBeNull();
});

test('at a domain that logs in elsewhere, an address of nobody goes where a known one goes', async () => {
  const { db } = service.database;
  const root = {
    id: (await db.selectFrom('organization').select('id').where('depth', '=', 1).executeTakeFirstOrThrow()).id,
  };
  const contosoRetail = await makeManaged(service, (await findOrganization({ db }, root.id))!, 'Contoso Retail');
  const lena = await makePerson(service, contosoRetail, 'lena@contoso-retail.example');
  await sendElsewhere(service, contosoRetail);
  const now = service.clock.now();
  await db
    .insertInto('organizationDomain')
    .values({ domain: 'contoso-retail.example', organizationId: contosoRetail.id, createdAt: now })
    .execute();
  const ways = [];
  for (const email of [lena.email, 'nobody@contoso-retail.example']) {
    await using browser = openHttpBrowser({ stopAt: (url) => url.hostname === 'login.contoso.example' });
    const away = await browser.submit(await browser.open(`${service.url}/login/start`), { email });
    ways.push([away.status, away.stoppedAt?.pathname, [...(away.stoppedAt?.searchParams.keys() ?? [])]]);
  }
  expect(ways[0]![1]).toBe('/authorize');
  expect(ways[1]).toEqual(ways[0]);
});
