// Generated from the migrated database by `npm run table-types`. Change a migration instead.
import type { Generated } from 'kysely';
import type { ApplicationId, OrganizationId, UserId } from '../../base/ids.ts';
import type { Json } from './column-types.ts';

interface ApplicationTable {
  id: ApplicationId;
  organizationId: OrganizationId;
  clientId: string;
  name: string;
  kind: 'web' | 'browser' | 'native';
  firstParty: Generated<boolean>;
  redirectUris: string[];
  postLogoutRedirectUris: Generated<string[]>;
  initiateLoginUri: string | null;
  backchannelLogoutUri: string | null;
  clientAuthentication: 'client_secret_basic' | 'client_secret_post' | 'private_key_jwt' | 'none';
  clientSecretHash: Buffer | null;
  clientKeys: Json | null;
  signingAlgorithm: Generated<'ES256' | 'RS256'>;
  refreshTokens: Generated<boolean>;
  offline: Generated<boolean>;
  unprovenAddresses: Generated<boolean>;
  version: Generated<number>;
  createdAt: Date;
  withoutPkce: Generated<boolean>;
  rotateRefreshTokens: Generated<boolean>;
  preset: string | null;
  highSecurity: Generated<boolean>;
}

interface ApplicationAccessTable {
  applicationId: ApplicationId;
  organizationId: OrganizationId;
  createdAt: Date;
}

interface ApplicationConsentTable {
  userId: UserId;
  applicationId: ApplicationId;
  organizationId: OrganizationId;
  scope: string;
  grantedAt: Date;
  withdrawnAt: Date | null;
}

interface UserApplicationRoleTable {
  userId: UserId;
  applicationId: ApplicationId;
  organizationId: OrganizationId;
  role: string;
  createdAt: Date;
}

/** What each column means stands in the migrations. */
export interface ApplicationsTables {
  application: ApplicationTable;
  applicationAccess: ApplicationAccessTable;
  applicationConsent: ApplicationConsentTable;
  userApplicationRole: UserApplicationRoleTable;
}
