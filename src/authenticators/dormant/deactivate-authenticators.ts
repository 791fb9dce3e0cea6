import type { Authenticator, Owner } from '../authenticator.ts';
import { selectAllAuthenticators } from '../authenticator-store.ts';
import { deactivate, deleteDormant, reactivate } from './dormant-authenticator-store.ts';
import type { Clock, Seconds } from '../../base/clock.ts';
import { after, DAY } from '../../base/clock.ts';
import type { OrganizationId } from '../../base/ids.ts';
import type { Database } from '../../db/database.ts';

/** How long a deactivated authenticator is kept. */
export const DORMANT_FOR: Seconds = 30 * DAY;

/**
 * The organization's people log in elsewhere from now on: their passwords and authenticators are refused, and removed
 * after 30 days. Break-glass users keep theirs, for `/login/emergency`, and users with a console role their second factors:
 * they prove them where the provider shows no fresh login (docs/decisions/0016).
 */
export async function deactivateAuthenticators(
  deps: { db: Database; clock: Clock },
  organizationId: OrganizationId,
): Promise<void> {
  await deactivate(deps.db, organizationId, deps.clock.now());
}

/** The organization's method is built-in again: what its people enrolled before works as it did. */
export async function reactivateAuthenticators(deps: { db: Database }, organizationId: OrganizationId): Promise<void> {
  await reactivate(deps.db, organizationId);
}

/** A user's authenticators for an administrator, the dormant ones too. Access is checked where the user was read. */
export async function findAllAuthenticators(
  deps: { db: Database },
  owner: Owner,
): Promise<(Authenticator & { dormantSince: Date | null })[]> {
  return selectAllAuthenticators(deps.db, owner);
}

/** Deletes authenticators that were deactivated 30 days ago, over all organizations. */
export async function deleteExpiredAuthenticators(deps: { db: Database; clock: Clock }): Promise<number> {
  return deleteDormant(deps.db, after(deps.clock.now(), -DORMANT_FOR));
}
