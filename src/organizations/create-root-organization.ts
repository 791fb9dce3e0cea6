import { insertOrganization } from './organization-store.ts';
import type { Organization } from './organization.ts';
import { pathBelow } from './organization.ts';
import type { Actor } from '../audit/audit-event.ts';
import { recordEvent } from '../audit/record-event.ts';
import type { Clock } from '../base/clock.ts';
import { AppError } from '../base/errors.ts';
import { parsePlainName } from '../base/plain-name.ts';
import type { OrganizationId } from '../base/ids.ts';
import { randomUuid } from '../base/random.ts';
import type { Database } from '../db/database.ts';
import { inTransaction, isUniqueViolation } from '../db/database.ts';

/**
 * Creates the root organization; only setup calls it. Concurrent calls: exactly one succeeds.
 * @throws setup.closed
 */
export async function createRootOrganization(
  deps: { db: Database; clock: Clock },
  actor: Actor,
  input: { name: string },
): Promise<Organization> {
  const id = randomUuid() as OrganizationId;
  const root: Organization = {
    id,
    managingOrganizationId: null,
    path: pathBelow('/', id),
    depth: 1,
    name: parsePlainName('organization', input.name),
    method: 'built-in',
    previousMethod: null,
    methodChangedAt: null,
    supportContact: null,
    suspendedAt: null,
    suspended: false,
    auditNetwork: 'full',
    justInTime: false,
    unregisteredApplications: false,
    version: 1,
    createdAt: deps.clock.now(),
  };
  try {
    return await inTransaction(deps, async (deps) => {
      await insertOrganization(deps.db, root);
      await recordEvent(deps, {
        organizationId: id,
        kind: 'organization.created',
        actor,
        details: { name: root.name },
      });
      return root;
    });
  } catch (error) {
    if (isUniqueViolation(error)) throw new AppError('setup.closed', { cause: error });
    throw error;
  }
}
