import { sql } from 'kysely';
import { isBelow } from './below-sql.ts';
import type { AuditNetwork, Method, Organization } from './organization.ts';
import { isSuspended } from './suspended-sql.ts';
import type { OrganizationId } from '../base/ids.ts';
import type { Database } from '../db/database.ts';

const COLUMNS = [
  'organization.id',
  'organization.managingOrganizationId',
  'organization.path',
  'organization.depth',
  'organization.name',
  'organization.method',
  'organization.previousMethod',
  'organization.methodChangedAt',
  'organization.supportContact',
  'organization.suspendedAt',
  isSuspended(sql`organization.path`).as('suspended'),
  'organization.auditNetwork',
  'organization.justInTime',
  'organization.unregisteredApplications',
  'organization.version',
  'organization.createdAt',
] as const;

/** One organization. */
export async function selectOrganization(db: Database, id: OrganizationId): Promise<Organization | undefined> {
  return db.selectFrom('organization').select(COLUMNS).where('id', '=', id).executeTakeFirst();
}

/**
 * One organization, locked until the transaction ends. `key share` keeps it from being removed and no more; `no key update`
 * keeps others from changing it, while rows that refer to it may be written; `update` waits for those, too.
 */
export async function selectOrganizationLocked(
  db: Database,
  id: OrganizationId,
  lock: 'key share' | 'no key update' | 'update',
): Promise<Organization | undefined> {
  const query = db.selectFrom('organization').select(COLUMNS).where('id', '=', id);
  if (lock === 'update') return query.forUpdate('organization').executeTakeFirst();
  return (
    lock === 'key share' ? query.forKeyShare('organization') : query.forNoKeyUpdate('organization')
  ).executeTakeFirst();
}

/** Several organizations by id, in no order; unknown ids are left out. */
export async function selectOrganizations(db: Database, ids: readonly OrganizationId[]): Promise<Organization[]> {
  if (ids.length === 0) return [];
  return db.selectFrom('organization').select(COLUMNS).where('id', 'in', ids).execute();
}

/** The root. Not bound to an id: there is at most one. */
export async function selectRootOrganization(db: Database): Promise<Organization | undefined> {
  return db.selectFrom('organization').select(COLUMNS).where('managingOrganizationId', 'is', null).executeTakeFirst();
}

/** Organizations below a path that follow their managing one, directly under it or further down. */
export async function selectFollowers(db: Database, path: string): Promise<Organization[]> {
  return db
    .selectFrom('organization')
    .select(COLUMNS)
    .where(isBelow('path', path))
    .where('method', '=', 'same-as-managing')
    .execute();
}

/** Inserts an organization; a second root or a second name beside it is a unique violation. */
export async function insertOrganization(db: Database, organization: Organization): Promise<void> {
  const { suspended: _, ...columns } = organization;
  await db.insertInto('organization').values(columns).execute();
}

/** What may change in an organization; the method changes together with `previousMethod` and its time. */
export interface OrganizationChange {
  name?: string;
  supportContact?: string | null;
  method?: Method;
  previousMethod?: Method | null;
  methodChangedAt?: Date;
  auditNetwork?: AuditNetwork;
  justInTime?: boolean;
  unregisteredApplications?: boolean;
}

/** Changes an organization and counts the change; undefined when it does not exist or, with `version`, was changed since. */
export async function updateOrganization(
  db: Database,
  id: OrganizationId,
  change: OrganizationChange,
  version?: number,
): Promise<Organization | undefined> {
  const query = db
    .updateTable('organization')
    .set((eb) => ({
      ...change,
      version: eb('version', '+', 1),
    }))
    .where('id', '=', id);
  return (version === undefined ? query : query.where('version', '=', version)).returning(COLUMNS).executeTakeFirst();
}

/** Removes an organization and, by the database's rules, all rows that refer to it but its audit events. */
export async function deleteOrganization(db: Database, id: OrganizationId): Promise<boolean> {
  const result = await db.deleteFrom('organization').where('id', '=', id).executeTakeFirst();
  return result.numDeletedRows > 0n;
}

/** How much belongs to an organization, for the confirmation before it is removed. */
export async function countContents(
  db: Database,
  id: OrganizationId,
): Promise<{ managed: number; users: number; applications: number }> {
  const row = await db
    .selectNoFrom((eb) => [
      eb
        .selectFrom('organization')
        .select((of) => of.fn.countAll<string>().as('count'))
        .where('managingOrganizationId', '=', id)
        .as('managed'),
      eb
        .selectFrom('organizationUserCount')
        .select((of) => of.fn.coalesce(of.fn.sum<string>('users'), of.val('0')).as('count'))
        .where('organizationId', '=', id)
        .as('users'),
      eb
        .selectFrom('application')
        .select((of) => of.fn.countAll<string>().as('count'))
        .where('organizationId', '=', id)
        .where(sql<boolean>`client_id not like 'https://%'`)
        .as('applications'),
    ])
    .executeTakeFirstOrThrow();
  return { managed: Number(row.managed), users: Number(row.users), applications: Number(row.applications) };
}
