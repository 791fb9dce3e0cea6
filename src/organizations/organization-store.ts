import { sql } from 'kysely';
import type { Method, Organization } from './organization.ts';
import { isSuspended } from './suspended-sql.ts';
import type { OrganizationId } from '../base/ids.ts';
import type { Database } from '../db/database.ts';

const COLUMNS = [
  'organization.id',
  'organization.managing_organization_id',
  'organization.path',
  'organization.depth',
  'organization.name',
  'organization.method',
  'organization.previous_method',
  'organization.method_changed_at',
  'organization.support_contact',
  'organization.suspended_at',
  isSuspended(sql`organization.path`).as('suspended'),
  'organization.version',
  'organization.created_at',
] as const;

interface Row {
  id: OrganizationId;
  managing_organization_id: OrganizationId | null;
  path: string;
  depth: number;
  name: string;
  method: Method;
  previous_method: Method | null;
  method_changed_at: Date | null;
  support_contact: string | null;
  suspended_at: Date | null;
  suspended: boolean;
  version: number;
  created_at: Date;
}

function toOrganization(row: Row): Organization {
  return {
    id: row.id,
    managingOrganizationId: row.managing_organization_id,
    path: row.path,
    depth: row.depth,
    name: row.name,
    method: row.method,
    previousMethod: row.previous_method,
    methodChangedAt: row.method_changed_at,
    supportContact: row.support_contact,
    suspendedAt: row.suspended_at,
    suspended: row.suspended,
    version: row.version,
    createdAt: row.created_at,
  };
}

/** One organization. */
export async function selectOrganization(db: Database, id: OrganizationId): Promise<Organization | undefined> {
  const row = await db.selectFrom('organization').select(COLUMNS).where('id', '=', id).executeTakeFirst();
  return row && toOrganization(row);
}

/** One organization, locked until the transaction ends. */
export async function selectOrganizationForUpdate(db: Database, id: OrganizationId): Promise<Organization | undefined> {
  const row = await db.selectFrom('organization').select(COLUMNS).where('id', '=', id).forUpdate().executeTakeFirst();
  return row && toOrganization(row);
}

/** Several organizations by id, in no order; unknown ids are left out. */
export async function selectOrganizations(db: Database, ids: readonly OrganizationId[]): Promise<Organization[]> {
  if (ids.length === 0) return [];
  const rows = await db.selectFrom('organization').select(COLUMNS).where('id', 'in', ids).execute();
  return rows.map(toOrganization);
}

/** The root. Not bound to an id: there is at most one. */
export async function selectRootOrganization(db: Database): Promise<Organization | undefined> {
  const row = await db
    .selectFrom('organization')
    .select(COLUMNS)
    .where('managing_organization_id', 'is', null)
    .executeTakeFirst();
  return row && toOrganization(row);
}

/** Organizations below a path that follow their managing one, directly under it or further down. */
export async function selectFollowers(db: Database, path: string): Promise<Organization[]> {
  const rows = await db
    .selectFrom('organization')
    .select(COLUMNS)
    .where('path', 'like', `${path}%`)
    .where('path', '!=', path)
    .where('method', '=', 'same-as-managing')
    .execute();
  return rows.map(toOrganization);
}

/** Inserts an organization; a second root or a second name beside it is a unique violation. */
export async function insertOrganization(db: Database, organization: Organization): Promise<void> {
  await db
    .insertInto('organization')
    .values({
      id: organization.id,
      managing_organization_id: organization.managingOrganizationId,
      path: organization.path,
      depth: organization.depth,
      name: organization.name,
      method: organization.method,
      previous_method: organization.previousMethod,
      method_changed_at: organization.methodChangedAt,
      support_contact: organization.supportContact,
      suspended_at: organization.suspendedAt,
      version: organization.version,
      created_at: organization.createdAt,
    })
    .execute();
}

/** What may change in an organization; the method changes together with `previousMethod` and its time. */
export interface OrganizationChange {
  name?: string;
  supportContact?: string | null;
  method?: Method;
  previousMethod?: Method | null;
  methodChangedAt?: Date;
}

/** Changes an organization and counts the change; undefined when it is gone or, with `version`, when somebody else was first. */
export async function updateOrganization(
  db: Database,
  id: OrganizationId,
  change: OrganizationChange,
  version?: number,
): Promise<Organization | undefined> {
  const query = db
    .updateTable('organization')
    .set((eb) => ({
      ...(change.name === undefined ? {} : { name: change.name }),
      ...(change.supportContact === undefined ? {} : { support_contact: change.supportContact }),
      ...(change.method === undefined ? {} : { method: change.method }),
      ...(change.previousMethod === undefined ? {} : { previous_method: change.previousMethod }),
      ...(change.methodChangedAt === undefined ? {} : { method_changed_at: change.methodChangedAt }),
      version: eb('version', '+', 1),
    }))
    .where('id', '=', id);
  const row = await (version === undefined ? query : query.where('version', '=', version))
    .returning(COLUMNS)
    .executeTakeFirst();
  return row && toOrganization(row);
}

/** Removes an organization and, by the database's rules, all that hangs on it but its audit events. */
export async function deleteOrganization(db: Database, id: OrganizationId): Promise<boolean> {
  const result = await db.deleteFrom('organization').where('id', '=', id).executeTakeFirst();
  return result.numDeletedRows > 0n;
}

/** What hangs on an organization, for the question before removing it. */
export async function countContents(
  db: Database,
  id: OrganizationId,
): Promise<{ managed: number; users: number; applications: number }> {
  const row = await db
    .selectNoFrom((eb) => [
      eb
        .selectFrom('organization')
        .select((of) => of.fn.countAll<string>().as('count'))
        .where('managing_organization_id', '=', id)
        .as('managed'),
      eb
        .selectFrom('app_user')
        .select((of) => of.fn.countAll<string>().as('count'))
        .where('organization_id', '=', id)
        .as('users'),
      eb
        .selectFrom('application')
        .select((of) => of.fn.countAll<string>().as('count'))
        .where('organization_id', '=', id)
        .as('applications'),
    ])
    .executeTakeFirstOrThrow();
  return { managed: Number(row.managed), users: Number(row.users), applications: Number(row.applications) };
}
