import { sql } from 'kysely';
import { isSuspended } from '../../organizations/suspended-sql.ts';
import type { RawBuilder } from 'kysely';
import type { OrganizationId, UserId } from '../../base/ids.ts';
import type { Database } from '../../db/database.ts';
import type { ConsoleRole } from '../../organizations/access.ts';
import type { GrantedResource } from '../../applications/resources/api-resource.ts';
import { grantedResources } from '../../applications/resources/granted-resource-sql.ts';
import { isOfDocument, isTakenAtHome } from '../../applications/unregistered/unregistered-sql.ts';
import type { UserStatus } from '../../users/user.ts';

/** What a user may do in one application for one organization in scope. Read in each request, never cached. */
export interface UserAccess {
  userId: UserId;
  status: UserStatus;
  accessUntil: Date | null;
  name: string | null;
  givenName: string | null;
  familyName: string | null;
  locale: string | null;
  profileChangedAt: Date | null;
  email: string;
  emailProven: boolean;
  consoleRole: ConsoleRole | null;
  home: { id: OrganizationId; name: string; path: string };
  /** The home organization or one above it is suspended. */
  suspended: boolean;
  /** The organization asked for or stored with the token; the home where none was. Null when it does not exist. */
  organizationInScope: { id: OrganizationId; name: string; path: string } | null;
  /**
   * The application's owner is the home organization or above it, and access is not narrowed to others. One that nobody
   * registered: its document may not have a row yet; the home takes such applications, and did not block it.
   */
  applicationUsable: boolean;
  /** Roles in the application for the organization in scope. */
  roles: string[];
  /** The application asks nobody: what it may have, its owner decided. */
  firstParty: boolean;
  /** Scopes the user consented to; null before the first consent. */
  consentScope: string | null;
  /** The API resource asked for or stored with the token, if the application may use it now. */
  resource: GrantedResource | null;
}

/** The columns of {@link accessColumns}; `userId` is null where an outer join found no user. */
export interface AccessRow {
  userId: UserId | null;
  status: UserStatus;
  accessUntil: Date | null;
  name: string | null;
  givenName: string | null;
  familyName: string | null;
  locale: string | null;
  profileChangedAt: Date | null;
  email: string;
  emailProven: boolean;
  consoleRole: ConsoleRole | null;
  homeId: OrganizationId;
  homeName: string;
  homePath: string;
  suspended: boolean;
  scopeId: OrganizationId | null;
  scopeName: string;
  scopePath: string;
  applicationUsable: boolean;
  roles: string[];
  firstParty: boolean;
  consentScope: string | null;
  resources: GrantedResource[];
}

/**
 * A subquery with the columns of a {@link UserAccess}, for a statement that has the user as `u`.
 * @param clientId SQL for the application's client id, or that of the client by which it is tried (`applications/trying`)
 * @param organization SQL for the organization in scope, null for the home
 * @param audience SQL for the API resource asked for, null for none
 */
export function accessColumns(
  clientId: RawBuilder<unknown>,
  organization: RawBuilder<unknown>,
  audience: RawBuilder<unknown>,
): RawBuilder<unknown> {
  return sql`
    select u.id as user_id, u.status, u.access_until, u.name, u.given_name, u.family_name, u.locale,
      u.profile_changed_at, u.email, u.console_role,
      home.id as home_id, home.name as home_name, home.path as home_path,
      u.email_proven_at is not null or exists (
        select 1 from domain_verification d
        where d.organization_id = home.id and d.state in ('verified', 'grace')
          and d.domain = split_part(u.email_key, '@', -1)) as email_proven,
      ${isSuspended(sql`home.path`)} as suspended,
      scope.id as scope_id, scope.name as scope_name, scope.path as scope_path,
      coalesce(case when ${isOfDocument(clientId)} then ${isTakenAtHome(clientId)}
        else starts_with(home.path, owner.path) and (
          not exists (select 1 from application_access x where x.application_id = a.id)
          or exists (
            select 1 from application_access x
            where x.application_id = a.id
              and x.organization_id = any (string_to_array(trim(both '/' from home.path), '/')::uuid[]))
        ) end, false) as application_usable,
      array (
        select r.role from user_application_role r
        where r.user_id = u.id and r.application_id = a.id and r.organization_id = scope.id
        order by r.role) as roles,
      coalesce(a.first_party, false) as first_party,
      (select c.scope from application_consent c
        where c.user_id = u.id and c.application_id = a.id) as consent_scope,
      ${grantedResources(sql`r.audience = ${audience}`, 1)} as resources
    from organization home
      left join organization scope on scope.id = coalesce(${organization}, home.id)
      left join application a on a.client_id = replace(${clientId}, 'try.', '')
      left join organization owner on owner.id = a.organization_id
    where home.id = u.organization_id`;
}

/** The access in a row; null where it has no user. */
export function toUserAccess(row: AccessRow): UserAccess | null {
  if (row.userId === null) return null;
  return {
    userId: row.userId,
    status: row.status,
    accessUntil: row.accessUntil,
    name: row.name,
    givenName: row.givenName,
    familyName: row.familyName,
    locale: row.locale,
    profileChangedAt: row.profileChangedAt,
    email: row.email,
    emailProven: row.emailProven,
    consoleRole: row.consoleRole,
    home: { id: row.homeId, name: row.homeName, path: row.homePath },
    suspended: row.suspended,
    organizationInScope: row.scopeId === null ? null : { id: row.scopeId, name: row.scopeName, path: row.scopePath },
    applicationUsable: row.applicationUsable,
    roles: row.roles,
    firstParty: row.firstParty,
    consentScope: row.consentScope,
    resource: row.resources[0] ?? null,
  };
}

/**
 * A user's access in a statement of its own: after a login, or when the request did not name the application in its
 * address. Bound to the user id that a login or token proved, not to an organization.
 */
export async function selectUserAccess(
  db: Database,
  about: { userId: UserId; clientId: string; organizationId: OrganizationId | null; audience: string | null },
): Promise<UserAccess | null> {
  const { rows } = await sql<AccessRow>`
    select access.* from app_user u
      cross join lateral (${accessColumns(
        sql`${about.clientId}`,
        sql`${about.organizationId}::uuid`,
        sql`${about.audience}`,
      )}) access
    where u.id = ${about.userId}
  `.execute(db);
  return rows[0] === undefined ? null : toUserAccess(rows[0]);
}
