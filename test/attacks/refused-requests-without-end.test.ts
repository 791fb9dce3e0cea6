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
  ground = await startWrongApplications();
});
afterAll(async () => ground?.[Symbol.asyncDispose]());

const MANY = 1000;
const form = codeForm({ redirectUri: BACK }, 'a-code-that-never-was');

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
  table: 'applicationFailure' | 'unknownApplication' | 'mailOutbox' | 'job' | 'rateLimit',
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
    const headers = basic({ ...application, clientSecret: `wrong-${index}` });
    const answer = await fetch(`${at}/oauth2/token`, { method: 'POST', headers, body: new URLSearchParams(form) });
    await answer.arrayBuffer();
    return answer.status;
  };

const open = async (url: URL): Promise<number> => {
  const answer = await fetch(url, { redirect: 'manual' });
  await answer.arrayBuffer();
  return answer.status;
};

test('wrong secrets: ten events, one row, no mail; the right secret is taken all the while', async () => {
  const application = await ground.register();
  const before = { mails: await rows('mailOutbox'), events: (await ground.events()).length };
  const counted = await ground.service.countStatements(async () => {
    expect(await flood(wrongSecret(application))).toEqual({ 401: MANY });
  });
  expect((await ground.events()).length - before.events).toBe(10);
  expect(await rows('mailOutbox')).toBe(before.mails);
  const { failures } = await ground.health(application);
  expect(failures).toMatchObject([{ code: 'application.secret-wrong' }]);
  expect(failures[0]!.count).toBeGreaterThanOrEqual(1000); // at least so many
  // A request costs its application's metadata at most, and nothing is written for it.
  expect(counted.commits).toBeLessThan(20);
  expect(counted.statements).toBeLessThan(100);
  const { status, browser } = await ground.tokens(application);
  expect(status).toBe(200);
  await browser[Symbol.asyncDispose]();
});

test('wrong redirect URIs, each another one: ten events, one row of bounded size', async () => {
  const application = await ground.register();
  const before = (await ground.events()).length;
  const address = (index: number) => `https://evil-${index}.example/${'x'.repeat(3000)}`;
  const send = async (index: number) =>
    open(authorizeUrl(ground.service, application, { redirect_uri: address(index) }));
  expect(await flood(send, 300)).toEqual({ 400: 300 });
  const events = (await ground.events()).slice(before);
  expect(events).toHaveLength(10);
  expect(JSON.stringify(events).length).toBeLessThan(12_000);
  const { failures } = await ground.health(application);
  expect(failures).toMatchObject([
    { code: 'application.redirect-uri', came: expect.stringMatching(/^.{300}$/), addTo: null },
  ]);
});

test('one cause flooded leaves room for the others', async () => {
  const application = await ground.register();
  await flood(wrongSecret(application), 100);
  await open(authorizeUrl(ground.service, application, { scope: 'profile' }));
  const codes = (await ground.health(application)).failures.map(({ code }) => code);
  expect(codes.toSorted()).toEqual(['application.scope-without-openid', 'application.secret-wrong']);
  expect((await ground.events()).at(-1)).toMatchObject({ cause: 'scope-without-openid' });
});

test('client IDs of no application, each another one: one row an hour, ten events of the root, a line for the operator', async () => {
  const before = (await ground.events(ground.root)).length;
  const failures = await rows('applicationFailure');
  const send = async (index: number) => {
    const clientId = index % 3 === 0 ? `made-up-${index}` : formatId('app', randomUuid() as ApplicationId);
    const redirectUri = BACK;
    if (index % 2 === 0) return wrongSecret({ clientId, clientSecret: null, redirectUri })(index);
    return open(authorizeUrl(ground.service, { clientId, clientSecret: null, redirectUri }));
  };
  expect(await flood(send, 300)).toEqual({ 400: 150, 401: 150 });
  expect(await rows('unknownApplication')).toBeLessThanOrEqual(2); // an hour may have ended meanwhile
  expect(await rows('applicationFailure')).toBe(failures);
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
    message: expect.stringMatching(/at least \d{3} requests named an application that there is none of/),
  });
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
