import { sql } from 'kysely';
import { afterAll, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { inTransaction } from '../../src/db/database.ts';
import type { Organization } from '../../src/organizations/organization.ts';
import { makePerson } from '../support/fixtures.ts';
import type { Person } from '../support/fixtures.ts';
import { openHttpBrowser } from '../support/http-browser.ts';
import type { HttpBrowser } from '../support/http-browser.ts';
import { logIn } from '../support/log-in.ts';
import { authorizeUrl, codeIn, redeem } from '../support/relying-application.ts';
import type { TestService } from '../support/start-service.ts';
import { addUnregistered, openUnregisteredGround } from '../support/unregistered.ts';
import type { DocumentSite, UnregisteredGround } from '../support/unregistered.ts';

// Lesson: what strangers may have us do is bounded, and the bound must not be one that they share with the people it protects.

/** Ends what hangs; the machine may be busy. */
const PATIENCE_MS = 120_000;

let ground: UnregisteredGround;
let site: DocumentSite;
let service: TestService;
let contoso: Organization;
let lena: Person;

beforeAll(async () => {
  ground = await openUnregisteredGround();
  ({ service, site, contoso } = ground);
  lena = await makePerson(service, contoso, 'lena@contoso.example');
});
afterAll(async () => ground?.[Symbol.asyncDispose]());
// Each test has what may be read in a minute.
beforeEach(() => service.clock.advance(61));

const at = (): HttpBrowser =>
  openHttpBrowser({ now: () => service.clock.now(), stopAt: (url) => url.pathname === '/back' });
const deps = () => ({ db: service.database.db, clock: service.clock });

/** Somebody names a document that nobody here uses. */
async function name(path: string): Promise<void> {
  await using browser = at();
  const agent = { clientId: site.origin + path, clientSecret: null, redirectUri: `${site.origin}/back` };
  await browser.open(authorizeUrl(service, agent));
}

test('somebody who is asked to allow one answers, whatever strangers had us read meanwhile', async () => {
  site.answer('*', (response) => response.writeHead(404).end());
  const agent = site.publish('/asked.json');
  await using browser = at();
  const consent = await logIn(browser, service, await browser.open(authorizeUrl(service, agent)), lena);
  // The document is read again: it is kept for a minute.
  service.clock.advance(61);
  for (let i = 0; i < 12; i += 1) await name(`/burst/${i}`);
  const back = await browser.submit(consent, {}, { button: 'Allow' });
  expect((await redeem(service, agent, codeIn(back, agent))).status).toBe(200);
});

test('two people who are the first to allow one, at the same moment, both may', async () => {
  const { db } = service.database;
  const agent = site.publish('/first.json');
  await using browser = at();
  const consent = await logIn(browser, service, await browser.open(authorizeUrl(service, agent)), lena);
  let answered: ReturnType<HttpBrowser['submit']> | undefined;
  await inTransaction(deps(), async (other) => {
    await addUnregistered({ ...deps(), db: other.db }, contoso, agent.clientId);
    answered = browser.submit(consent, {}, { button: 'Allow' });
    const isWaiting = async (): Promise<boolean> => {
      const { rows } = await sql<{ count: number }>`select count(*)::int as count from pg_locks
        join pg_stat_activity using (pid) where not granted and datname = current_database()`.execute(db);
      return rows[0]!.count > 0;
    };
    await vi.waitUntil(isWaiting, { timeout: PATIENCE_MS });
  });
  const back = await answered!;
  expect((await redeem(service, agent, codeIn(back, agent))).status).toBe(200);
});

test('documents that never end do not keep one from being read that people use', async () => {
  const agent = site.publish('/used.json');
  await addUnregistered(deps(), contoso, agent.clientId);
  site.answer('*', (response) => response.writeHead(200).write('{'));
  const before = site.asked;
  const strangers = Array.from({ length: 8 }, async (_, i) => name(`/endless/${i}`));
  // Half of the connections to one host: the others are left to those that people use.
  await vi.waitUntil(() => site.asked === before + 4, { timeout: PATIENCE_MS });
  await using browser = at();
  // Whether it answers in time is the machine's: it is asked.
  expect((await browser.open(authorizeUrl(service, agent))).text).not.toContain('client-document.too-many');
  expect(site.asked).toBe(before + 5);
  await Promise.all(strangers);
});
