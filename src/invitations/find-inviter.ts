import { selectInviter } from './invitation-store.ts';
import type { Database } from '../db/database.ts';
import { findUser } from '../users/find-users.ts';
import type { User } from '../users/user.ts';

/** The user who sent somebody's latest invitation; undefined when it was no user, or one who is gone. */
export async function findInviter(deps: { db: Database }, invited: User): Promise<User | undefined> {
  const inviter = await selectInviter(deps.db, invited.organizationId, invited.id);
  return inviter === null ? undefined : findUser(deps, inviter);
}
