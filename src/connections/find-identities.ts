import { selectIdentitiesOf } from './identity-list-store.ts';
import type { ListedIdentity } from './identity-list-store.ts';
import type { OrganizationId, UserId } from '../base/ids.ts';
import type { Database } from '../db/database.ts';

/** The identities bound to a user. Whether the caller may see the user is checked where it was read. */
export async function findIdentitiesOf(
  deps: { db: Database },
  owner: { organizationId: OrganizationId; userId: UserId },
): Promise<ListedIdentity[]> {
  return selectIdentitiesOf(deps.db, owner.organizationId, owner.userId);
}
