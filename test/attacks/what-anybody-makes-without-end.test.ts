import { randomUUID } from 'node:crypto';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import { sql } from 'kysely';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { epochSeconds, MINUTE } from '../../src/base/clock.ts';
import type { Organization } from '../../src/organizations/organization.ts';
import { makeApplication, makePerson, makeRoot } from '../support/fixtures.ts';
import type { Person } from '../support/fixtures.ts';
import { openHttpBrowser } from '../support/http-browser.ts';
import type { HttpBrowser } from '../support/http-browser.ts';
import { logIn } from '../support/log-in.ts';
import { authorizeUrl, codeFor, redeem } from '../support/relying-application.ts';
import type { RelyingApplication } from '../support/relying-application.ts';
import { startService } from '../support/start-service.ts';
import type { TestService } from '../support/start-service.ts';

// Lesson: a stranger wrote 600 login rows with 600 requests, and one user held 40 sessions.

let service: TestService;
let application: RelyingApplication;
let maria: Person;
let northwind: Organization;

beforeAll(async () => {
  service = await startService({ settings: { TRUSTED_PROXIES: '127.0.0.1' } });
  const root = await makeRoot(service);
  northwind = root;
  maria = await makePerson(service, root, 'maria@northwind.example');
  const redirectUri = 'http://127.0.0.1:9001/back';
  const made = await makeApplication(service, root, { redirectUris: [redirectUri] });
  application = { clientId: made.application.clientId, clientSecret: made.clientSecret, redirectUri };
});
afterAll(async () => {
  await service?.close();
});

async function limit(name: 'network-logins' | 'user-sessions', most: number): Promise<void> {
  await service.database.db
    .insertInto('limitPolicy')
    .values({ name, most })
    .onConflict((conflict) => conflict.column('name').doUpdateSet({ most }))
    .execute();
}

async function count(table: 'login' | 'session' | 'oidcRecord'): Promise<number> {
  const { rows } = await sql<{ n: number }>`select count(*)::int as n from ${sql.table(table)}`.execute(
    service.database.db,
  );
  return rows[0]!.n;
}

async function from(network: string, url: string | URL): Promise<Response> {
  return fetch(url, { redirect: 'manual', headers: { 'x-forwarded-for': network } });
}

function openBrowser(network: string): HttpBrowser {
  return openHttpBrowser({
    now: () => service.clock.now(),
    stopAt: (url) => url.port === '9001',
    headers: { 'x-forwarded-for': network },
  });
}

test('login rows by one network, over all its addresses', async () => {
  await limit('network-logins', 12);
  const before = await count('login');
  const answers: Response[] = [];
  for (let i = 0; i < 30; i += 1) {
    answers.push(await from(`2001:db8:1:2::${i + 1}`, authorizeUrl(service, application)));
  }
  expect(answers.map((answer) => answer.status)).toEqual([...Array(12).fill(303), ...Array(18).fill(429)]);
  expect((await count('login')) - before).toBe(12);

  const refused = answers.at(-1)!;
  expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
  expect(Number(refused.headers.get('retry-after'))).toBeLessThanOrEqual(10 * MINUTE);
  expect(refused.headers.get('set-cookie')).toBeNull();
  expect(refused.headers.get('location')).toBeNull();
  expect(await refused.text()).toContain('Too many attempts');

  // Another network goes on, and this one when its time is over.
  expect((await from('2001:db8:1:3::1', authorizeUrl(service, application))).status).toBe(303);
  service.clock.advance(10 * MINUTE);
  expect((await from('2001:db8:1:2::1', authorizeUrl(service, application))).status).toBe(303);
});

test('sessions of nobody, by asking for the page of a logout', async () => {
  await limit('network-logins', 5);
  const before = await count('session');
  const statuses: number[] = [];
  for (let i = 0; i < 15; i += 1) statuses.push((await from('192.0.2.7', `${service.url}/logout`)).status);
  expect(statuses.slice(5)).toEqual(Array(10).fill(429));
  expect((await count('session')) - before).toBeLessThanOrEqual(5);
});

test('pushed requests of an application that proves nothing; one that authenticates itself is not held to its network', async () => {
  await limit('network-logins', 5);
  const redirectUri = 'https://browser.northwind.example/back';
  const made = await makeApplication(service, northwind, { kind: 'browser', redirectUris: [redirectUri] });
  const open: RelyingApplication = { clientId: made.application.clientId, clientSecret: null, redirectUri };
  const { publicKey, privateKey } = await generateKeyPair('ES256');
  const jwk = await exportJWK(publicKey);
  // Each another one: its id would be another row.
  const proof = async (): Promise<string> =>
    new SignJWT({
      jti: randomUUID(),
      htm: 'POST',
      htu: `${service.url}/oauth2/par`,
      iat: epochSeconds(new Date()),
    })
      .setProtectedHeader({ alg: 'ES256', typ: 'dpop+jwt', jwk })
      .sign(privateKey);
  const push = async (asking: RelyingApplication, network: string): Promise<Response> => {
    const { clientId, clientSecret } = asking;
    const form = authorizeUrl(service, asking).searchParams;
    form.set('state', 'x'.repeat(2000));
    const dpop = await proof();
    return fetch(`${service.url}/oauth2/par`, {
      method: 'POST',
      headers: {
        'x-forwarded-for': network,
        dpop,
        ...(clientSecret === null ? {} : { authorization: `Basic ${btoa(`${clientId}:${clientSecret}`)}` }),
      },
      body: form,
    });
  };
  const before = await count('oidcRecord');
  const statuses: number[] = [];
  for (let i = 0; i < 15; i += 1) statuses.push((await push(open, '192.0.2.77')).status);
  expect(statuses).toEqual([...Array(5).fill(201), ...Array(10).fill(429)]);
  expect((await count('oidcRecord')) - before).toBe(5);
  const refused = await push(open, '192.0.2.77');
  expect([refused.headers.get('retry-after'), await refused.text()]).toEqual([
    expect.stringMatching(/^\d+$/),
    expect.not.stringContaining('request_uri'),
  ]);
  // Its backend has one network for all its users.
  for (let i = 0; i < 8; i += 1) expect((await push(application, '192.0.2.77')).status).toBe(201);
  expect((await push(open, '192.0.2.78')).status).toBe(201);
});

test('a network that may begin no more logins still uses the sessions it has', async () => {
  await limit('network-logins', 3);
  await using browser = openBrowser('192.0.2.8');
  await logIn(browser, service, await browser.open(authorizeUrl(service, application)), maria);
  for (let i = 0; i < 5; i += 1) await from('192.0.2.8', authorizeUrl(service, application));
  expect((await from('192.0.2.8', authorizeUrl(service, application))).status).toBe(429);
  const given = await redeem(service, application, await codeFor(browser, service, application));
  expect(given.status).toBe(200);
});

test('sessions of one user: of too many, those used longest ago are ended, with what was issued in them', async () => {
  await limit('network-logins', 3000);
  await limit('user-sessions', 3);
  const browsers: HttpBrowser[] = [];
  const silently = async (browser: HttpBrowser): Promise<string | null | undefined> => {
    const answer = await browser.open(authorizeUrl(service, application, { prompt: 'none' }));
    return answer.stoppedAt?.searchParams.get('error');
  };
  await service.database.db.deleteFrom('session').execute();
  const logInAgain = async (): Promise<void> => {
    const browser = openBrowser('192.0.2.9');
    browsers.push(browser);
    await logIn(browser, service, await browser.open(authorizeUrl(service, application)), maria);
  };
  await logInAgain();
  const first = await redeem(service, application, await codeFor(browsers[0]!, service, application));
  await logInAgain();
  await logInAgain();
  // The second is used again: it is not the next to be ended.
  expect(await silently(browsers[1]!)).toBeNull();
  await logInAgain();
  expect(await Promise.all(browsers.map(silently))).toEqual(['login_required', null, null, null]);
  const userinfo = await fetch(new URL('/oauth2/userinfo', service.url), {
    headers: { authorization: `Bearer ${first.body.access_token}` },
  });
  expect(userinfo.status).toBe(401);

  for (let i = 0; i < 6; i += 1) await logInAgain();
  const { db } = service.database;
  const { held } = await db
    .selectFrom('session')
    .select((eb) => eb.fn.countAll<string>().as('held'))
    .where('userId', '=', maria.userId)
    .executeTakeFirstOrThrow();
  expect(Number(held)).toBe(3);
  const events = await db.selectFrom('auditEvent').select(['details']).where('kind', '=', 'session.ended').execute();
  expect(events.map(({ details }) => (details as { reason: string }).reason)).toEqual(
    Array(7).fill('too many sessions'),
  );
  await Promise.all(browsers.map(async (browser) => browser[Symbol.asyncDispose]()));
});
