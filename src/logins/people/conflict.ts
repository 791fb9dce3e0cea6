/**
 * People: whose login a subject at an identity provider is, where the service must not decide that by an address
 * (OpenID Connect Core 5.7): an address may belong to another person by now.
 *
 *     a login is refused (connections/decide-binding) ─> record-conflict ─> find-conflicts: an administrator sees both
 *         ├─ decide-conflict confirmSamePerson      the subject becomes this user's, what it was tied to ends
 *         └─ decide-conflict confirmAnotherPerson   the user takes another address, who came is invited with theirs
 *     reset-identity      ends a tie; whoever comes next is such a conflict
 *     change-address      another address for a user, proven anew
 *     log-out-user        what was proved by a tie that ended makes no session
 *
 * This file is the model; conflict-store.ts holds the SQL.
 */
import type { ConflictId, UserId } from '../../base/ids.ts';
import { sha256 } from '../../base/random.ts';
import type { ListedIdentity, SubjectKey } from '../../connections/bind-identity.ts';
import type { User } from '../../users/user.ts';

/** A subject that came for a user who is tied to another one, or that is tied to another user itself. */
export interface IdentityConflict extends SubjectKey {
  id: ConflictId;
  userId: UserId;
  /** As the provider states them for who came. */
  name: string | null;
  address: string | null;
  /** Reference of the last refused login. */
  reference: string;
  firstSeenAt: Date;
  lastSeenAt: Date;
}

/** How many of one user are kept, the newest. */
export const MOST_CONFLICTS = 10;

/** Both persons, as an administrator is shown them. */
export interface ShownConflict {
  conflict: IdentityConflict;
  /** Another user the subject is tied to; null when it is tied to nobody. */
  tiedTo: Pick<User, 'id' | 'email' | 'name' | 'lastLoginAt'> | null;
  /** What was shown, as a digest: a decision names it and is refused once anything of it changed. */
  shown: string;
}

/** The digest of what an administrator was shown of a conflict. */
export function digestOf(
  conflict: IdentityConflict,
  user: User,
  tiedTo: ShownConflict['tiedTo'],
  identities: readonly ListedIdentity[],
): string {
  const { id, issuer, directoryId, subject, name, address } = conflict;
  const { emailKey, status, consoleRole, lastLoginAt, identityResetAt } = user;
  const who = [id, issuer, directoryId, subject, name, address];
  const whose = [user.id, user.name, emailKey, status, consoleRole, lastLoginAt, identityResetAt];
  const ties = identities.map((one) => [one.issuer, one.subject, one.boundAt, one.statedAddress]);
  return sha256(JSON.stringify([who, whose, tiedTo, ties])).toString('base64url');
}
