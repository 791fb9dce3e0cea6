import { setTimeout as pause } from 'node:timers/promises';
import { sql } from 'kysely';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { silentLog } from '../../src/base/log.ts';
import { openDatabase } from '../../src/db/open-database.ts';
import { lanesOf } from '../../src/db/sharing/lanes.ts';
import type { Organization } from '../../src/organizations/organization.ts';
import { makeApplication, makePerson, makeRoot } from '../support/fixtures.ts';
import type { Person } from '../support/fixtures.ts';
import { countOn } from '../support/count-statements.ts';
import { holdLane } from '../support/hold-lanes.ts';
import { openHttpBrowser } from '../support/http-browser.ts';
import type { HttpBrowser } from '../support/http-browser.ts';
import { logIn } from '../support/log-in.ts';
import { authorizeUrl, codeFor, redeem, VERIFIER } from '../support/relying-application.ts';
import type { RelyingApplication } from '../support/relying-application.ts';
import { startSilentProxy } from '../support/silent-proxy.ts';
import type { SilentProxy } from '../support/silent-proxy.ts';
import { createTestDatabase, SHARES_STATEMENTS } from '../support/start-database.ts';
import type { TestDatabase } from '../support/start-database.ts';
import { startService } from '../support/start-service.ts';
import type { TestService } from '../support/start-service.ts';

let own: TestDatabase;
let proxy: SilentProxy;
let service: TestService;
let root: Organization;
let application: RelyingApplication;
let person: Person;
let browser: HttpBrowser;

beforeAll(async () => {
  own = await createTestDatabase({ started: true });
  const url = new URL(own.url);
  proxy = await startSilentProxy({ host: url.hostname, port: Number(url.port) });
  [url.hostname, url.port] = ['127.0.0.1', String(proxy.port)];
  const open = await openDatabase({
    source: { url: url.href },
    log: silentLog,
    poolSize: 8,
    ...SHARES_STATEMENTS,
    onOpen: countOn,
  });
  service = await startService({ database: { ...own, url: url.href, db: open.db, open } });
  root = await makeRoot(service);
  person = await makePerson(service, root, 'maria@northwind.example');
  const redirectUri = 'http://127.0.0.1:9001/back';
  const made = await makeApplication(service, root, { name: 'Reports', redirectUris: [redirectUri] });
  application = { clientId: made.application.clientId, clientSecret: made.clientSecret, redirectUri };
  browser = openHttpBrowser({ now: () => service.clock.now(), stopAt: ({ port }) => port === '9001' });
  await logIn(browser, service, await browser.open(authorizeUrl(service, application)), person);
  await redeem(service, application, await codeFor(browser, service, application));
});
afterAll(async () => {
  await browser?.[Symbol.asyncDispose]();
  await service?.close();
  await service?.database.open.close();
  await proxy?.[Symbol.asyncDispose]();
  await own?.close();
});

const codes = async (count: number): Promise<string[]> => {
  const given: string[] = [];
  while (given.length < count) given.push(await codeFor(browser, service, application));
  return given;
};

/** What a request for tokens is answered, its status and after how many seconds to come again. */
async function present(code: string): Promise<[number, string | null]> {
  const answer = await fetch(`${service.url}/oauth2/token`, {
    method: 'POST',
    headers: { authorization: `Basic ${btoa(`${application.clientId}:${application.clientSecret}`)}` },
    body: new URLSearchParams({
      grant_type: 'authorization_code',
      code,
      redirect_uri: application.redirectUri,
      code_verifier: VERIFIER,
    }),
  });
  return [answer.status, answer.headers.get('retry-after')];
}

it('cost fewer than four statements each, all of which are answered', async () => {
  const many = 48;
  const counted = await service.countStatements(async () => {
    const answers = await Promise.all(
      Array.from({ length: many }, async () => present(await codeFor(browser, service, application))),
    );
    expect(answers).toEqual(answers.map(() => [200, null]));
  });
  // Without sharing each costs four; with it those that wait share.
  if (lanesOf(service.database.db) === undefined) expect(counted.statements).toBe(4 * many);
  else expect(counted.statements).toBeLessThan(4 * many);
});

it('write their session once a minute while nothing of it changes', async () => {
  const seen = async (): Promise<Date | undefined> => {
    const query = service.database.db.selectFrom('session').select('lastSeenAt');
    return (await query.where('userId', '=', person.userId).executeTakeFirst())?.lastSeenAt;
  };
  service.clock.advance(61);
  await codes(1);
  const first = await seen();
  service.clock.advance(30);
  await codes(1);
  expect(await seen()).toEqual(first);
  service.clock.advance(31);
  await codes(1);
  expect((await seen())?.getTime()).toBeGreaterThan(first?.getTime() ?? Number.NaN);
});

it('keep every application that one browser enters at the same moment', async () => {
  const entered: RelyingApplication[] = [];
  for (const name of ['Board', 'Wiki', 'Calendar']) {
    const { redirectUri } = application;
    const made = await makeApplication(service, root, { name, redirectUris: [redirectUri] });
    entered.push({ clientId: made.application.clientId, clientSecret: made.clientSecret, redirectUri });
  }
  const held = await holdLane(service.database.db, 'writes');
  const given = entered.map(async (each) => codeFor(browser, service, each));
  await held.untilWaiting(entered.length);
  await held.release();
  await Promise.all(given);
  const { clientIds } = await service.database.db
    .selectFrom('session')
    .select('clientIds')
    .where('userId', '=', person.userId)
    .executeTakeFirstOrThrow();
  expect(new Set(clientIds)).toEqual(new Set([application, ...entered].map(({ clientId }) => clientId)));
});

it('are refused with 503 and Retry-After where 5,000 requests wait already, and served after', async () => {
  const lane = lanesOf(service.database.db)?.reads;
  const [code] = await codes(1);
  const held = await holdLane(service.database.db, 'reads');
  const waiting = Array.from({ length: 5000 }, async () =>
    lane?.ask({ most: 5000, alone: async () => {}, together: async (_db, keys) => keys.map(() => {}) }, null),
  );
  if (lane !== undefined) {
    expect(await present(code!)).toEqual([503, '5']);
    const page = await fetch(authorizeUrl(service, application), {
      redirect: 'manual',
      headers: {
        cookie: browser.cookies
          .all()
          .map(({ name, value }) => `${name}=${value}`)
          .join('; '),
      },
    });
    expect([page.status, page.headers.get('retry-after')]).toEqual([503, '5']);
  }
  await held.release();
  await Promise.all(waiting);
  expect(await present(code!)).toEqual([200, null]);
});

it('are all answered 503 when the connection is reset while their common write is out, and none of their codes is spent', async () => {
  const given = await codes(4);
  const held = await holdLane(service.database.db, 'writes');
  let answers: Promise<[number, string | null]>[] = [];
  await own.open.migrating(async (db) => {
    await db.transaction().execute(async (tx) => {
      await sql`lock table oidc_access_token in exclusive mode`.execute(tx);
      answers = given.map(present);
      await held.untilWaiting(given.length);
      await held.release();
      const wanted = lanesOf(service.database.db) === undefined ? given.length : 1;
      let cut = 0;
      while (cut < wanted) {
        const { rows } = await sql`select pg_terminate_backend(pid) from pg_stat_activity
          where datname = current_database() and wait_event_type = 'Lock'`.execute(tx);
        cut += rows.length;
        await pause(20);
      }
    });
  });
  expect(await Promise.all(answers)).toEqual(given.map(() => [503, '5']));
  for (const code of given) expect(await present(code)).toEqual([200, null]);
});

it('are all answered 503 when the database falls silent while they wait, and are served when it is back', async () => {
  const given = await codes(6);
  const held = await holdLane(service.database.db, 'reads');
  const answers = given.map(present);
  await held.untilWaiting(given.length);
  proxy.silence();
  await held.release();
  if (lanesOf(service.database.db) !== undefined)
    expect(await Promise.all(answers)).toEqual(given.map(() => [503, '5']));
  await Promise.all(answers);
  proxy.restore();
  const [fresh] = await codes(1);
  expect(await present(fresh!)).toEqual([200, null]);
});
