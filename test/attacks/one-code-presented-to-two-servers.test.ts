import { afterAll, beforeAll, expect, it } from 'vitest';
import { makeApplication, makePerson, makeRoot } from '../support/fixtures.ts';
import { openHttpBrowser } from '../support/http-browser.ts';
import type { HttpBrowser } from '../support/http-browser.ts';
import { logIn } from '../support/log-in.ts';
import { authorizeUrl, codeFor, codeIn, redeem, refresh } from '../support/relying-application.ts';
import type { RelyingApplication, TokenAnswer } from '../support/relying-application.ts';
import { silentLog } from '../../src/base/log.ts';
import { openDatabase } from '../../src/db/open-database.ts';
import { createTestDatabase, SHARES_STATEMENTS } from '../support/start-database.ts';
import type { TestDatabase } from '../support/start-database.ts';
import { startService } from '../support/start-service.ts';
import type { TestService } from '../support/start-service.ts';

/** `RACES=200 npx vitest run test/attacks/one-code-presented-to-two-servers.test.ts` repeats each race so often. */
const RACES = Number(process.env['RACES'] ?? 1);
const TIMEOUT = (1 + RACES) * 60_000;
const CODES = 40;
const PRESENTED = 30;
/** Codes that are presented at the same moment. */
const AT_ONCE = 8;
/** Who waits longer than anybody waits for the database, on a slow machine. */
const TOLD_TO_COME_AGAIN = '503 temporarily_unavailable';

let own: TestDatabase;
let servers: [TestService, TestService];
let application: RelyingApplication;
/** A public client: its refresh tokens rotate. */
let single: RelyingApplication;
let browser: HttpBrowser;

beforeAll(async () => {
  own = await createTestDatabase({ started: true });
  const first = await startService({ database: own });
  const open = await openDatabase({ source: { url: own.url }, log: silentLog, poolSize: 8, ...SHARES_STATEMENTS });
  // The second server has the address of the first one as its issuer, as behind a load balancer.
  const second = await startService({ database: { ...own, db: open.db, open }, publicUrl: first.url });
  servers = [first, second];
  const root = await makeRoot(first);
  const person = await makePerson(first, root, 'maria@northwind.example');
  const register = async (name: string, port: number, kind: 'web' | 'browser'): Promise<RelyingApplication> => {
    const redirectUri = `http://127.0.0.1:${port}/back`;
    const made = await makeApplication(first, root, { name, kind, redirectUris: [redirectUri] });
    return { clientId: made.application.clientId, clientSecret: made.clientSecret, redirectUri };
  };
  application = await register('Reports', 9001, 'web');
  single = await register('Board', 9002, 'browser');
  browser = openHttpBrowser({ now: () => first.clock.now(), stopAt: (url) => url.port.startsWith('900') });
  codeIn(await logIn(browser, first, await browser.open(authorizeUrl(first, application)), person), application);
  // Both servers have the same time: making a person and logging in move the first one's on.
  second.clock.advance(Math.round((first.clock.now().getTime() - second.clock.now().getTime()) / 1000));
});
afterAll(async () => {
  await browser?.[Symbol.asyncDispose]();
  for (const server of servers ?? []) await server.close();
  await servers?.[1].database.open.close();
  await own?.close();
});

/** So many at once, by turns at one server and at the other. */
async function race(
  count: number,
  ask: (server: TestService, n: number) => Promise<TokenAnswer>,
): Promise<TokenAnswer[]> {
  const at = servers.map((server) => ({ ...server, url: `http://localhost:${server.port}` }));
  return Promise.all(Array.from({ length: count }, async (_, n) => ask(at[n % 2]!, n)));
}

it(
  `gives tokens for ${CODES} codes that are each presented ${PRESENTED} times to two servers at once exactly ${CODES} times`,
  async () => {
    for (let round = 0; round < RACES; round += 1) {
      const stored = await rows();
      const answers: TokenAnswer[] = [];
      for (let from = 0; from < CODES; from += AT_ONCE) {
        const codes: string[] = [];
        while (codes.length < AT_ONCE) codes.push(await codeFor(browser, servers[0], application));
        // Neighbours present different codes, and the same code at both servers.
        const ask = async (server: TestService, n: number): Promise<TokenAnswer> =>
          redeem(server, application, codes[Math.floor(n / 2) % AT_ONCE]!);
        answers.push(...(await race(AT_ONCE * PRESENTED, ask)));
      }
      const successes = answers.filter(({ status }) => status === 200);
      expect(successes).toHaveLength(CODES);
      expect(new Set(successes.map(({ body }) => body.access_token)).size).toBe(CODES);
      const others = answers
        .filter(({ status }) => status !== 200)
        .map(({ status, body }) => `${status} ${body.error}`);
      const empty = new Set(['400 invalid_grant', TOLD_TO_COME_AGAIN]);
      expect(others.filter((answer) => !empty.has(answer))).toEqual([]);
      expect((await rows()) - stored).toBe(CODES);
    }
  },
  TIMEOUT,
);

it(
  `gives one successor to a refresh token that ${PRESENTED} present to two servers at once`,
  async () => {
    for (let round = 0; round < RACES; round += 1) {
      const first = await redeem(servers[0], single, await codeFor(browser, servers[0], single));
      const answers = await race(PRESENTED, async (server) =>
        refresh(server, single, String(first.body.refresh_token)),
      );
      const others = answers
        .filter(({ status }) => status !== 200)
        .map(({ status, body }) => `${status} ${body.error}`);
      expect(others.filter((answer) => answer !== TOLD_TO_COME_AGAIN)).toEqual([]);
      const successors = answers.filter(({ status }) => status === 200).map(({ body }) => body.refresh_token);
      expect(successors.length).toBeGreaterThan(1);
      expect(new Set(successors).size).toBe(1);
    }
  },
  TIMEOUT,
);

/** Access tokens there are. */
async function rows(): Promise<number> {
  return (await own.db.selectFrom('oidcAccessToken').select('tokenHash').execute()).length;
}
