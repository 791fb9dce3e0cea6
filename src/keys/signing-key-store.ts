import { sql } from 'kysely';
import type { JWK } from 'jose';
import type { SigningAlgorithm, SigningKeyRow, SigningKeyState } from './signing-keys.ts';
import { CHANGE_CHANNEL, SIGNING_KEYS } from '../db/change-channel.ts';
import type { Database, Transaction } from '../db/database.ts';

// Signing keys belong to the service, not to an organization.

/**
 * Every key: RSA first, and of each algorithm the signing one first. python-jose gives up at the first key of another type
 * than the token's, whatever `kid` it has; applications are registered for RS256 unless they ask for another.
 * @param options `lock`: until the transaction ends nobody else takes a key into another state
 */
export async function selectSigningKeys(db: Database, options: { lock?: boolean } = {}): Promise<SigningKeyRow[]> {
  const query = db
    .selectFrom('signingKey')
    .select(['id', 'kid', 'algorithm', 'state', 'sealedPrivateJwk', 'createdAt', 'changesAt'])
    .select(({ fn }) => fn.coalesce('changedAt', 'createdAt').as('changedAt'))
    .orderBy('algorithm', 'desc')
    .orderBy('retiredAt', (order) => order.desc().nullsFirst())
    .orderBy('id');
  return (options.lock === true ? query.forUpdate() : query).execute();
}

/** The public halves of removed keys, which verify hints. */
export async function selectFormerKeys(
  db: Database,
): Promise<{ kid: string; algorithm: SigningAlgorithm; publicJwk: JWK }[]> {
  const rows = await db.selectFrom('formerSigningKey').select(['kid', 'algorithm', 'publicJwk']).execute();
  return rows.map(({ kid, algorithm, publicJwk }) => ({ kid, algorithm, publicJwk: publicJwk as JWK }));
}

/** Inserts a key unless its algorithm has one in that state already; false then. */
export async function insertSigningKey(
  db: Database,
  key: {
    id: string;
    kid: string;
    algorithm: SigningAlgorithm;
    sealedPrivateJwk: Buffer;
    publicJwk: object;
    state: SigningKeyState;
    now: Date;
    changesAt: Date | null;
  },
): Promise<boolean> {
  const { id, kid, algorithm, sealedPrivateJwk, publicJwk, state, now, changesAt } = key;
  const { numInsertedOrUpdatedRows } = await db
    .insertInto('signingKey')
    .values({
      id,
      kid,
      algorithm,
      sealedPrivateJwk,
      publicJwk: JSON.stringify(publicJwk),
      state,
      createdAt: now,
      changedAt: now,
      changesAt,
      // Servers of the version before sign with whatever has null here.
      retiredAt: state === 'signing' ? null : now,
    })
    .onConflict((conflict) => conflict.doNothing())
    .executeTakeFirst();
  return numInsertedOrUpdatedRows === 1n;
}

/** The signing key becomes old, the given next one signs. */
export async function switchSigningKeys(
  db: Transaction,
  next: Pick<SigningKeyRow, 'id' | 'algorithm'>,
  times: { now: Date; oldUntil: Date },
): Promise<void> {
  await db
    .updateTable('signingKey')
    .set({ state: 'old', retiredAt: times.now, changedAt: times.now, changesAt: times.oldUntil })
    .where('algorithm', '=', next.algorithm)
    .where('state', '=', 'signing')
    .execute();
  await db
    .updateTable('signingKey')
    .set({ state: 'signing', retiredAt: null, changedAt: times.now, changesAt: null })
    .where('id', '=', next.id)
    .execute();
}

/** Removes keys with their private halves; the public ones are kept for hints until the given time, or not at all. */
export async function removeSigningKeys(
  db: Transaction,
  ids: readonly string[],
  { now, keptUntil }: { now: Date; keptUntil: Date | null },
): Promise<void> {
  if (ids.length === 0) return;
  if (keptUntil !== null) {
    await db
      .insertInto('formerSigningKey')
      .columns(['kid', 'algorithm', 'publicJwk', 'removedAt', 'keptUntil'])
      .expression(
        db
          .selectFrom('signingKey')
          .select(['kid', 'algorithm', 'publicJwk'])
          .select([
            sql<Date>`${now}::timestamptz`.as('removedAt'),
            sql<Date>`${keptUntil}::timestamptz`.as('keptUntil'),
          ])
          .where('id', 'in', ids),
      )
      .onConflict((conflict) => conflict.doNothing())
      .execute();
  }
  await db.deleteFrom('signingKey').where('id', 'in', ids).execute();
}

/** Removes the public halves that were kept until `now`, or all of them. */
export async function deleteFormerKeys(db: Database, keptUntil: Date | null): Promise<number> {
  let query = db.deleteFrom('formerSigningKey');
  if (keptUntil !== null) query = query.where('keptUntil', '<=', keptUntil);
  const { numDeletedRows } = await query.executeTakeFirst();
  return Number(numDeletedRows);
}

/** Tells every server, when the transaction is committed, to read the keys. */
export async function notifyOfSigningKeys(db: Transaction): Promise<void> {
  await sql`select pg_notify(${CHANGE_CHANNEL}, ${SIGNING_KEYS})`.execute(db);
}

/** Days between rotations where the operator wants others than the default. */
export async function selectRotationDays(db: Database): Promise<number | undefined> {
  const row = await db
    .selectFrom('rotationPolicy')
    .select('days')
    .where('name', '=', 'signing-keys')
    .executeTakeFirst();
  return row?.days;
}
