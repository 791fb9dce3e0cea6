import { sql } from 'kysely';
import type { Authenticator, Owner, SecurityKeyAuthenticator, TotpAuthenticator } from './authenticator.ts';
import type { SecurityKey } from './security-key.ts';
import type { AuthenticatorId, OrganizationId } from '../base/ids.ts';
import type { Database } from '../db/database.ts';

/** One table, three kinds; a dormant authenticator (its organization logs in elsewhere) is found by none of the reads. */
function ofOwner(db: Database, owner: Owner) {
  return db
    .selectFrom('authenticator')
    .where('organization_id', '=', owner.organizationId)
    .where('user_id', '=', owner.userId)
    .where('dormant_since', 'is', null);
}

/** A user's password, unless it has none or it lies dormant. */
export async function selectPassword(
  db: Database,
  owner: Owner,
): Promise<{ id: AuthenticatorId; hash: string; setAt: Date } | undefined> {
  const row = await ofOwner(db, owner)
    .select(['id', 'password_hash', 'created_at'])
    .where('kind', '=', 'password')
    .executeTakeFirst();
  return row === undefined ? undefined : { id: row.id, hash: row.password_hash!, setAt: row.created_at };
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
      organization_id: owner.organizationId,
      user_id: owner.userId,
      kind: 'password',
      name: '',
      password_hash: hash,
      created_at: now,
    })
    .onConflict((conflict) =>
      conflict
        .column('user_id')
        .where('kind', '=', sql.lit('password')) // as a parameter it would not be found to be the index's condition
        .doUpdateSet({ password_hash: hash, created_at: now, last_used_at: null, dormant_since: null }),
    )
    .execute();
}

/** All authenticators of a user, the password first, then the oldest. */
export async function selectAuthenticators(db: Database, owner: Owner): Promise<Authenticator[]> {
  const rows = await ofOwner(db, owner)
    .select(['id', 'kind', 'name', 'created_at', 'last_used_at'])
    .orderBy((eb) => eb('kind', '=', 'password'), 'desc')
    .orderBy('created_at')
    .orderBy('id')
    .execute();
  return rows.map((row) => ({
    id: row.id,
    kind: row.kind,
    name: row.name,
    createdAt: row.created_at,
    lastUsedAt: row.last_used_at,
  }));
}

/** As {@link selectAuthenticators}, with the dormant ones and since when they are. */
export async function selectAllAuthenticators(
  db: Database,
  owner: Owner,
): Promise<(Authenticator & { dormantSince: Date | null })[]> {
  const { organizationId, userId } = owner;
  return db
    .selectFrom('authenticator')
    .select(['id', 'kind', 'name', 'created_at as createdAt', 'last_used_at as lastUsedAt'])
    .select('dormant_since as dormantSince')
    .where('organization_id', '=', organizationId)
    .where('user_id', '=', userId)
    .orderBy('created_at')
    .execute();
}

/** The second factors of a user, locked until the transaction ends, so that two removals cannot both think the other stays. */
export async function lockFactors(db: Database, owner: Owner): Promise<AuthenticatorId[]> {
  const rows = await ofOwner(db, owner)
    .select('id')
    .where('kind', '!=', 'password')
    .orderBy('id')
    .forUpdate()
    .execute();
  return rows.map((row) => row.id);
}

/**
 * Locks a user and says whether a second factor is enrolled: of two requests that each enrol the first one, the second
 * waits here and sees the other's.
 */
export async function lockAndFindFactor(db: Database, owner: Owner): Promise<boolean> {
  await db
    .selectFrom('app_user')
    .select('id')
    .where('organization_id', '=', owner.organizationId)
    .where('id', '=', owner.userId)
    .forUpdate()
    .execute();
  const factor = await ofOwner(db, owner).select('id').where('kind', '!=', 'password').limit(1).executeTakeFirst();
  return factor !== undefined;
}

/** A user's authenticator apps. */
export async function selectTotps(db: Database, owner: Owner): Promise<TotpAuthenticator[]> {
  const rows = await ofOwner(db, owner)
    .select(['id', 'name', 'created_at', 'last_used_at', 'sealed_seed'])
    .where('kind', '=', 'totp')
    .orderBy('created_at')
    .execute();
  return rows.map((row) => ({
    id: row.id,
    kind: 'totp',
    name: row.name,
    createdAt: row.created_at,
    lastUsedAt: row.last_used_at,
    sealedSeed: row.sealed_seed!,
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
      organization_id: owner.organizationId,
      user_id: owner.userId,
      kind: 'totp',
      name: totp.name,
      sealed_seed: totp.sealedSeed,
      last_time_step: totp.timeStep,
      created_at: now,
      last_used_at: now,
    })
    .execute();
}

/** Takes a time step of an authenticator app; false when it, or a later one, was taken before. One of any number at once wins. */
export async function takeTimeStep(
  db: Database,
  owner: Owner,
  id: AuthenticatorId,
  timeStep: number,
  now: Date,
): Promise<boolean> {
  const result = await db
    .updateTable('authenticator')
    .set({ last_time_step: timeStep, last_used_at: now })
    .where('organization_id', '=', owner.organizationId)
    .where('user_id', '=', owner.userId)
    .where('id', '=', id)
    .where((eb) => eb.or([eb('last_time_step', 'is', null), eb('last_time_step', '<', String(timeStep))]))
    .executeTakeFirst();
  return result.numUpdatedRows === 1n;
}

/** A user's security keys. */
export async function selectSecurityKeys(db: Database, owner: Owner): Promise<SecurityKeyAuthenticator[]> {
  const rows = await ofOwner(db, owner)
    .select([
      'id',
      'name',
      'created_at',
      'last_used_at',
      'credential_id',
      'public_key',
      'signature_count',
      'transports',
    ])
    .where('kind', '=', 'security-key')
    .orderBy('created_at')
    .execute();
  return rows.map((row) => ({
    id: row.id,
    kind: 'security-key',
    name: row.name,
    createdAt: row.created_at,
    lastUsedAt: row.last_used_at,
    key: {
      credentialId: row.credential_id!,
      publicKey: row.public_key!,
      signatureCount: Number(row.signature_count),
      transports: row.transports ?? [],
    },
  }));
}

/** Fails with a unique violation when the credential is enrolled already, by whomever. */
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
      organization_id: owner.organizationId,
      user_id: owner.userId,
      kind: 'security-key',
      name: key.name,
      credential_id: key.credentialId,
      public_key: key.publicKey,
      signature_count: key.signatureCount,
      transports: key.transports,
      created_at: now,
      last_used_at: now,
    })
    .execute();
}

/** Notes a use of a key, if its counter was not raised by another use meanwhile. */
export async function updateSignatureCount(
  db: Database,
  owner: Owner,
  id: AuthenticatorId,
  count: { from: number; to: number },
  now: Date,
): Promise<boolean> {
  const result = await db
    .updateTable('authenticator')
    .set({ signature_count: count.to, last_used_at: now })
    .where('organization_id', '=', owner.organizationId)
    .where('user_id', '=', owner.userId)
    .where('id', '=', id)
    .where('signature_count', '=', String(count.from))
    .executeTakeFirst();
  return result.numUpdatedRows === 1n;
}

/** Notes a use of a password. */
export async function touchAuthenticator(db: Database, owner: Owner, id: AuthenticatorId, now: Date): Promise<void> {
  await db
    .updateTable('authenticator')
    .set({ last_used_at: now })
    .where('organization_id', '=', owner.organizationId)
    .where('id', '=', id)
    .execute();
}

/** Removes one authenticator; answers its kind and name, or undefined when it was not there. */
export async function deleteAuthenticator(
  db: Database,
  owner: Owner,
  id: AuthenticatorId,
): Promise<Pick<Authenticator, 'kind' | 'name'> | undefined> {
  return db
    .deleteFrom('authenticator')
    .where('organization_id', '=', owner.organizationId)
    .where('user_id', '=', owner.userId)
    .where('id', '=', id)
    .returning(['kind', 'name'])
    .executeTakeFirst();
}

/** Removes all second factors of a user; the password stays. */
export async function deleteFactors(db: Database, owner: Owner): Promise<number> {
  const result = await db
    .deleteFrom('authenticator')
    .where('organization_id', '=', owner.organizationId)
    .where('user_id', '=', owner.userId)
    .where('kind', '!=', 'password')
    .executeTakeFirst();
  return Number(result.numDeletedRows);
}

/** Lets rest what the users of an organization enrolled, but for break-glass users. */
export async function deactivate(db: Database, organizationId: OrganizationId, now: Date): Promise<void> {
  await db
    .updateTable('authenticator')
    .set({ dormant_since: now })
    .where('organization_id', '=', organizationId)
    .where('dormant_since', 'is', null)
    .where('user_id', 'not in', (eb) =>
      eb
        .selectFrom('app_user')
        .select('app_user.id')
        .where('app_user.organization_id', '=', organizationId)
        .where('app_user.break_glass', '=', true),
    )
    .execute();
}

/** Wakes what the users of an organization enrolled. */
export async function reactivate(db: Database, organizationId: OrganizationId): Promise<void> {
  await db
    .updateTable('authenticator')
    .set({ dormant_since: null })
    .where('organization_id', '=', organizationId)
    .where('dormant_since', 'is not', null)
    .execute();
}

/** Removes what has been dormant since before an instant. Over all organizations. */
export async function deleteDormant(db: Database, before: Date): Promise<void> {
  await db.deleteFrom('authenticator').where('dormant_since', '<', before).execute();
}
