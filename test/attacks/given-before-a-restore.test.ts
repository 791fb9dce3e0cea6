import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { sql } from 'kysely';
import { SEEN_IDENTIFIERS, VOIDED } from '../../src/backup/epoch/redeemable-tables.ts';
import { startNewEpoch } from '../../src/backup/epoch/start-new-epoch.ts';
import type { EndedCounts } from '../../src/backup/epoch/start-new-epoch.ts';
import type { Database } from '../../src/db/database.ts';
import { apiClient } from '../support/api-client.ts';
import { giveEverything } from '../support/give-everything.ts';
import type { Given } from '../support/give-everything.ts';
import { addApiToken, operatorAt, org } from '../support/people.ts';
import { startSetupStage } from '../support/setup-links.ts';
import type { SetupStage } from '../support/setup-links.ts';

// Lesson: a copy of the database from yesterday gives back what was redeemed, revoked or ended since. The session of somebody
// who was disabled, the link that was used, the token that leaked and was revoked: none of them may work after a restore.

let stage: SetupStage;
let given: Given;
let ended: EndedCounts;
/** How many rows there were of the tables that a new epoch voids. */
const rows: Record<string, number> = {};
/** The row of the refresh token that outlives sessions. */
let offlineToken: unknown;
const db = (): Database => stage.service.database.db;

beforeAll(async () => {
  stage = await startSetupStage();
  given = await giveEverything(stage);
  for (const [what, works] of Object.entries(given.works)) {
    if (!(await works())) throw new Error(`${what} does not work before`);
  }
  for (const table of VOIDED) {
    const { rows: counted } = await sql<{ n: number }>`select count(*)::int as n from ${sql.table(table)}`.execute(
      db(),
    );
    rows[table] = counted[0]!.n;
  }
  const { rows: tokens } = await sql<{ document: unknown }>`select to_jsonb(t) as document from oidc_refresh_token t
    where payload ->> 'expiresWithSession' is distinct from 'true'`.execute(db());
  offlineToken = tokens[0]!.document;
  const { database, clock, secrets } = stage.service;
  const input = { takenAt: clock.now() };
  ended = await startNewEpoch({ database: database.open, clock, secrets }, operatorAt(stage.houses.northwind), input);
});
afterAll(async () => {
  await given?.[Symbol.asyncDispose]();
  await stage?.[Symbol.asyncDispose]();
});

const GIVEN = [
  'the session of a browser',
  'an authorization code',
  'an access token',
  'a refresh token',
  'a refresh token that outlives sessions',
  'a pushed request',
  'a device code',
  'a login under way',
  'the link of an invitation',
  'an invitation that a browser redeemed',
  'the link of the operator to a locked-out user',
  'the link that sets the service up',
  'a setup link in the browser that proved its mailbox',
  'a setup link that nobody opened',
  'a mailed code',
  'the link that proves an address',
  'the link of a test',
  'the link that asks for an admin consent',
  'an API token',
  'an answer kept for an Idempotency-Key',
  'a mail that waits',
  'a job that would mail a link',
];

describe('after a restore', () => {
  test.each(GIVEN)('%s from before it is void', async (what) => {
    expect(await given.works[what]!()).toBe(false);
  });

  test('every kind of thing that was given is tried here', () => {
    expect(Object.keys(given.works).toSorted()).toEqual(GIVEN.toSorted());
    expect(Object.entries(rows).filter(([, count]) => count === 0)).toEqual([]);
    expect(Object.entries(ended).filter(([, count]) => count === 0)).toEqual([]);
  });

  test('a token that a refresh running beside it wrote is void, too', async () => {
    await sql`insert into oidc_refresh_token
      select * from jsonb_populate_record(null::oidc_refresh_token, ${JSON.stringify(offlineToken)}::jsonb)`.execute(
      db(),
    );
    expect(await given.works['a refresh token that outlives sessions']!()).toBe(false);
  });

  test('nobody who returns from a provider goes on', async () => {
    expect(await db().selectFrom('connectionTransaction').select('loginId').execute()).toEqual([]);
  });

  test('an assertion that was seen stays refused', async () => {
    const { rows: left } = await sql<{ kind: string }>`select kind from oidc_record`.execute(db());
    expect(left).toEqual([{ kind: SEEN_IDENTIFIERS }]);
  });

  test('the administrators of the root find what was done, and whoever invited what became of the mail', async () => {
    const { service, houses } = stage;
    const api = apiClient(
      service.url,
      await addApiToken({ db: db(), clock: service.clock }, houses.northwind, 'administrator'),
    );
    const { body: log } = await api.get(
      `/organizations/${org(houses.northwind)}/audit-events?kind=installation.restored`,
    );
    expect(log.items).toMatchObject([{ actor: { kind: 'operator' }, details: { ended } }]);
    const { body: invitations } = await api.get(`/organizations/${org(houses.fabrikam)}/invitations`);
    const states = invitations.items.map(
      ({ delivery }: { delivery: { state: string; lastError: string } }) => delivery,
    );
    expect(states).toContainEqual(
      expect.objectContaining({ state: 'failed', lastError: expect.stringContaining('may have been sent since') }),
    );
  });
});
