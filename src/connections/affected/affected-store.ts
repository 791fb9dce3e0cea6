import { sql } from 'kysely';
import type { RawBuilder } from 'kysely';
import { inPilotSql } from '../pilot/pilot-sql.ts';
import type { PilotColumns } from '../pilot/pilot.ts';
import type { ConnectionId, OrganizationId, UserId } from '../../base/ids.ts';
import type { Database } from '../../db/database.ts';
import type { UserStatus } from '../../users/user.ts';

/** A user in a list of those concerned by a change. */
export interface AffectedUser {
  id: UserId;
  email: string;
  emailKey: string;
  name: string | null;
  status: UserStatus;
  lastLoginAt: Date | null;
}

/** Which users of an organization, disabled ones left out. */
export type AffectedFilter = { organizationId: OrganizationId } & (
  | { only: 'pilot'; pilot: PilotColumns }
  /**
   * `keptIn`: the connection whose identities hold under the new one; null: none do. `provenByDomain`: an address at a verified
   * domain needs no code.
   */
  | { only: 'mailed-code'; keptIn: ConnectionId | null; provenByDomain: boolean }
);

/** A page of them in the order of their addresses. */
export async function selectAffected(
  db: Database,
  filter: AffectedFilter,
  page: { search?: string | undefined; after?: string | undefined; limit: number },
): Promise<AffectedUser[]> {
  let query = db
    .selectFrom('appUser')
    .select(['appUser.id', 'email', 'emailKey', 'name', 'appUser.status', 'lastLoginAt'])
    .where('appUser.organizationId', '=', filter.organizationId)
    .where('appUser.status', '!=', 'disabled')
    .where(concerned(filter));
  if (page.after !== undefined) query = query.where('emailKey', '>', page.after);
  if (page.search !== undefined && page.search !== '') {
    const pattern = `%${page.search.replaceAll(/[\\%_]/g, String.raw`\$&`)}%`;
    query = query.where((eb) => eb.or([eb('email', 'ilike', pattern), eb('name', 'ilike', pattern)]));
  }
  return query.orderBy('emailKey').limit(page.limit).execute();
}

/** How many they are. */
export async function countAffected(db: Database, filter: AffectedFilter): Promise<number> {
  const row = await db
    .selectFrom('appUser')
    .select((eb) => eb.fn.countAll<string>().as('count'))
    .where('appUser.organizationId', '=', filter.organizationId)
    .where('appUser.status', '!=', 'disabled')
    .where(concerned(filter))
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
