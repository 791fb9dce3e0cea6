import { sql } from 'kysely';
import type { Authenticator, Owner, SecurityKeyAuthenticator, TotpAuthenticator } from './authenticator.ts';
import type { SecurityKey } from './security-key.ts';
import type { AuthenticatorId } from '../base/ids.ts';
import { compileOnce, slot } from '../db/compiled-statement.ts';
import type { Database, Transaction } from '../db/database.ts';
import { deleteCounters } from '../db/limits/counter-sql.ts';

/** One table, three kinds; a dormant authenticator (its organization logs in elsewhere) is found by none of the reads. */
function ofOwner(db: Database, owner: Owner) {
  return db
    .selectFrom('authenticator')
    .where('organizationId', '=', owner.organizationId)
    .where('userId', '=', owner.userId)
    .where('dormantSince', 'is', null);
}

/** A user's password; undefined when there is none or it is deactivated. */
export async function selectPassword(
  db: Database,
  owner: Owner,
): Promise<{ id: AuthenticatorId; hash: string; setAt: Date } | undefined> {
  const row = await ofOwner(db, owner)
    .select(['id', 'passwordHash', 'createdAt'])
    .where('kind', '=', 'password')
    .executeTakeFirst();
  return row === undefined ? undefined : { id: row.id, hash: row.passwordHash!, setAt: row.createdAt };
}

/** Sets a user's password; there is one. */
export async function upsertPassword(
  db: Database,
  owner: Owner,
  id: AuthenticatorId,
  hash: string,
  now: Date,
): Promise<void> {
  await db
    .insertInto('authenticator')
    .values({
      id,
      organizationId: owner.organizationId,
      userId: owner.userId,
      kind: 'password',
      name: '',
      passwordHash: hash,
      createdAt: now,
    })
    .onConflict((conflict) =>
      conflict
        .column('userId')
        .where('kind', '=', sql.lit('password')) // as a parameter it would not be found to be the index's condition
        .doUpdateSet({ passwordHash: hash, createdAt: now, lastUsedAt: null, dormantSince: null }),
    )
    .execute();
}

/** All authenticators of a user, the password first, then the oldest. */
export async function selectAuthenticators(db: Database, owner: Owner): Promise<Authenticator[]> {
  return ofOwner(db, owner)
    .select(['id', 'kind', 'name', 'createdAt', 'lastUsedAt'])
    .orderBy((eb) => eb('kind', '=', 'password'), 'desc')
    .orderBy('createdAt')
    .orderBy('id')
    .execute();
}

/** As {@link selectAuthenticators}, with the dormant ones and since when they are. */
export async function selectAllAuthenticators(
  db: Database,
  owner: Owner,
): Promise<(Authenticator & { dormantSince: Date | null })[]> {
  const { organizationId, userId } = owner;
  return db
    .selectFrom('authenticator')
    .select(['id', 'kind', 'name', 'createdAt', 'lastUsedAt'])
    .select('dormantSince')
    .where('organizationId', '=', organizationId)
    .where('userId', '=', userId)
    .orderBy('createdAt')
    .execute();
}

/** The second factors of a user, locked until the transaction ends, so that two removals cannot both think the other stays. */
export async function lockFactors(db: Transaction, owner: Owner): Promise<AuthenticatorId[]> {
  const rows = await ofOwner(db, owner)
    .select('id')
    .where('kind', '!=', 'password')
    .orderBy('id')
    .forNoKeyUpdate()
    .execute();
  return rows.map((row) => row.id);
}

/** Whether a second factor is enrolled; locks the user, so that of two who each enrol the first one the second waits. */
export async function lockAndFindFactor(db: Transaction, owner: Owner): Promise<boolean> {
  await sql`select 1 from app_user where id = ${owner.userId} for no key update`.execute(db);
  return (await lockFactors(db, owner)).length > 0;
}

/** A user's authenticator apps. */
export async function selectTotps(db: Database, owner: Owner): Promise<TotpAuthenticator[]> {
  const rows = await ofOwner(db, owner)
    .select(['id', 'name', 'createdAt', 'lastUsedAt', 'sealedSeed'])
    .where('kind', '=', 'totp')
    .orderBy('createdAt')
    .execute();
  return rows.map((row) => ({
    id: row.id,
    kind: 'totp',
    name: row.name,
    createdAt: row.createdAt,
    lastUsedAt: row.lastUsedAt,
    sealedSeed: row.sealedSeed!,
  }));
}

export async function insertTotp(
  db: Database,
  owner: Owner,
  totp: { id: AuthenticatorId; name: string; sealedSeed: Buffer; timeStep: number },
  now: Date,
): Promise<void> {
  await db
    .insertInto('authenticator')
    .values({
      id: totp.id,
      organizationId: owner.organizationId,
      userId: owner.userId,
      kind: 'totp',
      name: totp.name,
      sealedSeed: totp.sealedSeed,
      lastTimeStep: totp.timeStep,
      createdAt: now,
      lastUsedAt: now,
    })
    .execute();
}

const TAKE_TIME_STEP = compileOnce(
  () => sql`with taken as (
      update authenticator set last_time_step = ${slot('timeStep', 'bigint')}, last_used_at = ${slot('now', 'timestamptz')}
      where organization_id = ${slot('organizationId', 'uuid')} and user_id = ${slot('userId', 'uuid')} and id = ${slot('id', 'uuid')}
        and (last_time_step is null or last_time_step < ${slot('timeStep', 'bigint')})
      returning id),
    reset as (${deleteCounters(slot('counters', 'text[]'), sql`exists (select from taken)`)})
    select id from taken`,
);

/**
 * Uses a time step of an authenticator app (RFC 6238 5.2) and deletes `counters` of wrong ones; false when it or a later one
 * was used before, and nothing is deleted. Concurrent calls: exactly one succeeds.
 */
export async function takeTimeStep(
  db: Database,
  { organizationId, userId }: Owner,
  use: { id: AuthenticatorId; timeStep: number; now: Date; counters: string[] },
): Promise<boolean> {
  return (await TAKE_TIME_STEP(db, { ...use, organizationId, userId })).length === 1;
}

/** A user's security keys. */
export async function selectSecurityKeys(db: Database, owner: Owner): Promise<SecurityKeyAuthenticator[]> {
  const rows = await ofOwner(db, owner)
    .select(['id', 'name', 'createdAt', 'lastUsedAt', 'credentialId', 'publicKey', 'signatureCount', 'transports'])
    .where('kind', '=', 'security-key')
    .orderBy('createdAt')
    .execute();
  return rows.map((row) => ({
    id: row.id,
    kind: 'security-key',
    name: row.name,
    createdAt: row.createdAt,
    lastUsedAt: row.lastUsedAt,
    key: {
      credentialId: row.credentialId!,
      publicKey: row.publicKey!,
      signatureCount: Number(row.signatureCount),
      transports: row.transports ?? [],
    },
  }));
}

/** Inserts a security key; a unique violation when any user has enrolled the credential. */
export async function insertSecurityKey(
  db: Database,
  owner: Owner,
  key: SecurityKey & { id: AuthenticatorId; name: string },
  now: Date,
): Promise<void> {
  await db
    .insertInto('authenticator')
    .values({
      id: key.id,
      organizationId: owner.organizationId,
      userId: owner.userId,
      kind: 'security-key',
      name: key.name,
      credentialId: key.credentialId,
      publicKey: key.publicKey,
      signatureCount: key.signatureCount,
      transports: key.transports,
      createdAt: now,
      lastUsedAt: now,
    })
    .execute();
}

/** Records a use of a key, if its counter was not raised by another use meanwhile. */
export async function updateSignatureCount(
  db: Database,
  owner: Owner,
  id: AuthenticatorId,
  count: { from: number; to: number },
  now: Date,
): Promise<boolean> {
  const result = await db
    .updateTable('authenticator')
    .set({ signatureCount: count.to, lastUsedAt: now })
    .where('organizationId', '=', owner.organizationId)
    .where('userId', '=', owner.userId)
    .where('id', '=', id)
    .where('signatureCount', '=', String(count.from))
    .executeTakeFirst();
  return result.numUpdatedRows === 1n;
}

const RECORD_PASSWORD_USE = compileOnce(
  () => sql`with reset as (${deleteCounters(slot('counters', 'text[]'))})
    update authenticator set last_used_at = ${slot('lastUsedAt', 'timestamptz')},
      password_hash = coalesce(${slot('passwordHash', 'text')}, password_hash)
    where organization_id = ${slot('organizationId', 'uuid')} and id = ${slot('id', 'uuid')} and password_hash = ${slot('hash', 'text')}`,
);

/**
 * Records a use of a password and, where it was hashed anew, the new hash; nothing where it was replaced since `hash` was
 * read. Deletes `counters` of wrong ones in any case.
 */
export async function updatePasswordUse(
  db: Database,
  { organizationId }: Owner,
  { id, hash }: { id: AuthenticatorId; hash: string },
  { lastUsedAt, passwordHash = null, counters }: { lastUsedAt: Date; passwordHash?: string | null; counters: string[] },
): Promise<void> {
  await RECORD_PASSWORD_USE(db, { organizationId, id, hash, lastUsedAt, passwordHash, counters });
}

/** Removes one authenticator; returns its kind and name, or undefined when it was not there. */
export async function deleteAuthenticator(
  db: Database,
  owner: Owner,
  id: AuthenticatorId,
): Promise<Pick<Authenticator, 'kind' | 'name'> | undefined> {
  return db
    .deleteFrom('authenticator')
    .where('organizationId', '=', owner.organizationId)
    .where('userId', '=', owner.userId)
    .where('id', '=', id)
    .returning(['kind', 'name'])
    .executeTakeFirst();
}

/** Removes all second factors of a user; the password stays. */
export async function deleteFactors(db: Database, owner: Owner): Promise<number> {
  const result = await db
    .deleteFrom('authenticator')
    .where('organizationId', '=', owner.organizationId)
    .where('userId', '=', owner.userId)
    .where('kind', '!=', 'password')
    .executeTakeFirst();
  return Number(result.numDeletedRows);
}
