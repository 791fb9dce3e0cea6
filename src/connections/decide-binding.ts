import type { BoundBy } from './identity-store.ts';
import type { OrganizationId, UserId } from '../base/ids.ts';
import type { EmailAddress } from '../users/email-address.ts';

/** What is known at a provider's callback. */
export interface BindingFacts {
  /** The organization whose people this login may log in. */
  organizationId: OrganizationId;
  /** Whom this subject logs in through this connection, in this organization, already. */
  bound: UserId | null;
  /** Whom the login is for: the invited user, or the one whose address was typed, or who has a claimed address. */
  user: {
    id: UserId;
    organizationId: OrganizationId;
    /** Address key. */
    address: string;
    mayLogIn: boolean;
    /** Tied to another subject, or was until an administrator reset that. */
    hasIdentityHere: boolean;
    /** An invitation for this user was redeemed in this browser. */
    invited: boolean;
  } | null;
  /** Keys of the addresses the provider states; those it proved are among them. */
  claimed: readonly string[];
  proven: readonly string[];
  /** The user this person may get: where none has a stated address and the organization makes users at their first login. */
  creatable: { userId: UserId; address: EmailAddress } | null;
  /** The code mailed to the user's address was entered in this browser, within this login. */
  codeEntered: boolean;
}

export type BindingRefusal = 'no-user' | 'user-may-not' | 'subject-of-another-user' | 'user-has-another-identity';

export type BindingDecision =
  /** Bound before. */
  | { kind: 'log-in'; userId: UserId }
  | { kind: 'bind'; userId: UserId; by: BoundBy }
  /** A new user, bound at once (just-in-time). */
  | { kind: 'create'; userId: UserId; address: EmailAddress }
  /** "You are logged in at Contoso as X; this account is Y." */
  | { kind: 'ask'; userId: UserId }
  | { kind: 'refuse'; reason: BindingRefusal };

/**
 * Whom a proved subject logs in. An address alone never does: it finds the user, and what ties the two is a binding made
 * before, an invitation in this very browser, a proof by the provider, or a code from the user's own mailbox.
 *
 *     subject bound         -> that user, if not another than invited
 *     no user               -> create, where the organization wants that and the address is proven twice; else refuse
 *     user bound otherwise  -> refuse; an administrator decides who it is (logins/people)
 *     code entered          -> bind
 *     invited, same address -> bind
 *     proven address        -> bind
 *     anything else         -> ask
 */
export function decideBinding(facts: BindingFacts): BindingDecision {
  const { bound, user } = facts;
  if (bound !== null) {
    if (user?.invited === true && user.id !== bound) return refuse('subject-of-another-user');
    return { kind: 'log-in', userId: bound };
  }
  if (user === null && facts.creatable !== null) return { kind: 'create', ...facts.creatable };
  if (user === null || user.organizationId !== facts.organizationId) return refuse('no-user');
  if (!user.mayLogIn) return refuse('user-may-not');
  if (user.hasIdentityHere) return refuse('user-has-another-identity');
  if (facts.codeEntered) return { kind: 'bind', userId: user.id, by: 'mailed-code' };
  if (user.invited && facts.claimed.includes(user.address)) return { kind: 'bind', userId: user.id, by: 'invitation' };
  if (facts.proven.includes(user.address)) return { kind: 'bind', userId: user.id, by: 'proven-address' };
  return { kind: 'ask', userId: user.id };
}

function refuse(reason: BindingRefusal): BindingDecision {
  return { kind: 'refuse', reason };
}
