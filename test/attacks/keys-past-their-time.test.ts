import { afterAll, beforeAll, expect, test } from 'vitest';
import { sql } from 'kysely';
import { administratorOf, makeRoot } from '../support/fixtures.ts';
import { queryAs } from '../support/query.ts';
import { createTestDatabase } from '../support/start-database.ts';
import type { TestDatabase } from '../support/start-database.ts';
import { createTestClock, startService } from '../support/start-service.ts';
import type { TestService } from '../support/start-service.ts';
import { DAY, HOUR, MINUTE, after } from '../../src/base/clock.ts';
import { AppError } from '../../src/base/errors.ts';
import { silentLog } from '../../src/base/log.ts';
import { createSecretBox } from '../../src/base/secret-box.ts';
import { selectSealedAfter, selectSealedColumns, updateSealedValues } from '../../src/db/sealed/sealed-value-store.ts';
import { beginRotation, replaceSigningKeys, tendSigningKeys } from '../../src/keys/rotate-signing-keys.ts';
import { selectSigningKeys } from '../../src/keys/signing-key-store.ts';
import * as times from '../../src/keys/signing-keys.ts';
import { openSigningKeys } from '../../src/oidc/signing-keys.ts';
import type { Organization } from '../../src/organizations/organization.ts';

// Lesson: a key that signs before everybody knows it fails logins, one that is kept after its time is one to be stolen.

let database: TestDatabase;
let service: TestService;
let root: Organization;

beforeAll(async () => {
  database = await createTestDatabase({ started: true });
  service = await startService({ database });
  root = await makeRoot(service);
});
afterAll(async () => {
  await service?.close();
  await database?.close();
});

/** The service's keys seen at another time, by an operation that nobody waits for. */
const at = (seconds: number, from = service.clock.now()) => {
  const now = after(from, seconds);
  return { db: database.db, secrets: service.secrets, clock: { now: () => now } };
};
const operator = () => administratorOf(root, service);
const statesAt = async (): Promise<string[]> =>
  (await selectSigningKeys(database.db)).map(({ algorithm, state }) => `${algorithm} ${state}`);

test('the times leave no gap: a server that knew no better signs nothing that others do not publish', () => {
  // Published to everybody before it signs, whoever read it when.
  expect(times.PUBLISHED_BEFORE).toBeGreaterThan(times.KNOWN_FOR + times.KEPT_BY_OTHERS + times.SKEW);
  // Published until the last token has ended that the server signed which read last.
  expect(times.PUBLISHED_AFTER).toBeGreaterThanOrEqual(times.KNOWN_FOR + times.LONGEST_TOKEN + times.SKEW);
  expect(times.SETTLES).toBeGreaterThanOrEqual(2 * times.READ_EVERY);
});

test('a next key does not sign before its time, and an old private key is gone after it', async () => {
  const begun = service.clock.now();
  await beginRotation(at(0, begun), operator());
  await tendSigningKeys(at(DAY - 1, begun));
  expect(await statesAt()).toEqual(['RS256 signing', 'RS256 next', 'ES256 signing', 'ES256 next']);
  const before = await selectSigningKeys(database.db);
  await tendSigningKeys(at(DAY, begun));
  expect(await statesAt()).toEqual(['RS256 signing', 'RS256 old', 'ES256 signing', 'ES256 old']);
  await tendSigningKeys(at(DAY + times.PUBLISHED_AFTER - 1, begun));
  expect(await statesAt()).toHaveLength(4);
  await tendSigningKeys(at(DAY + times.PUBLISHED_AFTER, begun));
  const left = await selectSigningKeys(database.db);
  const removed = before.filter(({ state }) => state === 'signing').map(({ kid }) => kid);
  expect(left.map(({ kid }) => kid)).not.toEqual(expect.arrayContaining(removed));
  // What is kept of it verifies and does not sign: it has no private part (RFC 7518, sections 6.2.2 and 6.3.2).
  const former = await database.db.selectFrom('formerSigningKey').selectAll().execute();
  expect(former.map(({ kid }) => kid).toSorted()).toEqual(removed.toSorted());
  for (const { publicJwk } of former) {
    expect(Object.keys(publicJwk as object)).not.toEqual(
      expect.arrayContaining([expect.stringMatching(/^(d|p|q|dp|dq|qi)$/)]),
    );
  }
  await tendSigningKeys(at(DAY + times.PUBLISHED_AFTER + times.HINTS_FOR, begun));
  expect(await database.db.selectFrom('formerSigningKey').select('kid').execute()).toEqual([]);
});

test('of two operators who replace the keys at once none leaves the service without a key', async () => {
  let second: Promise<unknown> | undefined;
  const pause = async (): Promise<void> => {
    second ??= replaceSigningKeys({ ...at(0), pause: async () => {} }, operator());
    await second;
  };
  const first = replaceSigningKeys({ ...at(0), pause }, operator());
  await expect(first).rejects.toEqual(new AppError('key.replaced-meanwhile'));
  expect(await statesAt()).toEqual(['RS256 signing', 'ES256 signing']);
});

test('a server that missed every word of a rotation neither publishes nor signs by what it knew', async () => {
  const clock = createTestClock();
  const missed = await openSigningKeys({ db: database.db, secrets: service.secrets, clock, log: silentLog });
  missed.stop();
  const stale = missed.keys.find(({ alg }) => alg === 'ES256')!;
  await expect(stale.sign(Buffer.from('data'))).resolves.toBeInstanceOf(Buffer);
  await replaceSigningKeys({ ...at(0), pause: async () => {} }, operator());
  clock.advance(HOUR);
  await expect(stale.sign(Buffer.from('data'))).rejects.toThrow('database.unavailable');
  expect(missed.isPublished(stale.kid)).toBe(false);
  const now = new Set((await selectSigningKeys(database.db)).map(({ kid }) => kid));
  expect(new Set(missed.keys.map(({ kid }) => kid))).toEqual(now);
});

test('a server that cannot read the keys for an hour does not answer with those it knew', async () => {
  const keysAt = async (): Promise<Response> => fetch(`${service.url}/oauth2/keys`);
  expect((await keysAt()).status).toBe(200);
  await queryAs(database.open.ownerUrl, 'alter table signing_key rename to signing_key_away');
  try {
    expect((await keysAt()).status).toBe(200);
    service.clock.advance(HOUR + MINUTE);
    const answer = await keysAt();
    expect([answer.status, await answer.text()]).toEqual([503, expect.not.stringContaining('kid')]);
  } finally {
    await queryAs(database.open.ownerUrl, 'alter table signing_key_away rename to signing_key');
  }
  expect((await keysAt()).status).toBe(200);
});

test('what the service published never holds a private part, nor a key that only verifies', async () => {
  await beginRotation(at(0), operator());
  await tendSigningKeys(at(DAY));
  await tendSigningKeys(at(DAY + times.PUBLISHED_AFTER));
  await expect.poll(async () => (await selectSigningKeys(database.db)).length).toBe(2);
  service.clock.advance(HOUR);
  const { keys } = (await (await fetch(`${service.url}/oauth2/keys`)).json()) as { keys: Record<string, string>[] };
  expect(keys).toHaveLength(2);
  for (const key of keys) expect(key).not.toHaveProperty('d');
});

test('a value that somebody wrote meanwhile is not written over by one that was sealed anew', async () => {
  const { db } = database;
  const except = createSecretBox([Buffer.alloc(32, 9)]).fingerprints[0]!.slice(0, 2);
  const columns = await selectSealedColumns(db);
  const column = columns.find(({ table }) => table === 'signing_key')!;
  const { values } = await selectSealedAfter(db, column, { after: null, most: 10, except });
  const [value] = values;
  const newer = service.secrets.seal(service.secrets.open(value!.sealed, value!.place), value!.place);
  await sql`update signing_key set sealed_private_jwk = ${newer} where id = ${value!.place.row}`.execute(db);
  const resealed = createSecretBox([Buffer.alloc(32, 9)]).seal('of before', value!.place);
  const change = { row: value!.place.row, sealed: value!.sealed, resealed };
  expect(await updateSealedValues(db, column, [change])).toBe(0);
  const [now] = (await selectSealedAfter(db, column, { after: null, most: 1, except })).values;
  expect(now!.sealed).toEqual(newer);
});
