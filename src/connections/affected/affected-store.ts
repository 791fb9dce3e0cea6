import { sql } from 'kysely';
import type { RawBuilder } from 'kysely';
import { inPilotSql } from '../pilot/pilot-sql.ts';
import type { PilotColumns } from '../pilot/pilot.ts';
import type { ConnectionId, OrganizationId, UserId } from '../../base/ids.ts';
import type { Database } from '../../db/database.ts';
import { cappedCount, MOST_COUNTED } from '../../db/search-sql.ts';
import { foundFirstBy, foundTerms } from '../../users/lists/user-search-sql.ts';
import type { FoundPlace, UserStatus } from '../../users/user.ts';

/** A user in a list of those concerned by a change. */
interface AffectedUser {
  id: UserId;
  email: string;
  emailKey: string;
  name: string | null;
  status: UserStatus;
  lastLoginAt: Date | null;
}

/** One of a list, with what a search found it by. */
export type ListedAffected = AffectedUser & { term: string | null };

/** Which users of an organization, disabled ones left out. */
export type AffectedFilter = { organizationId: OrganizationId } & (
  | { only: 'pilot'; pilot: PilotColumns }
  /**
   * `keptIn`: the connection whose identities hold under the new one; null: none do. `provenByDomain`: an address at a verified
   * domain needs no code.
   */
  | { only: 'mailed-code'; keptIn: ConnectionId | null; provenByDomain: boolean }
);

/** A page of them in the order of their addresses; of a search, in the order of what it found them by. */
export async function selectAffected(
  db: Database,
  filter: AffectedFilter,
  page: { search?: string | undefined; after?: string | FoundPlace | undefined; limit: number },
): Promise<ListedAffected[]> {
  const { search, after } = page;
  if (search === undefined || search === '') {
    let query = affected(db, filter).select([...SHOWN, sql<null>`null`.as('term')]);
    if (typeof after === 'string') query = query.where('emailKey', '>', after);
    return query.orderBy('emailKey').limit(page.limit).execute();
  }
  return db
    .selectFrom(foundTerms(db, { organizationId: filter.organizationId, search, after }).as('found'))
    .innerJoinLateral(
      affected(db, filter)
        .select(SHOWN)
        .where(sql<boolean>`app_user.id = found.user_id`)
        .where(foundFirstBy(search))
        .limit(1)
        .as('user'),
      (join) => join.onTrue(),
    )
    .selectAll('user')
    .select('found.term')
    .orderBy('found.term')
    .orderBy('found.userId')
    .limit(page.limit)
    .execute();
}

const SHOWN = ['email', 'emailKey', 'name', 'appUser.status', 'lastLoginAt'] as const;

/** How many they are. */
export async function countAffected(db: Database, filter: AffectedFilter): Promise<number> {
  return count(db, affected(db, filter));
}

/** How many they are for a list; null where they are more than {@link MOST_COUNTED}. */
export async function countListed(db: Database, filter: AffectedFilter): Promise<number | null> {
  return cappedCount(await count(db, affected(db, filter).limit(MOST_COUNTED + 1)));
}

function affected(db: Database, filter: AffectedFilter) {
  return db
    .selectFrom('appUser')
    .select('appUser.id')
    .where('appUser.organizationId', '=', filter.organizationId)
    .where('appUser.status', '!=', 'disabled')
    .where(concerned(filter));
}

async function count(db: Database, counted: ReturnType<typeof affected>): Promise<number> {
  const row = await db
    .selectFrom(counted.as('counted'))
    .select((eb) => eb.fn.countAll<string>().as('count'))
    .executeTakeFirstOrThrow();
  return Number(row.count);
}

function concerned(filter: AffectedFilter): RawBuilder<boolean> {
  if (filter.only === 'pilot') return inPilotSql(filter.pilot);
  return sql<boolean>`not (${filter.provenByDomain}::boolean and exists (
      select from domain_verification v where v.organization_id = app_user.organization_id
        and v.domain = split_part(app_user.email_key, '@', -1) and v.state in ('verified', 'grace')))
    and not exists (
      select from identity i where i.connection_id = ${filter.keptIn}::uuid
        and i.organization_id = app_user.organization_id and i.user_id = app_user.id)`;
}
