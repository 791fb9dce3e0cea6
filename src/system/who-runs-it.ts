import type { Database } from '../db/database.ts';
import { requireAccess } from '../organizations/access.ts';
import type { Caller } from '../organizations/access.ts';
import { findRootOrganization } from '../organizations/find-organization.ts';

/**
 * Lets in who runs the service: an administrator of the root organization, or the operator. What follows is about all
 * organizations, past the access rules of the database; so it is asked with these still in force, which show the root to nobody
 * below it. Others get the answer that they get for whatever is the root's.
 * @throws organization.not-found, caller.denied
 */
export async function requireRunner(deps: { db: Database }, caller: Caller): Promise<void> {
  requireAccess(caller, 'edit-roles', await findRootOrganization(deps));
}
