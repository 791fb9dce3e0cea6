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
  name: string | null;
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
  version: number;
  createdAt: Date;
}
