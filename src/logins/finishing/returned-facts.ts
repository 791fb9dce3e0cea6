import type { OrganizationId, UserId } from '../../base/ids.ts';
import type { MethodFacts } from '../../connections/facts/method-facts.ts';
import type { User } from '../../users/user.ts';

/** What the end of a federated login asks, read by the statement that reads the login; for that one request alone. */
export interface ReturnedFacts {
  /** The organization that is logged in to. */
  organizationId: OrganizationId;
  /** How its people log in; undefined where it is gone. */
  methods: MethodFacts | undefined;
  /** Whom the proved subject is in the connection that the login went to. */
  boundTo: UserId | null;
  /** That user, and the one whose address was typed. */
  users: readonly User[];
  /** Domains that the organization proved by DNS. */
  verifiedDomains: readonly string[];
}
