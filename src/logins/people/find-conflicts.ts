import { digestOf } from './conflict.ts';
import type { ShownConflict } from './conflict.ts';
import { selectConflicts, selectUsersWithConflicts } from './conflict-store.ts';
import type { OrganizationId, UserId } from '../../base/ids.ts';
import { findIdentitiesOf } from '../../connections/bind-identity.ts';
import { asService } from '../../db/database.ts';
import type { Transaction } from '../../db/database.ts';
import { findUsers } from '../../users/find-users.ts';
import type { User } from '../../users/user.ts';

/**
 * Who came for a user that is tied to somebody else: both persons, the latest first. Whether the caller may see the user is
 * checked where it was read.
 */
export async function findConflicts(deps: { db: Transaction }, user: User): Promise<ShownConflict[]> {
  const { organizationId, id: userId } = user;
  const found = await selectConflicts(deps.db, { organizationId, userId });
  if (found.length === 0) return [];
  // The connection may be the managing organization's, where the caller's rows end.
  const identities = await asService(deps.db, async (db) => findIdentitiesOf({ db }, { organizationId, userId }));
  const others = await findUsers(
    deps,
    organizationId,
    found.flatMap(({ tiedTo }) => tiedTo ?? []),
  );
  return found.map(({ tiedTo, ...conflict }) => {
    const other = tiedTo === null ? undefined : others.get(tiedTo);
    const shownOther =
      other === undefined
        ? null
        : { id: other.id, email: other.email, name: other.name, lastLoginAt: other.lastLoginAt };
    return { conflict, tiedTo: shownOther, shown: digestOf(conflict, user, shownOther, identities) };
  });
}

/** Which of these users have somebody to decide about. Access is checked where the users were read. */
export async function findUsersWithConflicts(
  deps: { db: Transaction },
  organizationId: OrganizationId,
  userIds: readonly UserId[],
): Promise<Set<UserId>> {
  return new Set(await selectUsersWithConflicts(deps.db, organizationId, userIds));
}
