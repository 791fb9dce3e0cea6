import { setTimeout as pause } from 'node:timers/promises';
import { sql } from 'kysely';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { makeApplication, makePerson, makeRoot } from '../support/fixtures.ts';
import type { Person } from '../support/fixtures.ts';
import { openHttpBrowser } from '../support/http-browser.ts';
import type { HttpBrowser } from '../support/http-browser.ts';
import { logIn } from '../support/log-in.ts';
import type { Page } from '../support/page.ts';
import { authorizeUrl, codeFor, codeIn, redeem, refresh } from '../support/relying-application.ts';
import type { RelyingApplication, TokenAnswer } from '../support/relying-application.ts';
import { startService } from '../support/start-service.ts';
import type { TestService } from '../support/start-service.ts';

// Lesson: what ends tokens must also end the one that a request running beside inserts; here it is the person's own word.

let service: TestService;
let maria: Person;
let browser: HttpBrowser;

beforeAll(async () => {
  service = await startService();
  const root = await makeRoot(service);
  maria = await makePerson(service, root, 'maria@northwind.example');
  browser = openHttpBrowser({ stopAt: (url) => url.port === '9016' });
  await logIn(browser, service, await browser.open(`${service.url}/login/start`), maria);
});
afterAll(async () => {
  await browser?.[Symbol.asyncDispose]();
  await service?.close();
});

interface Settings {
  offline: boolean;
  kind?: 'browser';
  firstParty?: true;
}

/** An application that is not first-party, and allowed; a first-party one is not asked about. */
async function allowed(settings: Settings): Promise<RelyingApplication> {
  const redirectUri = `http://127.0.0.1:9016/back`;
  const root = await service.database.db.selectFrom('organization').selectAll().executeTakeFirstOrThrow();
  const made = await makeApplication(service, root as never, {
    name: 'Tickets',
    firstParty: false,
    ...settings,
    redirectUris: [redirectUri],
  });
  const application = { clientId: made.application.clientId, clientSecret: made.clientSecret, redirectUri };
  if (settings.firstParty !== true) {
    await browser.submit(await browser.open(authorizeUrl(service, application)), {}, { button: 'Allow' });
  }
  return application;
}

async function withdraw(): Promise<void> {
  const asked = await browser.submit(await browser.open(`${service.url}/account`), {}, { button: 'Withdraw' });
  const page = await browser.submit(asked, {}, { button: 'Withdraw' });
  expect(page.text).not.toContain('What you allowed');
}

/** Holds a request between its read and its write, withdraws meanwhile, and lets it go on. */
async function around<T>(table: 'oidc_access_token' | 'oidc_code', begin: () => Promise<T>): Promise<T> {
  let answer: Promise<T> | undefined;
  await service.database.db.transaction().execute(async (tx) => {
    await sql`lock table ${sql.table(table)} in share mode`.execute(tx);
    answer = begin();
    for (let waiting = 0; waiting === 0; await pause(5)) {
      const { rows } = await sql<{ count: number }>`select count(*)::int as count from pg_locks
        where relation = ${table}::regclass and not granted`.execute(tx);
      waiting = rows[0]?.count ?? 0;
    }
    await withdraw();
  });
  return answer!;
}

const opens = async (token: string | undefined): Promise<boolean> => {
  const headers = { authorization: `Bearer ${token}` };
  return (await fetch(new URL('/oauth2/userinfo', service.url), { headers })).status !== 401;
};

test.each([{ offline: true }, { offline: false }, { offline: true, kind: 'browser' as const }])(
  'no token of a refresh that runs beside the withdrawal outlives it (%o)',
  async (settings) => {
    const application = await allowed(settings);
    const { body: before } = await redeem(service, application, await codeFor(browser, service, application));
    const given: TokenAnswer = await around('oidc_access_token', async () =>
      refresh(service, application, String(before.refresh_token)),
    );
    for (const token of [before.access_token, given.body.access_token]) expect(await opens(token)).toBe(false);
    for (const token of [before.refresh_token, given.body.refresh_token]) {
      expect((await refresh(service, application, String(token))).status).toBe(400);
    }
  },
);

test('a code that an entry running beside the withdrawal was given is worth nothing', async () => {
  const application = await allowed({ offline: true });
  const page: Page = await around('oidc_code', async () => browser.open(authorizeUrl(service, application)));
  const { status, body } = await redeem(service, application, codeIn(page, application));
  expect([status, body.access_token]).toEqual([400, undefined]);
});

test('an entry into another application beside the withdrawal does not bring the withdrawn one back', async () => {
  const other = await allowed({ offline: true, firstParty: true });
  const application = await allowed({ offline: false });
  const { body: before } = await redeem(service, application, await codeFor(browser, service, application));
  const page: Page = await around('oidc_code', async () => browser.open(authorizeUrl(service, other)));
  expect((await redeem(service, other, codeIn(page, other))).status).toBe(200);
  const { payload, clientIds } = await service.database.db
    .selectFrom('session')
    .select(['payload', 'clientIds'])
    .where('userId', '=', maria.userId)
    .executeTakeFirstOrThrow();
  const { authorizations } = payload as { authorizations: object };
  expect(Object.keys(authorizations)).not.toContain(application.clientId);
  expect(Object.keys(authorizations)).toContain(other.clientId);
  expect(clientIds).not.toContain(application.clientId);
  expect(await opens(before.access_token)).toBe(false);
});
