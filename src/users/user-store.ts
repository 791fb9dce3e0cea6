import { sql } from 'kysely';
import type { User, UserStatus } from './user.ts';
import { isSuspended } from '../organizations/suspended-sql.ts';
import type { OrganizationId, UserId } from '../base/ids.ts';
import type { Database } from '../db/database.ts';
import type { ConsoleRole } from '../organizations/access.ts';

const SUSPENDED = isSuspended(sql`(select home.path from organization home where home.id = app_user.organization_id)`);

/** Columns of a user, for {@link toUser}. */
export const USER_COLUMNS = [
  'app_user.id',
  'app_user.organization_id',
  'app_user.email',
  'app_user.email_key',
  'app_user.name',
  'app_user.status',
  'app_user.console_role',
  'app_user.console_role_held_back',
  'app_user.break_glass',
  'app_user.access_until',
  SUSPENDED.as('suspended'),
  'app_user.email_proven_at',
  'app_user.last_login_at',
  'app_user.version',
  'app_user.created_at',
] as const;

export interface UserRow {
  id: UserId;
  organization_id: OrganizationId;
  email: string;
  email_key: string;
  name: string | null;
  status: UserStatus;
  console_role: ConsoleRole | null;
  console_role_held_back: ConsoleRole | null;
  break_glass: boolean;
  access_until: Date | null;
  suspended: boolean;
  email_proven_at: Date | null;
  last_login_at: Date | null;
  version: number;
  created_at: Date;
}

/** A row as a user. */
export function toUser(row: UserRow): User {
  return {
    id: row.id,
    organizationId: row.organization_id,
    email: row.email,
    emailKey: row.email_key,
    name: row.name,
    status: row.status,
    consoleRole: row.console_role,
    consoleRoleHeldBack: row.console_role_held_back,
    breakGlass: row.break_glass,
    accessUntil: row.access_until,
    suspended: row.suspended,
    emailProvenAt: row.email_proven_at,
    lastLoginAt: row.last_login_at,
    version: row.version,
    createdAt: row.created_at,
  };
}

/** One user. Not bound to an organization: ids come from our own rows (identity, session, login) or are checked by the caller. */
export async function selectUser(db: Database, id: UserId): Promise<User | undefined> {
  const row = await db.selectFrom('app_user').select(USER_COLUMNS).where('id', '=', id).executeTakeFirst();
  return row && toUser(row);
}

/** One user of one organization, locked until the transaction ends. */
export async function selectUserForUpdate(
  db: Database,
  organizationId: OrganizationId,
  id: UserId,
): Promise<User | undefined> {
  const row = await db
    .selectFrom('app_user')
    .select(USER_COLUMNS)
    .where('organization_id', '=', organizationId)
    .where('id', '=', id)
    .forUpdate()
    .executeTakeFirst();
  return row && toUser(row);
}

/** The user of one organization with this address key. */
export async function selectUserByAddress(
  db: Database,
  organizationId: OrganizationId,
  emailKey: string,
): Promise<User | undefined> {
  const row = await db
    .selectFrom('app_user')
    .select(USER_COLUMNS)
    .where('organization_id', '=', organizationId)
    .where('email_key', '=', emailKey)
    .executeTakeFirst();
  return row && toUser(row);
}

/** Several users of one organization. */
export async function selectUsersById(
  db: Database,
  organizationId: OrganizationId,
  ids: readonly UserId[],
): Promise<User[]> {
  if (ids.length === 0) return [];
  const rows = await db
    .selectFrom('app_user')
    .select(USER_COLUMNS)
    .where('organization_id', '=', organizationId)
    .where('id', 'in', ids)
    .execute();
  return rows.map(toUser);
}

/** All users with this address key. Over all organizations: an address is typed before its organization is known. */
export async function selectUsersByAddress(db: Database, emailKey: string): Promise<User[]> {
  const rows = await db
    .selectFrom('app_user')
    .select(USER_COLUMNS)
    .where('email_key', '=', emailKey)
    .orderBy('created_at')
    .orderBy('id')
    .limit(50)
    .execute();
  return rows.map(toUser);
}

/** Inserts a user; fails with a unique violation of `app_user_organization_id_email_key_key` when the address exists there. */
export async function insertUser(db: Database, user: User): Promise<void> {
  await db
    .insertInto('app_user')
    .values({
      id: user.id,
      organization_id: user.organizationId,
      email: user.email,
      email_key: user.emailKey,
      name: user.name,
      status: user.status,
      console_role: user.consoleRole,
      console_role_held_back: user.consoleRoleHeldBack,
      break_glass: user.breakGlass,
      access_until: user.accessUntil,
      email_proven_at: user.emailProvenAt,
      last_login_at: user.lastLoginAt,
      version: user.version,
      created_at: user.createdAt,
    })
    .execute();
}

/** What may change in a user. */
export interface UserChange {
  name?: string | null;
  status?: UserStatus;
  consoleRole?: ConsoleRole | null;
  consoleRoleHeldBack?: ConsoleRole | null;
  emailProvenAt?: Date | null;
  lastLoginAt?: Date;
  breakGlass?: boolean;
}

/** Changes a user and counts the change; undefined when there is no such user or, with `version`, when somebody else was first. */
export async function updateUser(
  db: Database,
  organizationId: OrganizationId,
  id: UserId,
  change: UserChange,
  version?: number,
): Promise<User | undefined> {
  const query = updating(db, organizationId, id, change);
  const row = await (version === undefined ? query : query.where('version', '=', version))
    .returning(USER_COLUMNS)
    .executeTakeFirst();
  return row && toUser(row);
}

function updating(db: Database, organizationId: OrganizationId, id: UserId, change: UserChange) {
  return db
    .updateTable('app_user')
    .set((eb) => ({
      ...(change.name === undefined ? {} : { name: change.name }),
      ...(change.status === undefined ? {} : { status: change.status }),
      ...(change.consoleRole === undefined ? {} : { console_role: change.consoleRole }),
      ...(change.consoleRoleHeldBack === undefined ? {} : { console_role_held_back: change.consoleRoleHeldBack }),
      ...(change.emailProvenAt === undefined ? {} : { email_proven_at: change.emailProvenAt }),
      ...(change.lastLoginAt === undefined ? {} : { last_login_at: change.lastLoginAt }),
      ...(change.breakGlass === undefined ? {} : { break_glass: change.breakGlass }),
      version: eb('version', '+', 1),
    }))
    .where('organization_id', '=', organizationId)
    .where('id', '=', id);
}

/** As {@link updateUser}, for a login: a user that was disabled meanwhile stays so and is not found. */
export async function updateUserAtLogin(
  db: Database,
  organizationId: OrganizationId,
  id: UserId,
  change: UserChange & { lastLoginAt: Date },
): Promise<User | undefined> {
  const row = await updating(db, organizationId, id, { ...change, status: 'verified' })
    .where('status', '<>', 'disabled')
    .returning(USER_COLUMNS)
    .executeTakeFirst();
  return row && toUser(row);
}

/** Removes a user and, by the database's rules, all that hangs on it. */
export async function deleteUser(db: Database, organizationId: OrganizationId, id: UserId): Promise<boolean> {
  const result = await db
    .deleteFrom('app_user')
    .where('organization_id', '=', organizationId)
    .where('id', '=', id)
    .executeTakeFirst();
  return result.numDeletedRows > 0n;
}

/**
 * Locks the verified administrators of an organization: two who disable each other at the same moment wait for one
 * another here.
 */
export async function lockAdministrators(
  db: Database,
  organizationId: OrganizationId,
): Promise<{ id: UserId; breakGlass: boolean }[]> {
  return db
    .selectFrom('app_user')
    .select(['id', 'break_glass as breakGlass'])
    .where('organization_id', '=', organizationId)
    .where('console_role', '=', 'administrator')
    .where('status', '=', 'verified')
    .orderBy('id')
    .forUpdate()
    .execute();
}

/** The verified administrators of an organization. */
export async function selectAdministrators(
  db: Database,
  organizationId: OrganizationId,
): Promise<{ id: UserId; email: string }[]> {
  return db
    .selectFrom('app_user')
    .select(['id', 'email'])
    .where('organization_id', '=', organizationId)
    .where('console_role', '=', 'administrator')
    .where('status', '=', 'verified')
    .orderBy('created_at')
    .limit(100)
    .execute();
}

/** The domains of an organization's users, the oldest user's first. */
export async function selectUserAddresses(
  db: Database,
  organizationId: OrganizationId,
  limit: number,
): Promise<string[]> {
  const rows = await db
    .selectFrom('app_user')
    .select('email_key')
    .where('organization_id', '=', organizationId)
    .orderBy('created_at')
    .orderBy('id')
    .limit(limit)
    .execute();
  return rows.map((row) => row.email_key);
}
