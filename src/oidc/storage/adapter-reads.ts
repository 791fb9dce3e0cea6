import { sql } from 'kysely';
import type { RawBuilder } from 'kysely';
import { after, DAY, utcDay } from '../../base/clock.ts';
import type { OrganizationId, SessionId, UserId } from '../../base/ids.ts';
import { sha256 } from '../../base/random.ts';
import type { Database } from '../../db/database.ts';
import { isSuspended } from '../../organizations/suspended-sql.ts';
import type { ConsoleRole } from '../../organizations/access.ts';
import type { UserStatus } from '../../users/user.ts';
import type { GrantSource, Payload, RequestScope, SessionRow, Standing } from './request-scope.ts';

// Statements here are bound to what was proved (a cookie, a code, a token), not to an organization id: they find out
// which organization it is.

interface StandingRow {
  userId: UserId | null;
  status: UserStatus;
  accessUntil: Date | null;
  name: string | null;
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
  consentScope: string | null;
}

/**
 * The columns of a {@link Standing}, for a statement that has the user as `u`.
 * @param clientId SQL for the application's client id
 * @param organization SQL for the organization in scope, null for the home
 */
function standing(clientId: RawBuilder<unknown>, organization: RawBuilder<unknown>): RawBuilder<unknown> {
  return sql`
    select u.id as user_id, u.status, u.access_until, u.name, u.email, u.console_role,
      home.id as home_id, home.name as home_name, home.path as home_path,
      u.email_proven_at is not null or exists (
        select 1 from organization_domain d
        where d.organization_id = home.id and d.verified_at is not null
          and d.domain = split_part(u.email_key, '@', -1)) as email_proven,
      ${isSuspended(sql`home.path`)} as suspended,
      scope.id as scope_id, scope.name as scope_name, scope.path as scope_path,
      coalesce(starts_with(home.path, owner.path) and (
        not exists (select 1 from application_access x where x.application_id = a.id)
        or exists (
          select 1 from application_access x
          where x.application_id = a.id
            and x.organization_id = any (string_to_array(trim(both '/' from home.path), '/')::uuid[]))
      ), false) as application_usable,
      array (
        select r.role from user_application_role r
        where r.user_id = u.id and r.application_id = a.id and r.organization_id = scope.id
        order by r.role) as roles,
      (select c.scope from application_consent c
        where c.user_id = u.id and c.application_id = a.id) as consent_scope
    from organization home
      left join organization scope on scope.id = coalesce(${organization}, home.id)
      left join application a on a.client_id = ${clientId}
      left join organization owner on owner.id = a.organization_id
    where home.id = u.organization_id`;
}

function toStanding(row: StandingRow): Standing | null {
  if (row.userId === null) return null;
  return {
    userId: row.userId,
    status: row.status,
    accessUntil: row.accessUntil,
    name: row.name,
    email: row.email,
    emailProven: row.emailProven,
    consoleRole: row.consoleRole,
    home: { id: row.homeId, name: row.homeName, path: row.homePath },
    suspended: row.suspended,
    scope: row.scopeId === null ? null : { id: row.scopeId, name: row.scopeName, path: row.scopePath },
    applicationUsable: row.applicationUsable,
    roles: row.roles,
    consentScope: row.consentScope,
  };
}

interface SessionColumns {
  sessionId: SessionId | null;
  sessionUid: string;
  cookieHash: Buffer;
  sessionUserId: UserId | null;
  sessionOrganizationId: OrganizationId | null;
  sessionMethod: string | null;
  sessionAuthTime: Date | null;
  sessionExpiresAt: Date;
  sessionPayload: Payload;
}

const SESSION_COLUMNS = sql`s.id as session_id, s.uid as session_uid, s.cookie_hash, s.user_id as session_user_id,
  s.organization_id as session_organization_id, s.method as session_method, s.auth_time as session_auth_time,
  s.expires_at as session_expires_at, s.payload as session_payload`;

function toSession(row: SessionColumns): SessionRow | null {
  if (row.sessionId === null) return null;
  return {
    id: row.sessionId,
    uid: row.sessionUid,
    cookieHash: row.cookieHash,
    userId: row.sessionUserId,
    organizationId: row.sessionOrganizationId,
    method: row.sessionMethod,
    authTime: row.sessionAuthTime,
    expiresAt: row.sessionExpiresAt,
    payload: row.sessionPayload,
  };
}

/** The live session of a cookie, and where its user stands towards the application asked for: one statement. */
export async function readSession(db: Database, scope: RequestScope, cookie: string): Promise<void> {
  const { rows } = await sql<SessionColumns & StandingRow>`
    select ${SESSION_COLUMNS}, standing.*
    from session s
      left join app_user u on u.id = s.user_id
      left join lateral (${standing(sql`${scope.clientId}`, sql`${scope.organizationHint}::uuid`)}) standing on true
    where s.cookie_hash = ${sha256(cookie)} and s.expires_at > ${scope.now} and s.idle_expires_at > ${scope.now}
  `.execute(db);
  const row = rows[0];
  if (row === undefined) return;
  scope.session = toSession(row);
  scope.standing = toStanding(row);
  scope.standingClientId = scope.clientId;
  scope.standingHint = scope.organizationHint;
}

/** Where a user stands, in a statement of its own: after a login, or when the application was not in the address. */
export async function readStanding(db: Database, scope: RequestScope, userId: UserId): Promise<void> {
  const { rows } = await sql<StandingRow>`
    select standing.* from app_user u
      cross join lateral (${standing(sql`${scope.clientId}`, sql`${scope.organizationHint}::uuid`)}) standing
    where u.id = ${userId}
  `.execute(db);
  scope.standing = rows[0] === undefined ? null : toStanding(rows[0]);
  scope.standingClientId = scope.clientId;
  scope.standingHint = scope.organizationHint;
}

interface SourceColumns {
  familyId: string;
  clientId: string;
  sourceUserId: UserId;
  organizationInScopeId: OrganizationId;
  sourceSessionUid: string | null;
  payload: Payload;
  expiresAt: Date;
  consumedAt: Date | null;
}

const SOURCES = {
  AuthorizationCode: { table: 'oidcCode', key: 'codeHash', days: 1 },
  AccessToken: { table: 'oidcAccessToken', key: 'tokenHash', days: 1 },
  RefreshToken: { table: 'oidcRefreshToken', key: 'tokenHash', days: 31 },
} as const;

/**
 * A code or token with its session and where its user stands now: one statement. `created_on` is bound to the days in
 * which a live one can have been made, so that only their partitions are touched.
 */
export async function readSource(
  db: Database,
  scope: RequestScope,
  kind: GrantSource['kind'],
  value: string,
): Promise<GrantSource | null> {
  const { table, key, days } = SOURCES[kind];
  const hash = sha256(value);
  const consumed = kind === 'AccessToken' ? sql`null::timestamptz` : sql`t.consumed_at`;
  const { rows } = await sql<SourceColumns & SessionColumns & StandingRow>`
    select t.family_id, t.client_id, t.user_id as source_user_id, t.organization_in_scope_id,
      t.session_uid as source_session_uid, t.payload, t.expires_at, ${consumed} as consumed_at,
      ${SESSION_COLUMNS}, standing.*
    from ${sql.table(table)} t
      left join session s on s.uid = t.session_uid
        and s.expires_at > ${scope.now} and s.idle_expires_at > ${scope.now}
      left join app_user u on u.id = t.user_id
      left join lateral (${standing(sql`t.client_id`, sql`t.organization_in_scope_id`)}) standing on true
    where t.created_on >= ${utcDay(after(scope.now, -days * DAY))} and t.created_on <= ${utcDay(after(scope.now, DAY))}
      and ${sql.ref(`t.${key}`)} = ${hash} and t.expires_at > ${scope.now}
  `.execute(db);
  const row = rows[0];
  if (row === undefined) return null;
  scope.source = {
    kind,
    hash,
    familyId: row.familyId,
    clientId: row.clientId,
    userId: row.sourceUserId,
    organizationInScopeId: row.organizationInScopeId,
    sessionUid: row.sourceSessionUid,
    payload: row.payload,
    expiresAt: row.expiresAt,
    consumedAt: row.consumedAt,
  };
  scope.session = toSession(row);
  scope.standing = toStanding(row);
  scope.standingClientId = row.clientId;
  return scope.source;
}
