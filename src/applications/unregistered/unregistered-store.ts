import { sql } from 'kysely';
import type { Application } from '../application.ts';
import { isOfDocument } from './unregistered-sql.ts';
import { rowOf } from '../application-change-store.ts';
import type { ApplicationId, OrganizationId } from '../../base/ids.ts';
import type { Database, Transaction } from '../../db/database.ts';
import { deleteWhere } from '../../db/retention.ts';
import type { Organization } from '../../organizations/organization.ts';

/** An application that nobody registered, as one organization has it. */
export interface UnregisteredApplication {
  applicationId: ApplicationId;
  clientId: string;
  name: string;
  firstUsedAt: Date;
  lastUsedAt: Date;
  blockedAt: Date | null;
}

/**
 * Whether people of any organization may log in to applications that nobody registered, and whether somebody has allowed this
 * one something. Not bound to an organization: nobody is logged in yet.
 */
export async function selectGround(
  db: Database,
  clientId: string,
): Promise<{ root: Pick<Organization, 'id' | 'name'>; isKnown: boolean } | undefined> {
  const { rows } = await sql<{ id: OrganizationId; name: string; isKnown: boolean }>`
    select root.id, root.name, exists (select 1 from application a where a.client_id = ${clientId}) as is_known
    from organization root
    where root.managing_organization_id is null
      and exists (select 1 from organization o where o.unregistered_applications)
  `.execute(db);
  const row = rows[0];
  return row === undefined ? undefined : { root: { id: row.id, name: row.name }, isKnown: row.isKnown };
}

/** How an organization stands to an application that nobody registered; `used` counts all that it has. */
export async function selectAllowance(
  db: Database,
  organizationId: OrganizationId,
  clientId: string,
): Promise<{ isOn: boolean; isKnown: boolean; isBlocked: boolean; used: number } | undefined> {
  const { rows } = await sql<{ isOn: boolean; isKnown: boolean; isBlocked: boolean; used: number }>`
    select o.unregistered_applications as is_on, count(ua.client_id)::integer as used,
      coalesce(bool_or(ua.client_id = ${clientId}), false) as is_known,
      coalesce(bool_or(ua.client_id = ${clientId} and ua.blocked_at is not null), false) as is_blocked
    from organization o left join unregistered_application ua on ua.organization_id = o.id
    where o.id = ${organizationId} group by o.id
  `.execute(db);
  return rows[0];
}

/** Writes what its document says now, and answers the row's id; by its client ID, whoever it is used by, and whoever else does so now. */
export async function saveApplication(db: Transaction, application: Application): Promise<ApplicationId> {
  const { name, kind, redirectUris, refreshTokens } = application;
  const row = await db
    .insertInto('application')
    .values(rowOf(application))
    .onConflict((conflict) =>
      conflict.column('clientId').doUpdateSet((eb) => ({
        name,
        kind,
        redirectUris,
        refreshTokens,
        version: eb('application.version', '+', 1),
      })),
    )
    .returning('id')
    .executeTakeFirstOrThrow();
  return row.id;
}

/** Notes that somebody of an organization allowed an application something; answers whether it is the organization's first use. */
export async function saveUse(
  db: Transaction,
  use: { organizationId: OrganizationId; applicationId: ApplicationId; clientId: string; name: string },
  now: Date,
): Promise<boolean> {
  const row = await db
    .insertInto('unregisteredApplication')
    .values({ ...use, firstUsedAt: now, lastUsedAt: now, blockedAt: null })
    .onConflict((conflict) =>
      conflict.columns(['organizationId', 'clientId']).doUpdateSet({ name: use.name, lastUsedAt: now }),
    )
    .returning(sql<boolean>`xmax = 0`.as('isFirst'))
    .executeTakeFirstOrThrow();
  return row.isFirst;
}

const COLUMNS = ['applicationId', 'clientId', 'name', 'firstUsedAt', 'lastUsedAt', 'blockedAt'] as const;

/** Those of an organization, the last used first. */
export async function selectUnregistered(
  db: Database,
  organizationId: OrganizationId,
): Promise<UnregisteredApplication[]> {
  return db
    .selectFrom('unregisteredApplication')
    .select(COLUMNS)
    .where('organizationId', '=', organizationId)
    .orderBy('lastUsedAt', 'desc')
    .orderBy('clientId')
    .execute();
}

/** Blocks one for an organization, or lifts that; undefined where the organization has no such one. */
export async function updateBlocked(
  db: Database,
  which: { organizationId: OrganizationId; applicationId: ApplicationId },
  blockedAt: Date | null,
): Promise<UnregisteredApplication | undefined> {
  return db
    .updateTable('unregisteredApplication')
    .set({ blockedAt })
    .where('organizationId', '=', which.organizationId)
    .where('applicationId', '=', which.applicationId)
    .returning(COLUMNS)
    .executeTakeFirst();
}

/** Forgets one for an organization; undefined where the organization has no such one. */
export async function deleteUse(
  db: Database,
  which: { organizationId: OrganizationId; applicationId: ApplicationId },
): Promise<UnregisteredApplication | undefined> {
  return db
    .deleteFrom('unregisteredApplication')
    .where('organizationId', '=', which.organizationId)
    .where('applicationId', '=', which.applicationId)
    .returning(COLUMNS)
    .executeTakeFirst();
}

/** Deletes what organizations have not used since then, unless they blocked it. Over all organizations. */
export async function deleteUnused(db: Database, since: Date): Promise<number> {
  return deleteWhere(db, 'unregisteredApplication', sql`last_used_at < ${since} and blocked_at is null`);
}

/** Deletes applications that no organization has, of which everybody's consent is older than that. Over all organizations. */
export async function deleteForgotten(db: Database, since: Date): Promise<number> {
  return deleteWhere(
    db,
    'application',
    sql`${isOfDocument(sql`client_id`)} and created_at < ${since}
      and not exists (select 1 from unregistered_application ua where ua.application_id = application.id)
      and not exists (
        select 1 from application_consent c where c.application_id = application.id
          and greatest(c.granted_at, c.withdrawn_at) >= ${since})`,
  );
}

/** Whether people of any organization may log in to applications that nobody registered. Not bound to one: anybody asks. */
export async function selectTaken(db: Database): Promise<boolean> {
  const { rows } = await sql<{ taken: boolean }>`
    select exists (select 1 from organization where unregistered_applications) as taken`.execute(db);
  return rows[0]?.taken === true;
}
