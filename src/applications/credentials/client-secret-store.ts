import { sql } from 'kysely';
import type { RawBuilder } from 'kysely';
import { CHANGE_CHANNEL } from '../../db/change-channel.ts';
import type { ClientSecret, UsableSecret } from './client-secret.ts';
import type { Application } from '../application.ts';
import type { Database, Transaction } from '../../db/database.ts';

type OfApplication = Pick<Application, 'id' | 'organizationId'>;

/** Those of an application, the newest first. */
export async function selectSecrets(db: Database, { id, organizationId }: OfApplication): Promise<ClientSecret[]> {
  return db
    .selectFrom('applicationSecret')
    .selectAll()
    .where('organizationId', '=', organizationId)
    .where('applicationId', '=', id)
    .orderBy(sql`expires_at is not null`)
    .orderBy(sql`made_at desc nulls last`)
    .execute();
}

/** Part of a larger statement: those of the table `application`, as {@link UsableSecret}. */
export function usableSecrets(): RawBuilder<UsableSecret[]> {
  return sql`(select coalesce(jsonb_agg(jsonb_build_object('id', s.id, 'digest', encode(s.secret_hash, 'hex'),
      'ends', floor(extract(epoch from s.expires_at) * 1000))), '[]')
    from application_secret s where s.application_id = application.id)`;
}

export async function insertSecret(db: Transaction, secret: ClientSecret): Promise<void> {
  await db.insertInto('applicationSecret').values(secret).execute();
}

/** Deletes one. */
export async function deleteSecret(db: Transaction, { id, organizationId }: ClientSecret): Promise<void> {
  await db.deleteFrom('applicationSecret').where('organizationId', '=', organizationId).where('id', '=', id).execute();
}

/** Sets when one ends; null: it does not. */
export async function updateExpiry(
  db: Transaction,
  { id, organizationId }: ClientSecret,
  expiresAt: Date | null,
): Promise<void> {
  await db
    .updateTable('applicationSecret')
    .set({ expiresAt })
    .where('organizationId', '=', organizationId)
    .where('id', '=', id)
    .execute();
}

/** Notes who made the one that came with the settings of an application. */
export async function updateMaker(
  db: Transaction,
  { id, organizationId, clientSecretHash }: OfApplication & Pick<Application, 'clientSecretHash'>,
  made: { madeAt: Date; madeBy: string },
): Promise<void> {
  await db
    .updateTable('applicationSecret')
    .set(made)
    .where('organizationId', '=', organizationId)
    .where('applicationId', '=', id)
    .where('secretHash', '=', clientSecretHash)
    .execute();
}

/** Says which one is the newest, and tells every server process to read the application again. */
export async function updateNewest(
  db: Transaction,
  { id, organizationId }: OfApplication,
  change: { clientSecretHash: Buffer; version: number },
): Promise<void> {
  await db
    .updateTable('application')
    .set(change)
    .where('organizationId', '=', organizationId)
    .where('id', '=', id)
    .returning(sql`pg_notify(${CHANGE_CHANNEL}, client_id)`.as('notified'))
    .execute();
}
