import { USER_COLUMNS } from './user-store.ts';
import type { User, UserStatus } from './user.ts';
import type { OrganizationId } from '../base/ids.ts';
import type { Database } from '../db/database.ts';

/** What narrows a list of users. */
export interface UserFilter {
  organizationId: OrganizationId;
  /** Part of the address or the name, whatever the case. */
  search?: string | undefined;
  status?: UserStatus | undefined;
  /** The last user of the page before: key of its address. */
  after?: string | undefined;
  limit: number;
}

function matching(db: Database, filter: Pick<UserFilter, 'organizationId' | 'search' | 'status'>) {
  let query = db.selectFrom('appUser').where('appUser.organizationId', '=', filter.organizationId);
  const { search, status } = filter;
  if (status !== undefined) query = query.where('appUser.status', '=', status);
  if (search !== undefined && search !== '') {
    const pattern = `%${search.replaceAll(/[\\%_]/g, String.raw`\$&`)}%`;
    query = query.where((eb) => eb.or([eb('appUser.email', 'ilike', pattern), eb('appUser.name', 'ilike', pattern)]));
  }
  return query;
}

/** A page of an organization's users in the order of their addresses. */
export async function selectUsers(db: Database, filter: UserFilter): Promise<User[]> {
  let query = matching(db, filter).select(USER_COLUMNS);
  if (filter.after !== undefined) query = query.where('appUser.emailKey', '>', filter.after);
  return query.orderBy('appUser.emailKey').limit(filter.limit).execute();
}

/** How many users an organization has, disabled ones left out; by mail domain, the most frequent first. */
export async function countByDomain(
  db: Database,
  organizationId: OrganizationId,
): Promise<{ domain: string; users: number; breakGlass: number; withRole: number }[]> {
  const rows = await db
    .selectFrom('appUser')
    .select((eb) => [
      eb.fn<string>('split_part', ['emailKey', eb.val('@'), eb.val(-1)]).as('domain'),
      eb.fn.countAll<string>().as('users'),
      eb.fn.countAll<string>().filterWhere('breakGlass', '=', true).as('breakGlass'),
      eb.fn.countAll<string>().filterWhere('consoleRole', 'is not', null).as('withRole'),
    ])
    .where('organizationId', '=', organizationId)
    .where('status', '!=', 'disabled')
    .groupBy('domain')
    .orderBy('users', 'desc')
    .orderBy('domain')
    .execute();
  return rows.map(({ domain, users, breakGlass, withRole }) => ({
    domain,
    users: Number(users),
    breakGlass: Number(breakGlass),
    withRole: Number(withRole),
  }));
}

/** How many users a filter finds. */
export async function countUsers(
  db: Database,
  filter: Pick<UserFilter, 'organizationId' | 'search' | 'status'>,
): Promise<number> {
  const row = await matching(db, filter)
    .select((eb) => eb.fn.countAll<string>().as('count'))
    .executeTakeFirstOrThrow();
  return Number(row.count);
}
