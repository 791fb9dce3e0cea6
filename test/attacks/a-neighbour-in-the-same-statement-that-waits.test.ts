import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Database } from '../../src/db/database.ts';
import { randomUuid, sha256 } from '../../src/base/random.ts';
import type { Organization } from '../../src/organizations/organization.ts';
import { flushPlain } from '../../src/oidc/storage/plain-flush-store.ts';
import type { TokenContext } from '../../src/oidc/storage/parts/token-part-store.ts';
import type { PlainWrite } from '../../src/oidc/storage/plain-flush-store.ts';
import { makeApplication, makePerson, makeRoot } from '../support/fixtures.ts';
import type { Person } from '../support/fixtures.ts';
import { holdLane } from '../support/hold-lanes.ts';
import { openHttpBrowser } from '../support/http-browser.ts';
import { logIn } from '../support/log-in.ts';
import { authorizeUrl, codeFor } from '../support/relying-application.ts';
import type { RelyingApplication } from '../support/relying-application.ts';
import { startService } from '../support/start-service.ts';
import type { TestService } from '../support/start-service.ts';

/**
 * Requests share a statement, and one of them needs a row that somebody else holds: the others are answered while it is held,
 * and the one is answered by itself afterwards, as if it had been alone.
 */
let service: TestService;
let root: Organization;
let reports: RelyingApplication;
let people: { person: Person; uid: string; code: string }[];

beforeAll(async () => {
  service = await startService();
  root = await makeRoot(service);
  const redirectUri = 'http://127.0.0.1:9001/back';
  const { application, clientSecret } = await makeApplication(service, root, {
    name: 'Reports',
    redirectUris: [redirectUri],
  });
  reports = { clientId: application.clientId, clientSecret, redirectUri };
  people = [];
  for (let i = 0; i < 3; i += 1) {
    const person = await makePerson(service, root, `person-${i}@northwind.example`);
    await using browser = openHttpBrowser({ now: () => service.clock.now(), stopAt: (url) => url.port === '9001' });
    await logIn(browser, service, await browser.open(authorizeUrl(service, reports)), person);
    const code = await codeFor(browser, service, reports);
    const { uid } = await service.database.db
      .selectFrom('session')
      .select('uid')
      .where('userId', '=', person.userId)
      .executeTakeFirstOrThrow();
    people.push({ person, uid, code });
  }
});
afterAll(async () => service?.close());

const write = async (i: number, writes: PlainWrite[]): Promise<boolean> => {
  const now = service.clock.now();
  const tokens: TokenContext = {
    familyId: randomUuid(),
    startedAt: now,
    userId: people[i]!.person.userId,
    organizationInScopeId: root.id,
    endsAt: null,
    isSuccessor: false,
    exchangedFrom: null,
    authTimeStated: true,
  };
  return flushPlain(service.database.db, { now, session: null, tokens, writes, events: [] });
};

const token = (): PlainWrite => ({
  kind: 'token-insert',
  model: 'AccessToken',
  value: randomUuid(),
  payload: { clientId: reports.clientId, scope: 'openid' },
  lifetime: 600,
});

/**
 * Everybody writes in one statement while somebody else holds what the first of them needs.
 * @returns what the others were answered while it was held, and the first afterwards
 */
async function besideOneHeld(
  hold: (tx: Database) => Promise<unknown>,
  writesOf: (i: number) => PlainWrite[],
): Promise<{ neighbours: boolean[]; own: boolean }> {
  const { db } = service.database;
  const lane = await holdLane(db, 'writes');
  let own: Promise<boolean> | undefined;
  let isAnswered = false;
  const neighbours = await db.transaction().execute(async (tx) => {
    let answers: Promise<boolean>[];
    try {
      await hold(tx);
      answers = people.map(async (_, i) => write(i, writesOf(i)));
      // Nobody is left without a listener when a check before its turn fails.
      void Promise.allSettled(answers);
      await lane.untilWaiting(people.length);
    } finally {
      await lane.release();
    }
    own = answers[0]!;
    void Promise.allSettled([own]).then(() => (isAnswered = true));
    const given = await Promise.all(answers.slice(1));
    expect(isAnswered).toBe(false);
    return given;
  });
  return { neighbours, own: await own! };
}

it('answers those beside one whose session somebody else holds, and the one when it is let go', async () => {
  const name = randomUuid();
  const held = await besideOneHeld(
    async (tx) => tx.selectFrom('session').select('id').where('uid', '=', people[0]!.uid).forUpdate().execute(),
    (i) => [{ kind: 'session-save', uid: people[i]!.uid, cookie: `${name}-${i}`, payload: {} }],
  );
  expect(held).toEqual({ neighbours: [true, true], own: true });
  const rows = await service.database.db.selectFrom('session').select(['uid', 'cookieHash']).execute();
  expect(new Map(rows.map(({ uid, cookieHash }) => [uid, cookieHash.toString('hex')]))).toEqual(
    new Map(people.map(({ uid }, i) => [uid, sha256(`${name}-${i}`).toString('hex')])),
  );
});

it('answers those beside one whose application somebody else is about to remove', async () => {
  const before = await tokenRows();
  const held = await besideOneHeld(
    async (tx) =>
      tx.selectFrom('application').select('id').where('clientId', '=', reports.clientId).forUpdate().execute(),
    (i) => (i === 0 ? [token(), { kind: 'login-mark', clientId: reports.clientId }] : [token()]),
  );
  expect(held).toEqual({ neighbours: [true, true], own: true });
  expect((await tokenRows()) - before).toBe(people.length);
});

it('gives tokens to those beside one whose code another server is taking, and none for that code', async () => {
  const before = await tokenRows();
  const held = await besideOneHeld(
    async (tx) =>
      tx
        .updateTable('oidcCode')
        .set({ consumedAt: service.clock.now() })
        .where('codeHash', '=', sha256(people[0]!.code))
        .execute(),
    (i) => [{ kind: 'token-consume', model: 'AuthorizationCode', value: people[i]!.code }, token()],
  );
  expect(held).toEqual({ neighbours: [true, true], own: false });
  expect((await tokenRows()) - before).toBe(people.length - 1);
});

async function tokenRows(): Promise<number> {
  return (await service.database.db.selectFrom('oidcAccessToken').select('tokenHash').execute()).length;
}
