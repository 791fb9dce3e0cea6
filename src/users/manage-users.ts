import { deleteUser, selectUser, selectUserForUpdate, selectVerifiedAdministrators, updateUser } from './user-store.ts';
import { countUsers, selectUsers } from './lists/user-list-store.ts';
import type { ListedUser, UserFilter } from './lists/user-list-store.ts';
import { profileChange } from './profile/profile.ts';
import type { TypedProfile } from './profile/profile.ts';
import { recordProfileChange } from './profile/record-profile-change.ts';
import { givenByHand, isRulesAlone } from './record-login.ts';
import type { User } from './user.ts';
import type { AuditFact } from '../audit/audit-event.ts';
import { actorOf, recordEvent } from '../audit/record-event.ts';
import type { Clock } from '../base/clock.ts';
import { AppError } from '../base/errors.ts';
import type { OrganizationId, UserId } from '../base/ids.ts';
import type { SecretBox } from '../base/secret-box.ts';
import { endSessionsOfUser } from '../sessions/end-sessions.ts';
import type { EndedSession } from '../sessions/session.ts';
import { inTransaction } from '../db/database.ts';
import type { Database, Inside, Transaction } from '../db/database.ts';
import { mayGive, requireAccess, requireFreshFactor } from '../organizations/access.ts';
import type { Caller, ConsoleRole, Permission } from '../organizations/access.ts';
import { lockOrganization } from '../organizations/change-method.ts';
import { findOrganization, keepOrganization } from '../organizations/find-organization.ts';
import type { Organization } from '../organizations/organization.ts';

interface Deps {
  db: Database;
  clock: Clock;
}

/** Which user of which organization. */
export interface WhichUser {
  organizationId: OrganizationId;
  userId: UserId;
}

/**
 * A page of an organization's users in the order of their addresses, or of what a search found them by, and how many there
 * are: null where counting would cost too much.
 * @throws organization.not-found, caller.denied
 */
export async function listUsers(
  deps: { db: Database },
  caller: Caller,
  filter: UserFilter,
): Promise<{ users: ListedUser[]; total: number | null }> {
  requireAccess(caller, 'read', await findOrganization(deps, filter.organizationId));
  return { users: await selectUsers(deps.db, filter), total: await countUsers(deps.db, filter) };
}

/**
 * One user and its organization, for reading or as what a permission is asked for.
 * @throws organization.not-found, caller.denied, user.not-found
 */
export async function readUser(
  deps: { db: Database },
  caller: Caller,
  input: WhichUser & { permission?: Permission },
): Promise<{ user: User; organization: Organization }> {
  const found = await findOrganization(deps, input.organizationId);
  const organization = requireAccess(caller, input.permission ?? 'read', found);
  const user = await selectUser(deps.db, input.userId);
  if (user === undefined || user.organizationId !== organization.id) throw new AppError('user.not-found');
  return { user, organization };
}

/**
 * As {@link readUser}, the user locked and its organization kept until the transaction ends: what is written about them
 * finds them still there.
 */
export async function readUserForChange(
  deps: { db: Transaction },
  caller: Caller,
  input: WhichUser & { permission?: Permission },
): Promise<{ user: User; organization: Organization }> {
  const found = await keepOrganization(deps, input.organizationId);
  const organization = requireAccess(caller, input.permission ?? 'read', found);
  const user = await selectUserForUpdate(deps.db, organization.id, input.userId);
  if (user === undefined) throw new AppError('user.not-found');
  return { user, organization };
}

/** Locks several users of one organization until the transaction ends, in one order; unknown ids are left out. */
export async function lockUsers(
  deps: { db: Transaction },
  organizationId: OrganizationId,
  ids: readonly UserId[],
): Promise<Map<UserId, User>> {
  const locked = new Map<UserId, User>();
  for (const id of [...new Set(ids)].toSorted()) {
    const user = await selectUserForUpdate(deps.db, organizationId, id);
    if (user !== undefined) locked.set(id, user);
  }
  return locked;
}

/** Notes that the tie of a user to the identity provider was reset; null once an administrator decided anew. */
export async function markIdentityReset(deps: { db: Transaction }, user: User, at: Date | null): Promise<void> {
  await updateUser(deps.db, user.organizationId, user.id, { identityResetAt: at });
}

/**
 * Changes profile and console role. A role asks for the right to give roles, a fresh factor, and is never above the caller's
 * own, before or after. Giving a role also replaces one that was held back.
 * @throws organization.not-found, caller.denied, caller.stale-factor, user.not-found, user.last-administrator,
 *   version.conflict
 */
export async function changeUser(
  deps: Deps,
  caller: Caller,
  input: WhichUser & TypedProfile & { role?: ConsoleRole | null | undefined; version: number },
): Promise<User> {
  return change(deps, caller, input, async (deps, before, organization) => {
    const { role } = input;
    const gives =
      role !== undefined &&
      (role !== before.consoleRole || before.consoleRoleHeldBack !== null || isRulesAlone(before, 'console', role));
    if (gives) {
      requireAccess(caller, 'edit-roles', organization);
      requireFreshFactor(caller, deps.clock.now());
      if (!mayGive(caller.role, role)) throw new AppError('caller.denied', { detail: 'role above the own' });
      if (role !== 'administrator') await keepAdministrator(deps.db, caller, before, organization);
    }
    const after = await updateUser(
      deps.db,
      organization.id,
      before.id,
      {
        ...profileChange(before, input, deps.clock.now()),
        ...(gives
          ? {
              consoleRole: role,
              consoleRoleHeldBack: null,
              ...givenByHand(before, 'console'),
            }
          : {}),
      },
      input.version,
    );
    if (after === undefined) throw new AppError('version.conflict');
    const { email } = after;
    if (gives) {
      const roles = { before: before.consoleRole, after: after.consoleRole };
      await record(deps, caller, after, { kind: 'user.role-changed', details: { email, ...roles } });
    }
    await recordProfileChange(deps, actorOf(caller), before, after);
    return after;
  });
}

/**
 * Disables a user and ends its sessions and refresh tokens.
 * @throws organization.not-found, caller.denied, user.not-found, user.last-administrator
 */
export async function disableUser(
  deps: Deps & { secrets: SecretBox },
  caller: Caller,
  input: WhichUser,
): Promise<{ user: User; ended: EndedSession[] }> {
  return change(deps, caller, input, async (deps, before, organization) => {
    await keepAdministrator(deps.db, caller, before, organization);
    const user =
      before.status === 'disabled'
        ? before
        : ((await updateUser(deps.db, organization.id, before.id, { status: 'disabled' })) ?? before);
    if (before.status !== 'disabled') {
      await record(deps, caller, user, { kind: 'user.disabled', details: { email: user.email } });
    }
    return { user, ended: await endSessionsOfUser(deps, actorOf(caller), endingOf(user, 'user disabled')) };
  });
}

/**
 * Enables a disabled user; one that never logged in is pending again.
 * @throws organization.not-found, caller.denied, user.not-found
 */
export async function enableUser(deps: Deps, caller: Caller, input: WhichUser): Promise<User> {
  return change(deps, caller, input, async (deps, before, organization) => {
    if (before.status !== 'disabled') return before;
    const status = before.lastLoginAt === null ? 'pending' : 'verified';
    const user = (await updateUser(deps.db, organization.id, before.id, { status })) ?? before;
    await record(deps, caller, user, { kind: 'user.enabled', details: { email: user.email } });
    return user;
  });
}

/**
 * Removes a user for good and ends its sessions and refresh tokens; `confirm` is its address.
 * @throws organization.not-found, caller.denied, caller.stale-factor, user.not-found, user.last-administrator,
 *   confirmation.wrong
 */
export async function removeUser(
  deps: Deps & { secrets: SecretBox },
  caller: Caller,
  input: WhichUser & { confirm: string },
): Promise<{ ended: EndedSession[] }> {
  return change(deps, caller, { ...input, lock: 'update' }, async (deps, before, organization) => {
    requireFreshFactor(caller, deps.clock.now());
    await keepAdministrator(deps.db, caller, before, organization);
    if (input.confirm.trim().toLowerCase() !== before.email.toLowerCase()) throw new AppError('confirmation.wrong');
    const ended = await endSessionsOfUser(deps, actorOf(caller), endingOf(before, 'user removed'));
    await deleteUser(deps.db, organization.id, before.id);
    const details = { email: before.email, status: before.status };
    await record(deps, caller, before, { kind: 'user.removed', details });
    return { ended };
  });
}

function endingOf(user: User, reason: string) {
  return { userId: user.id, organizationId: user.organizationId, reason };
}

/**
 * Refuses to touch a user who holds, or will hold once an administrator agrees, a role above the caller's.
 * @throws caller.denied
 */
export function requireNotAbove(caller: Caller, user: Pick<User, 'consoleRole' | 'consoleRoleHeldBack'>): void {
  if (mayGive(caller.role, user.consoleRole) && mayGive(caller.role, user.consoleRoleHeldBack)) return;
  throw new AppError('caller.denied', { detail: 'the user holds a role above the own' });
}

/**
 * What all changes share: access, organization and user locked, and nobody above the caller is touched. One organization's
 * changes happen one after the other, so that of two administrators who take each other's role away one stays.
 */
async function change<D extends Deps, T>(
  deps: D,
  caller: Caller,
  input: WhichUser & { lock?: 'update' },
  work: (deps: Inside<D>, before: User, organization: Organization) => Promise<T>,
): Promise<T> {
  return inTransaction(deps, async (deps) => {
    const organization = requireAccess(caller, 'edit-users', await lockOrganization(deps, input.organizationId));
    const before = await selectUserForUpdate(deps.db, organization.id, input.userId, input.lock);
    if (before === undefined) throw new AppError('user.not-found');
    requireNotAbove(caller, before);
    return work(deps, before, organization);
  });
}

/**
 * Keeps the last administrator that could let the others back in. Of a managed organization an administrator above may
 * take the last one away, because that one can give another; the root also keeps a break-glass administrator.
 */
async function keepAdministrator(
  db: Transaction,
  caller: Caller,
  user: User,
  organization: Organization,
): Promise<void> {
  if (user.consoleRole !== 'administrator' || user.status === 'disabled') return;
  const isRoot = organization.managingOrganizationId === null;
  if (!isRoot && caller.organizationId !== organization.id) return;
  const others = (await selectVerifiedAdministrators(db, organization.id)).filter((each) => each.id !== user.id);
  const needsBreakGlass = isRoot && user.breakGlass;
  if (others.length === 0 || (needsBreakGlass && !others.some((each) => each.breakGlass))) {
    throw new AppError('user.last-administrator');
  }
}

async function record(deps: Inside<Deps>, caller: Caller, user: User, fact: AuditFact): Promise<void> {
  const { organizationId, id: userId } = user;
  await recordEvent(deps, { ...fact, organizationId, userId, actor: actorOf(caller) });
}
