// Generated from the migrated database by `npm run table-types`. Change a migration instead.
import type { Generated } from 'kysely';
import type { FederatedMethod } from '../../base/federated-method.ts';
import type { OrganizationId, UserId } from '../../base/ids.ts';

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
}

interface OrganizationDomainTable {
  domain: string;
  organizationId: OrganizationId;
  verifiedAt: Date | null;
  createdBy: UserId | null;
  createdAt: Date;
}

/** What each column means stands in the migrations. */
export interface OrganizationsTables {
  organization: OrganizationTable;
  organizationDomain: OrganizationDomainTable;
}
