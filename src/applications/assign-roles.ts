import {
  replaceApplicationRoles,
  selectApplicationRoles,
  selectOwnerPath,
  selectRolesIn,
  selectUsable,
} from './application-role-store.ts';
import type { ApplicationRoles } from './application-role-store.ts';
import { SERVICE } from '../audit/audit-event.ts';
import { actorOf, recordEvent } from '../audit/record-event.ts';
import type { Clock } from '../base/clock.ts';
import { AppError } from '../base/errors.ts';
import type { ApplicationId, LoginId, OrganizationId, UserId } from '../base/ids.ts';
import { asService, inTransaction } from '../db/database.ts';
import type { Database, Transaction } from '../db/database.ts';
import { requireAccess, requireFreshFactor } from '../organizations/access.ts';
import type { Caller } from '../organizations/access.ts';
import { keepOrganization } from '../organizations/find-organization.ts';
import { reaches } from '../organizations/organization.ts';
import type { Organization } from '../organizations/organization.ts';
import { givenByHand, noteRuledRoles } from '../users/record-login.ts';
import { readUserForChange } from '../users/manage-users.ts';
import type { User } from '../users/user.ts';

/**
 * What a user may do in which application. Whether the caller may see the user is checked by the door beforehand:
 * names of applications of organizations above are shown, too.
 */
export async function findApplicationRoles(deps: { db: Database }, userId: UserId): Promise<ApplicationRoles[]> {
  return selectApplicationRoles(deps.db, userId);
}

/**
 * Sets what a user may do in an application for one organization in scope: its home, or one below it that the caller
 * reaches, too. The application belongs to the home or to an organization above it.
 * @throws organization.not-found, caller.denied, caller.stale-factor, user.not-found, application.not-found
 */
export async function setApplicationRoles(
  deps: { db: Database; clock: Clock },
  caller: Caller,
  input: {
    organizationId: OrganizationId;
    userId: UserId;
    applicationId: ApplicationId;
    organizationInScopeId: OrganizationId;
    roles: string[];
  },
): Promise<void> {
  await inTransaction(deps, async (deps) => {
    const { user, organization: home } = await readUserForChange(deps, caller, { ...input, permission: 'edit-roles' });
    requireFreshFactor(caller, deps.clock.now());
    const found = await keepOrganization(deps, input.organizationInScopeId);
    const inScope = requireAccess(caller, 'edit-roles', found);
    if (!reaches(home.path, inScope.path))
      throw new AppError('organization.not-found', { detail: 'not below the home' });
    // With the service's rights: the owner may stand above the caller.
    const application = await asService(deps.db, async (db) => selectOwnerPath(db, input.applicationId));
    if (application === undefined || !reaches(application.ownerPath, home.path)) {
      throw new AppError('application.not-found');
    }
    const roles = [...new Set(input.roles)];
    await replaceApplicationRoles(deps.db, {
      userId: user.id,
      applicationId: input.applicationId,
      organizationId: inScope.id,
      roles,
      now: deps.clock.now(),
    });
    // Given by hand from now on.
    if (inScope.id === home.id) await noteRuledRoles(deps, user, givenByHand(user, input.applicationId));
    const event = {
      kind: 'user.role-changed',
      actor: actorOf(caller),
      userId: user.id,
      details: { email: user.email, application: application.clientId, organization: inScope.name, roles },
    } as const;
    await recordEvent(deps, { ...event, organizationId: home.id });
    if (inScope.id !== home.id) await recordEvent(deps, { ...event, organizationId: inScope.id });
  });
}

/** Names of those among some applications that an organization's users may get roles in: its own, and those of organizations above. */
export async function findUsableApplications(
  deps: { db: Transaction },
  organization: Organization,
  applicationIds: readonly ApplicationId[],
): Promise<Map<ApplicationId, string>> {
  if (applicationIds.length === 0) return new Map();
  // With the service's rights: the owner may stand above the caller.
  const found = await asService(deps.db, async (db) => selectUsable(db, organization.path, applicationIds));
  return new Map(found.map(({ id, name }) => [id, name]));
}

/**
 * Sets the roles for the home that the rules of a connection decided. An application that was removed, or that the home may
 * not use, is left out.
 * @returns the roles before
 */
export async function applyApplicationRoles(
  deps: { db: Transaction; clock: Clock },
  user: User,
  decided: {
    /** The user's home. */
    organization: Organization;
    applications: readonly { applicationId: ApplicationId; roles: readonly string[]; rule: string | undefined }[];
    loginId: LoginId;
  },
): Promise<Map<ApplicationId, string[]>> {
  const { organization: home } = decided;
  const about = { userId: user.id, organizationId: home.id };
  const applicationIds = decided.applications.map(({ applicationId }) => applicationId);
  const found = await selectRolesIn(deps.db, { ...about, path: home.path, applicationIds });
  for (const { applicationId, roles, rule } of decided.applications) {
    const before = found.find((one) => one.applicationId === applicationId);
    // What ends leaves nobody more than they have.
    const had = new Set(before?.roles);
    const after = [...new Set(roles)].filter((role) => rule !== undefined || had.has(role)).toSorted();
    if (before === undefined || before.roles.toSorted().join('\n') === after.join('\n')) continue;
    await replaceApplicationRoles(deps.db, { ...about, applicationId, roles: after, now: deps.clock.now() });
    await recordEvent(deps, {
      organizationId: home.id,
      kind: 'user.role-changed',
      actor: SERVICE,
      userId: user.id,
      loginId: decided.loginId,
      details: {
        email: user.email,
        application: before.clientId,
        organization: home.name,
        roles: after,
        before: before.roles,
        ...(rule === undefined ? {} : { rule }),
      },
    });
  }
  return new Map(found.map(({ applicationId, roles }) => [applicationId, roles]));
}
