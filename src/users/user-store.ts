import { sql } from 'kysely';
import type { User, UserStatus } from './user.ts';
import { isSuspended } from '../organizations/suspended-sql.ts';
import type { OrganizationId, UserId } from '../base/ids.ts';
import type { Database, Transaction } from '../db/database.ts';
import type { ConsoleRole } from '../organizations/access.ts';

const SUSPENDED = isSuspended(sql`(select home.path from organization home where home.id = app_user.organization_id)`);

/** The columns of a {@link User}. */
export const USER_COLUMNS = [
  'appUser.id',
  'appUser.organizationId',
  'appUser.email',
  'appUser.emailKey',
  'appUser.name',
  'appUser.givenName',
  'appUser.familyName',
  'appUser.locale',
  'appUser.profileChangedAt',
  'appUser.status',
  'appUser.consoleRole',
  'appUser.consoleRoleHeldBack',
  'appUser.breakGlass',
  'appUser.accessUntil',
  SUSPENDED.as('suspended'),
  'appUser.emailProvenAt',
  'appUser.lastLoginAt',
  'appUser.identityResetAt',
  'appUser.cameBySingleSignOn',
  'appUser.ruledRoles',
  'appUser.rolesByHand',
  'appUser.version',
  'appUser.createdAt',
] as const;

/** One user. Not bound to an organization: ids come from our own rows (identity, session, login) or are checked by the caller. */
export async function selectUser(db: Database, id: UserId): Promise<User | undefined> {
  return db.selectFrom('appUser').select(USER_COLUMNS).where('id', '=', id).executeTakeFirst();
}

/** One user of one organization, locked until the transaction ends: for changing it, or for removing it (`update`). */
export async function selectUserForUpdate(
  db: Transaction,
  organizationId: OrganizationId,
  id: UserId,
  lock: 'no key update' | 'update' = 'no key update',
): Promise<User | undefined> {
  const query = db
    .selectFrom('appUser')
    .select(USER_COLUMNS)
    .where('organizationId', '=', organizationId)
    .where('id', '=', id);
  return (lock === 'update' ? query.forUpdate() : query.forNoKeyUpdate()).executeTakeFirst();
}

/** The user of one organization with this address key. */
export async function selectUserByAddress(
  db: Database,
  organizationId: OrganizationId,
  emailKey: string,
): Promise<User | undefined> {
  return db
    .selectFrom('appUser')
    .select(USER_COLUMNS)
    .where('organizationId', '=', organizationId)
    .where('emailKey', '=', emailKey)
    .executeTakeFirst();
}

/** Several users of one organization. */
export async function selectUsersById(
  db: Database,
  organizationId: OrganizationId,
  ids: readonly UserId[],
): Promise<User[]> {
  if (ids.length === 0) return [];
  return db
    .selectFrom('appUser')
    .select(USER_COLUMNS)
    .where('organizationId', '=', organizationId)
    .where('id', 'in', ids)
    .execute();
}

/** The users with this address key, at most 50, those with a proven mailbox first. Over all organizations: an address is typed before its organization is known. */
export async function selectUsersByAddress(db: Database, emailKey: string): Promise<User[]> {
  return db
    .selectFrom('appUser')
    .select(USER_COLUMNS)
    .where('emailKey', '=', emailKey)
    .orderBy('emailProvenAt', (order) => order.asc().nullsLast())
    .orderBy('createdAt')
    .orderBy('id')
    .limit(50)
    .execute();
}

/** How many users were made at a first login since an instant. */
export async function countMadeAtLogin(db: Database, organizationId: OrganizationId, since: Date): Promise<number> {
  const row = await db
    .selectFrom('appUser')
    .select((eb) => eb.fn.countAll<string>().as('count'))
    .where('organizationId', '=', organizationId)
    .where('cameBySingleSignOn', '=', true)
    .where('createdAt', '>', since)
    .executeTakeFirstOrThrow();
  return Number(row.count);
}

/** Inserts a user; fails with a unique violation of `app_user_organization_id_email_key_key` when the address exists there. */
export async function insertUser(db: Database, user: User): Promise<void> {
  const { suspended: _, ...columns } = user;
  await db.insertInto('appUser').values(columns).execute();
}

/** What may change in a user. */
export interface UserChange {
  email?: string;
  emailKey?: string;
  name?: string | null;
  givenName?: string | null;
  familyName?: string | null;
  locale?: string | null;
  profileChangedAt?: Date;
  status?: UserStatus;
  consoleRole?: ConsoleRole | null;
  consoleRoleHeldBack?: ConsoleRole | null;
  emailProvenAt?: Date | null;
  lastLoginAt?: Date;
  identityResetAt?: Date | null;
  breakGlass?: boolean;
  ruledRoles?: string[];
  rolesByHand?: string[];
}

/** Changes a user and counts the change; undefined when it does not exist or, with `version`, was changed since. */
export async function updateUser(
  db: Database,
  organizationId: OrganizationId,
  id: UserId,
  change: UserChange,
  version?: number,
): Promise<User | undefined> {
  const query = updating(db, organizationId, id, change);
  return (version === undefined ? query : query.where('version', '=', version))
    .returning(USER_COLUMNS)
    .executeTakeFirst();
}

function updating(db: Database, organizationId: OrganizationId, id: UserId, change: UserChange) {
  return db
    .updateTable('appUser')
    .set((eb) => ({
      ...change,
      version: eb('version', '+', 1),
    }))
    .where('organizationId', '=', organizationId)
    .where('id', '=', id);
}

/** As {@link updateUser}, for a login: a user that was disabled meanwhile stays so and is not found. */
export async function updateUserAtLogin(
  db: Database,
  organizationId: OrganizationId,
  id: UserId,
  change: UserChange & { lastLoginAt: Date },
): Promise<User | undefined> {
  return updating(db, organizationId, id, { ...change, status: 'verified' })
    .where('status', '<>', 'disabled')
    .returning(USER_COLUMNS)
    .executeTakeFirst();
}

/** Removes a user and, by the database's rules, all rows that refer to it. */
export async function deleteUser(db: Database, organizationId: OrganizationId, id: UserId): Promise<boolean> {
  const result = await db
    .deleteFrom('appUser')
    .where('organizationId', '=', organizationId)
    .where('id', '=', id)
    .executeTakeFirst();
  return result.numDeletedRows > 0n;
}

/** The verified administrators of an organization. Who takes one away locked the organization before. */
export async function selectVerifiedAdministrators(
  db: Transaction,
  organizationId: OrganizationId,
): Promise<{ id: UserId; breakGlass: boolean }[]> {
  return db
    .selectFrom('appUser')
    .select(['id', 'breakGlass'])
    .where('organizationId', '=', organizationId)
    .where('consoleRole', '=', 'administrator')
    .where('status', '=', 'verified')
    .execute();
}

/** The verified administrators of an organization. */
export async function selectAdministrators(
  db: Database,
  organizationId: OrganizationId,
): Promise<{ id: UserId; email: string; emailProvenAt: Date | null }[]> {
  return db
    .selectFrom('appUser')
    .select(['id', 'email', 'emailProvenAt'])
    .where('organizationId', '=', organizationId)
    .where('consoleRole', '=', 'administrator')
    .where('status', '=', 'verified')
    .orderBy('createdAt')
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
    .selectFrom('appUser')
    .select('emailKey')
    .where('organizationId', '=', organizationId)
    .orderBy('createdAt')
    .orderBy('id')
    .limit(limit)
    .execute();
  return rows.map((row) => row.emailKey);
}
