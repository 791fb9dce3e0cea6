import { sql } from 'kysely';
import type { ClientKey, ClientKeySet, KeyCredential } from './client-keys.ts';
import type { ClientKeyId, ClientKeySetId, OrganizationId } from '../../base/ids.ts';
import type { Database, Transaction } from '../../db/database.ts';

const SET = ['id', 'organizationId', 'credential', 'issuer', 'createdAt'] as const;
const KEY = [
  'id',
  'clientKeySetId',
  'organizationId',
  'state',
  'publicKeys',
  'certificate',
  'expiresAt',
  'createdAt',
  'changedAt',
] as const;

export async function insertKeySet(db: Database, set: ClientKeySet): Promise<void> {
  await db.insertInto('clientKeySet').values(set).execute();
}

/** A set of an organization. `lock` holds it for the transaction. */
export async function selectKeySet(
  db: Database,
  organizationId: OrganizationId,
  id: ClientKeySetId,
  options: { lock?: boolean } = {},
): Promise<ClientKeySet | undefined> {
  const query = db
    .selectFrom('clientKeySet')
    .select(SET)
    .where('organizationId', '=', organizationId)
    .where('id', '=', id);
  return (options.lock === true ? query.forNoKeyUpdate() : query).executeTakeFirst();
}

/** Until the transaction ends no other one makes a set of this organization: they are counted. Taken last. */
export async function lockUnusedSets(db: Transaction, organizationId: OrganizationId): Promise<void> {
  await sql`select pg_advisory_xact_lock(hashtext('gatehouse key sets'), hashtext(${organizationId}))`.execute(db);
}

/** How many sets of an organization were never saved with a connection. */
export async function countUnusedSets(db: Database, organizationId: OrganizationId): Promise<number> {
  const row = await db
    .selectFrom('clientKeySet')
    // Those of setup links are as many as the links that may be open.
    .leftJoin('setupInvitation', 'setupInvitation.clientKeySetId', 'clientKeySet.id')
    .select(({ fn }) => fn.countAll<string>().as('count'))
    .where('clientKeySet.organizationId', '=', organizationId)
    .where('clientKeySet.issuer', 'is', null)
    .where('setupInvitation.id', 'is', null)
    .executeTakeFirstOrThrow();
  return Number(row.count);
}

/** Ties a set to the provider it is saved for, for good; false when it is not of this organization, kind or provider. */
export async function claimKeySet(
  db: Database,
  organizationId: OrganizationId,
  { id, credential, issuer }: { id: ClientKeySetId; credential: KeyCredential; issuer: string },
): Promise<boolean> {
  const result = await db
    .updateTable('clientKeySet')
    .set({ issuer })
    .where('organizationId', '=', organizationId)
    .where('id', '=', id)
    .where('credential', '=', credential)
    .where((is) => is.or([is('issuer', 'is', null), is('issuer', '=', issuer)]))
    .executeTakeFirst();
  return result.numUpdatedRows === 1n;
}

export async function insertKey(db: Database, key: ClientKey, sealedPrivateKeys: Buffer): Promise<void> {
  const publicKeys = JSON.stringify(key.publicKeys);
  await db
    .insertInto('clientKey')
    .values({ ...key, publicKeys, sealedPrivateKeys })
    .execute();
}

/** The keys of a set, the one in use first. */
export async function selectKeys(
  db: Database,
  organizationId: OrganizationId,
  setId: ClientKeySetId,
): Promise<ClientKey[]> {
  return db
    .selectFrom('clientKey')
    .select(KEY)
    .where('organizationId', '=', organizationId)
    .where('clientKeySetId', '=', setId)
    .orderBy('state')
    .execute();
}

/** The key in use with its sealed private half. */
export async function selectKeyInUse(db: Database, organizationId: OrganizationId, setId: ClientKeySetId) {
  return db
    .selectFrom('clientKey')
    .innerJoin('clientKeySet', 'clientKeySet.id', 'clientKey.clientKeySetId')
    .select([
      'clientKey.id',
      'clientKey.organizationId',
      'clientKey.sealedPrivateKeys',
      'clientKey.certificate',
      'clientKeySet.credential',
    ])
    .where('clientKey.organizationId', '=', organizationId)
    .where('clientKey.clientKeySetId', '=', setId)
    .where('clientKey.state', '=', 'in-use')
    .executeTakeFirst();
}

/** Public keys of a set for the provider that reads them. By its random id alone: the address is public. */
export async function selectPublicKeys(db: Database, setId: ClientKeySetId) {
  return db
    .selectFrom('clientKey')
    .innerJoin('clientKeySet', 'clientKeySet.id', 'clientKey.clientKeySetId')
    .select(['clientKey.publicKeys', 'clientKeySet.credential'])
    .where('clientKey.clientKeySetId', '=', setId)
    .orderBy('clientKey.state')
    .execute();
}

/** Takes a next or previous key into use, and makes the one in use previous; a previous one beside it is deleted. */
export async function switchKeys(db: Database, key: ClientKey, now: Date): Promise<void> {
  const { organizationId, clientKeySetId, id } = key;
  const inSet = { organizationId, clientKeySetId };
  await db
    .deleteFrom('clientKey')
    .where('organizationId', '=', organizationId)
    .where('clientKeySetId', '=', inSet.clientKeySetId)
    .where('state', '=', 'previous')
    .where('id', '<>', id)
    .execute();
  await db
    .updateTable('clientKey')
    .set((is) => ({
      state: is
        .case()
        .when('id', '=', id)
        .then('in-use' as const)
        .else('previous' as const)
        .end(),
      changedAt: now,
    }))
    .where('organizationId', '=', organizationId)
    .where('clientKeySetId', '=', inSet.clientKeySetId)
    .where((is) => is.or([is('id', '=', id), is('state', '=', 'in-use')]))
    .execute();
}

/** Writes when the credential expires into the connections that use a set. */
export async function updateCredentialExpiry(
  db: Database,
  { organizationId, clientKeySetId, expiresAt }: ClientKey,
): Promise<void> {
  await db
    .updateTable('connection')
    .set({ credentialExpiresAt: expiresAt })
    .where('organizationId', '=', organizationId)
    .where('clientKeySetId', '=', clientKeySetId)
    .execute();
}

/**
 * Next keys that were published long enough, where publishing is all that a provider needs: a certificate must be uploaded
 * first. Over all organizations: for the service's own job.
 */
export async function selectKeysDue(db: Database, publishedBefore: Date, limit: number): Promise<ClientKey[]> {
  return db
    .selectFrom('clientKey')
    .innerJoin('clientKeySet', 'clientKeySet.id', 'clientKey.clientKeySetId')
    .select(KEY.map((column) => `clientKey.${column}` as const))
    .where('clientKey.state', '=', 'next')
    .where('clientKeySet.credential', '<>', 'certificate')
    .where('clientKey.changedAt', '<=', publishedBefore)
    .limit(limit)
    .execute();
}

/** Deletes previous keys, and sets nobody saved that are of no draft. Over all organizations: for the service's own job. */
export async function deleteOldKeys(db: Database, before: { previous: Date; unused: Date }): Promise<void> {
  await db.deleteFrom('clientKey').where('state', '=', 'previous').where('changedAt', '<=', before.previous).execute();
  await db
    .deleteFrom('clientKeySet')
    .where('issuer', 'is', null)
    .where('createdAt', '<=', before.unused)
    .where(({ not, exists, selectFrom }) =>
      not(
        exists(
          selectFrom('setupInvitation')
            .select('setupInvitation.id')
            .whereRef('setupInvitation.clientKeySetId', '=', 'clientKeySet.id'),
        ),
      ),
    )
    .execute();
}

/** Deletes a set that was never saved with a connection, with its keys. */
export async function deleteUnusedSet(
  db: Transaction,
  organizationId: OrganizationId,
  id: ClientKeySetId,
): Promise<void> {
  await db
    .deleteFrom('clientKeySet')
    .where('organizationId', '=', organizationId)
    .where('id', '=', id)
    .where('issuer', 'is', null)
    .execute();
}

/** One key of a set. */
export async function selectKey(
  db: Database,
  organizationId: OrganizationId,
  setId: ClientKeySetId,
  id: ClientKeyId,
): Promise<ClientKey | undefined> {
  const keys = await selectKeys(db, organizationId, setId);
  return keys.find((key) => key.id === id);
}
