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
  path: string;
  /** Its own connection in force, for the methods that have one. */
  connection: { state: 'unconfirmed' | 'active'; failingSince: Date | null; heldSince: Date | null } | null;
  users: number;
  lastLoginAt: Date | null;
  suspendedAt: Date | null;
  /** How many domains of its users other organizations claim, as long as they wait. */
  domainClaims: number;
}

/** What narrows the list. */
export interface ManagedFilter {
  /** Path of the organization whose managed ones are meant, those below them included. */
  abovePath: string;
  /** Part of a name or of a routed domain, whatever the case. */
  search?: string | undefined;
  /** A method that no organization has finds nothing. */
  method?: string | undefined;
  /** Place of the last line of the page before. */
  after?: { name: string; id: OrganizationId } | undefined;
  limit: number;
}

function matching(db: Database, filter: Pick<ManagedFilter, 'abovePath' | 'search' | 'method'>) {
  let query = db
    .selectFrom('organization')
    .where('organization.path', 'like', `${filter.abovePath}_%`)
    .where('organization.managingOrganizationId', 'is not', null);
  const { search, method } = filter;
  if (method !== undefined) query = query.where('organization.method', '=', method as Method);
  if (search !== undefined && search !== '') {
    const pattern = `%${search.replaceAll(/[\\%_]/g, String.raw`\$&`)}%`;
    query = query.where((eb) =>
      eb.or([
        eb('organization.name', 'ilike', pattern),
        eb.exists(
          eb
            .selectFrom('organizationDomain')
            .select('organizationDomain.domain')
            .whereRef('organizationDomain.organizationId', '=', 'organization.id')
            .where('organizationDomain.domain', 'ilike', pattern),
        ),
      ]),
    );
  }
  return query;
}

/** A page of the organizations below a path, by name; users are counted for the lines of the page only. */
export async function selectManagedOrganizations(db: Database, filter: ManagedFilter): Promise<ManagedOrganization[]> {
  let query = matching(db, filter)
    .leftJoin('organization as managing', 'managing.id', 'organization.managingOrganizationId')
    .leftJoin('connection', (join) =>
      join
        .onRef('connection.organizationId', '=', 'organization.id')
        .on('connection.state', 'in', ['unconfirmed', 'active']),
    )
    .select((eb) => [
      'organization.id',
      'organization.name',
      'organization.managingOrganizationId',
      'managing.name as managingName',
      'organization.depth',
      'organization.path',
      'organization.method',
      'organization.suspendedAt',
      'connection.state',
      'connection.failingSince',
      'connection.heldSince',
      eb
        .selectFrom('appUser')
        .select((of) => of.fn.countAll<string>().as('count'))
        .whereRef('appUser.organizationId', '=', 'organization.id')
        .as('users'),
      eb
        .selectFrom('appUser')
        .select((of) => of.fn.max('appUser.lastLoginAt').as('last'))
        .whereRef('appUser.organizationId', '=', 'organization.id')
        .as('lastLoginAt'),
      eb
        .selectFrom('domainClaim')
        .select((of) => of.fn.countAll<string>().as('count'))
        .whereRef('domainClaim.organizationId', '=', 'organization.id')
        .as('domainClaims'),
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
    managingOrganizationId: row.managingOrganizationId,
    managingOrganizationName: row.managingName,
    depth: row.depth,
    path: row.path,
    method: row.method,
    connection: connectionOf(row),
    users: Number(row.users),
    lastLoginAt: row.lastLoginAt,
    suspendedAt: row.suspendedAt,
    domainClaims: Number(row.domainClaims),
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

/** Methods of some organizations, each with its own connection in force, as far as its state goes. */
export async function selectMethods(
  db: Database,
  ids: readonly OrganizationId[],
): Promise<Pick<ManagedOrganization, 'id' | 'method' | 'connection'>[]> {
  const rows = await db
    .selectFrom('organization')
    .leftJoin('connection', (join) =>
      join
        .onRef('connection.organizationId', '=', 'organization.id')
        .on('connection.state', 'in', ['unconfirmed', 'active']),
    )
    .select([
      'organization.id',
      'organization.method',
      'connection.state',
      'connection.failingSince',
      'connection.heldSince',
    ])
    .where('organization.id', 'in', [...ids])
    .execute();
  return rows.map((row) => ({ id: row.id, method: row.method, connection: connectionOf(row) }));
}

function connectionOf(row: {
  state: string | null;
  failingSince: Date | null;
  heldSince: Date | null;
}): ManagedOrganization['connection'] {
  return row.state === 'unconfirmed' || row.state === 'active'
    ? { state: row.state, failingSince: row.failingSince, heldSince: row.heldSince }
    : null;
}
