import { sql } from 'kysely';
import { USER_COLUMNS } from '../user-store.ts';
import { foundFirstBy, foundTerms } from './user-search-sql.ts';
import type { FoundPlace, User, UserStatus } from '../user.ts';
import type { OrganizationId } from '../../base/ids.ts';
import type { Database } from '../../db/database.ts';
import { cappedCount, MOST_COUNTED } from '../../db/search-sql.ts';

/** What narrows a list of users. */
export interface UserFilter {
  organizationId: OrganizationId;
  /** The beginning of a word of the address or the name, whatever the case. */
  search?: string | undefined;
  status?: UserStatus | undefined;
  /** The last user of the page before: key of its address, or by what a search found it. */
  after?: string | FoundPlace | undefined;
  limit: number;
}

/** A user of a list, with what a search found it by. */
export type ListedUser = User & { term: string | null };

/** A page of an organization's users in the order of their addresses; of a search, in the order of what it found them by. */
export async function selectUsers(db: Database, filter: UserFilter): Promise<ListedUser[]> {
  const { organizationId, search, status, after } = filter;
  if (search !== undefined && search !== '') return selectFound(db, { ...filter, search });
  let query = db
    .selectFrom('appUser')
    .select([...USER_COLUMNS, sql<null>`null`.as('term')])
    .where('appUser.organizationId', '=', organizationId);
  if (status !== undefined) query = query.where('appUser.status', '=', status);
  if (typeof after === 'string') query = query.where('appUser.emailKey', '>', after);
  return query.orderBy('appUser.emailKey').limit(filter.limit).execute();
}

async function selectFound(db: Database, filter: UserFilter & { search: string }): Promise<ListedUser[]> {
  const { search, status } = filter;
  return db
    .selectFrom(foundTerms(db, filter).as('found'))
    .innerJoinLateral(
      (eb) => {
        const user = eb
          .selectFrom('appUser')
          .select(USER_COLUMNS)
          .whereRef('appUser.id', '=', 'found.userId')
          .where('appUser.organizationId', '=', filter.organizationId)
          .where(foundFirstBy(search));
        return (status === undefined ? user : user.where('appUser.status', '=', status)).limit(1).as('user');
      },
      (join) => join.onTrue(),
    )
    .selectAll('user')
    .select('found.term')
    .orderBy('found.term')
    .orderBy('found.userId')
    .limit(filter.limit)
    .execute();
}

/**
 * How many users a filter finds; null where there are more than {@link MOST_COUNTED}, but for all of an organization, and for
 * a search in a status, which would have to look at each that the search finds.
 */
export async function countUsers(
  db: Database,
  filter: Pick<UserFilter, 'organizationId' | 'search' | 'status'>,
): Promise<number | null> {
  const { organizationId, search, status } = filter;
  if (search !== undefined && search !== '') {
    return status === undefined ? countFound(db, { organizationId, search }) : null;
  }
  if (status === undefined) {
    const row = await db
      .selectFrom('organizationUserCount')
      .select((eb) => eb.fn.coalesce(eb.fn.sum<string>('users'), eb.val('0')).as('count'))
      .where('organizationId', '=', organizationId)
      .executeTakeFirstOrThrow();
    return Number(row.count);
  }
  const counted = db
    .selectFrom('appUser')
    .select('id')
    .where('organizationId', '=', organizationId)
    .where('status', '=', status)
    .limit(MOST_COUNTED + 1);
  const row = await db
    .selectFrom(counted.as('counted'))
    .select((eb) => eb.fn.countAll<string>().as('count'))
    .executeTakeFirstOrThrow();
  return cappedCount(row.count);
}

async function countFound(
  db: Database,
  filter: Pick<UserFilter, 'organizationId'> & { search: string },
): Promise<number | null> {
  // A user with several terms counts several times towards the most that are looked at, and once in what is told.
  const row = await db
    .selectFrom(
      foundTerms(db, filter)
        .limit(MOST_COUNTED + 1)
        .as('found'),
    )
    .select((eb) => [eb.fn.countAll<string>().as('terms'), eb.fn.count<string>('userId').distinct().as('users')])
    .executeTakeFirstOrThrow();
  return cappedCount(row.terms) === null ? null : Number(row.users);
}

/** How many users an organization has, disabled ones left out, and their most frequent mail domains. */
export async function countByDomain(
  db: Database,
  organizationId: OrganizationId,
): Promise<{ total: number; breakGlass: number; withRole: number; domains: { domain: string; users: number }[] }> {
  const { rows } = await sql<{
    total: number;
    breakGlass: number;
    withRole: number;
    domains: { domain: string; users: number }[];
  }>`
    with counted as (
      select domain, users - disabled as users from organization_user_count
      where organization_id = ${organizationId} and users > disabled
    ), most as (select domain, users from counted order by users desc, domain limit 20)
    select (select coalesce(sum(users), 0)::integer from counted) as total,
      (select count(*)::integer from app_user
        where organization_id = ${organizationId} and break_glass and status <> 'disabled') as break_glass,
      (select count(*)::integer from app_user
        where organization_id = ${organizationId} and console_role is not null and status <> 'disabled') as with_role,
      (select coalesce(jsonb_agg(jsonb_build_object('domain', domain, 'users', users) order by users desc, domain), '[]') from most)
        as domains`.execute(db);
  const [row] = rows;
  if (row === undefined) throw new Error('the query returned no row');
  return row;
}
