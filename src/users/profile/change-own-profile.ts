import { profileChange } from './profile.ts';
import type { TypedProfile } from './profile.ts';
import { recordProfileChange } from './record-profile-change.ts';
import { lockUser } from '../find-users.ts';
import type { User } from '../user.ts';
import { updateUser } from '../user-store.ts';
import type { Clock } from '../../base/clock.ts';
import { AppError } from '../../base/errors.ts';
import type { OrganizationId, UserId } from '../../base/ids.ts';
import type { Transaction } from '../../db/database.ts';

/**
 * A person says what to be called. Part of the caller's transaction.
 * @throws input.malformed; user.not-found
 */
export async function changeOwnProfile(
  deps: { db: Transaction; clock: Clock },
  person: { userId: UserId; organizationId: OrganizationId },
  typed: TypedProfile,
): Promise<User> {
  const before = await lockUser(deps, person.organizationId, person.userId);
  if (before === undefined) throw new AppError('user.not-found');
  const change = profileChange(before, typed, deps.clock.now());
  if (Object.keys(change).length === 0) return before;
  const after = await updateUser(deps.db, before.organizationId, before.id, change);
  if (after === undefined) throw new AppError('user.not-found');
  await recordProfileChange(deps, { kind: 'user', id: after.id, name: after.email }, before, after);
  return after;
}
