import type { ClientSecret } from './client-secrets.ts';
import type { Connection } from '../connection.ts';
import type { OrganizationId } from '../../base/ids.ts';
import { toStorableJson } from '../../base/outside-text.ts';
import type { Database, Transaction } from '../../db/database.ts';

const COLUMNS = [
  'id',
  'connectionId',
  'organizationId',
  'state',
  'clientId',
  'expiresOn',
  'setAt',
  'testedAt',
  'changedAt',
] as const;

type OfConnection = Pick<Connection, 'id' | 'organizationId'>;

/** Those of a connection that are not in use. */
export async function selectClientSecrets(db: Database, { id, organizationId }: OfConnection): Promise<ClientSecret[]> {
  return db
    .selectFrom('connectionSecret')
    .select(COLUMNS)
    .where('organizationId', '=', organizationId)
    .where('connectionId', '=', id)
    .orderBy('state')
    .execute();
}

/** One of a connection with what is sealed of it. */
export async function selectSealedClientSecret(
  db: Database,
  { id, organizationId }: OfConnection,
  state: ClientSecret['state'],
): Promise<(ClientSecret & { sealedClientSecret: Buffer }) | undefined> {
  return db
    .selectFrom('connectionSecret')
    .select([...COLUMNS, 'sealedClientSecret'])
    .where('organizationId', '=', organizationId)
    .where('connectionId', '=', id)
    .where('state', '=', state)
    .executeTakeFirst();
}

export async function insertClientSecret(
  db: Transaction,
  secret: ClientSecret & { sealedClientSecret: Buffer },
): Promise<void> {
  await db.insertInto('connectionSecret').values(secret).execute();
}

/** Deletes those of a connection, or the one in a state; false when there was none. */
export async function deleteClientSecrets(
  db: Transaction,
  { id, organizationId }: OfConnection,
  state?: ClientSecret['state'],
): Promise<boolean> {
  let query = db
    .deleteFrom('connectionSecret')
    .where('organizationId', '=', organizationId)
    .where('connectionId', '=', id);
  if (state !== undefined) query = query.where('state', '=', state);
  const { numDeletedRows } = await query.executeTakeFirst();
  return numDeletedRows > 0n;
}

/** Deletes one, whichever state it has now. */
export async function deleteClientSecret(
  db: Transaction,
  { id, organizationId }: Pick<ClientSecret, 'id' | 'organizationId'>,
): Promise<void> {
  await db.deleteFrom('connectionSecret').where('organizationId', '=', organizationId).where('id', '=', id).execute();
}

/** Notes that a test with a next client secret passed; it may have been replaced meanwhile. */
export async function updateTested(
  db: Transaction,
  { id, organizationId }: { id: string; organizationId: OrganizationId },
  testedAt: Date,
): Promise<void> {
  await db
    .updateTable('connectionSecret')
    .set({ testedAt })
    .where('organizationId', '=', organizationId)
    .where('id', '=', id)
    .where('state', '=', 'next')
    .execute();
}

/** Puts another client secret into a connection that is locked. Its version stays: logins under way go on with it. */
export async function updateSecretInUse(
  db: Transaction,
  { id, organizationId }: OfConnection,
  secret: { sealed: Buffer; setAt: Date; settings: unknown; expiresAt: Date | null },
): Promise<void> {
  await db
    .updateTable('connection')
    .set({
      sealedClientSecret: secret.sealed,
      clientSecretSetAt: secret.setAt,
      settings: toStorableJson(secret.settings),
      credentialExpiresAt: secret.expiresAt,
    })
    .where('organizationId', '=', organizationId)
    .where('id', '=', id)
    .execute();
}

/** Deletes those that were in use until then. Over all organizations: for the service's own job. */
export async function deletePreviousSecrets(db: Database, before: Date): Promise<number> {
  const { numDeletedRows } = await db
    .deleteFrom('connectionSecret')
    .where('state', '=', 'previous')
    .where('changedAt', '<=', before)
    .executeTakeFirst();
  return Number(numDeletedRows);
}
