import { afterAll, beforeAll, expect, test } from 'vitest';
import { readState } from '../../src/logins/login-state.ts';
import type { StatementCount } from '../support/count-statements.ts';
import { makeApplication } from '../support/fixtures.ts';
import { MALLORY, startHostileGround } from '../support/hostile-organization.ts';
import type { HostileGround } from '../support/hostile-organization.ts';
import { openHttpBrowser } from '../support/http-browser.ts';
import { authorizeUrl, codeIn, redeem } from '../support/relying-application.ts';
import type { RelyingApplication } from '../support/relying-application.ts';

let ground: HostileGround;
let reports: RelyingApplication;

beforeAll(async () => {
  ground = await startHostileGround();
  await ground.use('code');
  const redirectUri = 'http://127.0.0.1:9001/back';
  const made = await makeApplication(ground.service, ground.root, { redirectUris: [redirectUri] });
  reports = { clientId: made.application.clientId, clientSecret: made.clientSecret, redirectUri };
});
afterAll(async () => ground?.[Symbol.asyncDispose]());

/** From the application's request to its tokens, in a browser without a session. */
async function logIn(): Promise<void> {
  await using browser = openHttpBrowser({
    now: () => ground.service.clock.now(),
    stopAt: (url) => url.port === '9001',
  });
  const asked = await browser.open(authorizeUrl(ground.service, reports));
  const back = await browser.submit(asked, { email: MALLORY }, { button: 'Continue' });
  expect((await redeem(ground.service, reports, codeIn(back, reports))).status).toBe(200);
}

/** Without those that fill what is kept in memory for a few seconds, whoever logs in. */
function ofLogin({ statements, texts }: StatementCount): number {
  return statements - texts.filter((text) => text.startsWith('select "application"."id"')).length;
}

test('a federated login, from the application’s request to its tokens, takes at most 12 statements and 6 commits', async () => {
  await logIn(); // binds the identity and confirms the connection
  const counted = await ground.service.countStatements(logIn);
  expect(ofLogin(counted)).toBeLessThanOrEqual(12);
  expect(counted.commits).toBeLessThanOrEqual(6);
});

test('that its connection’s success is noted once a minute is part of the same statement', async () => {
  await logIn();
  ground.service.clock.advance(61);
  const before = ground.service.clock.now();
  const counted = await ground.service.countStatements(logIn);
  expect(ofLogin(counted)).toBeLessThanOrEqual(12);
  expect(counted.commits).toBeLessThanOrEqual(6);
  const { db } = ground.service.database;
  const connection = await db.selectFrom('connection').select('lastSuccessAt').executeTakeFirstOrThrow();
  expect(connection.lastSuccessAt!.getTime()).toBeGreaterThanOrEqual(before.getTime());
});

test('the page that is looked at writes nothing, however often it is opened', async () => {
  await using browser = openHttpBrowser({ now: () => ground.service.clock.now() });
  const asked = await browser.open(authorizeUrl(ground.service, reports));
  const counted = await ground.service.countStatements(async () => {
    await browser.open(asked.url);
    await browser.open(asked.url);
  });
  expect({ statements: counted.statements, commits: counted.commits }).toEqual({ statements: 2, commits: 0 });
});

test('a login that ends in one statement leaves what one leaves that ends step by step', async () => {
  await logIn();
  const { db } = ground.service.database;
  const { trace, state } = await db
    .selectFrom('login')
    .select(['trace', 'state'])
    .orderBy('createdAt', 'desc')
    .executeTakeFirstOrThrow();
  expect((trace as { event: string }[]).map(({ event }) => event)).toEqual([
    'began',
    'identified',
    'sent',
    'came-back',
    'connection-proved',
  ]);
  expect(Object.keys(state as object)).toEqual(['login', 'consent']);
  expect(readState(state).state?.login).toMatchObject({
    step: 'finished',
    email: MALLORY,
    connection: { method: 'openid-connect' },
  });
  const user = await db.selectFrom('appUser').selectAll().where('email', '=', MALLORY).executeTakeFirstOrThrow();
  const identity = await db.selectFrom('identity').selectAll().executeTakeFirstOrThrow();
  const event = await db
    .selectFrom('auditEvent')
    .selectAll()
    .where('kind', '=', 'login.finished')
    .orderBy('occurredAt', 'desc')
    .executeTakeFirstOrThrow();
  expect(user).toMatchObject({ status: 'verified', lastLoginAt: event.occurredAt });
  expect(identity).toMatchObject({ userId: user.id, lastSeenAt: event.occurredAt, statedAddress: null });
  expect(event).toMatchObject({ actorId: user.id, actorName: MALLORY, organizationId: user.organizationId });
  expect(event.details).toMatchObject({ method: 'openid-connect', clientId: reports.clientId });
});
