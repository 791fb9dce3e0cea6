// Generated from the migrated database by `npm run table-types`. Change a migration instead.
import type { Generated } from 'kysely';
import type { FederatedMethod } from '../../base/federated-method.ts';
import type { OrganizationId, UserId } from '../../base/ids.ts';
import type { Json } from './column-types.ts';

interface DomainClaimTable {
  organizationId: OrganizationId;
  domain: string;
  claimedBy: OrganizationId;
  users: number;
  takesEffectAt: Date;
  announcedAt: Date | null;
  createdAt: Date;
}

interface DomainVerificationTable {
  organizationId: OrganizationId;
  domain: string;
  state: Generated<'pending' | 'waiting' | 'verified' | 'grace' | 'expired' | 'lost'>;
  token: string;
  formerTokens: Generated<string[]>;
  startedAt: Date;
  checkingUntil: Date | null;
  checkedAt: Date | null;
  nextCheckAt: Date | null;
  foundAt: Date | null;
  finding: Json | null;
  nameServers: Generated<string[]>;
  verifiedAt: Date | null;
  graceSince: Date | null;
  graceDays: Generated<number>;
  graceCountedOn: string | null;
  unknownSince: Date | null;
  vanishedAt: Date | null;
  toldDay: Generated<number>;
  createdBy: UserId | null;
  createdAt: Date;
  held: Generated<boolean>;
  takesEffectAt: Date | null;
  usersElsewhere: number | null;
}

interface OrganizationTable {
  id: OrganizationId;
  managingOrganizationId: OrganizationId | null;
  path: string;
  depth: number;
  name: string;
  method: Generated<'built-in' | 'same-as-managing' | FederatedMethod>;
  previousMethod: 'built-in' | 'same-as-managing' | FederatedMethod | null;
  methodChangedAt: Date | null;
  supportContact: string | null;
  suspendedAt: Date | null;
  version: Generated<number>;
  createdAt: Date;
  auditNetwork: Generated<'full' | 'shortened' | 'none'>;
  justInTime: Generated<boolean>;
  unregisteredApplications: Generated<boolean>;
}

interface OrganizationDomainTable {
  domain: string;
  organizationId: OrganizationId;
  verifiedAt: Date | null;
  createdBy: UserId | null;
  createdAt: Date;
}

interface OrganizationLoginTable {
  organizationId: OrganizationId;
  lastLoginAt: Date;
}

interface OrganizationSearchTermTable {
  organizationId: OrganizationId;
  term: string;
}

interface OrganizationUserCountTable {
  organizationId: OrganizationId;
  domain: string;
  users: number;
  disabled: number;
}

interface QuotaPolicyTable {
  organizationId: OrganizationId;
  kind: 'organizations' | 'users' | 'applications' | 'resources' | 'mails';
  most: number;
}

interface QuotaUsageTable {
  organizationId: OrganizationId;
  kind: 'organizations' | 'users' | 'applications' | 'resources' | 'mails';
  used: number;
  day: string | null;
}

/** What each column means stands in the migrations. */
export interface OrganizationsTables {
  domainClaim: DomainClaimTable;
  domainVerification: DomainVerificationTable;
  organization: OrganizationTable;
  organizationDomain: OrganizationDomainTable;
  organizationLogin: OrganizationLoginTable;
  organizationSearchTerm: OrganizationSearchTermTable;
  organizationUserCount: OrganizationUserCountTable;
  quotaPolicy: QuotaPolicyTable;
  quotaUsage: QuotaUsageTable;
}
