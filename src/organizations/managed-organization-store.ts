import { sql } from 'kysely';
import { isBelow } from './below-sql.ts';
import type { Method } from './organization.ts';
import type { OrganizationId } from '../base/ids.ts';
import type { Database } from '../db/database.ts';
import { beginsWith, cappedCount, MOST_COUNTED } from '../db/search-sql.ts';

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

type Narrowed = Pick<ManagedFilter, 'abovePath' | 'search' | 'method'>;

/** What a search finds: these, or so many that going through all by name ends sooner than putting them in order. */
export type FoundOrganizations = OrganizationId[] | 'many';

/**
 * The organizations that a search finds, over all organizations: what the caller reaches of them is decided where they are
 * read.
 */
export async function selectFoundOrganizations(db: Database, search: string): Promise<FoundOrganizations> {
  const most = 2 * MOST_COUNTED;
  const rows = await db
    .selectFrom('organizationSearchTerm')
    .select('organizationId')
    .where(beginsWith('term', search))
    .limit(most + 1)
    .execute();
  return rows.length > most ? 'many' : [...new Set(rows.map(({ organizationId }) => organizationId))];
}

function matching(db: Database, filter: Narrowed, found: FoundOrganizations | undefined) {
  let query = db
    .selectFrom('organization')
    .where(isBelow('organization.path', filter.abovePath))
    .where('organization.managingOrganizationId', 'is not', null);
  const { search, method } = filter;
  if (method !== undefined) query = query.where('organization.method', '=', method as Method);
  if (found === undefined || search === undefined) return query;
  if (found !== 'many') return query.where(sql<boolean>`organization.id = any (${found}::uuid[])`);
  // A limit keeps it a look-up for each line.
  return query.where(sql<boolean>`(select true from organization_search_term found
    where found.organization_id = organization.id and ${beginsWith('found.term', search)} limit 1)`);
}

/** A page of the organizations below a path, by name. */
export async function selectManagedOrganizations(
  db: Database,
  filter: ManagedFilter,
  found: FoundOrganizations | undefined,
): Promise<ManagedOrganization[]> {
  let page = matching(db, filter, found).select([
    'organization.id',
    'organization.name',
    'organization.managingOrganizationId',
    'organization.depth',
    'organization.path',
    'organization.method',
    'organization.suspendedAt',
  ]);
  const { after } = filter;
  if (after !== undefined) {
    page = page.where(
      sql<boolean>`(lower(organization.name), organization.id) > (gatehouse_lower(${after.name}), ${after.id}::uuid)`,
    );
  }
  const inOrder = page
    .orderBy((eb) => eb.fn<string>('lower', ['organization.name']))
    .orderBy('organization.id')
    .limit(filter.limit);
  // What belongs to a line is looked up for those of the page alone.
  const rows = await db
    .selectFrom(inOrder.as('organization'))
    .leftJoin('organization as managing', 'managing.id', 'organization.managingOrganizationId')
    .leftJoin('organizationLogin', 'organizationLogin.organizationId', 'organization.id')
    .leftJoin('connection', (join) =>
      join
        .onRef('connection.organizationId', '=', 'organization.id')
        .on('connection.state', 'in', ['unconfirmed', 'active']),
    )
    .selectAll('organization')
    .select((eb) => [
      'managing.name as managingName',
      'connection.state',
      'connection.failingSince',
      'connection.heldSince',
      'organizationLogin.lastLoginAt',
      eb
        .selectFrom('organizationUserCount')
        .select((of) => of.fn.sum<string>('organizationUserCount.users').as('count'))
        .whereRef('organizationUserCount.organizationId', '=', 'organization.id')
        .as('users'),
      eb
        .selectFrom('domainClaim')
        .select((of) => of.fn.countAll<string>().as('count'))
        .whereRef('domainClaim.organizationId', '=', 'organization.id')
        .as('domainClaims'),
    ])
    .orderBy((eb) => eb.fn<string>('lower', ['organization.name']))
    .orderBy('organization.id')
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

/** How many organizations a filter finds; null where they are more than {@link MOST_COUNTED} or a search finds many. */
export async function countManagedOrganizations(
  db: Database,
  filter: Narrowed,
  found: FoundOrganizations | undefined,
): Promise<number | null> {
  if (found === 'many') return null;
  const counted = matching(db, filter, found)
    .select('organization.id')
    .limit(MOST_COUNTED + 1);
  const row = await db
    .selectFrom(counted.as('counted'))
    .select((eb) => eb.fn.countAll<string>().as('count'))
    .executeTakeFirstOrThrow();
  return cappedCount(row.count);
}

/** How many organizations there are below a path; with `search`, those with it as a part of their names. */
export async function countBelow(db: Database, abovePath: string, search = ''): Promise<number> {
  const below = db.selectFrom('organization').where(isBelow('path', abovePath));
  const found = search === '' ? below : below.where(sql<boolean>`strpos(lower(name), ${search.toLowerCase()}) > 0`);
  const row = await found.select((eb) => eb.fn.countAll<string>().as('count')).executeTakeFirstOrThrow();
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
