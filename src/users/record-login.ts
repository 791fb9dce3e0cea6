import { updateUser, updateUserAtLogin } from './user-store.ts';
import type { User } from './user.ts';
import type { Clock } from '../base/clock.ts';
import { AppError } from '../base/errors.ts';
import { cutName, readPlainName } from '../base/plain-name.ts';
import type { OrganizationId, UserId } from '../base/ids.ts';
import type { Database } from '../db/database.ts';

/** What a successful login changes in its user. */
export interface FinishedLogin {
  organizationId: OrganizationId;
  userId: UserId;
  /** We proved the mailbox in this login (the invitation's link or a mailed code). */
  emailProven: boolean;
}

/**
 * Marks a user as logged in: verified from the first time on. Part of the login's transaction; the event `login.finished`
 * is the login door's.
 * @throws user.not-found when there is none or it was disabled meanwhile
 */
export async function recordLogin(deps: { db: Database; clock: Clock }, login: FinishedLogin): Promise<User> {
  const now = deps.clock.now();
  const user = await updateUserAtLogin(deps.db, login.organizationId, login.userId, {
    lastLoginAt: now,
    ...(login.emailProven ? { emailProvenAt: now } : {}),
  });
  if (user === undefined) throw new AppError('user.not-found');
  return user;
}

/** What an identity provider's answer changes in its user, before the login ends: nothing when it says nothing new. */
export async function recordFederatedProof(
  deps: { db: Database; clock: Clock },
  user: User,
  proof: { name: string | null; emailProven: boolean; holdBackRole: boolean },
): Promise<void> {
  // A name that breaks our rules (control or bidi characters, a web address) is not taken over.
  const read = proof.name === null ? null : readPlainName(cutName(proof.name));
  const name = read !== null && typeof read === 'object' ? read.name : user.name;
  const change = {
    ...(name === user.name ? {} : { name }),
    ...(proof.emailProven ? { emailProvenAt: deps.clock.now() } : {}),
    ...(proof.holdBackRole ? { consoleRole: null, consoleRoleHeldBack: user.consoleRole } : {}),
  };
  if (Object.keys(change).length > 0) await updateUser(deps.db, user.organizationId, user.id, change);
}
