import { createUser } from './create-user.ts';
import type { EmailAddress } from './email-address.ts';
import { countMadeAtLogin, selectUserByAddress } from './user-store.ts';
import type { User } from './user.ts';
import { SERVICE } from '../audit/audit-event.ts';
import { HOUR, after } from '../base/clock.ts';
import type { Clock } from '../base/clock.ts';
import { AppError } from '../base/errors.ts';
import type { OrganizationId, UserId } from '../base/ids.ts';
import type { Transaction } from '../db/database.ts';
import { findVerifiedDomains } from '../domains/find-domains.ts';
import { lockOrganization } from '../organizations/change-method.ts';
import { findRoom } from '../organizations/quotas/read-quotas.ts';

/** Users that one organization may get by first logins within an hour. */
const MOST_PER_HOUR = 200;

/**
 * Makes a user at its first login (just-in-time), pending until the login ends and without a console role, where the
 * organization still wants that and still has the address's domain verified. One organization's users are made one after
 * the other.
 * @throws login.no-account when that is over, or too many were made within the hour
 * @throws quota.reached when a tree it is in holds as many users as it may
 * @throws login.out-of-order when another login made a user with the address meanwhile: decided anew
 */
export async function createAtLogin(
  deps: { db: Transaction; clock: Clock },
  input: { organizationId: OrganizationId; userId: UserId; address: EmailAddress },
): Promise<User> {
  const { organizationId, userId, address } = input;
  const organization = await lockOrganization(deps, organizationId);
  const verified = await findVerifiedDomains(deps, organizationId);
  if (organization?.justInTime !== true || organization.suspended || !verified.includes(address.domain)) {
    throw new AppError('login.no-account', { detail: 'users are no longer made at a first login' });
  }
  if ((await selectUserByAddress(deps.db, organizationId, address.key)) !== undefined) {
    throw new AppError('login.out-of-order', { detail: 'a user with the address was made meanwhile' });
  }
  const since = after(deps.clock.now(), -HOUR);
  if ((await countMadeAtLogin(deps.db, organizationId, since)) >= MOST_PER_HOUR) {
    throw new AppError('login.no-account', { detail: 'too many users were made within an hour' });
  }
  const room = await findRoom(deps, organizationId);
  if (room.left.users === 0) throw room.refusal('users');
  return createUser(deps, SERVICE, { organizationId, address, madeAtLogin: userId });
}
