import type { Generated } from 'kysely';
import type { ApiTokenId, AuthenticatorId, InvitationId, OrganizationId, UserId } from '../base/ids.ts';
import type { Bigint } from './column-types.ts';

interface AppUserTable {
  id: UserId;
  organization_id: OrganizationId;
  email: string;
  email_key: string;
  name: string | null;
  status: 'pending' | 'verified' | 'disabled';
  console_role: 'administrator' | 'editor' | 'viewer' | null;
  console_role_held_back: 'administrator' | 'editor' | 'viewer' | null;
  break_glass: Generated<boolean>;
  access_until: Date | null;
  email_proven_at: Date | null;
  last_login_at: Date | null;
  version: Generated<number>;
  created_at: Date;
}

interface SetupLinkTable {
  id: string;
  token_hash: Buffer;
  organization_name: string | null;
  email: string | null;
  created_at: Date;
  expires_at: Date;
  accepted_at: Date | null;
}

interface InvitationTable {
  id: InvitationId;
  organization_id: OrganizationId;
  user_id: UserId;
  token_hash: Buffer;
  invited_by: UserId | null;
  created_at: Date;
  expires_at: Date;
  browser_hash: Buffer | null;
  taken_up_at: Date | null;
  accepted_at: Date | null;
  revoked_at: Date | null;
  mailed: Generated<boolean>;
}

interface ResetLinkTable {
  id: string;
  organization_id: OrganizationId;
  user_id: UserId;
  kind: 'password' | 'recovery';
  token_hash: Buffer;
  created_at: Date;
  expires_at: Date;
  browser_hash: Buffer | null;
  used_at: Date | null;
  voided_at: Date | null;
}

interface AuthenticatorTable {
  id: AuthenticatorId;
  organization_id: OrganizationId;
  user_id: UserId;
  kind: 'password' | 'totp' | 'security-key';
  name: string;
  password_hash: string | null;
  sealed_seed: Buffer | null;
  last_time_step: Bigint | null;
  credential_id: string | null;
  public_key: Buffer | null;
  signature_count: Bigint | null;
  transports: string[] | null;
  created_at: Date;
  last_used_at: Date | null;
  dormant_since: Date | null;
}

interface RecoveryCodeTable {
  id: string;
  organization_id: OrganizationId;
  user_id: UserId;
  code_mac: Buffer;
  created_at: Date;
  used_at: Date | null;
}

interface ApiTokenTable {
  id: ApiTokenId;
  organization_id: OrganizationId;
  role: 'administrator' | 'editor' | 'viewer';
  token_hash: Buffer;
  created_by: string;
  created_at: Date;
  expires_at: Date;
  last_used_at: Date | null;
  revoked_at: Date | null;
  created_by_kind: 'operator' | 'user' | 'api-token' | null;
  created_by_user_id: UserId | null;
  created_by_token_id: ApiTokenId | null;
}

/** What each column means stands in the migrations. */
export interface PeopleTables {
  app_user: AppUserTable;
  setup_link: SetupLinkTable;
  invitation: InvitationTable;
  reset_link: ResetLinkTable;
  authenticator: AuthenticatorTable;
  recovery_code: RecoveryCodeTable;
  api_token: ApiTokenTable;
}
