// Generated from the migrated database by `npm run table-types`. Change a migration instead.
import type { AuthenticatorId, OrganizationId, UserId } from '../../base/ids.ts';
import type { Bigint } from './column-types.ts';

interface AuthenticatorTable {
  id: AuthenticatorId;
  organizationId: OrganizationId;
  userId: UserId;
  kind: 'password' | 'totp' | 'security-key';
  name: string;
  passwordHash: string | null;
  sealedSeed: Buffer | null;
  lastTimeStep: Bigint | null;
  credentialId: string | null;
  publicKey: Buffer | null;
  signatureCount: Bigint | null;
  transports: string[] | null;
  createdAt: Date;
  lastUsedAt: Date | null;
  dormantSince: Date | null;
}

interface RecoveryCodeTable {
  id: string;
  organizationId: OrganizationId;
  userId: UserId;
  codeMac: Buffer;
  createdAt: Date;
  usedAt: Date | null;
}

interface ResetLinkTable {
  id: string;
  organizationId: OrganizationId;
  userId: UserId;
  kind: 'password' | 'recovery';
  tokenHash: Buffer;
  createdAt: Date;
  expiresAt: Date;
  browserHash: Buffer | null;
  usedAt: Date | null;
  revokedAt: Date | null;
}

/** What each column means stands in the migrations. */
export interface AuthenticatorsTables {
  authenticator: AuthenticatorTable;
  recoveryCode: RecoveryCodeTable;
  resetLink: ResetLinkTable;
}
