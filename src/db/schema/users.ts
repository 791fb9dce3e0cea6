// Generated from the migrated database by `npm run table-types`. Change a migration instead.
import type { Generated } from 'kysely';
import type { ApiTokenId, InvitationId, OrganizationId, SessionId, UserId } from '../../base/ids.ts';

interface AddressCodeTable {
  userId: UserId;
  organizationId: OrganizationId;
  sessionId: SessionId;
  emailKey: string;
  codeMac: Buffer;
  attempts: Generated<number>;
  createdAt: Date;
  expiresAt: Date;
}

interface AddressProofTable {
  userId: UserId;
  organizationId: OrganizationId;
  emailKey: string;
  tokenHash: Buffer;
  createdAt: Date;
  expiresAt: Date;
}

interface ApiTokenTable {
  id: ApiTokenId;
  organizationId: OrganizationId;
  role: 'administrator' | 'editor' | 'viewer';
  tokenHash: Buffer;
  createdBy: string;
  createdAt: Date;
  expiresAt: Date;
  lastUsedAt: Date | null;
  revokedAt: Date | null;
  createdByKind: 'operator' | 'user' | 'api-token' | null;
  createdByUserId: UserId | null;
  createdByTokenId: ApiTokenId | null;
}

interface AppUserTable {
  id: UserId;
  organizationId: OrganizationId;
  email: string;
  emailKey: string;
  name: string | null;
  status: 'pending' | 'verified' | 'disabled';
  consoleRole: 'administrator' | 'editor' | 'viewer' | null;
  consoleRoleHeldBack: 'administrator' | 'editor' | 'viewer' | null;
  breakGlass: Generated<boolean>;
  accessUntil: Date | null;
  emailProvenAt: Date | null;
  lastLoginAt: Date | null;
  version: Generated<number>;
  createdAt: Date;
  identityResetAt: Date | null;
  cameBySingleSignOn: Generated<boolean>;
  ruledRoles: Generated<string[]>;
  rolesByHand: Generated<string[]>;
  givenName: string | null;
  familyName: string | null;
  locale: string | null;
  profileChangedAt: Date | null;
}

interface InvitationTable {
  id: InvitationId;
  organizationId: OrganizationId;
  userId: UserId;
  tokenHash: Buffer;
  invitedBy: UserId | null;
  createdAt: Date;
  expiresAt: Date;
  browserHash: Buffer | null;
  takenUpAt: Date | null;
  acceptedAt: Date | null;
  revokedAt: Date | null;
  mailed: Generated<boolean>;
}

interface SetupLinkTable {
  id: string;
  tokenHash: Buffer;
  organizationName: string | null;
  email: string | null;
  createdAt: Date;
  expiresAt: Date;
  acceptedAt: Date | null;
}

interface UserSearchTermTable {
  organizationId: OrganizationId;
  term: string;
  userId: UserId;
}

/** What each column means stands in the migrations. */
export interface UsersTables {
  addressCode: AddressCodeTable;
  addressProof: AddressProofTable;
  apiToken: ApiTokenTable;
  appUser: AppUserTable;
  invitation: InvitationTable;
  setupLink: SetupLinkTable;
  userSearchTerm: UserSearchTermTable;
}
