import { sql } from 'kysely';
import type { RawBuilder } from 'kysely';
import type { User } from './user.ts';
import { mayLogInSql } from './may-log-in-sql.ts';
import { rowFromJson, rowToJson } from '../db/row-json-sql.ts';
import type { JsonColumns } from '../db/row-json-sql.ts';
import { isSuspended } from '../organizations/suspended-sql.ts';

const COLUMNS: JsonColumns<User> = {
  id: 'plain',
  organizationId: 'plain',
  email: 'plain',
  emailKey: 'plain',
  name: 'plain',
  givenName: 'plain',
  familyName: 'plain',
  locale: 'plain',
  profileChangedAt: 'instant',
  status: 'plain',
  consoleRole: 'plain',
  consoleRoleHeldBack: 'plain',
  breakGlass: 'plain',
  accessUntil: 'instant',
  suspended: 'plain',
  emailProvenAt: 'instant',
  lastLoginAt: 'instant',
  identityResetAt: 'instant',
  cameBySingleSignOn: 'plain',
  ruledRoles: 'plain',
  rolesByHand: 'plain',
  version: 'plain',
  createdAt: 'instant',
};

const homePath = (alias: string): RawBuilder<unknown> =>
  sql`(select home.path from organization home where home.id = ${sql.raw(alias)}.organization_id)`;

/** Part of a larger statement: a user as one document. @param alias of `app_user` */
export function userJson(alias: string): RawBuilder<unknown> {
  return rowToJson(alias, COLUMNS, { suspended: isSuspended(homePath(alias)) });
}

/** The user of such a document. */
export function readUserJson(document: unknown): User | null {
  return rowFromJson(document, COLUMNS);
}

/**
 * Part of a larger statement: locks a user whose login ends, where the user may log in, has done so before, and is as it was
 * read.
 */
export function lockKnownUser(
  user: Pick<User, 'id' | 'organizationId' | 'version'>,
  now: Date,
  onlyIf: RawBuilder<unknown>,
): RawBuilder<unknown> {
  return sql`select 1 from app_user u where u.organization_id = ${user.organizationId} and u.id = ${user.id}
    and u.version = ${user.version} and u.status = 'verified' and ${mayLogInSql('u', homePath('u'), now)}
    and ${onlyIf} for no key update of u`;
}

/** Part of a larger statement: marks a user as logged in, as `record-login.ts` does. */
export function markLoggedIn(
  user: Pick<User, 'id' | 'organizationId'>,
  now: Date,
  onlyIf: RawBuilder<unknown>,
): RawBuilder<unknown> {
  return sql`update app_user set last_login_at = ${now}, version = version + 1
    where organization_id = ${user.organizationId} and id = ${user.id} and ${onlyIf}`;
}
