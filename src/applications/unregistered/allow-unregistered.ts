import { applicationOf } from './client-document.ts';
import type { ClientDocument } from './client-document.ts';
import { saveApplication, saveUse, selectAllowance } from './unregistered-store.ts';
import { recordEvent } from '../../audit/record-event.ts';
import type { Clock } from '../../base/clock.ts';
import { AppError } from '../../base/errors.ts';
import type { ApplicationId, OrganizationId, UserId } from '../../base/ids.ts';
import type { Transaction } from '../../db/database.ts';
import { findRootOrganization } from '../../organizations/find-organization.ts';

/** Most applications that nobody registered, for one organization. */
export const MOST_UNREGISTERED = 50;

/**
 * Somebody allows an application that nobody registered something: from then on it has a row, as its document describes it now.
 * So nobody makes rows but people who logged in to an organization with the switch on, and of those only so many.
 * Part of the login's transaction.
 * @throws unregistered-application.not-allowed, unregistered-application.too-many
 */
export async function allowUnregistered(
  deps: { db: Transaction; clock: Clock },
  user: { userId: UserId; organizationId: OrganizationId; email: string },
  document: ClientDocument,
): Promise<ApplicationId> {
  const { organizationId, userId } = user;
  const { clientId, name } = document;
  const allowance = await selectAllowance(deps.db, organizationId, clientId);
  const root = await findRootOrganization(deps);
  if (allowance === undefined || root === undefined || !allowance.isOn || allowance.isBlocked) {
    throw new AppError('unregistered-application.not-allowed');
  }
  if (!allowance.isKnown && allowance.used >= MOST_UNREGISTERED) {
    throw new AppError('unregistered-application.too-many', { values: { most: MOST_UNREGISTERED } });
  }
  const now = deps.clock.now();
  const applicationId = await saveApplication(deps.db, applicationOf(document, root, now));
  if (await saveUse(deps.db, { organizationId, applicationId, clientId, name }, now)) {
    await recordEvent(deps, {
      organizationId,
      kind: 'unregistered-application.added',
      actor: { kind: 'user', id: userId, name: user.email },
      userId,
      details: { name, application: clientId, redirectUris: document.redirectUris },
    });
  }
  return applicationId;
}
