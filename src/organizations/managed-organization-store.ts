import { sql } from 'kysely';
import type { Method } from './organization.ts';
import type { OrganizationId } from '../base/ids.ts';
import type { Database } from '../db/database.ts';

/** A line of the list of managed organizations. */
export interface ManagedOrganization {
  id: OrganizationId;
  name: string;
  managingOrganizationId: OrganizationId | null;
  managingOrganizationName: string | null;
  depth: number;
  method: Method;
  /** The connection in force, for the methods that have one. */
  connection: { state: 'unconfirmed' | 'active'; failingSince: Date | null } | null;
  users: number;
  lastLoginAt: Date | null;
  suspendedAt: Date | null;
}

/** What narrows the list. */
export interface ManagedFilter {
  /** Path of the organization whose managed ones are meant, those below them included. */
  abovePath: string;
  search?: string | undefined;
  /** Any text; what no organization has finds none. */
  method?: string | undefined;
  /** Place of the last line of the page before. */
  after?: { name: string; id: OrganizationId } | undefined;
  limit: number;
}

function matching(db: Database, filter: Pick<ManagedFilter, 'abovePath' | 'search' | 'method'>) {
  let query = db
    .selectFrom('organization')
    .where('organization.path', 'like', `${filter.abovePath}_%`)
    .where('organization.managing_organization_id', 'is not', null);
  const { search, method } = filter;
  if (method !== undefined) query = query.where('organization.method', '=', method as Method);
  if (search !== undefined && search !== '') {
    const pattern = `%${search.replaceAll(/[\\%_]/g, String.raw`\$&`)}%`;
    query = query.where((eb) =>
      eb.or([
        eb('organization.name', 'ilike', pattern),
        eb.exists(
          eb
            .selectFrom('organization_domain')
            .select('organization_domain.domain')
            .whereRef('organization_domain.organization_id', '=', 'organization.id')
            .where('organization_domain.domain', 'ilike', pattern),
        ),
      ]),
    );
  }
  return query;
}

/** A page of the organizations below a path, by name; users are counted for the lines of the page only. */
export async function selectManagedOrganizations(db: Database, filter: ManagedFilter): Promise<ManagedOrganization[]> {
  let query = matching(db, filter)
    .leftJoin('organization as managing', 'managing.id', 'organization.managing_organization_id')
    .leftJoin('connection', (join) =>
      join
        .onRef('connection.organization_id', '=', 'organization.id')
        .on('connection.state', 'in', ['unconfirmed', 'active']),
    )
    .select((eb) => [
      'organization.id',
      'organization.name',
      'organization.managing_organization_id',
      'managing.name as managing_name',
      'organization.depth',
      'organization.method',
      'organization.suspended_at',
      'connection.state',
      'connection.failing_since',
      eb
        .selectFrom('app_user')
        .select((of) => of.fn.countAll<string>().as('count'))
        .whereRef('app_user.organization_id', '=', 'organization.id')
        .as('users'),
      eb
        .selectFrom('app_user')
        .select((of) => of.fn.max('app_user.last_login_at').as('last'))
        .whereRef('app_user.organization_id', '=', 'organization.id')
        .as('last_login_at'),
    ]);
  const { after } = filter;
  if (after !== undefined) {
    query = query.where(
      sql<boolean>`(lower(organization.name), organization.id) > (lower(${after.name}), ${after.id}::uuid)`,
    );
  }
  const rows = await query
    .orderBy((eb) => eb.fn<string>('lower', ['organization.name']))
    .orderBy('organization.id')
    .limit(filter.limit)
    .execute();
  return rows.map((row) => ({
    id: row.id,
    name: row.name,
    managingOrganizationId: row.managing_organization_id,
    managingOrganizationName: row.managing_name,
    depth: row.depth,
    method: row.method,
    connection:
      row.state === 'unconfirmed' || row.state === 'active'
        ? { state: row.state, failingSince: row.failing_since }
        : null,
    users: Number(row.users),
    lastLoginAt: row.last_login_at,
    suspendedAt: row.suspended_at,
  }));
}

/** How many organizations a filter finds. */
export async function countManagedOrganizations(
  db: Database,
  filter: Pick<ManagedFilter, 'abovePath' | 'search' | 'method'>,
): Promise<number> {
  const row = await matching(db, filter)
    .select((eb) => eb.fn.countAll<string>().as('count'))
    .executeTakeFirstOrThrow();
  return Number(row.count);
}

/** The connection that logs people of an organization in, as far as its state goes. */
export async function selectConnectionInForce(
  db: Database,
  organizationId: OrganizationId,
): Promise<ManagedOrganization['connection']> {
  const row = await db
    .selectFrom('connection')
    .select(['state', 'failing_since'])
    .where('organization_id', '=', organizationId)
    .where('state', 'in', ['unconfirmed', 'active'])
    .executeTakeFirst();
  if (row === undefined || (row.state !== 'unconfirmed' && row.state !== 'active')) return null;
  return { state: row.state, failingSince: row.failing_since };
}
