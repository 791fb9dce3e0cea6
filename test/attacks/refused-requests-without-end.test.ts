import { afterAll, beforeAll, expect, test } from 'vitest';
import { formatId } from '../../src/base/ids.ts';
import { randomUuid } from '../../src/base/random.ts';
import type { ApplicationId } from '../../src/base/ids.ts';
import { MASTER_KEY } from '../support/master-key.ts';
import { authorizeUrl } from '../support/relying-application.ts';
import type { RelyingApplication } from '../support/relying-application.ts';
import { gatehouseHere } from '../support/run-here.ts';
import { startService } from '../support/start-service.ts';
import { BACK, basic, codeForm, startWrongApplications } from '../support/wrong-applications.ts';
import type { WrongApplications } from '../support/wrong-applications.ts';

// Lesson: anybody can send an application's client ID with a wrong secret, a wrong address, or a client ID that is none,
// without end. What is kept of it for the owner and the operator must stay as small as after the tenth, and nobody is
// locked out by it.

let ground: WrongApplications;

beforeAll(async () => {
  // They come from many networks: what is counted for one of them bounds nothing here.
  ground = await startWrongApplications({ TRUSTED_PROXIES: '127.0.0.1/32,::1/128' });
});
afterAll(async () => ground?.[Symbol.asyncDispose]());

/** So many by one test; `npm run faults -- strangers` asks for 10,000. */
const MANY = Number(process.env['GATEHOUSE_TEST_STRANGERS'] ?? 300);
/** Ends what hangs; the machine may be busy. */
const PATIENCE_MS = 300_000 + MANY * 100;
const form = codeForm({ redirectUri: BACK }, 'a-code-that-never-was');

/** The networks of strangers, an address each. */
const from = (index: number): Record<string, string> => ({ 'x-forwarded-for': `203.0.${index % 7}.${index % 250}` });

/** Sends many at once, in batches; answers by their status. */
async function flood(send: (index: number) => Promise<number>, times = MANY): Promise<Record<number, number>> {
  const statuses: Record<number, number> = {};
  for (let sent = 0; sent < times; sent += 50) {
    const batch = Array.from({ length: Math.min(50, times - sent) }, async (_, index) => send(sent + index));
    for (const status of await Promise.all(batch)) statuses[status] = (statuses[status] ?? 0) + 1;
  }
  return statuses;
}

async function rows(
  table: 'applicationFailure' | 'unknownApplication' | 'unknownClientId' | 'mailOutbox' | 'job' | 'rateLimit',
): Promise<number> {
  const { db } = ground.service.database;
  const { count } = await db
    .selectFrom(table)
    .select((eb) => eb.fn.countAll<string>().as('count'))
    .executeTakeFirstOrThrow();
  return Number(count);
}

const wrongSecret =
  (application: RelyingApplication, at = ground.service.url) =>
  async (index: number): Promise<number> => {
    const headers = { ...basic({ ...application, clientSecret: `wrong-${index}` }), ...from(index) };
    const answer = await fetch(`${at}/oauth2/token`, { method: 'POST', headers, body: new URLSearchParams(form) });
    await answer.arrayBuffer();
    return answer.status;
  };

const open = async (url: URL, index = 0): Promise<number> => {
  const answer = await fetch(url, { redirect: 'manual', headers: from(index) });
  await answer.arrayBuffer();
  return answer.status;
};

test(
  'wrong secrets: ten events, one row, no mail; the right secret is taken all the while',
  async () => {
    const application = await ground.register();
    const before = { mails: await rows('mailOutbox'), events: (await ground.events()).length };
    const counted = await ground.service.countStatements(async () => {
      expect(await flood(wrongSecret(application))).toEqual({ 401: MANY });
    });
    expect((await ground.events()).length - before.events).toBe(10);
    expect(await rows('mailOutbox')).toBe(before.mails);
    const { failures } = await ground.health(application);
    expect(failures).toMatchObject([{ code: 'application.secret-wrong' }]);
    expect(failures[0]!.count).toBeGreaterThanOrEqual(10 ** Math.floor(Math.log10(MANY))); // at least so many
    // A request costs its application's metadata at most, and nothing is written for it.
    expect(counted.commits).toBeLessThan(20);
    expect(counted.statements).toBeLessThan(100);
    const { status, browser } = await ground.tokens(application);
    expect(status).toBe(200);
    await browser[Symbol.asyncDispose]();
  },
  PATIENCE_MS,
);

test(
  'wrong redirect URIs, each another one: ten events, one row of bounded size, no mail; the right one is taken',
  async () => {
    const application = await ground.register();
    const before = (await ground.events()).length;
    const mails = await rows('mailOutbox');
    const address = (index: number) => `https://evil-${index}.example/${'x'.repeat(3000)}`;
    const send = async (index: number) =>
      open(authorizeUrl(ground.service, application, { redirect_uri: address(index) }), index);
    expect(await flood(send)).toEqual({ 400: MANY });
    const events = (await ground.events()).slice(before);
    expect(events).toHaveLength(10);
    expect(JSON.stringify(events).length).toBeLessThan(12_000);
    const { failures } = await ground.health(application);
    expect(failures).toMatchObject([
      { code: 'application.redirect-uri', came: expect.stringMatching(/^.{300}$/), addTo: null },
    ]);
    expect(await rows('mailOutbox')).toBe(mails);
    const { status, browser } = await ground.tokens(application);
    expect(status).toBe(200);
    await browser[Symbol.asyncDispose]();
  },
  PATIENCE_MS,
);

test('one cause flooded leaves room for the others', async () => {
  const application = await ground.register();
  await flood(wrongSecret(application), 100);
  await open(authorizeUrl(ground.service, application, { scope: 'profile' }));
  const codes = (await ground.health(application)).failures.map(({ code }) => code);
  expect(codes.toSorted()).toEqual(['application.scope-without-openid', 'application.secret-wrong']);
  expect((await ground.events()).at(-1)).toMatchObject({ cause: 'scope-without-openid' });
});

test(
  'client IDs of no application, each another one: one row an hour, ten events of the root, a line for the operator',
  async () => {
    const before = (await ground.events(ground.root)).length;
    const kept = { mails: await rows('mailOutbox'), jobs: await rows('job'), limits: await rows('rateLimit') };
    const failures = await rows('applicationFailure');
    const send = async (index: number) => {
      const clientId = index % 3 === 0 ? `made-up-${index}` : formatId('app', randomUuid() as ApplicationId);
      const redirectUri = BACK;
      if (index % 2 === 0) return wrongSecret({ clientId, clientSecret: null, redirectUri })(index);
      return open(authorizeUrl(ground.service, { clientId, clientSecret: null, redirectUri }), index);
    };
    expect(await flood(send)).toEqual({ 400: MANY / 2, 401: MANY / 2 });
    expect(await rows('unknownClientId')).toBeLessThanOrEqual(20);
    expect(await rows('unknownApplication')).toBeLessThanOrEqual(2); // an hour may have ended meanwhile
    expect(await rows('applicationFailure')).toBe(failures);
    expect({ mails: await rows('mailOutbox'), jobs: await rows('job'), limits: await rows('rateLimit') }).toEqual(kept);
    expect((await ground.events(ground.root)).length - before).toBeLessThanOrEqual(20);
    const settings = {
      DATABASE_URL: ground.service.database.url,
      GATEHOUSE_MASTER_KEY: Buffer.alloc(32, 7).toString('base64'),
    };
    const { findings } = JSON.parse((await gatehouseHere(['doctor', '--json'], settings)).out) as {
      findings: { check: string; message: string }[];
    };
    expect(findings).toContainEqual({
      check: 'unknown-applications',
      good: true,
      message: expect.stringMatching(/at least [\d,]{3,} requests named an application that there is none of/),
    });
  },
  PATIENCE_MS,
);

test('strangers who name another client ID each time push that of an application that keeps asking out of no list', async () => {
  const { db } = ground.service.database;
  const mistyped = { clientId: formatId('app', randomUuid() as ApplicationId), clientSecret: null, redirectUri: BACK };
  const another = async (index: number): Promise<number> =>
    open(authorizeUrl(ground.service, { ...mistyped, clientId: `other-${'x'.repeat(index)}` }));
  for (let round = 0; round < 3; round += 1) {
    ground.service.clock.advance(601);
    await open(authorizeUrl(ground.service, mistyped));
    await open(authorizeUrl(ground.service, mistyped));
    for (let index = 0; index < 8; index += 1) await another(round * 8 + index);
  }
  for (let round = 3; round < 6; round += 1) {
    ground.service.clock.advance(601);
    for (let index = 0; index < 10; index += 1) await another(round * 10 + index);
  }
  const listed = await db.selectFrom('unknownClientId').select(['clientId', 'count']).execute();
  expect(listed.length).toBeLessThanOrEqual(20);
  expect(listed).toContainEqual({ clientId: mistyped.clientId, count: 6 });
});

test('over several server processes: ten events together', async () => {
  const application = await ground.register();
  const before = (await ground.events()).length;
  await using second = await startService({ database: ground.service.database, masterKeys: [MASTER_KEY] });
  await flood(wrongSecret(application), 50);
  await flood(wrongSecret(application, second.url), 50);
  expect((await ground.events()).length - before).toBe(10);
  const { failures } = await ground.health(application);
  expect(failures).toMatchObject([{ code: 'application.secret-wrong', count: 20 }]);
});
