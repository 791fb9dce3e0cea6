import { replaceApplicationRoles, selectApplicationRoles, selectOwnerPath } from './application-role-store.ts';
import type { ApplicationRoles } from './application-role-store.ts';
import { actorOf, recordEvent } from '../audit/record-event.ts';
import type { Clock } from '../base/clock.ts';
import { AppError } from '../base/errors.ts';
import type { ApplicationId, OrganizationId, UserId } from '../base/ids.ts';
import { asService, inTransaction } from '../db/database.ts';
import type { Database } from '../db/database.ts';
import { requireAccess, requireFreshFactor } from '../organizations/access.ts';
import type { Caller } from '../organizations/access.ts';
import { keepOrganization } from '../organizations/find-organization.ts';
import { reaches } from '../organizations/organization.ts';
import { readUserForChange } from '../users/manage-users.ts';

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
