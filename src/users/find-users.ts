import { domainOf } from './email-address.ts';
import {
  selectUser,
  selectUserAddresses,
  selectUserByAddress,
  selectUserForUpdate,
  selectUsersByAddress,
  selectUsersById,
} from './user-store.ts';
import { countByDomain } from './lists/user-list-store.ts';
import { mayLogIn } from './may-log-in.ts';
import type { User } from './user.ts';
import type { Clock } from '../base/clock.ts';
import type { OrganizationId, UserId } from '../base/ids.ts';
import type { Database, Transaction } from '../db/database.ts';
import { findDomainOwners, findDomainsOf } from '../domains/find-domains.ts';
import { isPublicMailDomain, isSharedDomain } from '../domains/public-domains.ts';

/** One user by id, whatever its status. */
export async function findUser(deps: { db: Database }, id: UserId): Promise<User | undefined> {
  return selectUser(deps.db, id);
}

/** All users with an address key, over all organizations and whatever their status, the oldest first; for the login door. */
export async function findUsersByAddress(deps: { db: Database }, emailKey: string): Promise<User[]> {
  return selectUsersByAddress(deps.db, emailKey);
}

/** One user of an organization, locked until the transaction ends: the lock before what hangs on a user (docs/decisions/0014). */
export async function lockUser(
  deps: { db: Transaction },
  organizationId: OrganizationId,
  id: UserId,
): Promise<User | undefined> {
  return selectUserForUpdate(deps.db, organizationId, id);
}

/** Several users of one organization by id; unknown ids are left out. */
export async function findUsers(
  deps: { db: Database },
  organizationId: OrganizationId,
  ids: readonly UserId[],
): Promise<Map<UserId, User>> {
  const found = await selectUsersById(deps.db, organizationId, ids);
  return new Map(found.map((user) => [user.id, user]));
}

/** The user of one organization with an address key. */
export async function findUserOf(
  deps: { db: Database },
  organizationId: OrganizationId,
  emailKey: string,
): Promise<User | undefined> {
  return selectUserByAddress(deps.db, organizationId, emailKey);
}

/** How many users an organization has that may log in, their most frequent mail domains, and who may use emergency access. */
export async function countUserDomains(
  deps: { db: Database },
  organizationId: OrganizationId,
): Promise<{ total: number; breakGlass: number; withRole: number; domains: { domain: string; users: number }[] }> {
  return countByDomain(deps.db, organizationId);
}

/** The mail domains of an organization's first users, each once, the oldest user's first; public ones are among them. */
export async function findUserDomains(deps: { db: Database }, organizationId: OrganizationId): Promise<string[]> {
  const keys = await selectUserAddresses(deps.db, organizationId, 200);
  return [...new Set(keys.map(domainOf))];
}

/**
 * The domain proposed for routing to an organization: its first user's, unless one is routed already, it is a public mail
 * domain, or it leads elsewhere. Confirmed by an administrator before anything is routed.
 */
export async function proposeDomain(
  deps: { db: Database },
  organizationId: OrganizationId,
): Promise<string | undefined> {
  if ((await findDomainsOf(deps, organizationId)).length > 0) return undefined;
  const first = (await selectUserAddresses(deps.db, organizationId, 1)).map(domainOf)[0];
  if (first === undefined || isPublicMailDomain(first) || isSharedDomain(first)) return undefined;
  const { verified, routed } = await findDomainOwners(deps, first);
  return verified === null && routed === null ? first : undefined;
}

/** Whether a user administers at this moment: what an administrator began ends with the right to do it. */
export async function isAdministrator(deps: { db: Database; clock: Clock }, id: UserId): Promise<boolean> {
  const user = await findUser(deps, id);
  return user !== undefined && mayLogIn(user, deps.clock.now()) && user.consoleRole === 'administrator';
}
