import { selectApiResource } from './api-resource-store.ts';
import { replaceAllowedScopes, selectAllowedResources } from './application-scope-store.ts';
import type { AllowedResource } from './api-resource.ts';
import type { WhichResource } from './manage-api-resources.ts';
import { requireMayWiden } from '../application-settings.ts';
import { selectApplication } from '../application-store.ts';
import { actorOf, recordEvent } from '../../audit/record-event.ts';
import type { Clock } from '../../base/clock.ts';
import { AppError } from '../../base/errors.ts';
import { fieldError } from '../../base/field-errors.ts';
import type { ApplicationId, OrganizationId } from '../../base/ids.ts';
import { inTransaction } from '../../db/database.ts';
import type { Database } from '../../db/database.ts';
import { requireAccess, requireFreshFactor } from '../../organizations/access.ts';
import type { Caller } from '../../organizations/access.ts';
import { findOrganization, keepOrganization } from '../../organizations/find-organization.ts';

/**
 * The API resources an application may use, by name.
 * @throws organization.not-found, caller.denied, application.not-found
 */
export async function listAllowedResources(
  deps: { db: Database },
  caller: Caller,
  input: { organizationId: OrganizationId; applicationId: ApplicationId },
): Promise<AllowedResource[]> {
  requireAccess(caller, 'read', await findOrganization(deps, input.organizationId));
  const application = await selectApplication(deps.db, input.organizationId, input.applicationId);
  if (application === undefined) throw new AppError('application.not-found');
  return selectAllowedResources(deps.db, input.organizationId, input.applicationId);
}

/**
 * Sets which scopes of an API resource an application of the same owner may ask for; none: it may not use it. Of a
 * first-party application and of one that acts for users, administrators of the root alone give more.
 * @throws organization.not-found, caller.denied, caller.stale-factor, application.not-found, api-resource.not-found,
 *   input.malformed
 */
export async function allowScopes(
  deps: { db: Database; clock: Clock },
  caller: Caller,
  input: WhichResource & { applicationId: ApplicationId; scopes: string[] },
): Promise<AllowedResource[]> {
  return inTransaction(deps, async (deps) => {
    const owner = requireAccess(caller, 'edit-applications', await keepOrganization(deps, input.organizationId));
    requireFreshFactor(caller, deps.clock.now());
    const application = await selectApplication(deps.db, owner.id, input.applicationId, 'no key update');
    if (application === undefined) throw new AppError('application.not-found');
    const resource = await selectApiResource(deps.db, owner.id, input.apiResourceId, 'update');
    if (resource === undefined) throw new AppError('api-resource.not-found');
    const known = new Set(resource.scopes.map(({ scope }) => scope));
    const unknown = input.scopes.findIndex((scope) => !known.has(scope));
    if (unknown !== -1) {
      throw new AppError('input.malformed', { fields: [fieldError(`scopes.${unknown}`, 'scope-unknown')] });
    }
    const scopes = [...new Set(input.scopes)];
    const before = await selectAllowedResources(deps.db, owner.id, application.id);
    const had = new Set(before.find(({ id }) => id === resource.id)?.scopes);
    if (scopes.some((scope) => !had.has(scope))) requireMayWiden(caller, application);
    const about = { organizationId: owner.id, applicationId: application.id, apiResourceId: resource.id };
    await replaceAllowedScopes(deps.db, about, scopes, deps.clock.now());
    await recordEvent(deps, {
      organizationId: owner.id,
      kind: 'application.scopes-changed',
      actor: actorOf(caller),
      details: { application: application.clientId, name: application.name, resource: resource.audience, scopes },
    });
    return selectAllowedResources(deps.db, owner.id, application.id);
  });
}
