import { deleteUser, lockAdministrators, selectUser, selectUserForUpdate, updateUser } from './user-store.ts';
import { countUsers, selectUsers } from './user-list-store.ts';
import type { UserFilter } from './user-list-store.ts';
import type { User } from './user.ts';
import type { AuditKind } from '../audit/audit-event.ts';
import { actorOf, recordEvent } from '../audit/record-event.ts';
import type { Clock } from '../base/clock.ts';
import { AppError } from '../base/errors.ts';
import { fieldError } from '../base/field-errors.ts';
import type { OrganizationId, UserId } from '../base/ids.ts';
import { inTransaction } from '../db/database.ts';
import type { Database, Inside, Transaction } from '../db/database.ts';
import { mayGive, requireAccess, requireFreshFactor } from '../organizations/access.ts';
import type { Caller, ConsoleRole, Permission } from '../organizations/access.ts';
import { findOrganization } from '../organizations/find-organization.ts';
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
 * A page of an organization's users in the order of their addresses, and how many there are.
 * @throws organization.not-found, caller.denied
 */
export async function listUsers(
  deps: { db: Database },
  caller: Caller,
  filter: UserFilter,
): Promise<{ users: User[]; total: number }> {
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
 * Changes name and console role. A role asks for the right to give roles, a fresh factor, and is never above the caller's
 * own, before or after. Giving a role also settles one that was held back.
 * @throws organization.not-found, caller.denied, caller.stale-factor, user.not-found, user.last-administrator,
 *   version.conflict
 */
export async function changeUser(
  deps: Deps,
  caller: Caller,
  input: WhichUser & { name?: string | null | undefined; role?: ConsoleRole | null | undefined; version: number },
): Promise<User> {
  return change(deps, caller, input, async (deps, before, organization) => {
    const { name, role } = input;
    const gives = role !== undefined && (role !== before.consoleRole || before.consoleRoleHeldBack !== null);
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
        ...(name === undefined ? {} : { name: readName(name) }),
        ...(gives ? { consoleRole: role, consoleRoleHeldBack: null } : {}),
      },
      input.version,
    );
    if (after === undefined) throw new AppError('version.conflict');
    const roles = { before: before.consoleRole, after: after.consoleRole };
    if (gives) await record(deps, caller, after, 'user.role-changed', roles);
    if (after.name !== before.name) {
      await record(deps, caller, after, 'user.changed', { before: before.name, after: after.name });
    }
    return after;
  });
}

/**
 * Disables a user: from the commit on nothing of it works any more. Sessions and refresh tokens are ended in the same
 * transaction by `end`, which the door hands in.
 * @throws organization.not-found, caller.denied, user.not-found, user.last-administrator
 */
export async function disableUser<T>(
  given: Deps & { end: (tx: Transaction, user: User) => Promise<T> },
  caller: Caller,
  input: WhichUser,
): Promise<{ user: User; ended: T }> {
  return change(given, caller, input, async (deps, before, organization) => {
    await keepAdministrator(deps.db, caller, before, organization);
    const user =
      before.status === 'disabled'
        ? before
        : ((await updateUser(deps.db, organization.id, before.id, { status: 'disabled' })) ?? before);
    if (before.status !== 'disabled') await record(deps, caller, user, 'user.disabled');
    return { user, ended: await given.end(deps.db, user) };
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
    await record(deps, caller, user, 'user.enabled');
    return user;
  });
}

/**
 * Removes a user for good; `confirm` is its address. Sessions and tokens are ended by `end` beforehand.
 * @throws organization.not-found, caller.denied, caller.stale-factor, user.not-found, user.last-administrator,
 *   confirmation.wrong
 */
export async function removeUser<T>(
  given: Deps & { end: (tx: Transaction, user: User) => Promise<T> },
  caller: Caller,
  input: WhichUser & { confirm: string },
): Promise<{ ended: T }> {
  return change(given, caller, input, async (deps, before, organization) => {
    requireFreshFactor(caller, deps.clock.now());
    await keepAdministrator(deps.db, caller, before, organization);
    if (input.confirm.trim().toLowerCase() !== before.email.toLowerCase()) throw new AppError('confirmation.wrong');
    const ended = await given.end(deps.db, before);
    await deleteUser(deps.db, organization.id, before.id);
    await record(deps, caller, before, 'user.removed', { status: before.status });
    return { ended };
  });
}

/** What all changes share: access, the user locked, and nobody above the caller is touched. */
async function change<T>(
  deps: Deps,
  caller: Caller,
  input: WhichUser,
  work: (deps: Inside<Deps>, before: User, organization: Organization) => Promise<T>,
): Promise<T> {
  return inTransaction(deps, async (deps) => {
    const organization = requireAccess(caller, 'edit-users', await findOrganization(deps, input.organizationId));
    const before = await selectUserForUpdate(deps.db, organization.id, input.userId);
    if (before === undefined) throw new AppError('user.not-found');
    const highest = [before.consoleRole, before.consoleRoleHeldBack];
    if (!highest.every((role) => mayGive(caller.role, role))) {
      throw new AppError('caller.denied', { detail: 'the user holds a role above the own' });
    }
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
  const others = (await lockAdministrators(db, organization.id)).filter((each) => each.id !== user.id);
  const needsBreakGlass = isRoot && user.breakGlass;
  if (others.length === 0 || (needsBreakGlass && !others.some((each) => each.breakGlass))) {
    throw new AppError('user.last-administrator');
  }
}

async function record(
  deps: Inside<Deps>,
  caller: Caller,
  user: User,
  kind: AuditKind,
  details: Record<string, unknown> = {},
): Promise<void> {
  await recordEvent(deps, {
    organizationId: user.organizationId,
    kind,
    actor: actorOf(caller),
    userId: user.id,
    details: { email: user.email, ...details },
  });
}

function readName(typed: string | null): string | null {
  const name = typed?.trim().normalize('NFC') ?? '';
  if (name === '') return null;
  if (name.length <= 120 && !/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u.test(name)) return name;
  throw new AppError('input.malformed', {
    fields: [fieldError('name', 'one-line', { most: 120 })],
  });
}
