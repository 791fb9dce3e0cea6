/**
 * Users: a person's account in its home organization. What proves who they are stands in other rooms (`authenticators`,
 * `connections`).
 *
 *   create-at-login.ts  made at a first login, where the organization wants that
 *   create-user.ts      invited or set up -> pending; record-login.ts: a first login makes it verified
 *   manage-users.ts     an administrator lists, changes, disables, enables, removes
 *   find-users.ts       what other rooms ask: by id, by address, mail domains
 *   may-log-in.ts       the rule (status, end date, suspension); may-log-in-sql.ts: the same within a statement
 *   mail-administrators.ts   one mail to each; mail-domain-notice.ts: what `domains` has to tell them
 *   recover-user.ts     the operator lets a user in again who is locked out
 *   email-address.ts    an address as typed and as compared
 *   profile/            what a person is called: said by the person, an administrator, or a provider at a first login
 *   address/            another address for a user, and the link or code that proves it
 *   user-store.ts, lists/   the SQL
 */
import type { OrganizationId, UserId } from '../base/ids.ts';
import type { ConsoleRole } from '../organizations/access.ts';

/** pending: never logged in; verified; disabled. */
export type UserStatus = 'pending' | 'verified' | 'disabled';

/** A person's account in exactly one organization, its home. */
export interface User {
  id: UserId;
  organizationId: OrganizationId;
  /** As typed. */
  email: string;
  /** As compared; see `email-address.ts`. */
  emailKey: string;
  /** As shown; null where nobody gave one. */
  name: string | null;
  givenName: string | null;
  familyName: string | null;
  /** A language tag (BCP 47). */
  locale: string | null;
  /** When names, language or address last changed; null when that was never recorded. */
  profileChangedAt: Date | null;
  status: UserStatus;
  consoleRole: ConsoleRole | null;
  consoleRoleHeldBack: ConsoleRole | null;
  breakGlass: boolean;
  accessUntil: Date | null;
  /** Its organization, or one above it, is suspended. */
  suspended: boolean;
  /** When we proved the mailbox for this user; null when we did not. */
  emailProvenAt: Date | null;
  lastLoginAt: Date | null;
  /** Made at a first login (just-in-time), not invited. */
  cameBySingleSignOn: boolean;
  /** When the tie to the identity provider was reset: nobody is tied to this user again before an administrator decides. */
  identityResetAt: Date | null;
  /** Whose roles a rule of the connection gave: `console`, or ids of applications. */
  ruledRoles: string[];
  /** Which of the roles of these targets somebody had given by hand, `target:role`. */
  rolesByHand: string[];
  version: number;
  createdAt: Date;
}

/** Where a user stands in what a search found: by which of its terms (`user_search_term`), and who. */
export interface FoundPlace {
  term: string;
  id: UserId;
}
