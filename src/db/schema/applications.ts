// Generated from the migrated database by `npm run table-types`. Change a migration instead.
import type { Generated } from 'kysely';
import type { ApiResourceId, ApplicationId, ApplicationSecretId, OrganizationId, UserId } from '../../base/ids.ts';
import type { Json } from './column-types.ts';

interface ApiResourceTable {
  id: ApiResourceId;
  organizationId: OrganizationId;
  audience: string;
  name: string;
  tokenFormat: Generated<'jwt' | 'opaque'>;
  signingAlgorithm: Generated<'ES256' | 'RS256'>;
  tokenLifetime: Generated<number>;
  version: Generated<number>;
  createdAt: Date;
  unregisteredApplications: Generated<boolean>;
}

interface ApiResourceScopeTable {
  apiResourceId: string;
  organizationId: OrganizationId;
  scope: string;
  description: string;
  place: number;
}

interface ApplicationTable {
  id: ApplicationId;
  organizationId: OrganizationId;
  clientId: string;
  name: string;
  kind: 'web' | 'browser' | 'native' | 'machine';
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
  deviceLogin: Generated<boolean>;
  highSecurity: Generated<boolean>;
  actsForUsers: Generated<boolean>;
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

interface ApplicationFailureTable {
  applicationId: ApplicationId;
  organizationId: OrganizationId;
  cause: string;
  count: number;
  firstAt: Date;
  lastAt: Date;
  came: string | null;
  wanted: string | null;
  reference: string;
  windowAt: Date;
  windowCount: number;
  provedAt: Date | null;
}

interface ApplicationHealthTable {
  applicationId: ApplicationId;
  organizationId: OrganizationId;
  lastLoginAt: Date;
}

interface ApplicationScopeTable {
  applicationId: ApplicationId;
  apiResourceId: string;
  scope: string;
  organizationId: OrganizationId;
  createdAt: Date;
}

interface ApplicationSecretTable {
  id: ApplicationSecretId;
  applicationId: ApplicationId;
  organizationId: OrganizationId;
  secretHash: Buffer;
  madeAt: Date | null;
  madeBy: string | null;
  expiresAt: Date | null;
  lastUsedAt: Date | null;
}

interface UnknownApplicationTable {
  hour: Date;
  count: number;
  lastAt: Date;
  clientId: string;
}

interface UnknownClientIdTable {
  clientId: string;
  count: number;
  firstAt: Date;
  lastAt: Date;
}

interface UnregisteredApplicationTable {
  organizationId: OrganizationId;
  applicationId: ApplicationId;
  clientId: string;
  name: string;
  firstUsedAt: Date;
  lastUsedAt: Date;
  blockedAt: Date | null;
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
  apiResource: ApiResourceTable;
  apiResourceScope: ApiResourceScopeTable;
  application: ApplicationTable;
  applicationAccess: ApplicationAccessTable;
  applicationConsent: ApplicationConsentTable;
  applicationFailure: ApplicationFailureTable;
  applicationHealth: ApplicationHealthTable;
  applicationScope: ApplicationScopeTable;
  applicationSecret: ApplicationSecretTable;
  unknownApplication: UnknownApplicationTable;
  unknownClientId: UnknownClientIdTable;
  unregisteredApplication: UnregisteredApplicationTable;
  userApplicationRole: UserApplicationRoleTable;
}
