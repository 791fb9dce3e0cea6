import { deleteUse, selectUnregistered, updateBlocked } from './unregistered-store.ts';
import type { UnregisteredApplication } from './unregistered-store.ts';
import { withdrawAll } from '../consent/withdraw-consent.ts';
import { actorOf, recordEvent } from '../../audit/record-event.ts';
import type { Clock } from '../../base/clock.ts';
import { AppError } from '../../base/errors.ts';
import type { ApplicationId, OrganizationId } from '../../base/ids.ts';
import type { SecretBox } from '../../base/secret-box.ts';
import { inTransaction } from '../../db/database.ts';
import type { Database, Inside } from '../../db/database.ts';
import { requireAccess, requireFreshFactor } from '../../organizations/access.ts';
import type { Caller } from '../../organizations/access.ts';
import { findOrganization, keepOrganization } from '../../organizations/find-organization.ts';

export type { UnregisteredApplication } from './unregistered-store.ts';

interface Deps {
  db: Database;
  clock: Clock;
}

interface Which {
  organizationId: OrganizationId;
  applicationId: ApplicationId;
}

/**
 * The applications that nobody registered and that people of an organization have used, the last used first; there are few.
 * @throws organization.not-found, caller.denied
 */
export async function listUnregistered(
  deps: { db: Database },
  caller: Caller,
  input: { organizationId: OrganizationId },
): Promise<UnregisteredApplication[]> {
  requireAccess(caller, 'read', await findOrganization(deps, input.organizationId));
  return selectUnregistered(deps.db, input.organizationId);
}

/**
 * Blocks one for an organization, or lifts that. Every request reads it: its people's tokens there hold no longer.
 * @throws organization.not-found, caller.denied, caller.stale-factor, unregistered-application.not-found
 */
export async function blockUnregistered(
  deps: Deps,
  caller: Caller,
  input: Which & { blocked: boolean },
): Promise<UnregisteredApplication> {
  return inTransaction(deps, async (deps) => {
    await requireOrganization(deps, caller, input.organizationId);
    const application = await updateBlocked(deps.db, input, input.blocked ? deps.clock.now() : null);
    if (application === undefined) throw new AppError('unregistered-application.not-found');
    const kind = input.blocked ? 'unregistered-application.blocked' : 'unregistered-application.unblocked';
    await record(deps, caller, input.organizationId, kind, application);
    return application;
  });
}

/**
 * Forgets one for an organization: what its people allowed it is withdrawn, and its tokens end. Somebody may log in to it anew
 * as long as the switch is on; to keep it out it is blocked.
 * @throws organization.not-found, caller.denied, caller.stale-factor, unregistered-application.not-found
 */
export async function removeUnregistered(
  deps: Deps & { secrets: SecretBox },
  caller: Caller,
  input: Which,
): Promise<void> {
  await inTransaction(deps, async (deps) => {
    await requireOrganization(deps, caller, input.organizationId);
    const application = await deleteUse(deps.db, input);
    if (application === undefined) throw new AppError('unregistered-application.not-found');
    await withdrawAll(deps, input, application.clientId);
    await record(deps, caller, input.organizationId, 'unregistered-application.removed', application);
  });
}

async function requireOrganization(deps: Inside<Deps>, caller: Caller, id: OrganizationId): Promise<void> {
  requireAccess(caller, 'edit-applications', await keepOrganization(deps, id));
  requireFreshFactor(caller, deps.clock.now());
}

async function record(
  deps: Inside<Deps>,
  caller: Caller,
  organizationId: OrganizationId,
  kind: `unregistered-application.${'blocked' | 'unblocked' | 'removed'}`,
  { name, clientId }: UnregisteredApplication,
): Promise<void> {
  await recordEvent(deps, { organizationId, kind, actor: actorOf(caller), details: { name, application: clientId } });
}
