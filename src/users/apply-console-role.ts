import { selectVerifiedAdministrators, updateUser } from './user-store.ts';
import type { User } from './user.ts';
import { SERVICE } from '../audit/audit-event.ts';
import { recordEvent } from '../audit/record-event.ts';
import type { Clock } from '../base/clock.ts';
import type { LoginId } from '../base/ids.ts';
import type { Transaction } from '../db/database.ts';
import type { ConsoleRole } from '../organizations/access.ts';
import type { Organization } from '../organizations/organization.ts';

/**
 * Sets the console role that the rules of a connection decided. A break-glass administrator, and somebody whose role waits
 * for an administrator, keep what they have; so does the last administrator of an organization. Nobody becomes administrator
 * of the root organization.
 * @returns whether the user has the role now
 */
export async function applyConsoleRole(
  deps: { db: Transaction; clock: Clock },
  user: User,
  decided: {
    role: ConsoleRole | null;
    rule: string | undefined;
    loginId: LoginId;
    organization: Organization;
    /** The organization is locked: of two administrators who lose their role at once one stays. */
    locked: boolean;
  },
): Promise<boolean> {
  const { role, rule, loginId, organization, locked } = decided;
  if (user.breakGlass || user.consoleRoleHeldBack !== null) return false;
  if (role === user.consoleRole) return true;
  // The user was changed since it was read: the next login decides.
  if (!locked) return false;
  if (role === 'administrator' && organization.managingOrganizationId === null) return false;
  if (user.consoleRole === 'administrator') {
    const others = await selectVerifiedAdministrators(deps.db, organization.id);
    if (!others.some(({ id }) => id !== user.id)) return false;
  }
  await updateUser(deps.db, organization.id, user.id, { consoleRole: role });
  await recordEvent(deps, {
    organizationId: organization.id,
    kind: 'user.role-changed',
    actor: SERVICE,
    userId: user.id,
    loginId,
    details: { email: user.email, before: user.consoleRole, after: role, ...(rule === undefined ? {} : { rule }) },
  });
  return true;
}

/** Notes whose roles are a rule's, and no longer an administrator's decision. */
export async function noteRuledRoles(
  deps: { db: Transaction },
  user: Pick<User, 'id' | 'organizationId' | 'ruledRoles'>,
  ruledRoles: string[],
): Promise<void> {
  if (ruledRoles.join(' ') === user.ruledRoles.join(' ')) return;
  await updateUser(deps.db, user.organizationId, user.id, { ruledRoles });
}
