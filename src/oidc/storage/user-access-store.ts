import { sql } from 'kysely';
import { isSuspended } from '../../organizations/suspended-sql.ts';
import type { RawBuilder } from 'kysely';
import type { OrganizationId, UserId } from '../../base/ids.ts';
import type { Database } from '../../db/database.ts';
import { sharedRead } from '../../db/sharing/shared-read.ts';
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
 * @param audience SQL for the API resource asked for; null where none is, which saves the statement a fifth
 */
export function accessColumns(
  clientId: RawBuilder<unknown>,
  organization: RawBuilder<unknown>,
  audience: RawBuilder<unknown> | null,
): RawBuilder<unknown> {
  const resources = audience === null ? sql`'[]'::json` : grantedResources(sql`r.audience = ${audience}`, 1);
  // The owner is looked up and not joined: a join may run over all organizations up to it.
  return sql`
    select u.id as "userId", u.status, u.access_until as "accessUntil", u.name, u.given_name as "givenName",
      u.family_name as "familyName", u.locale, u.profile_changed_at as "profileChangedAt", u.email, u.console_role as "consoleRole",
      home.id as "homeId", home.name as "homeName", home.path as "homePath",
      u.email_proven_at is not null or exists (
        select 1 from domain_verification d
        where d.organization_id = home.id and d.state in ('verified', 'grace')
          and d.domain = split_part(u.email_key, '@', -1)) as "emailProven",
      ${isSuspended(sql`home.path`)} as suspended,
      scope.id as "scopeId", scope.name as "scopeName", scope.path as "scopePath",
      coalesce(case when ${isOfDocument(clientId)} then ${isTakenAtHome(clientId)}
        else (
          select starts_with(home.path, owner.path) from organization owner where owner.id = a.organization_id) and (
          not exists (select 1 from application_access x where x.application_id = a.id)
          or exists (
            select 1 from application_access x
            where x.application_id = a.id
              and x.organization_id = any (string_to_array(trim(both '/' from home.path), '/')::uuid[]))
        ) end, false) as "applicationUsable",
      array (
        select r.role from user_application_role r
        where r.user_id = u.id and r.application_id = a.id and r.organization_id = scope.id
        order by r.role) as roles,
      coalesce(a.first_party, false) as "firstParty",
      (select c.scope from application_consent c
        where c.user_id = u.id and c.application_id = a.id) as "consentScope",
      ${resources} as resources
    from organization home
      left join organization scope on scope.id = coalesce(${organization}, home.id)
      left join application a on a.client_id = replace(${clientId}, 'try.', '')
    where home.id = u.organization_id`;
}

const ACCESS_VALUES = { userId: 'uuid', clientId: 'text', organizationId: 'uuid' } as const;

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

const readAccess = sharedRead<typeof ACCESS_VALUES, AccessRow>(
  ACCESS_VALUES,
  ({ userId, clientId, organizationId }) => sql`
    select access.* from app_user u
      cross join lateral (${accessColumns(clientId, organizationId, null)}) access
    where u.id = ${userId}`,
);

/**
 * A user's access in a statement of its own: after a login, or when the request did not name the application in its
 * address. Bound to the user id that a login or token proved, not to an organization.
 */
export async function selectUserAccess(
  db: Database,
  about: { userId: UserId; clientId: string; organizationId: OrganizationId | null },
): Promise<UserAccess | null> {
  const row = await readAccess(db, about);
  return row === undefined ? null : toUserAccess(row);
}
