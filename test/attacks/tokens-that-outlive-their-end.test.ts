import { setTimeout as pause } from 'node:timers/promises';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { formatId } from '../../src/base/ids.ts';
import type { Organization } from '../../src/organizations/organization.ts';
import { apiClient } from '../support/api-client.ts';
import type { ApiClient } from '../support/api-client.ts';
import { makeApplication, makeManaged, makePerson, makeRoot } from '../support/fixtures.ts';
import type { Person } from '../support/fixtures.ts';
import { openHttpBrowser } from '../support/http-browser.ts';
import type { HttpBrowser } from '../support/http-browser.ts';
import { logIn } from '../support/log-in.ts';
import { addApiToken } from '../support/people.ts';
import { authorizeUrl, codeFor, redeem, refresh } from '../support/relying-application.ts';
import type { RelyingApplication, TokenAnswer } from '../support/relying-application.ts';
import { startService } from '../support/start-service.ts';
import type { TestService } from '../support/start-service.ts';

// Lesson: a token family was ended while one of its refresh tokens was in use; both requests were answered 200, and the
// tokens that the refresh gave lived on.

/** Rounds without a barrier; `test/faults/ended-beside-renewed.ts` asks for more. */
const ROUNDS = Number(process.env['GATEHOUSE_TEST_ROUNDS'] ?? 10);

/** Two servers on one database, as behind a load balancer. */
let one: TestService;
let two: TestService;
let contoso: Organization;
let maria: Person;
let administrator: ApiClient;
let browser: HttpBrowser;
const applications: Record<string, RelyingApplication> = {};

const KINDS = {
  'a web application': {},
  'a public application': { kind: 'browser' },
  'an offline application': { offline: true },
  'an offline public application': { kind: 'browser', offline: true },
} as const;
type Kind = keyof typeof KINDS;
const EVERY = Object.keys(KINDS) as Kind[];
const OFFLINE = EVERY.filter((kind) => kind.includes('offline'));

beforeAll(async () => {
  one = await startService();
  two = await startService({ database: one.database, publicUrl: one.url });
  const root = await makeRoot(one);
  contoso = await makeManaged(one, root, 'Contoso');
  maria = await makePerson(one, contoso, 'maria@contoso.example');
  const ground = { db: one.database.db, clock: one.clock };
  administrator = apiClient(`http://127.0.0.1:${two.port}`, await addApiToken(ground, root, 'administrator'));
  for (const [at, kind] of EVERY.entries()) {
    const redirectUri = `http://127.0.0.1:900${at}/back`;
    const made = await makeApplication(one, root, { ...KINDS[kind], redirectUris: [redirectUri] });
    applications[kind] = { clientId: made.application.clientId, clientSecret: made.clientSecret, redirectUri };
  }
  // Each login moves the service's clock on, the library's cookies follow the machine's: the browser does, too.
  browser = openHttpBrowser({ stopAt: (url) => url.port.startsWith('900') });
  await logInAgain();
});
afterAll(async () => {
  await browser?.[Symbol.asyncDispose]();
  await two?.close();
  await one?.close();
});

async function logInAgain(): Promise<void> {
  const application = applications['a web application']!;
  const page = await browser.open(authorizeUrl(one, application, { prompt: 'login' }));
  await logIn(browser, one, page, maria);
  two.clock.advance((one.clock.now().getTime() - two.clock.now().getTime()) / 1000);
}

interface Family {
  application: RelyingApplication;
  code: string;
  refreshToken: string;
  accessToken: string;
}

async function newFamily(kind: Kind): Promise<Family> {
  const application = applications[kind]!;
  const code = await codeFor(browser, one, application);
  const { status, body } = await redeem(one, application, code);
  expect(status).toBe(200);
  return { application, code, refreshToken: String(body.refresh_token), accessToken: String(body.access_token) };
}

/** `two` under its own address: the public one leads to `one`. */
const atTwo = (): TestService => ({ ...two, url: `http://127.0.0.1:${two.port}` });

/** Whether nothing that an answer gave, or that was there before, opens anything. */
async function lives(family: Family, answer: TokenAnswer): Promise<string[]> {
  const userinfo = async (token: string): Promise<boolean> => {
    const headers = { authorization: `Bearer ${token}` };
    return (await fetch(new URL('/oauth2/userinfo', one.url), { headers })).status !== 401;
  };
  const living: string[] = [];
  if (await userinfo(family.accessToken)) living.push('the access token from before');
  const { access_token: accessToken, refresh_token: refreshToken } = answer.body;
  if (accessToken !== undefined && (await userinfo(accessToken))) living.push('the access token of the refresh');
  for (const token of new Set([refreshToken, family.refreshToken])) {
    if (token === undefined) continue;
    if ((await refresh(one, family.application, token)).status === 200) living.push('a refresh token');
  }
  return living;
}

/** Holds a refresh between its read and its write, ends meanwhile, and lets it go on. */
async function refreshAround(family: Family, end: () => Promise<void>): Promise<TokenAnswer> {
  let answer: Promise<TokenAnswer> | undefined;
  await one.database.db.transaction().execute(async (tx) => {
    await sql`lock table oidc_access_token in share mode`.execute(tx);
    answer = refresh(one, family.application, family.refreshToken);
    for (let waiting = 0; waiting === 0; await pause(5)) {
      const { rows } = await sql<{ count: number }>`select count(*)::int as count from pg_locks
        where relation = 'oidc_access_token'::regclass and not granted`.execute(tx);
      waiting = rows[0]?.count ?? 0;
    }
    await end();
  });
  return answer!;
}

async function revoke({ application, refreshToken }: Family): Promise<void> {
  const { clientId, clientSecret } = application;
  const answer = await fetch(new URL('/oauth2/revoke', atTwo().url), {
    method: 'POST',
    headers: clientSecret === null ? {} : { authorization: `Basic ${btoa(`${clientId}:${clientSecret}`)}` },
    body: new URLSearchParams({ token: refreshToken, ...(clientSecret === null ? { client_id: clientId } : {}) }),
  });
  expect(answer.status).toBe(200);
}

async function replay({ application, code }: Family): Promise<void> {
  expect((await redeem(atTwo(), application, code)).body.error).toBe('invalid_grant');
}

async function disable(): Promise<void> {
  const user = `/organizations/${formatId('org', contoso.id)}/users/${formatId('usr', maria.userId)}`;
  expect((await administrator.send('POST', `${user}/disable`)).status).toBe(200);
  expect((await administrator.send('POST', `${user}/enable`)).status).toBe(200);
}

async function changeMethod(): Promise<void> {
  const path = `/organizations/${formatId('org', contoso.id)}/authentication`;
  const { body } = await administrator.get(path);
  const method = body.method === 'built-in' ? 'same-as-managing' : 'built-in';
  const saved = await administrator.send('PUT', path, {
    settings: { method },
    endSessions: 'at-once',
    version: body.version,
  });
  expect(saved.status).toBe(200);
}

async function logOut(): Promise<void> {
  const page = await browser.open(`${one.url}/logout`);
  await browser.submit(page, {}, { form: 'form', button: 'Log out' });
}

const ENDS: readonly {
  end: string;
  kinds: readonly Kind[];
  run: (family: Family) => Promise<void>;
  endsSession: boolean;
}[] = [
  { end: 'revoked', kinds: EVERY, run: revoke, endsSession: false },
  { end: 'ended by its code coming again', kinds: EVERY, run: replay, endsSession: false },
  { end: 'ended with its user disabled', kinds: EVERY, run: disable, endsSession: true },
  { end: 'ended with the method of its organization', kinds: OFFLINE, run: changeMethod, endsSession: true },
  { end: 'ended by logging out', kinds: ['a web application', 'a public application'], run: logOut, endsSession: true },
];

describe.each(ENDS)('a family that is $end while it is refreshed', ({ kinds, run, endsSession }) => {
  test.each(kinds)('does not live on: %s', async (kind) => {
    const family = await newFamily(kind);
    const answer = await refreshAround(family, async () => run(family));
    if (endsSession) await logInAgain();
    expect(await lives(family, answer)).toEqual([]);
  });

  test(
    `does not live on in ${ROUNDS} rounds on two servers`,
    async () => {
      for (let round = 0; round < ROUNDS; round += 1) {
        const family = await newFamily(kinds[round % kinds.length]!);
        const [answer] = await Promise.all([refresh(one, family.application, family.refreshToken), run(family)]);
        if (endsSession) await logInAgain();
        expect([round, await lives(family, answer)]).toEqual([round, []]);
      }
    },
    120_000 + ROUNDS * 3000,
  );
});

test('a family whose refresh token comes again after its grace, while the successor is refreshed, does not live on', async () => {
  const family = await newFamily('an offline public application');
  const first = await refresh(one, family.application, family.refreshToken);
  one.clock.advance(11);
  two.clock.advance(11);
  const renewed = { ...family, refreshToken: String(first.body.refresh_token) };
  const answer = await refreshAround(renewed, async () => {
    expect((await refresh(atTwo(), family.application, family.refreshToken)).body.error).toBe('invalid_grant');
  });
  expect(await lives(renewed, answer)).toEqual([]);
});

test('an access token of an offline application stays dead when its user is enabled again', async () => {
  const family = await newFamily('an offline application');
  await disable();
  await logInAgain();
  expect(await lives(family, { status: 400, body: {} })).toEqual([]);
});
